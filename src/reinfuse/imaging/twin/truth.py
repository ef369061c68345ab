"""What the twin truly holds: axes, volumes, centres and masks of its lesions, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.twin.render import TRUE, Rendered
from reinfuse.imaging.twin.scans import Scan
from reinfuse.imaging.volume import Grid, Mask

LABEL = "SYNTHETIC: a digital twin of an invented patient, for tests and teaching"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueLesion:
    """One lesion as it was drawn: full axes short to long and volume of the ellipsoid.

    `centre_mm` is LPS where the patient lay; `mask` are voxel centres inside, on the PET.
    """

    name: str
    axes_cm: tuple[float, float, float]
    volume_ml: float
    centre_mm: tuple[float, float, float]
    suv: float
    mask: Delineated


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueScan:
    """One scan as it was drawn: `folder` holds PET and CT, `day` counts from the infusion.

    A point p of the body lies at `turn (p - pivot) + pivot + shift`, mm; `turn` is `"3 3"`.
    """

    name: str
    folder: str
    day: int
    lesions: tuple[TrueLesion, ...]
    shift_mm: tuple[float, float, float]
    pivot_mm: tuple[float, float, float]
    turn: tuple[tuple[float, float, float], ...]


def told(scan: Scan, seen: Rendered) -> dict[str, Any]:  # Any: the border to JSON
    """The truth of one scan as JSON values."""
    pose, grid = scan.pose, seen.suv.grid
    return {
        "name": scan.name,
        "folder": scan.name,
        "day": scan.day,
        "pose": {
            "shift_mm": pose.shift_mm,
            "pivot_mm": pose.pivot,
            "turn": pose.matrix.tolist(),
        },
        "pet_grid": {
            "shape": grid.shape,
            "origin": grid.origin.tolist(),
            "steps": grid.steps.tolist(),
        },
        "lesions": [
            {
                "name": shape.name,
                "axes_cm": sorted(2 * half / 10 for half in shape.half),
                "volume_ml": shape.volume_ml,
                "centre_mm": shape.centre,
                "directions": shape.axes.tolist(),
                "half_mm": shape.half,
                "suv": shape.suv,
                "corner": lesion.corner,
                "shape": lesion.mask.shape,
                "runs": runs_of(lesion.mask),
            }
            for shape, lesion in zip(seen.shapes, seen.lesions, strict=True)
        ],
    }


def read_truth(folder: Path) -> tuple[TrueScan, ...]:
    """The truth of a twin that `write_twin` left in a folder, scan by scan."""
    text = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return tuple(_scan(one) for one in text["scans"])


def runs_of(mask: Mask) -> list[int]:
    """A mask as lengths of runs, outside and inside by turns, beginning outside."""
    flat = np.concatenate(([False], mask.ravel(), [False]))
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    ends = np.concatenate(([0], changes, [mask.size]))
    return [int(length) for length in np.diff(ends)]


def mask_of(runs: list[int], shape: tuple[int, int, int]) -> Mask:
    """The mask that `runs_of` wrote."""
    states = np.arange(len(runs)) % 2 == 1
    return np.asarray(np.repeat(states, runs).reshape(shape))


def _scan(text: dict[str, Any]) -> TrueScan:
    grid = Grid(
        shape=tuple(text["pet_grid"]["shape"]),
        origin=np.asarray(text["pet_grid"]["origin"], np.float64),
        steps=np.asarray(text["pet_grid"]["steps"], np.float64),
    )
    pose = text["pose"]
    return TrueScan(
        name=text["name"],
        folder=text["folder"],
        day=text["day"],
        lesions=tuple(_lesion(one, grid) for one in text["lesions"]),
        shift_mm=tuple(pose["shift_mm"]),
        pivot_mm=tuple(pose["pivot_mm"]),
        turn=tuple(tuple(row) for row in pose["turn"]),
    )


def _lesion(text: dict[str, Any], grid: Grid) -> TrueLesion:
    mask = Delineated(
        label=text["name"],
        grid=grid,
        corner=tuple(text["corner"]),
        mask=mask_of(text["runs"], tuple(text["shape"])),
        method=TRUE,
    )
    return TrueLesion(
        name=text["name"],
        axes_cm=tuple(text["axes_cm"]),
        volume_ml=text["volume_ml"],
        centre_mm=tuple(text["centre_mm"]),
        suv=text["suv"],
        mask=mask,
    )
