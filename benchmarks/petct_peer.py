"""One run of SimpleITK 2.5 for `benchmarks.petct`: `python petct_peer.py ASKED RESULT`.

It runs in a Python that has SimpleITK, pydicom and nothing of ours. SimpleITK shows no sequences,
so that dose and times come through pydicom, from one file.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk

BINS = 32
CT_MM = 4.0  # voxels at which our finest round looks
SHRINK, SMOOTH, POINTS = [3, 2, 1], [2, 1, 0], (8_000, 20_000, 40_000)
TISSUE_HU = -500


def main(asked: str, result: str) -> None:
    """Do the task that the file `asked` names; seconds and numbers go to `result`, as JSON."""
    task = json.loads(Path(asked).read_text(encoding="utf-8"))
    told = measured(task) if task["task"] == "uptake" else registered(task)
    told["cpu"] = time.process_time()
    Path(result).write_text(json.dumps(told), encoding="utf-8")


def measured(task: dict) -> dict:
    """A PET read as SUV, and in each box the volume (mL) and SUVmax of 41 % of SUVmax."""
    began = time.perf_counter()
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(task["pet"])
    suv = _read(names) * _factor(names[0])
    read = time.perf_counter()
    lesions = [_lesion(suv, np.array(box, float)) for box in task["boxes"]]
    ended = time.perf_counter()
    return {"seconds": [read - began, ended - read], "lesions": lesions}


def registered(task: dict) -> dict:
    """Two CT read, and where the motion from the first to the second takes points in mm."""
    began = time.perf_counter()
    fixed, moving = _ct(task["fixed"]), _ct(task["moving"])
    read = time.perf_counter()
    motion = _motion(fixed, moving, task["seed"])
    ended = time.perf_counter()
    points = [motion.TransformPoint(point) for point in task["points"]]
    return {"seconds": [read - began, ended - read], "points": points}


def _read(names: tuple[str, ...]) -> sitk.Image:
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(names)
    return reader.Execute()


def _factor(name: str) -> float:
    """SUVbw for each Bq/mL of a series that is corrected to its start, as the twin's are."""
    data = pydicom.dcmread(name, stop_before_pixels=True)
    tracer = data.RadiopharmaceuticalInformationSequence[0]
    began, given = (
        int(one[:2]) * 3600 + int(one[2:4]) * 60 + float(one[4:])
        for one in (data.SeriesTime, tracer.RadiopharmaceuticalStartTime)
    )
    half_lives = (began - given) / float(tracer.RadionuclideHalfLife)
    dose = float(tracer.RadionuclideTotalDose) * math.pow(2, -half_lives)
    return 1000 * float(data.PatientWeight) / dose


def _lesion(suv: sitk.Image, box: np.ndarray) -> dict:
    """What is connected at 41 % of the hottest voxel of a box, in that box."""
    ends = np.array([suv.TransformPhysicalPointToContinuousIndex(tuple(one)) for one in box])
    low, high = np.ceil(ends.min(axis=0)).astype(int), np.floor(ends.max(axis=0)).astype(int)
    part = sitk.RegionOfInterest(suv, (high - low + 1).tolist(), low.tolist())
    values = sitk.GetArrayViewFromImage(part)
    hottest = float(values.max())
    z, y, x = np.unravel_index(int(values.argmax()), values.shape)
    seed = (int(x), int(y), int(z))
    mask = sitk.ConnectedThreshold(part, [seed], lower=0.41 * hottest, upper=hottest)
    shape = sitk.LabelShapeStatisticsImageFilter()
    shape.Execute(mask)
    return {"ml": shape.GetPhysicalSize(1) / 1000, "max": hottest}


def _ct(folder: str) -> sitk.Image:
    image = _read(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(folder))
    factors = [max(1, round(CT_MM / step)) for step in image.GetSpacing()]
    return sitk.BinShrink(sitk.Cast(image, sitk.sitkFloat32), factors)


def _motion(fixed: sitk.Image, moving: sitk.Image, seed: int) -> sitk.Transform:
    """Mattes mutual information, rigid, three rounds with as many points in the body as ours.

    Of five optimisers, with and without smoothing and mask, this is the fastest that came within
    1 mm; without the mask the couch, which stays, held it back by 3 to 33 mm.
    """
    body = _body(fixed)
    voxels = int(np.count_nonzero(sitk.GetArrayViewFromImage(body)))
    shares = [points * step**3 / voxels for points, step in zip(POINTS, SHRINK, strict=True)]
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricFixedMask(body)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentagePerLevel([min(1.0, share) for share in shares], seed)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel(SHRINK)
    method.SetSmoothingSigmasPerLevel(SMOOTH)
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOff()
    method.SetOptimizerAsRegularStepGradientDescent(2.0, 0.01, 100)
    method.SetOptimizerScalesFromPhysicalShift()
    middles = sitk.CenteredTransformInitializerFilter.GEOMETRY
    begin = sitk.CenteredTransformInitializer(fixed, moving, sitk.Euler3DTransform(), middles)
    method.SetInitialTransform(begin, inPlace=False)
    return method.Execute(fixed, moving)


def _body(image: sitk.Image) -> sitk.Image:
    """The largest piece of tissue without the couch, on voxels of 8 to 9 mm and then on its own."""
    coarse = sitk.BinaryMorphologicalOpening(sitk.BinShrink(image, [2, 2, 3]) > TISSUE_HU, [2] * 3)
    largest = sitk.RelabelComponent(sitk.ConnectedComponent(coarse)) == 1
    grown = sitk.BinaryDilate(largest, [1] * 3)
    near = sitk.sitkNearestNeighbor
    return sitk.Resample(grown, image, sitk.Transform(), near, 0.0, sitk.sitkUInt8)


if __name__ == "__main__":
    main(*sys.argv[1:])
