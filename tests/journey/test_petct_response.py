"""`reinfuse petct`: liver and blood, masks of others, grades, days by date, and candidates."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pydicom
import pytest

from reinfuse.cli.parser import run
from reinfuse.cli.petct_course import infusion_dates
from reinfuse.exchange.course_file import read_course
from reinfuse.imaging.measured import read_boxes
from reinfuse.imaging.twin import read_truth, write_twin
from tests.unit.imaging_masks_files import structure_set

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
COURSE = """\
title: an invented course
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, product: product-1, when: 2001-01-15}
"""
# Places of liver and aorta in the first scan: those that the twin was drawn with.
BOXES = """\
psf_mm: 6
scans:
  - {name: before, liver: [-75, -10, -5], mediastinum: [22, 42, 105]}
  - {name: month-1}
  - {name: month-3}
lesions:
  - name: retroperitoneum
    site: right retroperitoneum
    looks:
      before: {box: [[-90, -20, -260], [0, 65, -100]], ct: {mask: drawn.dcm, roi: node}}
      month-1: {seed: [-34, 23, -162]}
  - name: pelvis
    site: left pelvis
    looks:
      before: {mask: drawn.dcm, roi: ball}
      month-1: {seed: [81, 21, -242], reach_mm: 35}
  - name: perhaps
    site: neck
    accepted: false
    looks: {before: {seed: [0, 0, 200]}}
"""
SCANS = ("before", "month-1", "month-3")
LONG_MM, SHORT_MM, VOXEL_MM = 60.0, 40.0, 6.0
BALL_MM, RADIUS_MM = (66.0, 16.0, -262.0), 24.0


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The twin, a course that dates its infusion, and contours: a ball and an ellipse."""
    folder = tmp_path_factory.mktemp("clinic")
    write_twin(folder, seed=11)
    (folder / "boxes.yaml").write_text(BOXES, encoding="utf-8")
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    headers = [pydicom.dcmread(path, stop_before_pixels=True)
               for path in (folder / "before" / "CT").iterdir()]  # fmt: skip
    heights = sorted(float(one.ImagePositionPatient[2]) for one in headers)
    x, y, z = BALL_MM
    ball = [
        ("CLOSED_PLANAR", ellipse(height, (x, y), radius, radius))
        for height in heights
        if (radius := math.sqrt(max(RADIUS_MM**2 - (height - z) ** 2, 0.0))) > VOXEL_MM / 2
    ]
    node = [
        ("CLOSED_PLANAR", ellipse(height, (-46, 26), LONG_MM / 2, SHORT_MM / 2))
        for height in heights
        if -200 < height < -170
    ]
    structure_set(
        folder / "drawn.dcm", [("ball", ball), ("node", node)], frame=headers[0].FrameOfReferenceUID
    )
    return folder


def ellipse(z: float, centre: tuple[float, float], across: float, down: float) -> list[float]:
    """Points of a closed contour on a slice, mm."""
    turns = [2 * math.pi * step / 90 for step in range(90)]
    points = [
        (centre[0] + across * math.cos(one), centre[1] + down * math.sin(one), z) for one in turns
    ]
    return [round(mm, 3) for point in points for mm in point]


@pytest.fixture(scope="module")
def said(clinic: Path) -> str:
    """What the whole way says on a terminal; `out` has what it wrote."""
    heard = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(heard):
        patch.chdir(clinic)
        patch.setenv("COLUMNS", "140")
        more = ("--lesions", "boxes.yaml", "--course", "course.yaml", "-o", "out")
        assert run(["petct", *SCANS, *more]) == 0
    return heard.getvalue()


@pytest.fixture(scope="module")
def measured(clinic: Path, said: str) -> dict[str, Any]:
    assert said
    found: dict[str, Any] = json.loads(
        (clinic / "out" / "measurements.json").read_text(encoding="utf-8")
    )
    jsonschema.validate(found, SCHEMA)
    return found


Petct = Callable[..., tuple[int, str, str]]


