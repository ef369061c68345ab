"""Segmentations and reports written, and who can be found in them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import Series
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks import (
    Normalised,
    Reported,
    Stamp,
    What,
    masks_on,
    read_segmentation,
    reported,
    save_object,
    segmentation,
    segmentation_and_report,
)
from reinfuse.imaging.masks.codes import GRAM, concept
from reinfuse.imaging.measures import measure
from reinfuse.imaging.volume import Volume
from tests.unit.imaging_masks_files import FRAME, NAME, NUMBER, SHAPE, STUDY, WHO, pet, two_lesions
from tests.unit.imaging_masks_files import stamp as stamped

highdicom = pytest.importorskip("highdicom", reason="the extra dicom-sr is not installed")

NUMBERS = tuple((what, 1.1 + 0.7 * index) for index, what in enumerate(What))


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return pet(tmp_path_factory.mktemp("pet"))


def both(series: Series, folder: Path, stamp: Stamp) -> tuple[Path, Path]:
    lesions = [Reported(lesion=one, numbers=NUMBERS) for one in two_lesions(series)]
    segments, report = segmentation_and_report(lesions, series, stamp)
    save_object(segments, folder / "seg.dcm")
    save_object(report, folder / "sr.dcm")
    return folder / "seg.dcm", folder / "sr.dcm"


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("overlapping", [False, True])
def test_masks_that_are_written_are_read_back_voxel_for_voxel(
    overlapping: bool, keep: bool, series: Series, tmp_path: Path
) -> None:
    lesions = two_lesions(series, overlapping=overlapping)
    save_object(segmentation(lesions, series, stamped(keep=keep)), tmp_path / "seg.dcm")
    for one, other in zip(read_segmentation(tmp_path / "seg.dcm").masks, lesions, strict=True):
        low = np.argwhere(other.whole).min(axis=0)
        assert np.array_equal(one.mask, other.whole[tuple(map(slice, low, low + one.mask.shape))])
        assert one.voxels == other.voxels
        assert one.grid.millimetres(one.corner) == pytest.approx(other.grid.millimetres(low))
    if keep:
        found = masks_on(tmp_path / "seg.dcm", series)
        assert all(
            isinstance(one, Delineated) and np.array_equal(one.whole, other.whole)
            for one, other in zip(found, lesions, strict=True)
        )


def test_numbers_of_a_report_are_read_back_as_they_were(series: Series, tmp_path: Path) -> None:
    both(series, tmp_path, stamped())
    groups = highdicom.sr.srread(
        tmp_path / "sr.dcm"
    ).content.get_volumetric_roi_measurement_groups()
    assert [one.tracking_identifier for one in groups] == ["L1", "L2"]
    for number, group in enumerate(groups, start=1):
        assert [one.value for one in group.get_measurements()] == [value for _, value in NUMBERS]
        assert group.referenced_segment.referenced_segment_numbers == [number]
    coded = {
        what: one for (what, _), one in zip(NUMBERS, groups[0].get_measurements(), strict=True)
    }
    assert coded[What.SUV_MAX].name == codes.DCM.Suvbw
    assert coded[What.SUV_MAX].derivation == codes.SCT.Maximum
    assert coded[What.SUV_MAX].unit == codes.UCUM.StandardizedUptakeValueBodyWeight
    assert coded[What.TLG].name == codes.DCM.TotalLesionGlycolysis
    assert coded[What.METABOLIC_VOLUME].name == codes.DCM.MetabolicVolume
    assert coded[What.LONG_AXIS].name == codes.SCT.LongAxis


@pytest.mark.parametrize("normalised", Normalised)
def test_every_code_is_in_the_dictionary_with_this_meaning(normalised: Normalised) -> None:
    used = set()
    for what in What:
        named = concept(what, normalised)
        used |= {named.name, named.unit, named.derivation} - {None}
    for code in used - {GRAM}:  # a gram is UCUM itself, and not in the dictionary
        known = getattr(codes, code.scheme)
        meanings = {
            known.concepts[one].meaning.casefold()
            for one in known.dir()
            if known.concepts[one].value == code.value
        }
        assert code.meaning.casefold() in meanings


def test_a_measured_lesion_is_reported_with_its_own_numbers(series: Series) -> None:
    values = np.random.default_rng(1).uniform(3, 9, SHAPE).astype(np.float32)
    volume = Volume(values=values, grid=series.grid, unit="SUVbw")
    measured = measure(volume, two_lesions(series)[1])
    numbers = dict(reported(measured).numbers)
    assert numbers[What.SUV_MAX] == pytest.approx(values[measured.lesion.whole].max())
    assert numbers[What.VOLUME] == pytest.approx(measured.lesion.voxels * 0.06)
    assert numbers[What.TLG] == pytest.approx(
        numbers[What.SUV_MEAN] * numbers[What.METABOLIC_VOLUME]
    )
    assert numbers[What.LENGTH] >= numbers[What.WIDTH] >= numbers[What.DEPTH] > 0
    assert What.TLG not in dict(reported(measured, Normalised.BSA).numbers)


def test_a_report_says_how_the_border_was_drawn_and_what_it_is_for(
    series: Series, tmp_path: Path
) -> None:
    seg, sr = (pydicom.dcmread(one) for one in both(series, tmp_path, stamped()))
    text = "\n".join(str(one.value) for one in sr.iterall() if one.VR in ("LO", "UT"))
    for words in (
        "method: 41 % of SUVmax", "threshold: SUVbw 2.5", "threshold: none",
        "voxel size: 3 x 4 x 5 mm", "guards tripped: none", "reinfuse", "0.1.0",
        "Research, not for diagnosis",
    ):  # fmt: skip
        assert words in text
    assert (sr.CompletionFlag, sr.VerificationFlag) == ("PARTIAL", "UNVERIFIED")
    first, second = seg.SegmentSequence
    assert first.SegmentAlgorithmType == "SEMIAUTOMATIC"
    assert "41 % of SUVmax" in str(
        first.SegmentationAlgorithmIdentificationSequence[0].AlgorithmParameters
    )
    assert second.SegmentAlgorithmType == "MANUAL"
    assert seg.ContentDescription == "Research, not for diagnosis"


def test_nobody_can_be_found_in_what_is_written(series: Series, tmp_path: Path) -> None:
    for file in both(series, tmp_path, stamped()):
        content = file.read_bytes()
        for one in (*WHO, STUDY, FRAME, "1.2.3.4.5"):
            assert one.encode() not in content
            assert one.encode("latin-1") not in content
        dataset = pydicom.dcmread(file)
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.PatientName == ""
        assert dataset.PatientID.startswith("RF-")


def test_identity_is_kept_where_it_is_asked_for(
    series: Series, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for file in both(series, tmp_path, stamped(keep=True)):
        dataset = pydicom.dcmread(file)
        assert (dataset.PatientName, dataset.PatientID) == (NAME, NUMBER)
        assert (dataset.StudyInstanceUID, dataset.StudyDate) == (STUDY, "20230405")
        assert "PatientIdentityRemoved" not in dataset
    assert not caplog.records


def test_the_same_key_gives_the_same_bytes_and_another_key_other_uids(
    series: Series, tmp_path: Path
) -> None:
    written = []
    for number, key in enumerate((b"a" * 16, b"a" * 16, b"b" * 16)):
        folder = tmp_path / str(number)
        folder.mkdir()
        written.append([one.read_bytes() for one in both(series, folder, stamped(key=key))])
    assert written[0] == written[1]
    first, last = (pydicom.dcmread(tmp_path / one / "seg.dcm") for one in "02")
    for keyword in ("StudyInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID", "PatientID"):
        assert first[keyword].value != last[keyword].value
    assert first.SegmentSequence[0].TrackingUID != last.SegmentSequence[0].TrackingUID


def test_both_objects_belong_to_one_study_and_one_patient(series: Series, tmp_path: Path) -> None:
    seg, sr = (pydicom.dcmread(one) for one in both(series, tmp_path, stamped()))
    assert (seg.StudyInstanceUID, seg.PatientID) == (sr.StudyInstanceUID, sr.PatientID)
    assert seg.SOPInstanceUID in str(sr)
    assert seg.SegmentSequence[0].TrackingUID in str(sr)


def test_what_cannot_be_written_is_said(
    series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesions = two_lesions(series)
    moved = replace(series, grid=replace(series.grid, origin=series.grid.origin + 1))
    empty = replace(lesions[0], mask=np.zeros(SHAPE, np.bool_))
    for given, where, what in [
        ([], series, "needs lesions that have voxels"),
        ([empty], series, "needs lesions that have voxels"),
        (lesions, moved, "lies on other voxels"),
        ([replace(lesions[0], label="")], series, "0 characters"),
        (lesions, replace(series, places=np.arange(6.0)), "was resampled"),
    ]:
        with pytest.raises(ReinfuseError, match=what):
            segmentation(given, where, stamped())
    with pytest.raises(ReinfuseError, match="can be guessed"):
        stamped(key=b"short")
    with pytest.raises(ReinfuseError, match="SUVmax of L1 is not a finite number"):
        Reported(lesion=lesions[0], numbers=((What.SUV_MAX, float("nan")),))
    written = segmentation(lesions, series, stamped())
    with pytest.raises(ReinfuseError, match="cannot be written"):
        save_object(written, tmp_path / "nowhere" / "seg.dcm")
    monkeypatch.setitem(sys.modules, "highdicom", None)
    with pytest.raises(ReinfuseError, match="highdicom, which is not installed") as caught:
        segmentation(lesions, series, stamped())
    assert "reinfuse[dicom-sr]" in caught.value.fix
