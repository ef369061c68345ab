"""Scans as a person corrects them beside their name, and days that are only partly stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from reinfuse.imaging.measured import Boxes, Place, WantedLesion, WantedScan, drawing, measure_scans
from reinfuse.imaging.measured.days import in_order
from reinfuse.imaging.measured.scanning import Failed, Scan, read_scan
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans

CENTRE = (66.0, 16.0, -262.0)  # of the pelvic mass of the first scan


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two scans of the twin, 42 days apart."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:2])
    return folder


def _read(folder: Path, wanted: WantedScan) -> Scan:
    scan = read_scan(folder, wanted, with_ct=False)
    assert isinstance(scan, Scan)
    return scan


def test_a_day_that_is_not_that_on_the_common_clock_is_told(twin: Path) -> None:
    scans = [
        _read(twin / name / "PET", WantedScan(name=name, folder=name))
        for name in ("before", "month-1")
    ]

    def told(days: Sequence[int | None]) -> list[tuple[str, str]]:
        stated = [
            replace(one, wanted=replace(one.wanted, day=day, infusion=1))
            for one, day in zip(scans, days, strict=True)
        ]
        found = in_order(stated, {}).findings
        return [
            (one.where, one.what[:72]) for one in found if one.rule == "petct-days-partly-stated"
        ]

    assert told((-12, 30)) == told((None, None)) == []
    words = "its day is stated as 30 from infusion 1, as an entry in a course has it;"
    assert told((None, 30)) == [("month-1", words)]


def test_irregular_slices_are_resampled_where_the_boxes_say_so(twin: Path, tmp_path: Path) -> None:
    files = sorted((twin / "before" / "PET").glob("*.dcm"))
    for path in (*files[:40], *files[40::2]):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    wanted = WantedScan(name="before", folder="before")
    refused = read_scan(tmp_path, wanted, with_ct=False)
    assert isinstance(refused, Failed)
    assert "`resample: true` beside the scan in the boxes" in refused.fix
    scan = _read(tmp_path, replace(wanted, resample=True))
    assert "dicom-resampled" in {one.rule for one in scan.findings}


@pytest.mark.parametrize(("mm", "is_told"), [(6.0, False), (60.0, True), (0.06, True)])
def test_voxels_of_no_scanner_are_told(
    twin: Path, tmp_path: Path, mm: float, is_told: bool
) -> None:
    for path in sorted((twin / "before" / "PET").glob("*.dcm"))[:4]:
        data = pydicom.dcmread(path)
        data.PixelSpacing = [mm, mm]
        data.save_as(tmp_path / path.name)
    scan = _read(tmp_path, WantedScan(name="before", folder="before"))
    assert ("petct-voxel-size" in {one.rule for one in scan.findings}) is is_told


@pytest.mark.parametrize(
    ("limit", "words"),
    [("MOST_VOXELS", "its box holds 8,000 voxels"), ("MOST_PEAK", "too fine to be measured")],
)
def test_what_would_take_hours_is_refused_in_words(
    twin: Path, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    mass = WantedLesion(name="mass", site="pelvis", places={"before": Place(seed=CENTRE)})
    boxes = Boxes(scans=(WantedScan(name="before", folder="before"),), lesions=(mass,))

    def words_now() -> str:
        look = measure_scans([twin / "before"], boxes, seed=1).lesions[0].looks[0]
        return look.words if look.failed else ""

    assert words_now() == ""
    monkeypatch.setattr(drawing, limit, 1000)
    assert words in words_now()
