"""What `forecast`, `trial` and `calibrate` print as JSON, against the schema of the reference."""

from __future__ import annotations

import copy
import csv
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reinfuse.cli.parser import run
from reinfuse.evidence import targets
from reinfuse.trials.forecast.questions import Ask
from tests.unit.trial_designs import small_text

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/reference/json.md").read_text(encoding="utf-8")
UNMEASURED = """title: a course of which nothing was measured
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, when: 2024-05-06, product: product-1, dose: 2e6 cells/kg}
"""
MEASURED = """observations:
  - {when: infusion-1 day -7, analyte: blasts, site: bone marrow, value: 40 %}
  - {when: infusion-1 day 5, analyte: CAR-T cells, site: blood, value: 6 %, denominator: T cells}
  - {when: infusion-1 day 11, analyte: CAR-T cells, site: blood, value: 41 %, denominator: T cells}
  - {when: infusion-1 day 28, analyte: CAR-T cells, site: blood, value: 9 %, denominator: T cells}
  - {when: infusion-1 day 60, analyte: CAR-T cells, site: blood, value: 2 %, denominator: T cells}
  - {when: infusion-1 day 28, analyte: blasts, site: bone marrow, value: 0 %}
"""
OPTIONS = """horizon: 4 months
options:
  - name: as it was given
  - {name: none at all, infusion: none}
  - {name: dose x3, dose: x3}
  - {name: a donor, cells: donor-derived}
"""
SETTING = (
    "marrow=high;extramedullary=none;infusion=first;binder=first;before=naive;origin=autologous;"
    "age=child;costimulation=not stated;lymphodepletion=flu-cy;tocilizumab=usual"
)
CALIBRATE = ("--patients", "20", "--draws", "40")
# Enough for the chains to agree; a machine that is busy may come to the limit first.
SECONDS = ("--seconds", "60", "--draws", "50")

Document = dict[str, Any]
Printed = Callable[..., Document]


@pytest.fixture
def printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Printed:
    """The JSON that a command prints in a folder of its own, which must be of the schema."""
    monkeypatch.chdir(tmp_path)

    def say(*arguments: str) -> Document:
        capsys.readouterr()
        code = run([*arguments, "--json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        found: Document = json.loads(out)
        jsonschema.validate(found, SCHEMA)
        return found

    return say


def refused(document: Document) -> bool:
    """Whether no form of the schema takes the document."""
    return not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def told_in(section: str) -> set[str]:
    """Names in backticks in one section of the page."""
    found = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`(\w+)`", found))


def keys_in(tree: object) -> set[str]:
    """All keys of a document, at any depth, but names in `setting` and `follows`."""
    if isinstance(tree, list):
        return {key for item in tree for key in keys_in(item)}
    if not isinstance(tree, dict):
        return set()
    own = {name: part for name, part in tree.items() if name not in ("setting", "follows")}
    return {*tree, *(key for part in own.values() for key in keys_in(part))}


# Told once for all commands, or in words that need no telling.
PLAIN = {"reinfuse", "file", "sha256", "notice", "kind", "seed", "name"}


def forecast(printed: Printed, course: str, *more: str) -> Document:
    Path("course.yaml").write_text(course, encoding="utf-8")
    Path("options.yaml").write_text(OPTIONS, encoding="utf-8")
    return printed("forecast", "course.yaml", "--options", "options.yaml", *more)


def test_a_forecast_of_the_prior_is_of_its_schema_and_every_key_is_told(printed: Printed) -> None:
    found = forecast(printed, UNMEASURED, *SECONDS)
    assert found["prior_only"] is True
    assert keys_in(found) - PLAIN <= told_in("A forecast")
    uncalibrated = [
        one for option in found["options"] for one in option["answers"] if not one["calibrated"]
    ]
    assert {one["ask"] for one in uncalibrated} == {str(Ask.CRS_3), str(Ask.GVHD)}
    silent = next(one for one in found["options"] if one["name"] == "none at all")
    why = {one["ask"]: one["why"] for one in silent["answers"] if one["low_90"] is None}
    assert why == {str(Ask.TMAX): "no cells are infused"}
    assert not any(option["learned"] for option in found["options"])


def test_a_forecast_of_a_patient_who_was_measured_is_of_the_same_schema(printed: Printed) -> None:
    found = forecast(printed, UNMEASURED + MEASURED, *SECONDS)
    assert found["prior_only"] is False
    assert "R-hat" in found["fit"]
    drivers = [
        one
        for option in found["options"]
        for each in option["differences"]
        for one in each["hangs_on"]
    ]
    assert any(one["informed"] for one in drivers)
    assert all(one["narrowing"] is None or one["narrowing"] < math.inf for one in drivers)


def test_an_uncalibrated_index_with_one_number_is_not_of_the_schema(printed: Printed) -> None:
    found = forecast(printed, UNMEASURED, *SECONDS)
    changed = copy.deepcopy(found)
    one = next(one for one in changed["options"][0]["answers"] if one["ask"] == str(Ask.CRS_3))
    one["middle"] = one["low_90"]
    assert refused(changed)
    renamed = copy.deepcopy(found)
    renamed["options"][2]["rank"] = 1
    assert refused(renamed)


def test_the_schema_knows_every_question_of_a_forecast() -> None:
    assert SCHEMA["$defs"]["ask"]["enum"] == [str(one) for one in Ask]


def test_a_trial_of_40_patients_is_of_its_schema_and_every_key_is_told(printed: Printed) -> None:
    Path("design.yaml").write_text(small_text(patients="40"), encoding="utf-8")
    found = printed("trial", "design.yaml", "-o", "out", "--executor", "inline")
    assert [(one["name"], one["patients"]) for one in found["arms"]] == [("low", 40), ("high", 40)]
    assert keys_in(found) - PLAIN <= told_in("A virtual trial")
    assert len(found["estimates"]) == 2 * len(found["differences"])
    assert all(Path(name).is_file() for name in found["written"])
    changed = copy.deepcopy(found)
    changed["differences"][0]["said"] = "proven"
    assert refused(changed)


def test_a_trial_of_one_arm_has_no_differences(printed: Printed) -> None:
    lines = small_text(patients="40").splitlines()
    alone = "\n".join(line for line in lines if "name: high" not in line)
    Path("design.yaml").write_text(alone, encoding="utf-8")
    assert printed("trial", "design.yaml", "-o", "out", "--executor", "inline")["differences"] == []


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two cheap targets to calibrate, one of them a rate and one in days, and one held out."""
    with open(targets.SHIPPED, encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    kept = [row for row in rows if row[0] in ("c2-contraction", "c4-first-cr")]
    other = ["pretend", "held out", "xuzhou-cr", "CR", SETTING, "28", "", "", "", "", "made up"]
    path = tmp_path / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *kept, other])
    return path


def test_a_calibration_is_of_its_schema_and_every_key_is_told(
    printed: Printed, table: Path
) -> None:
    found = printed("calibrate", "--targets", str(table), *CALIBRATE, "--held-out")
    assert found["targets"] == "own.csv"
    assert [one["target"] for one in found["held_out"]] == ["pretend"]
    assert {one["unit"] for one in found["calibrate"]} == {"1", "d"}
    assert keys_in(found) - PLAIN - {"words"} <= told_in("A calibration")


def test_a_calibration_without_held_out_holds_null_for_them(printed: Printed, table: Path) -> None:
    found = printed("calibrate", "--targets", str(table), *CALIBRATE)
    assert found["held_out"] is None
    changed = copy.deepcopy(found)
    changed["calibrate"][0]["prior"]["base_chance"] = 2
    assert refused(changed)
