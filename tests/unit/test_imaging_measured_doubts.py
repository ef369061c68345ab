"""Scans in another order than stated, given twice, or of somebody else: each is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pydicom
import pytest

from reinfuse.errors import Severity
from reinfuse.imaging.measured.boxes import WantedScan
from reinfuse.imaging.measured.days import in_order
from reinfuse.imaging.measured.scanning import Scan, read_scan
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans

MOVED, TWICE, OTHER = "petct-days-apart-contradicted", "petct-same-series", "petct-other-patient"


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scan, ...]:
    """The PET of the first two scans of the twin, 42 days apart, before the days are stated."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:2])
    return tuple(_read(folder / name / "PET", name) for name in ("before", "month-1"))


def _read(folder: Path, name: str) -> Scan:
    scan = read_scan(folder, WantedScan(name=name, folder=name), with_ct=False)
    assert isinstance(scan, Scan)
    return scan


def _stated(scan: Scan, day: int | None, infusion: int | None = 1) -> Scan:
    return replace(scan, wanted=replace(scan.wanted, day=day, infusion=infusion))


def _rules(scans: Sequence[Scan], infusions: dict[int, date] | None = None) -> list[str]:
    findings = in_order(scans, infusions or {}).findings
    assert not any("2001" in f"{one.what}{one.where}{one.fix}" for one in findings)
    return [one.rule for one in findings if one.severity is Severity.CONTRADICTION]


def test_days_that_lie_as_far_apart_as_the_dates_are_not_doubted(scans: tuple[Scan, ...]) -> None:
    before, month = scans
    assert _rules([_stated(before, -12), _stated(month, 30)]) == []
    # The order on the command line does not matter, nor what nobody stated.
    assert _rules([_stated(month, 30), _stated(before, -12)]) == []
    assert _rules(scans) == []
    # Days from two infusions are on two clocks.
    assert _rules([_stated(before, 90), _stated(month, 30, 2)]) == []


def test_folders_in_another_order_than_the_boxes_are_told(scans: tuple[Scan, ...]) -> None:
    before, month = scans
    swapped = [_stated(month, -12), _stated(before, 30)]
    (told,) = in_order(swapped, {}).findings
    assert (told.rule, told.where) == (MOVED, "before")
    assert "before is 42 days after month-1" in told.what
    assert "in their files 42 days before it" in told.what
    # Where the infusion has a date each day is held against it, and nothing is told twice.
    assert set(_rules(swapped, {1: date(2001, 1, 15)})) == {"petct-day-contradicted"}


def test_one_scan_given_twice_is_told(scans: tuple[Scan, ...]) -> None:
    before, _ = scans
    again = replace(before, wanted=replace(before.wanted, name="month-1"))
    assert _rules([_stated(before, -12), _stated(again, 30)]) == [MOVED, TWICE]


def test_a_scan_of_another_sex_or_height_is_told(scans: tuple[Scan, ...], tmp_path: Path) -> None:
    before, month = scans
    for image in month.series.images:
        one = pydicom.dcmread(image.source.path)
        one.PatientSex, one.PatientSize = "M", "1.90"
        one.save_as(tmp_path / f"{one.InstanceNumber}.dcm")
    other = _read(tmp_path, "month-1")
    findings = in_order([_stated(before, -12), _stated(other, 30)], {}).findings
    told = [one for one in findings if one.severity is Severity.CONTRADICTION]
    assert [one.rule for one in told] == [OTHER, OTHER]
    assert told[0].what.startswith("the sex in month-1 is not that in before")
    assert told[1].what.startswith("the height in month-1 is not that in before")


def test_a_scan_that_names_another_patient_is_told_without_the_name(
    scans: tuple[Scan, ...], tmp_path: Path
) -> None:
    before, month = scans
    for image in month.series.images:
        one = pydicom.dcmread(image.source.path)
        one.PatientID, one.PatientName = "OTHER-77", "Zzyzx^Quux"
        one.save_as(tmp_path / f"{one.InstanceNumber}.dcm")
    other = _read(tmp_path, "month-1")
    (told,) = in_order([_stated(before, -12), _stated(other, 30)], {}).findings
    assert (told.rule, told.where) == ("petct-other-identity", "month-1")
    assert told.severity is Severity.AMBIGUITY
    assert "another patient than those of before" in told.what
    words = f"{told.what}{told.fix}{other.series!r}".lower()
    assert not [one for one in ("other-77", "zzyzx", other.series.patient) if one in words]
    # Files that name nobody are held against none.
    nameless = replace(other, series=replace(other.series, patient=""))
    assert in_order([_stated(before, -12), _stated(nameless, 30)], {}).findings == ()
