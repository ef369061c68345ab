"""`reinfuse petct --dicom`: masks and numbers that other programs read, and who is in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom
import pytest

from reinfuse.cli.parser import run
from reinfuse.cli.parser_petct import NORMALISED
from reinfuse.cli.petct_objects import object_files
from reinfuse.imaging.measured.objects import normalised_as
from reinfuse.imaging.suv import NORMALISERS
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans
from studies._dicom_files import CANARIES, HOSPITAL, NUMBER, PATIENT

highdicom = pytest.importorskip("highdicom", reason="the extra dicom-sr is not installed")

BOXES = """\
scans:
  - {name: before, day: -12}
  - {name: month-3, day: 92}
lesions:
  - {name: mass, site: right retroperitoneum,
     looks: {before: {box: [[-90, -20, -260], [0, 65, -100]]}}}
  - {name: pelvis, site: left pelvis, looks: {before: {seed: [66, 16, -262]}}}
"""
DICOM = ("--lesions", "boxes.yaml", "--dicom")
WRITTEN = ("before-seg.dcm", "before-sr.dcm")
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
Petct = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans with a name and numbers that nobody may see again, boxes, and two keys."""
    folder = tmp_path_factory.mktemp("clinic")
    first, _, last = founding_scans()
    write_twin(folder, seed=11, scans=(first, last))
    for path in folder.glob("*/*/*.dcm"):
        data = pydicom.dcmread(path)
        data.PatientName, data.PatientID, data.InstitutionName = PATIENT, NUMBER, HOSPITAL
        data.save_as(path)
    (folder / "boxes.yaml").write_text(BOXES, encoding="utf-8")
    (folder / "key").write_bytes(bytes(range(32)))
    (folder / "short").write_bytes(b"secret")
    return folder


