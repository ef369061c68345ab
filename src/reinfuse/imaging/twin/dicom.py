"""A rendered scan as two DICOM series, PET in Bq/mL and CT, labelled synthetic everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reinfuse.imaging.twin.render import Rendered
from reinfuse.imaging.twin.scans import AGE, HALF_LIFE_S, HEIGHT_M, SEX, WEIGHT_KG, Scan
from reinfuse.imaging.volume import Grid

if TYPE_CHECKING:
    from pydicom import Dataset

SYNTHETIC = "SYNTHETIC"
PET_CLASS, CT_CLASS = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
START_S = 10 * 3600.0  # the PET series begins at ten in the morning
CT_BEFORE_S = 90.0
BED_S, BED_MM = 150.0, 150.0  # time and length of one bed position
LARGEST = 32767
CT_INTERCEPT = -1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Identifiers of nobody: made from the seed, so that a twin is written the same every time."""

    seed: int
    scan: str

    def uid(self, *parts: str) -> str:
        """A UID for a part of this scan."""
        from pydicom.uid import generate_uid  # noqa: PLC0415 # an extra

        source = ["reinfuse digital twin", str(self.seed), self.scan, *parts]
        return str(generate_uid(entropy_srcs=source))


def write_series(folder: Path, scan: Scan, seen: Rendered, names: Names) -> tuple[Path, Path]:
    """Write `PET` and `CT` of one scan below a folder, one file a slice, head first."""
    pet, ct = folder / "PET", folder / "CT"
    for place, slices in ((pet, _pet(scan, seen, names)), (ct, _ct(scan, seen, names))):
        place.mkdir(parents=True, exist_ok=True)
        for number, dataset in enumerate(slices, start=1):
            dataset.save_as(place / f"{number:04d}.dcm", enforce_file_format=True)
    return pet, ct


def _pet(scan: Scan, seen: Rendered, names: Names) -> Iterator[Dataset]:
    grid, fade = seen.suv.grid, np.log(2) / HALF_LIFE_S
    dose = scan.dose_mbq * 1e6
    left = dose * np.exp(-fade * scan.uptake_min * 60)
    activity = seen.suv.values * np.float32(left / (WEIGHT_KG * 1000.0))
    dataset = _pet_header(scan, grid, names, dose)
    beds = max(1, int(np.ceil(grid.shape[0] * grid.spacing[0] / BED_MM)))
    for number, index in enumerate(reversed(range(grid.shape[0])), start=1):
        # The beds run from the thighs to the head, as scanners do.
        bed = min(beds - 1, index * beds // grid.shape[0])
        begin = bed * BED_S
        middle = begin - np.log(_mean_left(fade * BED_S)) / fade
        _place(dataset, grid, index, number, names)
        dataset.AcquisitionTime = dataset.ContentTime = _clock(START_S + begin)
        dataset.FrameReferenceTime = f"{middle * 1000:.3f}"
        dataset.DecayFactor = f"{np.exp(fade * middle):.8f}"
        dataset.ImageIndex = number
        slope = f"{max(float(activity[index].max()), 1.0) / LARGEST:.9e}"
        dataset.RescaleSlope = slope
        stored = np.clip(np.rint(activity[index] / np.float32(slope)), 0, LARGEST)
        dataset.PixelData = stored.astype("<i2").tobytes()
        yield dataset


def _pet_header(scan: Scan, grid: Grid, names: Names, dose: float) -> Dataset:
    dataset = _general(scan, names, PET_CLASS, "PT")
    dataset.SeriesDescription = f"{SYNTHETIC} PET, digital twin, attenuation corrected"
    dataset.ImageType = ["DERIVED", "PRIMARY", SYNTHETIC]
    dataset.SeriesTime = _clock(START_S)
    dataset.Units, dataset.CountsSource = "BQML", "EMISSION"
    dataset.SeriesType = ["WHOLE BODY", "IMAGE"]
    dataset.DecayCorrection = "START"
    dataset.AttenuationCorrectionMethod = "synthetic"
    dataset.CorrectedImage = ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"]
    dataset.NumberOfSlices = grid.shape[0]
    dataset.CollimatorType = "NONE"
    dataset.RescaleIntercept = "0"
    dataset.ActualFrameDuration = str(int(BED_S * 1000))
    dataset.RadiopharmaceuticalInformationSequence = [_tracer(scan, dose)]
    _pixels(dataset, grid, signed=True)
    return dataset


def _ct(scan: Scan, seen: Rendered, names: Names) -> Iterator[Dataset]:
    grid = seen.hu.grid
    dataset = _general(scan, names, CT_CLASS, "CT")
    dataset.SeriesDescription = f"{SYNTHETIC} CT, digital twin, low dose"
    dataset.ImageType = ["DERIVED", "PRIMARY", "AXIAL", SYNTHETIC]
    dataset.SeriesTime = dataset.AcquisitionTime = dataset.ContentTime = _clock(
        START_S - CT_BEFORE_S
    )
    dataset.KVP, dataset.AcquisitionNumber = "120", "1"
    dataset.RescaleIntercept, dataset.RescaleSlope = str(CT_INTERCEPT), "1"
    dataset.RescaleType = "HU"
    _pixels(dataset, grid, signed=False)
    for number, index in enumerate(reversed(range(grid.shape[0])), start=1):
        _place(dataset, grid, index, number, names)
        stored = np.clip(seen.hu.values[index] - CT_INTERCEPT, 0, LARGEST)
        dataset.PixelData = np.rint(stored).astype("<u2").tobytes()
        yield dataset


def _general(scan: Scan, names: Names, sop_class: str, modality: str) -> Dataset:
    from pydicom import Dataset  # noqa: PLC0415 # an extra
    from pydicom.dataset import FileMetaDataset  # noqa: PLC0415
    from pydicom.uid import UID  # noqa: PLC0415

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE)
    dataset.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.SOPClassUID, dataset.Modality = sop_class, modality
    dataset.PatientName = f"{SYNTHETIC}^DIGITAL TWIN"
    dataset.PatientID = f"{SYNTHETIC}-{names.seed}"
    dataset.PatientBirthDate, dataset.PatientSex, dataset.PatientAge = "", SEX, AGE
    dataset.PatientWeight, dataset.PatientSize = str(WEIGHT_KG), str(HEIGHT_M)
    dataset.StudyDate = dataset.SeriesDate = scan.date
    dataset.AcquisitionDate = dataset.ContentDate = scan.date
    dataset.StudyTime = _clock(START_S - CT_BEFORE_S)
    dataset.StudyID, dataset.AccessionNumber, dataset.ReferringPhysicianName = "1", "", ""
    dataset.StudyDescription = f"{SYNTHETIC} PET/CT of an invented patient: {scan.name}"
    dataset.Manufacturer, dataset.ManufacturerModelName = "reinfuse", "digital twin"
    dataset.SoftwareVersions = SYNTHETIC
    dataset.SeriesNumber = "2" if modality == "PT" else "1"
    dataset.StudyInstanceUID = names.uid("study")
    dataset.SeriesInstanceUID = names.uid("series", modality)
    dataset.FrameOfReferenceUID = names.uid("frame")
    dataset.PositionReferenceIndicator, dataset.PatientPosition = "", "HFS"
    dataset.BurnedInAnnotation = "NO"
    return dataset


