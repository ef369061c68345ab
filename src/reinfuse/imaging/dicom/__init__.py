"""DICOM files: read into series on a grid, with what they say of the scan and never of whom."""

from reinfuse.imaging.dicom.opening import guarded, open_dataset, short_hash
from reinfuse.imaging.dicom.reader import SYNTHETIC_RULE, read_folder
from reinfuse.imaging.dicom.series import Found, Other, Refused, Series, Stored
from reinfuse.imaging.dicom.values import read_slice, read_volume

__all__ = [
    "SYNTHETIC_RULE", "Found", "Other", "Refused", "Series", "Stored", "guarded",
    "open_dataset", "read_folder", "read_slice", "read_volume", "short_hash",
]  # fmt: skip
