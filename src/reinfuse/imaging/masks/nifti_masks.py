"""Masks in NIfTI files: one mask for each whole number, or one for all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.naming import shown
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.masks.placing import labelled, trimmed
from reinfuse.imaging.nifti import read_nifti, write_nifti

FROM_FILE = Method(name="mask of a NIfTI file")
MOST_LABELS = 1000  # more numbers than this are intensities, and no labels


def read_masks(path: Path) -> tuple[Delineated, ...]:
    """The masks of a NIfTI file on its own voxels, called by their numbers.

    Numbers that are not whole are shares of one mask, and belong to it from above a half.
    ReinfuseError where the file cannot be read, is empty, or is an image rather than masks.
    """
    read = read_nifti(path)
    held = np.unique(read.values)
    if len(held) > MOST_LABELS and not _are_shares(held):
        raise ReinfuseError(
            f"the file holds {len(held)} different values: an image, and no masks",
            where=shown(path.name),
            fix="name a file of masks: one whole number for each lesion, 0 elsewhere",
        )
    if np.array_equal(held, np.round(held)):
        masks = labelled(read.values, read.grid, FROM_FILE)
    else:
        masks = labelled(read.mask.astype(np.uint8), read.grid, FROM_FILE)
    if not masks:
        raise ReinfuseError(
            "the mask has no voxel", where=shown(path.name), fix="name a file with a lesion in it"
        )
    return masks


def write_masks(path: Path, lesions: Sequence[Delineated]) -> None:
    """Write lesions on one grid as labels 1, 2, ... in the order given.

    ReinfuseError where there is none, or where two overlap or lie on different voxels.
    """
    if not lesions or not all(one.grid.same_as(lesions[0].grid) for one in lesions):
        raise ReinfuseError(
            "labels need lesions on the same voxels",
            where=shown(path.name),
            fix="carry the masks to one grid first",
        )
    labels = np.zeros(lesions[0].grid.shape, np.uint16)
    for number, lesion in enumerate(lesions, start=1):
        corner, mask = trimmed(lesion.corner, lesion.mask)
        place = tuple(slice(a, a + size) for a, size in zip(corner, mask.shape, strict=True))
        if labels[place][mask].any():
            raise ReinfuseError(
                f"{lesion.label} overlaps another lesion, and a voxel has one label",
                where=shown(path.name),
                fix="write a DICOM segmentation, or one file for each lesion",
            )
        labels[place][mask] = number
    write_nifti(path, labels, lesions[0].grid)


def _are_shares(held: NDArray[np.generic]) -> bool:
    values = held.astype(np.float64)
    return bool(values.min() >= 0 and values.max() <= 1)