def _tracer(scan: Scan, dose: float) -> Dataset:
    from pydicom import Dataset  # noqa: PLC0415 # an extra

    tracer, nuclide, drug = Dataset(), Dataset(), Dataset()
    injected = _clock(START_S - scan.uptake_min * 60)
    tracer.Radiopharmaceutical = "Fluorodeoxyglucose"
    tracer.RadiopharmaceuticalStartTime = injected
    tracer.RadiopharmaceuticalStartDateTime = scan.date + injected
    tracer.RadionuclideTotalDose = f"{dose:.0f}"
    tracer.RadionuclideHalfLife, tracer.RadionuclidePositronFraction = str(HALF_LIFE_S), "0.967"
    nuclide.CodeValue, nuclide.CodingSchemeDesignator = "C-111A1", "SRT"
    nuclide.CodeMeaning = "^18^Fluorine"
    drug.CodeValue, drug.CodingSchemeDesignator = "C-B1031", "SRT"
    drug.CodeMeaning = "Fluorodeoxyglucose F^18^"
    tracer.RadionuclideCodeSequence = [nuclide]
    tracer.RadiopharmaceuticalCodeSequence = [drug]
    return tracer


def _pixels(dataset: Dataset, grid: Grid, *, signed: bool) -> None:
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = grid.shape[1], grid.shape[2]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = int(signed)
    slices, rows, columns = (float(step) for step in grid.spacing)
    dataset.PixelSpacing = [f"{rows:g}", f"{columns:g}"]
    dataset.SliceThickness = f"{slices:g}"
    across, down = grid.steps[2] / columns, grid.steps[1] / rows
    dataset.ImageOrientationPatient = [f"{value:g}" for value in (*across, *down)]


def _place(dataset: Dataset, grid: Grid, index: int, number: int, names: Names) -> None:
    where = grid.millimetres((index, 0, 0))
    dataset.SOPInstanceUID = names.uid(dataset.Modality, str(number))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.InstanceNumber = str(number)
    dataset.ImagePositionPatient = [f"{value:.4f}" for value in where]
    dataset.SliceLocation = f"{where[2]:.4f}"


def _mean_left(faded: float) -> float:
    """The mean share of activity over a frame in which `faded` natural logs decay."""
    return float(-np.expm1(-faded) / faded)


def _clock(seconds: float) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(int(minutes), 60)
    return f"{hour:02d}{minute:02d}{second:09.6f}"
