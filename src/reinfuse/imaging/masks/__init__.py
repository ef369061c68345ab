"""Masks read from and written as DICOM and NIfTI, and reports of what was measured in them."""

from reinfuse.imaging.masks.codes import Normalised, What
from reinfuse.imaging.masks.nifti_masks import read_masks, write_masks
from reinfuse.imaging.masks.numbers import Reported, reported
from reinfuse.imaging.masks.origin import drawn_on
from reinfuse.imaging.masks.placing import NoMask, carried_to
from reinfuse.imaging.masks.raster import NotOnTheseSlices, Raster, rasterise
from reinfuse.imaging.masks.reading import masks_on
from reinfuse.imaging.masks.reporting import segmentation_and_report
from reinfuse.imaging.masks.saving import save_object
from reinfuse.imaging.masks.segmentation import Segment, Segmentation, read_segmentation
from reinfuse.imaging.masks.segmenting import segmentation
from reinfuse.imaging.masks.stamp import Stamp
from reinfuse.imaging.masks.structures import Roi, Structures, mask_of, read_structures

__all__ = [
    "NoMask", "Normalised", "NotOnTheseSlices", "Raster", "Reported", "Roi", "Segment",
    "Segmentation", "Stamp", "Structures", "What", "carried_to", "drawn_on", "mask_of",
    "masks_on", "rasterise", "read_masks", "read_segmentation", "read_structures", "reported",
    "save_object", "segmentation", "segmentation_and_report", "write_masks",
]  # fmt: skip
