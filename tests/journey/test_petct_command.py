"""`reinfuse petct`: from three folders of DICOM to a table, JSON, CSV and a new course."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pydicom
import pytest

from reinfuse.cli.notice import NOTICE
from reinfuse.cli.parser import run
from reinfuse.exchange.course_file import read_course
from reinfuse.imaging.twin import TrueScan, read_truth, write_twin
from reinfuse.report.charts import Chart
from reinfuse.report.page.figures import lesions_chart
from reinfuse.report.page.matrix import burden_matrix
from reinfuse.report.timeline import draw_timeline

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
ONLY = {"$schema": SCHEMA["$schema"], "$defs": SCHEMA["$defs"], "$ref": "#/$defs/petct"}
COURSE = """\
title: an invented course
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, product: product-1, when: 2026-05-01}
lesions:
  - id: pelvis
    site: left pelvis
    looks:
      - {id: pelvis-seen, when: infusion-1 day -20, modality: MRI, axes: 2.4 x 4.1 x 8.5 cm}
"""
BOXES = """\
psf_mm: 6
scans:
  - {name: before, day: -12}
  - {name: month-1, day: 30}
  - {name: month-3, day: 92}
lesions:
  - name: retroperitoneum
    site: right retroperitoneum
    looks:
      before: {box: [[-90, -20, -260], [0, 65, -100]]}
      month-1: {seed: [-34, 23, -162]}
  - name: pelvis
    site: left pelvis
    looks:
      before: {seed: [66, 16, -262]}
      month-1: {seed: [81, 21, -242], reach_mm: 35}