@pytest.fixture
def petct(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Petct:
    """Runs the command in the folder; exit code, output and errors."""
    monkeypatch.chdir(clinic)
    monkeypatch.setenv("COLUMNS", "140")

    def say(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["petct", *arguments])
        return code, *capsys.readouterr()

    return say


@pytest.fixture(scope="module")
def once(clinic: Path) -> Path:
    """What a run on the first scan alone wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(clinic)
        assert run(["petct", "before", *_alone(clinic), "-o", "once"]) == 0
    return clinic / "once"


def measured_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "measurements.json").read_text("utf-8"))
    return found


def test_another_program_reads_the_masks_and_numbers_that_were_measured(
    clinic: Path, petct: Petct
) -> None:
    code, out, err = petct("before", "month-3", *DICOM, "-o", "both")
    assert code == 0, err
    # Nothing is drawn in the last scan, so there is nothing to write of it.
    assert sorted(path.name for path in (clinic / "both").glob("*.dcm")) == sorted(WRITTEN)
    assert "wrote both/before-seg.dcm" in out
    measured = measured_in(clinic / "both")
    assert set(WRITTEN) < set(measured["written"])
    segments = highdicom.seg.segread(clinic / "both" / "before-seg.dcm")
    report = highdicom.sr.srread(clinic / "both" / "before-sr.dcm")
    groups = report.content.get_volumetric_roi_measurement_groups()
    for number, lesion in enumerate(measured["lesions"], start=1):
        found = lesion["looks"][0]["measured"]
        described = segments.get_segment_description(number)
        assert described.segment_label == groups[number - 1].tracking_identifier == lesion["name"]
        mask = segments.get_volume(segment_numbers=[number], combine_segments=True).array
        assert int((mask > 0).sum()) == found["voxels"]
        told = {
            (one.name.meaning, one.derivation.meaning if one.derivation else ""): one.value
            for one in groups[number - 1].get_measurements()
        }
        uptake, axes = found["uptake"], found["axes_mm"]
        assert told["SUVbw", "Maximum"] == pytest.approx(uptake["suv_max"], rel=1e-5)
        assert told["SUVbw", "Peak Value Within ROI"] == pytest.approx(uptake["suv_peak"], rel=1e-5)
        assert told["Total Lesion Glycolysis", ""] == pytest.approx(uptake["tlg_ml"], rel=1e-5)
        assert told["Volume", ""] == pytest.approx(found["volume_ml"], rel=1e-5)
        assert told["Length", ""] == pytest.approx(axes[2], rel=1e-5)
        assert told["Depth", ""] == pytest.approx(axes[0], rel=1e-5)


def test_nobody_is_found_in_them_and_uids_are_new_each_time(
    clinic: Path, once: Path, petct: Petct
) -> None:
    source = pydicom.dcmread(clinic / "before" / "PET" / "0001.dcm", stop_before_pixels=True)
    seen = []
    code, out, err = petct("before", *_alone(clinic), "-o", "again")
    assert code == 0, err
    for folder in (once, clinic / "again"):
        for name in WRITTEN:
            content = (folder / name).read_bytes()
            kept = [str(source[one].value).encode() for one in (*UIDS, "StudyDate")]
            assert not [one for one in kept if one in content]
            text = content.decode("latin-1").lower() + out.lower() + err.lower()
            assert not [one for one in CANARIES if one in text]
        data = pydicom.dcmread(folder / "before-seg.dcm")
        assert data.PatientIdentityRemoved == "YES"
        seen.append({data[one].value for one in (*UIDS, "PatientID")})
    assert not seen[0] & seen[1]


def test_with_a_key_every_run_gives_the_same_uids_and_pseudonym(clinic: Path, petct: Petct) -> None:
    seen = []
    for folder in ("three", "four"):
        assert petct("before", *_alone(clinic), "-o", folder, "--key", "key")[0] == 0
        data = [pydicom.dcmread(clinic / folder / name) for name in WRITTEN]
        seen.append([(one.SOPInstanceUID, one.StudyInstanceUID, one.PatientID) for one in data])
        assert data[0].SOPInstanceUID in str(data[1])
    assert seen[0] == seen[1]


def test_identity_is_kept_where_an_archive_is_to_file_them(clinic: Path, petct: Petct) -> None:
    code, out, err = petct("before", *_alone(clinic), "-o", "kept", "--keep-identity")
    assert code == 0, err
    assert not [one for one in CANARIES if one in out.lower()]
    source = pydicom.dcmread(clinic / "before" / "PET" / "0001.dcm", stop_before_pixels=True)
    for name in WRITTEN:
        data = pydicom.dcmread(clinic / "kept" / name)
        for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "StudyDate"):
            assert data[keyword].value == source[keyword].value, keyword
        assert "PatientIdentityRemoved" not in data
    texts = [path for path in (clinic / "kept").iterdir() if path.suffix != ".dcm"]
    for path in texts:
        assert not [one for one in CANARIES if one in path.read_text("utf-8").lower()], path.name


def test_uptake_by_another_size_is_coded_as_that(clinic: Path, once: Path, petct: Petct) -> None:
    code, out, err = petct("before", *_alone(clinic), "-o", "lean", "--suv", "lbm-janmahasatian")
    assert code == 0, err
    assert "SUL (Janmahasatian)" in out
    report = highdicom.sr.srread(clinic / "lean" / "before-sr.dcm")
    found = report.content.get_volumetric_roi_measurement_groups()[0].get_measurements()
    uptake = [one for one in found if one.derivation is not None]
    assert {one.name.value for one in uptake} == {"126405"}
    assert {one.unit.value for one in uptake} == {"g/ml{SUVlbm(Janma)}"}
    by_weight = measured_in(once)["lesions"][0]["looks"][0]["measured"]
    by_lean = measured_in(clinic / "lean")["lesions"][0]["looks"][0]["measured"]
    assert by_lean["voxels"] == by_weight["voxels"]
    # Of 54 kg and 158 cm, by hand: 9270 x 54 / (8780 + 244 x 54 / 1.58^2).
    share = 9270 / (8780 + 244 * 54 / 1.58**2)
    assert by_lean["uptake"]["suv_max"] == pytest.approx(
        by_weight["uptake"]["suv_max"] * share, rel=1e-4
    )


def test_every_normaliser_can_be_typed_and_coded() -> None:
    assert sorted(NORMALISED.values()) == sorted(one.key for one in NORMALISERS)
    assert len({normalised_as(one) for one in NORMALISERS}) == len(NORMALISERS)


def test_scans_whose_names_differ_by_signs_alone_have_files_of_their_own() -> None:
    files = object_files(["month 1", "month-1", "month-1-2", "../x"])
    names = [name for pair in files.values() for name in pair]
    assert len(set(names)) == 8
    assert not [name for name in names if "/" in name]


def test_objects_of_an_earlier_run_are_told_and_left(
    clinic: Path, once: Path, petct: Petct
) -> None:
    before = {path.name: path.read_bytes() for path in once.glob("*.dcm")}
    code, _, err = petct("before", *_alone(clinic)[:2], "-o", "once")
    assert code == 0
    assert "files of an earlier run are still in once: before-seg.dcm, before-sr.dcm" in err
    assert {path.name: path.read_bytes() for path in once.glob("*.dcm")} == before


def test_a_mask_that_is_read_is_not_written_over(clinic: Path, once: Path, petct: Petct) -> None:
    drawn = (once / "before-seg.dcm").read_bytes()
    text = "lesions: [{name: pelvis, site: pelvis, looks: {before: {mask: once/before-seg.dcm}}}]"
    (clinic / "masks.yaml").write_text(text, encoding="utf-8")
    code, _, err = petct("before", "--lesions", "masks.yaml", "--dicom", "-o", "once")
    assert (code, "before-seg.dcm would overwrite a file that is read" in err) == (2, True)
    assert (once / "before-seg.dcm").read_bytes() == drawn


def test_what_cannot_be_written_is_refused_before_anything_is_measured(
    clinic: Path, petct: Petct
) -> None:
    (clinic / "taken").mkdir()
    (clinic / "taken" / "before-seg.dcm").write_bytes((clinic / "key").read_bytes())
    for arguments, words in (
        (("--dicom",), "there are no lesions to write as DICOM"),
        (DICOM, "there is no place for DICOM objects"),
        ((*DICOM, "-o", "x", "--key", "short"), "the key has 6 bytes"),
        ((*DICOM, "-o", "x", "--key", "none"), "No such file"),
        (("--key", "key"), "--key is for DICOM objects"),
        (("--keep-identity",), "--keep-identity is for DICOM objects"),
        (
            (*DICOM, "-o", "taken", "--key", "taken/before-seg.dcm"),
            "before-seg.dcm would overwrite a file that is read",
        ),
    ):
        code, _, err = petct("before", "month-3", *arguments)
        assert (code, words in err) == (2, True), err
    assert not (clinic / "x").exists()


def _alone(clinic: Path) -> tuple[str, ...]:
    """The options for the first scan alone."""
    text = BOXES.replace("  - {name: month-3, day: 92}\n", "")
    (clinic / "alone.yaml").write_text(text, encoding="utf-8")
    return ("--lesions", "alone.yaml", "--dicom")
