"""Small DICOM and NIfTI files of nobody: whole ones, for tests and for a study to damage."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless

SIDE = 8
ROOT = "1.2.826.0.1.3680043.10.1"
PET_CLASS, CT_CLASS = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.2"
# Whoever reads these in what the reader says has found a leak.
PATIENT, NUMBER, HOSPITAL = "Zzyzxova^Quirina", "QX-77381902", "Zzyzx General"
CANARIES = ("zzyzx", "quirina", "77381902", "3680043.10.1")


def pet_slice(at: int = 0, **changes: object) -> Dataset:
    """The PET image at 3 mm times `at`; `changes` are attributes by keyword, None to leave out."""
    data = _image("PT", PET_CLASS, at)
    data.SeriesDate, data.SeriesTime = "20250101", "110000.000000"
    data.AcquisitionDate, data.AcquisitionTime = "20250101", "110500.00"
    data.Units, data.DecayCorrection = "BQML", "START"
    data.CorrectedImage = ["DECY", "ATTN", "SCAT"]
    data.PatientWeight, data.PatientSize, data.PatientSex = "70.0", "1.75", "F"
    data.FrameReferenceTime, data.ActualFrameDuration = "150000.0", "300000"
    data.DecayFactor = "1.02"
    tracer = Dataset()
    tracer.RadiopharmaceuticalStartTime = "100000.00"
    tracer.RadiopharmaceuticalStartDateTime = "20250101100000.00"
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = "368080000.0", "6586.2"
    data.RadiopharmaceuticalInformationSequence = Sequence([tracer])
    block = data.private_block(0x7053, "Philips PET Private Group", create=True)
    block.add_new(0x09, "DS", "1.5")
    data.RescaleSlope, data.RescaleIntercept = f"{0.5 + 0.25 * at}", "0"
    return _changed(data, changes)


def ct_slice(at: int = 0, **changes: object) -> Dataset:
    """The CT image at 3 mm times `at`."""
    data = _image("CT", CT_CLASS, at)
    data.RescaleSlope, data.RescaleIntercept = "1", "-1024"
    return _changed(data, changes)


def stored_values(at: int) -> NDArray[np.int16]:
    """What a slice stores, `"rows columns"`."""
    return np.random.default_rng(at).integers(0, 3000, (SIDE, SIDE), dtype=np.int16)


def structure_set() -> Dataset:
    """An RTSTRUCT with one square contour."""
    data = _patient("RTSTRUCT", "1.2.840.10008.5.1.4.1.1.481.3", 900)
    roi, contour, own = Dataset(), Dataset(), Dataset()
    roi.ROINumber, roi.ROIName = "1", "lesion"
    roi.ReferencedFrameOfReferenceUID = f"{ROOT}.3"
    contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", "4"
    contour.ContourData = [2, 2, 3, 12, 2, 3, 12, 12, 3, 2, 12, 3]
    own.ReferencedROINumber, own.ContourSequence = "1", Sequence([contour])
    data.StructureSetROISequence, data.ROIContourSequence = Sequence([roi]), Sequence([own])
    return data


def content(data: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A data set as the bytes of a file."""
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    packed = syntax == RLELossless
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if packed else UID(syntax)
    if packed:
        data.compress(RLELossless, generate_instance_uid=False)
    elif UID(syntax).is_little_endian is False and "PixelData" in data:
        swapped = np.frombuffer(data.PixelData, "<i2").astype(">i2")
        data.PixelData = swapped.tobytes()
    out = BytesIO()
    with warnings.catch_warnings():
        # Some tests write what should not be written.
        warnings.simplefilter("ignore")
        dcmwrite(out, data, enforce_file_format=True)
    return out.getvalue()


def _image(modality: str, class_: str, at: int) -> Dataset:
    data = _patient(modality, class_, at)
    data.ImageType = ["ORIGINAL", "PRIMARY"]
    data.SliceThickness = "3.0"
    data.FrameOfReferenceUID = f"{ROOT}.3"
    data.ImagePositionPatient = [-10.0, -20.0, 3.0 * at]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows = data.Columns = SIDE
    data.PixelSpacing = [2.0, 2.5]
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 1
    data.PixelData = stored_values(at).astype("<i2").tobytes()
    data["PixelData"].VR = "OW"
    return data


def _patient(modality: str, class_: str, at: int) -> Dataset:
    data = Dataset()
    data.SOPClassUID, data.Modality = class_, modality
    data.SOPInstanceUID = f"{ROOT}.{sum(modality.encode())}.{at + 1}"
    data.SeriesInstanceUID = f"{ROOT}.2.{sum(modality.encode())}"
    data.StudyInstanceUID = f"{ROOT}.1"
    data.PatientName, data.PatientID, data.PatientBirthDate = PATIENT, NUMBER, "19611213"
    data.InstitutionName, data.AccessionNumber = HOSPITAL, NUMBER
    data.Manufacturer = "GE MEDICAL SYSTEMS"
    return data


def _changed(data: Dataset, changes: Mapping[str, object]) -> Dataset:
    for keyword, value in changes.items():
        if value is None:
            delattr(data, keyword)
        else:
            setattr(data, keyword, value)
    return data
