"""Lesions written as a DICOM segmentation, one segment for each.

Source: DICOM PS3.3 A.51; written through highdicom (doi:10.1007/s10278-022-00683-y).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.opening import guarded
from reinfuse.imaging.dicom.series import Series
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks.codes import ABNORMAL, LESION, NEIGHBOURS, Code
from reinfuse.imaging.masks.images import NO_HIGHDICOM, headers
from reinfuse.imaging.masks.stamp import RESEARCH, Stamp

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SERIES_NUMBER = 1001
MOST_LABEL = 64  # characters of a DICOM LO value
MAKER = "reinfuse"


def segmentation(lesions: Sequence[Delineated], series: Series, stamp: Stamp) -> Dataset:
    """A binary segmentation of lesions that were delineated on the voxels of `series`.

    Segments are numbered from 1 in the order given, and hold label, method and threshold. Frames
    without a voxel are left out. ReinfuseError where there is nothing to write, a mask lies on
    other voxels, or highdicom is not installed.
    """
    try:
        import highdicom  # noqa: PLC0415 - an extra
    except ImportError:
        raise NO_HIGHDICOM from None
    _refuse(lesions, series)
    slices = _slices(lesions)
    images = headers(series, slices, stamp)
    words = _words(lesions, series)
    with guarded(series.key):
        written = highdicom.seg.Segmentation(
            source_images=images.headers,
            pixel_array=_pixels(lesions, slices, series),
            segmentation_type="BINARY",
            segment_descriptions=[
                _described(number, lesion, images.headers[0], stamp)
                for number, lesion in enumerate(lesions, start=1)
            ],
            series_instance_uid=stamp.uid("series", "SEG", *words),
            series_number=SERIES_NUMBER,
            sop_instance_uid=stamp.uid("SEG", *words),
            instance_number=1,
            manufacturer=MAKER,
            manufacturer_model_name=MAKER,
            software_versions=stamp.version,
            device_serial_number="0",
            content_label="LESIONS",
            content_description=RESEARCH,
            series_description=f"{RESEARCH}: lesions",
        )
        stamp.put_on(written, images.patient_name, "SEG", *words)
    return written


def tracking(label: str, header: Dataset, stamp: Stamp) -> str:
    """The UID by which one lesion of one patient is followed over time, by its label."""
    return stamp.uid("lesion", str(header.PatientID), label)


def coded(code: Code) -> Any:  # noqa: ANN401 - highdicom's CodedConcept, an extra
    """A code as highdicom takes it."""
    import highdicom  # noqa: PLC0415 - an extra

    return highdicom.sr.CodedConcept(code.value, code.scheme, code.meaning)


def _refuse(lesions: Sequence[Delineated], series: Series) -> None:
    if not any(lesion.voxels for lesion in lesions) or not all(one.voxels for one in lesions):
        raise ReinfuseError(
            "a segmentation needs lesions that have voxels",
            where=series.key,
            fix="leave out lesions that were not found",
        )
    for lesion in lesions:
        if not lesion.grid.same_as(series.grid):
            raise ReinfuseError(
                f"the mask of {lesion.label} lies on other voxels than the images",
                where=series.key,
                fix="carry it to the grid of the series first",
            )
        if not 0 < len(lesion.label) <= MOST_LABEL:
            raise ReinfuseError(
                f"a label has {len(lesion.label)} characters",
                where=series.key,
                fix=f"use 1 to {MOST_LABEL}",
            )


def _slices(lesions: Sequence[Delineated]) -> range:
    """The slices from the first to the last that holds a voxel."""
    first = min(lesion.corner[0] for lesion in lesions)
    last = max(lesion.corner[0] + lesion.mask.shape[0] for lesion in lesions)
    return range(first, last)


def _pixels(lesions: Sequence[Delineated], slices: range, series: Series) -> NDArray[np.uint8]:
    """Segment numbers `"z y x"`, or, where lesions overlap, `"z y x segments"`."""
    shape = (len(slices), *series.grid.shape[1:])
    labels = np.zeros(shape, np.uint8)
    if len(lesions) <= np.iinfo(np.uint8).max:
        for number, lesion in enumerate(lesions, start=1):
            part = labels[_place(lesion, slices)]
            if part[lesion.mask].any():
                break
            part[lesion.mask] = number
        else:
            return labels
    stacked = np.zeros((*shape, len(lesions)), np.uint8)
    for number, lesion in enumerate(lesions):
        stacked[(*_place(lesion, slices), number)] = lesion.mask
    return stacked


def _place(lesion: Delineated, slices: range) -> tuple[slice, slice, slice]:
    low = (lesion.corner[0] - slices.start, *lesion.corner[1:])
    first, second, third = (
        slice(at, at + size) for at, size in zip(low, lesion.mask.shape, strict=True)
    )
    return first, second, third


def _described(number: int, lesion: Delineated, header: Dataset, stamp: Stamp) -> Any:  # noqa: ANN401 - highdicom's, an extra
    import highdicom  # noqa: PLC0415 - an extra

    threshold = lesion.method.threshold
    algorithm = None
    if threshold is not None:
        algorithm = highdicom.AlgorithmIdentificationSequence(
            name=MAKER,
            family=coded(NEIGHBOURS),
            version=stamp.version,
            parameters={"method": lesion.method.name, "threshold": f"{threshold:.6g}"},
        )
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=lesion.label,
        segmented_property_category=coded(ABNORMAL),
        segmented_property_type=coded(LESION),
        algorithm_type="MANUAL" if threshold is None else "SEMIAUTOMATIC",
        algorithm_identification=algorithm,
        tracking_uid=tracking(lesion.label, header, stamp),
        tracking_id=lesion.label,
    )


def _words(lesions: Sequence[Delineated], series: Series) -> tuple[str, ...]:
    """What tells one segmentation from another: series, masks and how they were drawn."""
    digest = sha256()
    for lesion in lesions:
        digest.update(f"{lesion.label}\0{lesion.method}\0{lesion.corner}\0".encode())
        digest.update(f"{lesion.mask.shape}\0".encode())
        digest.update(np.packbits(lesion.mask).tobytes())
    return (series.key, digest.hexdigest())
