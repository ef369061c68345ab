"""On which images masks were drawn: PET and CT of a scan share their frame of reference.

Source: DICOM PS3.3 C.8.8.5, C.8.8.6 (structure sets), C.8.20.2 and C.12.1.1.11.1 (segmentations).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reinfuse.imaging.dicom.series import Series
from reinfuse.imaging.masks.nifti_masks import read_masks
from reinfuse.imaging.masks.opening import Opened, hashed, items, open_object, text
from reinfuse.imaging.masks.reading import NIFTI
from reinfuse.imaging.masks.segmentation import segmentation_of
from reinfuse.imaging.masks.structures import STRUCTURES
from reinfuse.imaging.volume import Grid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

ON_A_VOXEL = 0.02  # voxels by which grids that are one may differ, as decimals are rounded


def drawn_on(file: Path, series: Series, *, rather_than: Series) -> bool:
    """Whether masks were drawn on `series`, and not on the other of the same frame of reference.

    A structure set or segmentation names the series or images that it was drawn on. Where it names
    neither or both, and for NIfTI, masks that lie voxel by voxel on `series` alone were drawn on
    it; contours without such names have no voxels, and are not judged. ReinfuseError where the file
    cannot be read.
    """
    if file.name.lower().endswith(NIFTI):
        return _lie_on([one.grid for one in read_masks(file)], series.grid, rather_than.grid)
    opened = open_object(file)
    named = frozenset(_named(opened))
    here, there = (bool(named & _names_of(one)) for one in (series, rather_than))
    if here is not there:
        return here
    if opened.sop_class == STRUCTURES:
        return False
    grids = [one.grid for one in segmentation_of(opened).masks]
    return _lie_on(grids, series.grid, rather_than.grid)


def _names_of(series: Series) -> frozenset[str]:
    return frozenset({series.key, *(one.instance for one in series.images)})


def _named(opened: Opened) -> Iterator[str]:
    """Hashes of all series and images that an object was drawn on."""
    header, name = opened.header, opened.name
    for one in items(header, "ReferencedSeriesSequence", name):
        yield hashed(text(one, "SeriesInstanceUID"))
        yield from _images(items(one, "ReferencedInstanceSequence", name))
    for frame in items(header, "ReferencedFrameOfReferenceSequence", name):
        for study in items(frame, "RTReferencedStudySequence", name):
            for one in items(study, "RTReferencedSeriesSequence", name):
                yield hashed(text(one, "SeriesInstanceUID"))
                yield from _images(items(one, "ContourImageSequence", name))
    for region in items(header, "ROIContourSequence", name):
        for contour in items(region, "ContourSequence", name):
            yield from _images(items(contour, "ContourImageSequence", name))


def _images(references: list[Dataset]) -> Iterator[str]:
    for one in references:
        yield hashed(text(one, "ReferencedSOPInstanceUID"))


def _lie_on(grids: list[Grid], own: Grid, other: Grid) -> bool:
    """Whether all grids are of the voxels of one series and not of those of the other."""
    return bool(grids) and all(_is_part(one, own) and not _is_part(one, other) for one in grids)


def _is_part(grid: Grid, whole: Grid) -> bool:
    """Whether voxels are those of a whole grid, its axes turned round or exchanged perhaps."""
    first = whole.indices(grid.origin)
    ways = grid.steps @ np.linalg.inv(whole.steps)
    # A single slice does not tell how far it is to the next.
    ways = ways[np.asarray(grid.shape) > 1]
    units = np.round(ways)
    return bool(
        np.abs(first - np.round(first)).max() <= ON_A_VOXEL
        and np.abs(ways - units).max(initial=0.0) <= ON_A_VOXEL / max(grid.shape)
        and (np.abs(units).sum(axis=1) == 1).all()
    )
