"""The mechanism held against published numbers, as somebody runs it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from reinfuse.cli.commands import calibrate
from reinfuse.cli.parser import run
from reinfuse.evidence import targets
from reinfuse.trials.calibration import drawn

SMALL = ("--patients", "20", "--draws", "40")
SETTING = (
    "marrow=high;extramedullary=none;infusion=first;binder=first;before=naive;origin=autologous;"
    "age=child;costimulation=not stated;lymphodepletion=flu-cy;tocilizumab=usual"
)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two cheap targets to calibrate, and one to hold out that is none of the shipped."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    with open(targets.SHIPPED, encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    kept = [row for row in rows if row[0] in ("c2-contraction", "c4-first-cr")]
    other = ["pretend", "held out", "xuzhou-cr", "CR", SETTING, "28", "", "", "", "", "made up"]
    path = tmp_path / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *kept, other])
    return path


def test_targets_to_calibrate_come_with_hits_base_chance_and_contraction(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calibrate", "--targets", str(table), *SMALL]) == 0
    said = capsys.readouterr().out
    assert "65/79" in said
    assert "contraction" in said
    assert "by chance" in said
    assert "Targets held out were not simulated; --held-out scores them." in said
    assert "pretend" not in said
    assert "For research" in calibrate.NOTICE
    assert not list(table.parent.glob(".*unfinished"))


def test_targets_held_out_are_scored_in_a_table_of_their_own_when_asked_for(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calibrate", "--targets", str(table), *SMALL, "--held-out", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["kind"] == "calibration"
    assert [one["target"] for one in plain["calibrate"]] == ["c2-contraction", "c4-first-cr"]
    (other,) = plain["held_out"]
    assert (other["target"], other["events"], other["n"]) == ("pretend", 25, 27)
    assert 0 <= other["prior"]["mean"] <= 1
    assert all(one["contraction"] > 0 for one in plain["unknowns"])
    assert all(one["contraction"] == 1 for one in plain["unknowns"] if not one["targets"])


def test_the_same_command_goes_on_from_where_it_was_stopped(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["calibrate", "--targets", str(table), *SMALL, "--json"]
    real, count = drawn.found_at, [0]

    def stops(*arguments: object, **named: object) -> object:
        count[0] += 1
        if count[0] == 30:
            raise KeyboardInterrupt
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(drawn, "found_at", stops)
    assert run(command) == 130
    assert (table.parent / ".calibration.a.unfinished").is_file()
    before = count[0]
    capsys.readouterr()
    assert run(command) == 0
    resumed = capsys.readouterr().out
    assert count[0] - before < 82  # what one whole run asks for
    assert run(command) == 0
    assert capsys.readouterr().out == resumed


def test_a_table_that_cannot_be_so_is_refused_before_anything_is_computed(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(table.read_text(encoding="utf-8").replace("age=child", "age=old"))
    assert run(["calibrate", "--targets", str(table), *SMALL]) == 2
    said = capsys.readouterr().err
    assert "old" in said
    assert "fix" in said


def test_a_table_with_nothing_to_hold_out_says_so(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join(row for row in rows if "pretend" not in row) + "\n")
    assert run(["calibrate", "--targets", str(table), *SMALL, "--held-out"]) == 2
    assert "no target is held out" in capsys.readouterr().err


def test_a_page_over_the_table_that_is_read_is_refused(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calibrate", "--targets", str(table), "-o", str(table)]) == 2
    assert "would overwrite" in capsys.readouterr().err
