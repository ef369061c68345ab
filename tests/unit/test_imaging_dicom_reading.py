"""Folders, files and zips of DICOM: what becomes of them, and what never gets out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import guarded, open_dataset, read_folder, read_slice, read_volume
from reinfuse.imaging.dicom.naming import shown
from studies._dicom_files import CANARIES, ROOT, content, ct_slice, pet_slice, structure_set

SYNTAXES = {
    "explicit": "1.2.840.10008.1.2.1",
    "implicit": "1.2.840.10008.1.2",
    "big endian": "1.2.840.10008.1.2.2",
    "deflated": "1.2.840.10008.1.2.1.99",
    "run length": "1.2.840.10008.1.2.5",
}


def write(folder: Path, *data: Dataset, syntax: str = SYNTAXES["explicit"]) -> Path:
    # The last slice has the first name.
    for number, one in enumerate(data):
        (folder / f"image{len(data) - number}.dcm").write_bytes(content(one, syntax))
    return folder


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_slices_are_sorted_by_place_and_scaled_each_by_its_own_slope(
    tmp_path: Path, syntax: str
) -> None:
    write(tmp_path, *(pet_slice(at) for at in (2, 0, 1)), syntax=syntax)
    volume = read_volume(read_folder(tmp_path).one("PT"))
    files = sorted(
        (pydicom.dcmread(one) for one in tmp_path.iterdir()),
        key=lambda one: one.ImagePositionPatient[2],
    )
    expected = [one.pixel_array * float(one.RescaleSlope) for one in files]
    assert np.array_equal(volume.values, np.array(expected, np.float32))
    assert volume.unit == "Bq/mL"


def test_one_slice_can_be_had_alone(tmp_path: Path) -> None:
    series = read_folder(write(tmp_path, *(ct_slice(at) for at in range(3)))).one("CT")
    assert np.array_equal(read_slice(series.images[1]), read_volume(series).values[1])
    assert read_volume(series).values.min() >= -1024


def test_a_zip_says_what_the_folder_says(tmp_path: Path) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    write(folder, *(pet_slice(at) for at in range(3)))
    with zipfile.ZipFile(tmp_path / "scan.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for one in folder.iterdir():
            archive.write(one, f"a/b/{one.name}")
    unpacked, zipped = read_folder(folder).one("PT"), read_folder(tmp_path / "scan.zip").one("PT")
    assert unpacked.sha256 == zipped.sha256
    assert np.array_equal(read_volume(unpacked).values, read_volume(zipped).values)


def test_names_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with zipfile.ZipFile(inner / "scan.zip", "w") as archive:
        archive.writestr("../../out.dcm", content(pet_slice(0)))
    (series,) = read_folder(inner / "scan.zip").pet
    assert series.images[0].source.name == "the file"
    assert [one.name for one in tmp_path.rglob("*.*")] == ["scan.zip"]


def test_a_dicomdir_is_passed_over_and_its_paths_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, *(pet_slice(at) for at in range(2)))
    (tmp_path / "DICOMDIR").write_bytes(b"\xff" * 300)
    assert len(read_folder(tmp_path).pet) == 1


def test_modalities_are_told_apart_and_others_listed(tmp_path: Path) -> None:
    data = [*(pet_slice(at) for at in range(2)), *(ct_slice(at) for at in range(4))]
    magnet = pet_slice(9, Modality="MR")
    scout = ct_slice(7, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    write(tmp_path, *data, structure_set(), magnet, scout)
    (tmp_path / "notes.txt").write_text("seen")
    found = read_folder(tmp_path)
    assert [len(one.images) for one in (*found.pet, *found.ct)] == [2, 4]
    assert [one.modality for one in found.structures] == ["RTSTRUCT"]
    assert {one.kind: one.files for one in found.others} == {"CT": 1, "MR": 1, "not DICOM": 1}
    assert open_dataset(found.structures[0].source).ROIContourSequence[0].ContourSequence


def test_two_series_of_a_kind_must_be_chosen_from(tmp_path: Path) -> None:
    other = {"SeriesInstanceUID": "1.2.3"}
    write(tmp_path, *(pet_slice(at) for at in range(2)), *(pet_slice(at, **other) for at in (0, 1)))
    with pytest.raises(ReinfuseError, match=r"2 PET series: .* of 2 images corrected for atten"):
        read_folder(tmp_path).one("PT")


def test_the_corrected_one_of_two_series_is_taken_and_told(tmp_path: Path) -> None:
    other = {"SeriesInstanceUID": "1.2.3", "CorrectedImage": ["DECY"]}
    write(tmp_path, *(pet_slice(at) for at in range(2)), *(pet_slice(at, **other) for at in (0, 1)))
    taken = read_folder(tmp_path).one("PT")
    assert taken.facts is not None
    assert "ATTN" in (taken.facts.corrections or ())
    (told,) = (one for one in taken.findings if one.rule == "dicom-corrected-taken")
    assert told.what.startswith(f"{taken.key} of 2 images corrected for attenuation, was taken")


def test_a_series_that_does_not_say_how_it_was_corrected_may_be_the_one(tmp_path: Path) -> None:
    other = {"SeriesInstanceUID": "1.2.3", "CorrectedImage": None}
    write(tmp_path, *(pet_slice(at) for at in range(2)), *(pet_slice(at, **other) for at in (0, 1)))
    with pytest.raises(ReinfuseError, match=r"of 2 images not said to be corrected"):
        read_folder(tmp_path).one("PT")


def test_two_patients_in_a_folder_are_refused_without_saying_who(tmp_path: Path) -> None:
    write(tmp_path, pet_slice(0), pet_slice(1, PatientID="QX-1", PatientName="Zzyzx^Other"))
    with pytest.raises(ReinfuseError, match="there are files of 2 patients") as caught:
        read_folder(tmp_path)
    assert "(0010,0020) PatientID" in caught.value.where
    assert not any(one in str(caught.value).lower() for one in (*CANARIES, "qx-1"))


def test_a_file_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path, pet_slice(0), pet_slice(1), pet_slice(1))
    found = read_folder(tmp_path)
    assert found.one("PT").grid.shape[0] == 2
    assert [one.rule for one in found.findings] == ["dicom-twice"]


def test_burned_in_text_is_warned_about(tmp_path: Path) -> None:
    write(tmp_path, *(ct_slice(at, BurnedInAnnotation="YES") for at in range(2)))
    assert [one.rule for one in read_folder(tmp_path).one("CT").findings] == ["dicom-burned-in"]


def test_nobody_is_named_by_what_was_read(tmp_path: Path) -> None:
    write(tmp_path, *(pet_slice(at) for at in range(2)), structure_set())
    found = read_folder(tmp_path)
    series = found.one("PT")
    kept = " ".join(
        repr(one)
        for one in (found, series.images, [one.pet for one in series.images], series.facts)
    ).lower()
    assert "rows_lead" in kept
    assert not [one for one in (*CANARIES, "19611213", "general") if one in kept]


@pytest.mark.parametrize(
    ("left", "words"),
    [(None, "9 x 8 x 16 bits are 144 bytes"), (900, "the file ends in the element")],
)
@pytest.mark.parametrize(
    "name", ["ZZYZXOVA_Q_1.dcm", "pet-qx-77381902.dcm", "Mueller-4711088.dcm", "19600203.dcm"]
)
def test_a_file_that_may_be_called_by_its_patient_is_called_by_its_place(
    tmp_path: Path, name: str, left: int | None, words: str
) -> None:
    (tmp_path / "1.dcm").write_bytes(content(pet_slice(1)))
    (tmp_path / name).write_bytes(content(pet_slice(0, Rows=9))[:left])
    with pytest.raises(ReinfuseError, match=words) as caught:
        read_folder(tmp_path)
    assert not any(one in str(caught.value).lower() for one in CANARIES)
    assert name.removesuffix(".dcm") not in str(caught.value)
    at = sorted(one.name for one in tmp_path.iterdir()).index(name) + 1
    assert caught.value.where.startswith(f"file {at} of 2 by path")


def test_a_counter_that_is_the_number_of_the_patient_is_not_shown(tmp_path: Path) -> None:
    for name in ("4711.dcm", "4712.dcm"):
        (tmp_path / name).write_bytes(content(pet_slice(0, PatientID="4711", Rows=9)))
    with pytest.raises(ReinfuseError) as caught:
        read_folder(tmp_path)
    assert caught.value.where.startswith("file 1 of 2")
    assert "other files are damaged too: 4712.dcm" in caught.value.what


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("IM0001", True),
        ("image-0072.dcm", True),
        ("00000072.IMA", True),
        ("CT_1.dcm", True),
        ("seg.dcm", True),
        ("1234567.dcm", False),  # a patient's number
        ("010260.dcm", False),  # a date of birth
        ("Doe.dcm", False),
        ("CT Doe 1.dcm", False),
        ("IM0001 Doe", False),
        ("image1.dcm.doe", False),
    ],
)
def test_of_a_name_only_common_words_and_counters_are_shown(name: str, seen: bool) -> None:
    assert shown(name) == (name if seen else "the file")


def test_the_name_of_a_zip_and_of_what_it_holds_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "Mueller Aenne.zip"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(ReinfuseError) as caught:
        read_folder(path)
    assert caught.value.where == "the zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PET/Mueller-1.dcm", content(pet_slice(0)))
        archive.writestr("PET/Mueller-2.dcm", content(pet_slice(1))[:900])
    with pytest.raises(ReinfuseError) as caught:
        read_folder(path)
    assert "Mueller" not in str(caught.value)
    assert caught.value.where.startswith("file 2 of 2 by path")
    with pytest.raises(ReinfuseError) as caught:
        read_folder(tmp_path / "Mueller")
    assert caught.value.where == "the folder"


def test_a_series_that_is_refused_beside_another_is_told(tmp_path: Path) -> None:
    other = {"SeriesInstanceUID": "1.2.3"}
    good, bad = (ct_slice(at) for at in range(3)), (ct_slice(at, **other) for at in (0, 1, 3, 4))
    write(tmp_path, *good, *bad)
    found = read_folder(tmp_path)
    assert len(found.ct) == len(found.refused) == 1
    assert [one.rule for one in found.findings] == ["dicom-series-refused"]
    assert "1 slice is missing" in found.findings[0].what


def test_nothing_is_logged_or_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    # pydicom quotes a value of another form than it should have, in its log too.
    whole = content(structure_set()).replace(f"{ROOT}.1".encode(), f"{ROOT}.Z".encode())
    (tmp_path / "plan.dcm").write_bytes(whole)
    (stored,) = read_folder(tmp_path).structures
    with guarded("plan.dcm"):
        read = open_dataset(stored.source).StudyInstanceUID
    assert read == f"{ROOT}.Z"
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
    with pytest.warns(UserWarning, match="Invalid value for VR UI"):
        assert pydicom.dcmread(tmp_path / "plan.dcm").StudyInstanceUID
