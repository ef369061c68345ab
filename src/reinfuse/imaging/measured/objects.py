"""The drawn lesions of each scan as DICOM objects: a segmentation, and a report of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.masks import (
    Normalised,
    Reported,
    Stamp,
    reported,
    segmentation_and_report,
)
from reinfuse.imaging.masks.codes import SUV
from reinfuse.imaging.measured.results import Results
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.suv import Normaliser

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Objects:
    """What is written of one scan, by its name; who is in it, the stamp decides."""

    scan: str
    segmentation: Dataset = field(repr=False)
    report: Dataset = field(repr=False)


def objects_of(
    results: Results, stamp: Stamp, progress: Callable[[str], None] = lambda _step: None
) -> tuple[Objects, ...]:
    """A segmentation and a report for each scan in which a lesion was drawn, in order of time.

    What was drawn on CT alone is not among them: its mask lies on other voxels. Raises
    ReinfuseError, which names the scan, where an object cannot be made.
    """
    found = []
    for scan in results.scans:
        lesions = list(_drawn(results, scan))
        if not lesions:
            continue
        progress(f"making DICOM objects of {scan.name}")
        try:
            segments, report = segmentation_and_report(lesions, scan.series, stamp)
        except ReinfuseError as problem:
            where = f"{scan.name}, {problem.where}" if problem.where else scan.name
            raise ReinfuseError(problem.what, where=where, fix=problem.fix) from None
        found.append(Objects(scan=scan.name, segmentation=segments, report=report))
    return tuple(found)


def normalised_as(normaliser: Normaliser) -> Normalised:
    """How a report calls what uptake was divided by: the one of the same DICOM code."""
    return next(one for one, (name, _) in SUV.items() if name.value == normaliser.code)


def _drawn(results: Results, scan: Scan) -> Iterator[Reported]:
    for lesion in results.lesions:
        for look in lesion.looks:
            if look.scan == scan.name and look.measured is not None:
                yield reported(look.measured, normalised_as(scan.provenance.normaliser))
