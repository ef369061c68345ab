"""Small PET series and structure sets of nobody, written for tests of masks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from reinfuse.imaging.dicom import Series, read_folder
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.masks import Stamp
from reinfuse.imaging.volume import Mask

PET = "1.2.840.10008.5.1.4.1.1.128"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"
FRAME = "1.2.3.4.1"
STUDY = "1.2.3.4.2"
SHAPE = (6, 19, 15)  # 285 voxels a slice: frames of bits begin within bytes
SPACING = (3.0, 4.0, 5.0)  # mm from slice to slice, row to row, column to column
NAME, NUMBER = "M\u00fcller^\u00c4nne", "HN-778812"
WHO = ("M\u00fcller", "\u00c4nne", NUMBER, "19610203", "ACC-5512", "Klinik am See", "20230405")
KEY = b"0123456789abcdef"


def stamp(*, keep: bool = False, key: bytes = KEY) -> Stamp:
    when = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - DICOM times are local
    return Stamp(key=key, at=when, version="0.1.0", keep_identity=keep)


def lesion(series: Series, label: str, mask: Mask, *, threshold: float | None = 2.5) -> Delineated:
    return Delineated(
        label=label,
        grid=series.grid,
        corner=(0, 0, 0),
        mask=mask,
        method=Method(name="41 % of SUVmax", threshold=threshold),
    )


def two_lesions(series: Series, *, overlapping: bool = False) -> list[Delineated]:
    one, other = np.zeros(SHAPE, np.bool_), np.zeros(SHAPE, np.bool_)
    one[1:4, 3:9, 2:7] = True
    one[2, 5, 4] = False
    other[2:5, (8 if overlapping else 10) : 15, 5:13] = True
    return [lesion(series, "L1", one), lesion(series, "L2", other, threshold=None)]


def pet(folder: Path) -> Series:
    """A PET series of `SHAPE`, with a name, numbers and dates in it that nobody may see again."""
    folder.mkdir(exist_ok=True)
    for index in range(SHAPE[0]):
        one = _general(PET, f"1.2.3.4.5.{index + 1}", "PT")
        one.SeriesInstanceUID = "1.2.3.4.5"
        one.InstanceNumber = index + 1
        one.ImagePositionPatient = [-40, -50, 100 + SPACING[0] * index]
        one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        one.PixelSpacing = [SPACING[1], SPACING[2]]
        one.SliceThickness = SPACING[0]
        one.Rows, one.Columns = SHAPE[1:]
        one.BitsAllocated = one.BitsStored = 16
        one.HighBit, one.PixelRepresentation, one.SamplesPerPixel = 15, 0, 1
        one.PhotometricInterpretation = "MONOCHROME2"
        one.RescaleSlope, one.RescaleIntercept, one.Units = 1, 0, "BQML"
        values = np.arange(SHAPE[1] * SHAPE[2], dtype="<u2") + 100 * index
        one.PixelData = values.tobytes()
        save(one, folder / f"{index}.dcm")
    return read_folder(folder).one("PT")


def structure_set(
    path: Path,
    regions: Sequence[tuple[str, Sequence[tuple[str, Sequence[Any]]]]],  # Any: numbers or texts
    *,
    frame: str = FRAME,
    series: str = "",
    images: Sequence[str] = (),
) -> Path:
    """Regions as (name, contours); a contour is (type, flat coordinates).

    `series` and `images` are UIDs of what they were drawn on, where the file is to say it.
    """
    made = _general(RTSTRUCT, "1.2.3.4.6", "RTSTRUCT")
    made.SeriesInstanceUID = "1.2.3.4.7"
    made.StructureSetROISequence, made.ROIContourSequence = [], []
    if series:
        made.ReferencedFrameOfReferenceSequence = [_referenced(frame, series)]
    for number, (name, contours) in enumerate(regions, start=1):
        named, drawn = Dataset(), Dataset()
        named.ROINumber, named.ROIName = number, name
        named.ReferencedFrameOfReferenceUID = frame
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for kind, data in contours:
            contour = Dataset()
            contour.ContourGeometricType = kind
            contour.NumberOfContourPoints = len(data) // 3
            contour.ContourData = list(data)
            contour.ContourImageSequence = [_image(one) for one in images]
            drawn.ContourSequence.append(contour)
        made.StructureSetROISequence.append(named)
        made.ROIContourSequence.append(drawn)
    return save(made, path)


def _referenced(frame: str, series: str) -> Dataset:
    one, study, whole = Dataset(), Dataset(), Dataset()
    one.SeriesInstanceUID, one.ContourImageSequence = series, []
    study.RTReferencedSeriesSequence = [one]
    whole.FrameOfReferenceUID, whole.RTReferencedStudySequence = frame, [study]
    return whole


def _image(instance: str) -> Dataset:
    one = Dataset()
    one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = PET, instance
    return one


def save(dataset: Dataset, path: Path) -> Path:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(path, enforce_file_format=True)
    return path


def square(z: float, x: tuple[float, float], y: tuple[float, float]) -> list[float]:
    """A closed contour, mm, as flat coordinates."""
    return [x[0], y[0], z, x[1], y[0], z, x[1], y[1], z, x[0], y[1], z]


def _general(sop_class: str, instance: str, modality: str) -> Dataset:
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 100"
    made.SOPClassUID, made.SOPInstanceUID, made.Modality = sop_class, instance, modality
    made.PatientName, made.PatientID, made.PatientBirthDate = NAME, NUMBER, "19610203"
    made.AccessionNumber, made.InstitutionName = "ACC-5512", "Klinik am See"
    made.StudyInstanceUID, made.FrameOfReferenceUID = STUDY, FRAME
    made.StudyDate, made.StudyTime = "20230405", "101112"
    return made