@pytest.fixture
def petct(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Petct:
    """Runs a command in the folder; exit code, output and errors."""
    monkeypatch.chdir(clinic)
    monkeypatch.setenv("COLUMNS", "140")

    def say(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        return code, *capsys.readouterr()

    return say


def test_a_score_is_suggested_with_its_three_numbers(said: str, measured: dict[str, Any]) -> None:
    first, second, third = measured["response"]["scores"]
    hottest = max(
        lesion["looks"][0]["measured"]["uptake"]["suv_max"] for lesion in measured["lesions"]
    )
    assert first["lesion"] == pytest.approx(hottest, rel=1e-5)
    # The twin's liver has SUV 2.2, its blood 1.6 in a mediastinum of 1.1, and noise on both.
    assert 2.2 < first["liver"] < 3.5
    assert 1.6 < first["mediastinum"] < 2.8
    assert (first["low"], first["high"]) == (5, 5)
    assert (third["low"], third["high"]) == (1, 2)
    assert second["low"] >= 4
    words = f"suggests 5 (lesion SUVmax {hottest:.1f}, liver {first['liver']:.1f}, mediastinum"
    assert f"before: five-point scale {words}" in said
    assert "recalled" in said
    assert re.search(
        r"before: liver SUVmax 2\.\d\d, mean 2\.\d\d \(SD 0\.\d\d\); mediastinum", said
    )


def test_grades_are_those_of_the_written_marks(
    clinic: Path, petct: Petct, said: str, measured: dict[str, Any]
) -> None:
    assert measured["grades"]
    for one in measured["grades"]:
        code, out, _ = petct("grade", "out/marks.csv", "--criterion", one["criterion"], "--json")
        (again,) = json.loads(out)["grades"]
        assert code == 0
        # The rows are those of a file there, and look and scan here.
        assert [why["text"] for why in again["because"]] == [why["text"] for why in one["because"]]
        for key in ("low", "high", "when", "missing", "series"):
            assert again[key] == one[key], (one["criterion"], key)
        assert f"  {one['criterion']}" in said
    by_name = {one["criterion"]: one for one in measured["grades"]}
    # Nobody said that anything is absent, and so nothing is settled.
    assert by_name["Lugano-2014 PET"]["low"] != by_name["Lugano-2014 PET"]["high"]
    assert (clinic / "out" / "marks.csv").read_text("utf-8").count("absent") == 0


def test_sums_are_those_of_the_lesions_and_what_is_not_in_them_is_told(
    said: str, measured: dict[str, Any]
) -> None:
    looks = [lesion["looks"][0]["measured"] for lesion in measured["lesions"]]
    total = measured["response"]["totals"][0]
    assert total["volume_ml"] == pytest.approx(sum(one["volume_ml"] for one in looks), rel=1e-5)
    assert total["tlg_ml"] == pytest.approx(sum(one["uptake"]["tlg_ml"] for one in looks), rel=1e-5)
    line = next(one for one in said.splitlines() if one.startswith("before   2  "))
    assert f"{total['volume_ml']:.3g} (" in line
    # A lesion below its threshold is not gone, and so its scan has no volume of 0.
    assert not re.search(r"^month-3 +\d+ +0 \(", said, re.MULTILINE)


def test_days_come_from_the_dates_of_the_files_and_no_date_is_written(
    clinic: Path, measured: dict[str, Any]
) -> None:
    assert [one["day"] for one in measured["scans"]] == [one.day for one in read_truth(clinic)]
    assert measured["days_from"] == "infusion"
    for path in (clinic / "out").iterdir():
        text = path.read_text(encoding="utf-8").replace("when: 2001-01-15", "")
        assert not re.search(r"2001-?0[1-4]-?\d\d\b", text), path.name


@pytest.mark.parametrize(
    ("when", "dates"),
    [
        ("2001-01-15", {1: date(2001, 1, 15), 2: date(2001, 2, 14)}),
        ("2001-01-15 14:30", {1: date(2001, 1, 15), 2: date(2001, 2, 14)}),
        ("2001-01", {}),
        ("not stated", {}),
    ],
)
def test_only_an_infusion_that_is_dated_to_the_day_places_scans(
    when: str, dates: dict[int, date], tmp_path: Path
) -> None:
    second = "  - {id: infusion-2, product: product-1, when: infusion-1 day 30}\n"
    file = tmp_path / "course.yaml"
    file.write_text(COURSE.replace("2001-01-15", when) + second, encoding="utf-8")
    course = read_course(file).course
    assert course is not None
    assert infusion_dates(course) == dates


def test_a_border_that_somebody_drew_is_measured_as_it_is(
    said: str, measured: dict[str, Any]
) -> None:
    look = measured["lesions"][1]["looks"][0]
    ball_ml = 4 / 3 * math.pi * RADIUS_MM**3 / 1000
    assert look["measured"]["volume_ml"] == pytest.approx(ball_ml, rel=0.05)
    assert look["threshold_suv"] is None
    assert "before: border read from a mask, region ball" in said
    assert "drawn.dcm" not in said


def test_a_border_on_ct_gives_the_size_that_lugano_asks_for(
    clinic: Path, said: str, measured: dict[str, Any]
) -> None:
    size = measured["lesions"][0]["looks"][0]["on_ct"]
    assert size["mm"] == pytest.approx([LONG_MM, SHORT_MM], abs=VOXEL_MM)
    longest, across = (mm / 10 for mm in size["mm"])
    assert f"before: Lugano size (CT), LDi x SDi {longest:.1f} x {across:.1f} cm" in said
    marks = (clinic / "out" / "marks.csv").read_text(encoding="utf-8")
    assert f"-12,lesion longest diameter,{longest:.4g},cm,retroperitoneum,CT" in marks


def test_what_nobody_accepted_is_counted_and_not_measured(
    said: str, measured: dict[str, Any]
) -> None:
    assert [one["name"] for one in measured["left_out"]] == ["perhaps"]
    assert [one["name"] for one in measured["lesions"]] == ["retroperitoneum", "pelvis"]
    assert "1 of the lesions in the boxes is not accepted" in said


def test_candidates_are_written_to_be_accepted_and_what_is_accepted_is_not_lost(
    clinic: Path, petct: Petct
) -> None:
    code, out, _ = petct("petct", "before", "-o", "found", "--suv", "bsa")
    assert code == 0
    assert "wrote found/boxes.yaml" in out
    assert "by body weight" in out
    file = clinic / "found" / "boxes.yaml"
    assert [one.accepted for one in read_boxes(file).lesions] == [False] * 3
    # The same again is the same file, and is written.
    assert petct("petct", "before", "-o", "found", "--suv", "bsa")[0] == 0
    text = file.read_text("utf-8").replace('name: "scan 1"}', 'name: "scan 1", folder: before}')
    file.write_text(text.replace("accepted: false", "accepted: true", 1), encoding="utf-8")
    accepted = file.read_bytes()
    code, _, err = petct("petct", "before", "-o", "found", "--suv", "bsa")
    assert (code, file.read_bytes()) == (2, accepted)
    assert "boxes.yaml is there already, and somebody may have accepted lesions in it" in err
    code, out, _ = petct("petct", "before", "--lesions", "found/boxes.yaml", "--json")
    found = json.loads(out)
    assert (code, len(found["lesions"]), len(found["left_out"])) == (0, 1, 2)
    assert found["lesions"][0]["looks"][0]["measured"]["uptake"]["suv_max"] > 4
