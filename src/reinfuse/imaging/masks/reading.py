"""Masks from any file that holds them, on the voxels of a series."""

from __future__ import annotations

from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.opening import short_hash
from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.series import Series
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks.nifti_masks import read_masks
from reinfuse.imaging.masks.opening import open_object
from reinfuse.imaging.masks.placing import NoMask, carried_to
from reinfuse.imaging.masks.segmentation import LABEL_MAP, SEGMENTATION, segmentation_of
from reinfuse.imaging.masks.structures import STRUCTURES, mask_of, structures_of

NIFTI = (".nii", ".nii.gz")
NOWHERE = short_hash("")  # what a series has that names no frame of reference


def masks_on(file: Path | Source, series: Series) -> tuple[Delineated | NoMask, ...]:
    """All masks of a structure set, a segmentation or a NIfTI file, on the voxels of `series`.

    A region without a voxel there is a `NoMask`. ReinfuseError where the file cannot be read or was
    drawn in another frame of reference; NIfTI files name none, and are trusted.
    """
    if isinstance(file, Path) and file.name.lower().endswith(NIFTI):
        return tuple(carried_to(mask, series.grid) for mask in read_masks(file))
    opened = open_object(file)
    if opened.sop_class == STRUCTURES:
        structures = structures_of(opened)
        _refuse_other_frame(structures.frames, series, opened.name)
        return tuple(mask_of(roi, series.grid) for roi in structures.rois)
    if opened.sop_class in (SEGMENTATION, LABEL_MAP):
        read = segmentation_of(opened)
        _refuse_other_frame(frozenset({read.frame} - {""}), series, opened.name)
        return tuple(
            NoMask(label=one.label, why="the segment has no voxel")
            if one.mask is None
            else carried_to(one.mask, series.grid)
            for one in read.segments
        )
    raise refuse(
        opened.name,
        "the file holds no masks",
        tag=0x00080016,
        fix="name a structure set, a segmentation or a NIfTI file",
    )


def _refuse_other_frame(frames: frozenset[str], series: Series, name: str) -> None:
    if frames and series.frame != NOWHERE and series.frame not in frames:
        raise ReinfuseError(
            "the masks were drawn in another frame of reference than the images",
            where=name,
            fix="use the scan that they were drawn on, or masks of this scan",
        )
