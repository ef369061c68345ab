"""One run of ours for `benchmarks.petct`: `python -m benchmarks.petct_ours ASKED RESULT`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pydicom.filereader
import scipy.ndimage
import scipy.optimize

from reinfuse.imaging.dicom import read_folder, read_volume
from reinfuse.imaging.following import Registered, register
from reinfuse.imaging.following.pyramid import coarser
from reinfuse.imaging.following.registering import ROUNDS
from reinfuse.imaging.lesions import MAX_41, NoLesion, delineate, region_between
from reinfuse.imaging.suv import suv_of
from reinfuse.imaging.volume import Volume

Json = dict[str, Any]  # Any: the border to JSON
# What is imported late by us is imported early by the peer: imports are timed for neither.
EARLY = (pydicom.filereader, scipy.ndimage, scipy.optimize)


def main(asked: str, result: str) -> None:
    """Do the task that the file `asked` names; seconds and numbers go to `result`, as JSON."""
    task = json.loads(Path(asked).read_text(encoding="utf-8"))
    told = measured(task) if task["task"] == "uptake" else registered(task)
    told["cpu"] = time.process_time()
    Path(result).write_text(json.dumps(told), encoding="utf-8")


def measured(task: Json) -> Json:
    """A PET read as SUV, and in each box the volume (mL) and SUVmax of 41 % of SUVmax."""
    began = time.perf_counter()
    suv = suv_of(read_folder(Path(task["pet"])).one("PT")).volume
    read = time.perf_counter()
    lesions = []
    for corner, opposite in task["boxes"]:
        region = region_between(suv.grid, corner, opposite)
        drawn = delineate(suv, region, MAX_41, label="lesion")
        if isinstance(drawn, NoLesion):
            raise SystemExit(drawn.why)
        hottest = float(suv.values[region.place].max())
        lesions.append({"ml": drawn.voxels * suv.grid.voxel_ml, "max": hottest})
    ended = time.perf_counter()
    return {"seconds": [read - began, ended - read], "lesions": lesions}


def registered(task: Json) -> Json:
    """Two CT read, and where the motion from the first to the second takes points in mm."""
    began = time.perf_counter()
    fixed, moving = _ct(task["fixed"]), _ct(task["moving"])
    read = time.perf_counter()
    found = register(fixed, moving, seed=task["seed"])
    ended = time.perf_counter()
    if not isinstance(found, Registered):
        raise SystemExit(found.why)
    points = found.motion.of(np.array(task["points"]))
    return {"seconds": [read - began, ended - read], "points": points.tolist()}


def _ct(folder: str) -> Volume:
    """A CT as coarse as `reinfuse petct` keeps it."""
    return coarser(read_volume(read_folder(Path(folder)).one("CT")), ROUNDS[-1][0])


if __name__ == "__main__":
    main(*sys.argv[1:])
