"""Folders and boxes brought together, and scans that fail beside others that do not."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesions import MAX_41
from reinfuse.imaging.measured import (
    COLUMNS,
    Boxes,
    Place,
    WantedLesion,
    WantedScan,
    as_plain,
    measure_scans,
    record,
    rows,
)
from reinfuse.imaging.suv import Overrides
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans

CENTRE = (66.0, 16.0, -262.0)  # of the pelvic mass of the first scan


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PET of the first scan of the twin, alone in a folder."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:1])
    shutil.rmtree(folder / "before" / "CT")
    return folder / "before"


def _boxes(*scans: WantedScan, place: Place | None = None, names: tuple[str, ...] = ()) -> Boxes:
    places = dict.fromkeys(
        names or tuple(one.name for one in scans) or ("before",),
        place or Place(seed=CENTRE, reach_mm=60.0),
    )
    mass = WantedLesion(name="mass", site="left pelvis", places=places, rule=MAX_41)
    return Boxes(file="boxes.yaml", psf_mm=6.0, scans=scans, lesions=(mass,))


def _without(scan: Path, folder: Path, keyword: str) -> Path:
    """A copy of a scan whose files lack one attribute, or one of the tracer."""
    for path in sorted(one for one in scan.rglob("*") if one.is_file()):
        data = pydicom.dcmread(path)
        part = data if keyword in data else data.RadiopharmaceuticalInformationSequence[0]
        delattr(part, keyword)
        (folder / path.parent.name).mkdir(parents=True, exist_ok=True)
        data.save_as(folder / path.parent.name / path.name)
    return folder


def test_a_zip_is_measured_as_its_folder(scan: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "before.zip", "w") as packed:
        for path in sorted(one for one in scan.rglob("*") if one.is_file()):
            packed.write(path, path.relative_to(scan))
    found = [measure_scans([path], _boxes(), seed=1) for path in (scan, tmp_path / "before.zip")]
    first, second = (as_plain(one) for one in found)
    assert not first["failed"]
    assert first["lesions"] == second["lesions"]
    assert first["scans"][0]["sha256"] == second["scans"][0]["sha256"]
    look = found[0].lesions[0].looks[0]
    assert look.measured is not None
    short, middle, long = look.measured.calipers.mm
    assert (short, middle, long) == pytest.approx((25.0, 43.0, 88.0), abs=3.0)


@pytest.mark.parametrize(
    ("keyword", "tag", "override"),
    [
        ("PatientWeight", "(0010,1030)", Overrides(weight_kg=54.0)),
        ("RadionuclideTotalDose", "(0018,1074)", Overrides(dose_bq=310e6)),
    ],
)
def test_what_a_file_lacks_is_told_by_its_tag_and_can_be_overridden(
    scan: Path, tmp_path: Path, keyword: str, tag: str, override: Overrides
) -> None:
    broken = _without(scan, tmp_path / "broken", keyword)
    wanted = WantedScan(name="before", folder="before", day=-12, infusion=1)
    other = WantedScan(name="broken", folder="broken", day=30, infusion=1)
    both = measure_scans([scan, broken], _boxes(wanted, other), seed=1)
    assert [(one.scan, tag in one.what, bool(one.fix)) for one in both.failed] == [
        ("broken", True, True)
    ]
    assert [look.scan for look in both.lesions[0].looks] == ["before"]
    assert both.lesions[0].looks[0].measured is not None
    healed = WantedScan(name="broken", folder="broken", overrides=override)
    again = measure_scans([broken], _boxes(healed), seed=1)
    assert not again.failed
    assert (
        as_plain(again)["lesions"][0]["looks"][0]["measured"]
        == (as_plain(both)["lesions"][0]["looks"][0]["measured"])
    )
    assert "override" in {one.origin for one in again.scans[0].provenance.inputs}


def test_a_box_beside_the_scan_fails_alone(scan: Path) -> None:
    boxes = _boxes(place=Place(box=((900.0, 900.0, 900.0), (950.0, 950.0, 950.0))))
    results = measure_scans([scan], boxes, seed=1)
    look = results.lesions[0].looks[0]
    assert (look.failed, look.measured) == (True, None)
    assert record(results).lesions == ()
    row = dict(zip(COLUMNS, next(rows(results)), strict=True))
    assert (row["lesion"], row["state"], row["long_cm"]) == ("mass", "not drawn", "")


def test_one_lesion_under_two_names_is_told(scan: Path) -> None:
    boxes = _boxes()
    twice = replace(boxes, lesions=(*boxes.lesions, replace(boxes.lesions[0], name="again")))
    results = measure_scans([scan], twice, seed=1)
    assert [(one.rule, one.where) for one in results.findings] == [
        ("petct-one-lesion-twice", "before")
    ]
    assert measure_scans([scan], boxes, seed=1).findings == ()


def test_days_without_an_infusion_are_not_recorded_as_days(scan: Path) -> None:
    unknown = record(measure_scans([scan], _boxes(), seed=1))
    assert not unknown.lesions[0].looks[0].when.stated
    assert [one.rule for one in unknown.findings] == ["petct-day-unknown"]
    known = WantedScan(name="before", folder="before", day=-12, infusion=2)
    found = record(measure_scans([scan], _boxes(known), seed=1))
    assert str(found.lesions[0].looks[0].when.start.clues[0]) == "infusion-2 day -12"
    assert found.ids == ("mass-day-minus-12",)


def test_a_folder_called_by_a_patient_is_called_by_its_number(scan: Path, tmp_path: Path) -> None:
    shutil.copytree(scan, tmp_path / "Doe Jane")
    results = measure_scans([tmp_path / "Doe Jane"], Boxes(), seed=1)
    assert [one.name for one in results.scans] == ["scan 1"]
    assert len(results.candidates["scan 1"]) == 3
    assert "Doe" not in str(as_plain(results))


@pytest.mark.parametrize(
    ("boxes", "folders", "words"),
    [
        (_boxes(names=("before", "after")), ("before",), "no folder was given for after"),
        (_boxes(), ("before", "before"), "two folders are the scan before"),
    ],
)
def test_folders_and_boxes_that_do_not_fit_are_refused(
    scan: Path, boxes: Boxes, folders: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ReinfuseError, match=words):
        measure_scans([scan.parent / one for one in folders], boxes, seed=1)


def test_two_scans_of_one_day_are_refused(scan: Path, tmp_path: Path) -> None:
    shutil.copytree(scan, tmp_path / "after")
    with pytest.raises(ReinfuseError, match="two scans are of one day"):
        measure_scans([scan, tmp_path / "after"], _boxes(names=("before", "after")), seed=1)