"""
SCANS = ("month-3", "before", "month-1")  # not in order of time
Petct = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three scans of the twin, boxes and a course."""
    folder = tmp_path_factory.mktemp("clinic")
    write_twin(folder, seed=11)
    (folder / "boxes.yaml").write_text(BOXES, encoding="utf-8")
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def measured(clinic: Path) -> dict[str, Any]:
    """The whole way once: `out` has what it wrote, and this is its JSON."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(clinic)
        more = ("--lesions", "boxes.yaml", "--course", "course.yaml", "-o", "out")
        assert run(["petct", *SCANS, *more]) == 0
    text = (clinic / "out" / "measurements.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


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


def test_axes_and_volumes_are_those_of_the_twin(clinic: Path, measured: dict[str, Any]) -> None:
    first: TrueScan = read_truth(clinic)[0]
    jsonschema.validate(measured, SCHEMA)
    jsonschema.validate(measured, ONLY)
    assert [one["name"] for one in measured["scans"]] == ["before", "month-1", "month-3"]
    for true, lesion in zip(first.lesions, measured["lesions"], strict=True):
        found = lesion["looks"][0]["measured"]
        assert found["axes_mm"] == pytest.approx([10 * cm for cm in true.axes_cm], abs=3.0)
        assert found["volume_ml"] == pytest.approx(true.volume_ml, rel=0.1)
        low, high = found["volume_interval_ml"]
        assert low <= true.volume_ml <= high


def test_lesions_are_followed_to_what_is_left_in_their_place(measured: dict[str, Any]) -> None:
    for lesion in measured["lesions"]:
        first, second, third = lesion["looks"]
        assert (first["state"], second["state"], second["trend"]) == ("drawn", "drawn", "reduced")
        assert third["words"].startswith("below threshold: SUVmax ")
        assert "left in its place" in third["words"]
        assert third["measured"] is None
        assert 0.3 < third["left"]["suv_max"] < 1.5
    assert measured["scans"][0]["registered"] is None
    assert all(one["registered"]["gain_nats"] > 0 for one in measured["scans"][1:])


def test_the_new_course_holds_every_look_and_the_old_is_kept(
    clinic: Path, measured: dict[str, Any]
) -> None:
    assert (clinic / "course.yaml").read_text(encoding="utf-8") == COURSE
    reading = read_course(clinic / "out" / "course.yaml")
    assert reading.course is not None
    lesions = {one.id: one for one in reading.course.lesions}
    assert list(lesions) == ["pelvis", "retroperitoneum"]
    seen, before, month, last = lesions["pelvis"].looks
    assert seen.id == "pelvis-seen"
    assert [look.id for look in (before, month, last)] == measured["observations"][3:]
    assert str(month.when.start.clues[0]) == "infusion-1 day 30"
    assert (before.change, month.change, last.change) == (None, "reduced", "below threshold")
    assert (len(month.axes), last.axes) == (3, ())
    assert last.suv_max is not None
    note = before.note or ""
    for words in ("41 % of SUVmax", "border at SUV", "voxels 6 x 6 x 6 mm", "guard", "PET "):
        assert words in note


def test_below_threshold_is_read_as_neither_gone_nor_present(
    clinic: Path, measured: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(clinic / "out")
    course = read_course(Path("course.yaml")).course
    assert course is not None
    last = [lesion.looks[-1].id for lesion in course.lesions]
    for name in last:
        assert f'id="event-{name}"><th scope="row">Below threshold, SUVmax ' in (
            draw_timeline(course).table_html
        )
    assert burden_matrix(course).html().count("▽</span> below threshold") == len(last)
    chart = lesions_chart(course)
    assert isinstance(chart, Chart)
    words = [row[-2:] for row in chart.table.rows]
    assert words.count(("not measured", "below threshold")) == len(last)
    capsys.readouterr()
    run(["check", "course.yaml"])
    assert not [name for name in last if name in capsys.readouterr().out]
    assert run(["grade", "course.yaml", "--json"]) == 0
    grades = json.loads(capsys.readouterr().out)["grades"]
    late = [one for one in grades if "day 92" in one["when"] and "response" in one["topic"]]
    assert len(late) == 4
    assert all(one["low"] != one["high"] and one["missing"] for one in late)


def test_the_table_holds_every_lesion_in_every_scan(clinic: Path, measured: dict[str, Any]) -> None:
    with (clinic / "out" / "measurements.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    looks = [look for lesion in measured["lesions"] for look in lesion["looks"]]
    assert len(table) == len(looks) == 6
    for row, look in zip(table, looks, strict=True):
        assert (row["scan"], row["day"]) == (look["scan"], str(look["day"]))
        if look["measured"] is None:
            assert float(row["suv_max_left"]) == look["left"]["suv_max"]
            assert not row["long_cm"]
        else:
            assert float(row["long_cm"]) == pytest.approx(look["measured"]["axes_mm"][2] / 10)
            assert float(row["suv_max"]) == look["measured"]["uptake"]["suv_max"]


def test_nothing_that_is_written_names_the_patient(clinic: Path, measured: dict[str, Any]) -> None:
    one = next(path for path in (clinic / "before" / "PET").iterdir() if path.is_file())
    header = pydicom.dcmread(one, stop_before_pixels=True)
    kept = (
        header.PatientName, header.PatientID, header.StudyInstanceUID, header.SeriesInstanceUID,
        header.FrameOfReferenceUID, header.SOPInstanceUID, header.StudyDate,
    )  # fmt: skip
    written = [path for path in (clinic / "out").iterdir() if path.is_file()]
    assert sorted(path.name for path in written) == sorted(measured["written"])
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert not [value for value in kept if str(value) and str(value) in text], path.name


def test_a_scan_that_fails_is_told_with_its_tag_and_others_are_shown(
    clinic: Path, petct: Petct, tmp_path: Path
) -> None:
    shutil.copytree(clinic / "before" / "PET", tmp_path / "month-1")
    for path in (tmp_path / "month-1").iterdir():
        data = pydicom.dcmread(path)
        del data.PatientWeight
        data.save_as(path)
    boxes = tmp_path / "boxes.yaml"
    boxes.write_text(
        "lesions: [{name: mass, site: left pelvis,"
        " looks: {before: {seed: [66, 16, -262]}, month-1: {seed: [66, 16, -262]}}}]",
        encoding="utf-8",
    )
    code, out, err = petct("before", str(tmp_path / "month-1"), "--lesions", str(boxes))
    assert code == 2
    assert "scan month-1: " in err
    assert "(0010,1030) PatientWeight" in err
    assert "2.7 x 4.4 x 8.8" in out
    assert NOTICE in out
    assert "Traceback" not in out + err


def test_where_no_scan_can_be_read_nothing_is_tabled(
    clinic: Path, petct: Petct, tmp_path: Path
) -> None:
    shutil.copytree(clinic / "before" / "PET", tmp_path / "before")
    boxes = tmp_path / "boxes.yaml"
    boxes.write_text(
        "lesions: [{name: mass, site: left pelvis, looks: {before: {seed: [66, 16, -262]}}}]\n"
        "scans: [{name: before, weight_kg: 0.1}]\n",
        encoding="utf-8",
    )
    folder = str(tmp_path / "before")
    code, out, err = petct(folder, "--lesions", str(boxes), "-o", str(tmp_path / "out"))
    assert code == 2
    assert "the weight is stated as 0.1 kg" in err
    assert "correct `weight_kg` beside the scan in the boxes" in err
    assert "no scan could be read, and nothing was measured" in out
    assert "days from" not in out
    assert "all lesions together" not in out
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["measurements.json"]


@pytest.mark.parametrize(("key", "unit"), [("bw", "g"), ("bsa", "cm2")])
def test_glycolysis_has_the_unit_of_uptake_times_millilitres(
    petct: Petct, tmp_path: Path, key: str, unit: str
) -> None:
    boxes = tmp_path / "boxes.yaml"
    boxes.write_text(
        "lesions: [{name: mass, site: left pelvis, looks: {before: {seed: [66, 16, -262]}}}]\n",
        encoding="utf-8",
    )
    _, out, _ = petct("before", "--lesions", str(boxes), "--suv", key)
    heads = [line for line in out.splitlines() if "volume, mL" in line]
    assert len(heads) == 2
    assert all(re.search(rf"TLG, {unit}\b", line) for line in heads)


def test_without_boxes_candidates_are_listed_and_none_accepted(petct: Petct) -> None:
    code, out, _ = petct("before")
    assert code == 0
    assert "3 candidates at SUV 4 or more, none accepted" in out
    assert "bladder" in out
    code, out, _ = petct("before", "--json")
    found = json.loads(out)
    jsonschema.validate(found, ONLY)
    assert (code, len(found["candidates"]), found["lesions"]) == (0, 3, [])


def test_what_would_overwrite_or_lead_nowhere_is_refused_first(
    clinic: Path, petct: Petct, tmp_path: Path
) -> None:
    lesions = ("--lesions", "boxes.yaml")
    for arguments, words in (
        (("before", "--course", "course.yaml", "-o", "x"), "no lesions to add"),
        (("before", *lesions, "--course", "course.yaml"), "no place for the new course"),
        (("before", *lesions, "--course", "course.yaml", "-o", "."), "course.yaml would overwrite"),
        (("before", "-o", "before/out"), "among the DICOM files"),
        (("before", "-o", "boxes.yaml"), "boxes.yaml is a file"),
        (("before", *lesions), "no folder was given for month-1, month-3"),
        (("absent",), "there is no such file or folder"),
        ((str(tmp_path),), "there is no DICOM file"),
    ):
        code, _, err = petct(*arguments)
        assert (code, words in err) == (2, True), err
    assert not (clinic / "x").exists()
