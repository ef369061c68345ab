"""The images that a segmentation is written for: their headers, in the order of the slices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.opening import guarded, open_dataset
from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.series import Series
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.masks.opening import PIXEL_DATA, text
from reinfuse.imaging.masks.stamp import LINKS, Stamp

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

NO_HIGHDICOM = ReinfuseError(
    "DICOM segmentations and structured reports need highdicom, which is not installed",
    fix="pip install 'reinfuse[dicom-sr]'",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Images:
    """Headers of images, without a name, and the name if it is kept."""

    headers: tuple[Dataset, ...] = field(repr=False)
    patient_name: str = field(repr=False)


def headers(series: Series, slices: range, stamp: Stamp) -> Images:
    """One header for each of some slices, with the identity that the stamp leaves.

    ReinfuseError for a resampled series, whose slices are nobody's images.
    """
    if series.places is not None:
        raise ReinfuseError(
            "the series was resampled, so its slices are not those of the images",
            where=series.key,
            fix="write masks of the series as it was stored",
        )
    read = [_header(series.images[number].source) for number in slices]
    applied = []
    for number, header in zip(slices, read, strict=True):
        with guarded(series.images[number].source.name):
            applied.append(stamp.applied(header))
    with guarded(series.key):
        name = str(read[0].get("PatientName") or "") if stamp.keep_identity else ""
    return Images(headers=tuple(applied), patient_name=name)


def _header(source: Source) -> Dataset:
    header = open_dataset(source)
    if PIXEL_DATA in header:
        del header[PIXEL_DATA]
    for keyword in LINKS:
        if not text(header, keyword):
            raise refuse(source.name, f"there is no {keyword} to refer to")
    return header
