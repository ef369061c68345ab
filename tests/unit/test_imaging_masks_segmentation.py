"""DICOM segmentations that another library wrote, and NIfTI masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import Series
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks import masks_on, read_masks, read_segmentation, write_masks
from reinfuse.imaging.nifti import write_nifti
from tests.unit.imaging_masks_files import NAME, SHAPE, WHO, pet, two_lesions

highdicom = pytest.importorskip("highdicom", reason="the extra dicom-sr is not installed")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return pet(tmp_path_factory.mktemp("pet"))


def written(
    series: Series,
    path: Path,
    pixels: np.ndarray,
    kind: str,
    *,
    labels: tuple[str, ...] = ("L1", "L2"),
) -> Path:
    images = [pydicom.dcmread(one.source.path) for one in series.images]
    for one in images:
        one.PatientSex = one.StudyID = one.ReferringPhysicianName = ""
        one.PositionReferenceIndicator = ""
    lesion = highdicom.sr.CodedConcept("52988006", "SCT", "Lesion")
    abnormal = highdicom.sr.CodedConcept("49755003", "SCT", "Morphologically Abnormal Structure")
    highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=[
            highdicom.seg.SegmentDescription(number, label, abnormal, lesion, "MANUAL")
            for number, label in enumerate(labels, start=1)
        ],
        series_instance_uid="1.2.3.9",
        series_number=9,
        sop_instance_uid="1.2.3.9.1",
        instance_number=1,
        manufacturer="test",
        manufacturer_model_name="test",
        software_versions="0",
        device_serial_number="0",
        max_fractional_value=200,
    ).save_as(path)
    return path


@pytest.mark.parametrize(
    ("kind", "overlapping"), [("BINARY", False), ("BINARY", True), ("LABELMAP", False)]
)
def test_the_masks_of_another_library_are_read_voxel_for_voxel(
    kind: str, overlapping: bool, series: Series, tmp_path: Path
) -> None:
    lesions = two_lesions(series, overlapping=overlapping)
    pixels = np.stack([one.whole for one in lesions], axis=-1).astype(np.uint8)
    file = written(series, tmp_path / "seg.dcm", pixels, kind)
    found = masks_on(file, series)
    for one, other in zip(found, lesions, strict=True):
        assert isinstance(one, Delineated)
        assert np.array_equal(one.whole, other.whole)
        assert (one.label, one.guards) == (other.label, ())
    read = read_segmentation(file)
    assert [(one.kind, one.algorithm) for one in read.segments] == [("Lesion", "MANUAL")] * 2


@pytest.mark.parametrize(("at_least", "voxels"), [(0.5, 3), (0.4, 4), (0.1, 5), (0.95, 1)])
def test_a_share_decides_which_voxels_of_a_fractional_segmentation_count(
    at_least: float, voxels: int, series: Series, tmp_path: Path
) -> None:
    pixels = np.zeros(SHAPE, np.float32)
    pixels[2, 3, 4:9] = [1.0, 0.75, 0.5, 0.45, 0.2]
    file = written(series, tmp_path / "seg.dcm", pixels, "FRACTIONAL", labels=("L1",))
    (mask,) = read_segmentation(file, at_least=at_least).masks
    assert mask.voxels == voxels


def test_a_segment_without_voxels_says_so(series: Series, tmp_path: Path) -> None:
    pixels = np.zeros((*SHAPE, 2), np.uint8)
    pixels[1, 2, 3, 0] = 1
    first, second = masks_on(written(series, tmp_path / "seg.dcm", pixels, "BINARY"), series)
    assert isinstance(first, Delineated)
    assert second.label == "L2"
    assert not isinstance(second, Delineated)


def test_a_segment_named_after_the_patient_is_called_by_its_number(
    series: Series, tmp_path: Path
) -> None:
    pixels = np.ones(SHAPE, np.uint8)
    label = f"mass of {NAME.split('^')[0]}"
    images = tmp_path / "seg.dcm"
    dataset = pydicom.dcmread(written(series, images, pixels, "BINARY", labels=("L1",)))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SegmentSequence[0].SegmentLabel = label
    dataset.PatientName = NAME
    dataset.save_as(images)
    assert [one.label for one in read_segmentation(images).segments] == ["segment 1"]


@pytest.mark.parametrize(
    ("keyword", "value", "what"),
    [
        ("NumberOfFrames", 60000, "frames are announced"),
        ("Rows", 40000, "rows, columns and frames ask for"),
        ("Columns", 0, "0 stands where a count should"),
        ("SegmentationType", "MAYBE", "type MAYBE with 1 bits a voxel"),
        ("SegmentSequence", [], "which is not described"),
        ("SOPClassUID", "1.2.3", "holds no masks"),
        ("FrameOfReferenceUID", "9.9.9", "another frame of reference"),
    ],
)
def test_a_file_that_lies_is_refused_with_its_name(
    keyword: str, value: object, what: str, series: Series, tmp_path: Path
) -> None:
    file = written(series, tmp_path / "seg.dcm", np.ones(SHAPE, np.uint8), "BINARY", labels=("L",))
    dataset = pydicom.dcmread(file)
    setattr(dataset, keyword, value)
    dataset.save_as(file)
    with pytest.raises(ReinfuseError, match=what) as caught:
        masks_on(file, series)
    assert caught.value.where.startswith("seg.dcm")
    assert not any(one in str(caught.value) for one in WHO)


@pytest.mark.parametrize(
    ("move", "what"),
    [([0, 0, 1.4], "not 3 mm apart"), ([2.0, 0, 0], "do not lie upright"), ([0, 0, 9e7], "apart")],
)
def test_frames_that_are_no_stack_are_refused(
    move: list[float], what: str, series: Series, tmp_path: Path
) -> None:
    file = written(series, tmp_path / "seg.dcm", np.ones(SHAPE, np.uint8), "BINARY", labels=("L",))
    dataset = pydicom.dcmread(file)
    place = dataset.PerFrameFunctionalGroupsSequence[2].PlanePositionSequence[0]
    place.ImagePositionPatient = list(np.add(place.ImagePositionPatient, move))
    dataset.save_as(file)
    with pytest.raises(ReinfuseError, match=what):
        read_segmentation(file)


def test_a_damaged_segmentation_gives_one_clear_error_or_none(
    series: Series, tmp_path: Path
) -> None:
    pixels = np.ones(SHAPE, np.uint8)
    whole = written(series, tmp_path / "seg.dcm", pixels, "BINARY", labels=("L",)).read_bytes()
    rng = np.random.default_rng(12)
    refused = []
    for _ in range(150):
        damaged = bytearray(whole)
        at = int(rng.integers(132, len(whole) - 4))
        if rng.random() < 0.5:
            damaged[at : at + 4] = rng.bytes(4)
        else:
            del damaged[at : at + int(rng.integers(1, 400))]
        file = tmp_path / "damaged.dcm"
        file.write_bytes(damaged)
        try:
            masks_on(file, series)
        except ReinfuseError as error:
            refused.append(str(error))
    assert len(refused) > 50
    assert not any(one in words for words in refused for one in WHO)


def test_labels_go_through_a_nifti_file_and_back(series: Series, tmp_path: Path) -> None:
    lesions = two_lesions(series)
    write_masks(tmp_path / "masks.nii.gz", lesions)
    found = masks_on(tmp_path / "masks.nii.gz", series)
    for one, other in zip(found, lesions, strict=True):
        assert isinstance(one, Delineated)
        assert np.array_equal(one.whole, other.whole)
    assert [one.label for one in found] == ["1", "2"]


def test_shares_in_a_nifti_file_are_one_mask_and_an_image_is_none(
    series: Series, tmp_path: Path
) -> None:
    shares = np.zeros(SHAPE, np.float32)
    shares[2, 3, 4:7] = [0.9, 0.6, 0.3]
    write_nifti(tmp_path / "shares.nii", shares, series.grid)
    (mask,) = read_masks(tmp_path / "shares.nii")
    assert mask.voxels == 2
    image = np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)
    write_nifti(tmp_path / "image.nii", image, series.grid)
    with pytest.raises(ReinfuseError, match="an image, and no masks"):
        read_masks(tmp_path / "image.nii")


def test_overlapping_lesions_do_not_fit_labels(series: Series, tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="L2 overlaps another lesion"):
        write_masks(tmp_path / "masks.nii.gz", two_lesions(series, overlapping=True))
    assert not list(tmp_path.iterdir())
