"""`reinfuse forecast` as somebody uses it: in a process of its own, from a folder of its own."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUNDING = ROOT / "examples" / "founding-case.yaml"
COURSE = """title: a course of which nothing was measured
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, when: 2024-05-06, product: product-1, dose: 2e6 cells/kg}
"""
OPTIONS = """horizon: 6 months
options:
  - {name: zz as it was given}
  - {name: dose x3, dose: x3}
  - {name: a donor, cells: donor-derived}
"""


def reinfuse(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reinfuse", "forecast", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, timeout=180, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("forecast")
    (place / "course.yaml").write_text(COURSE, encoding="utf-8")
    (place / "options.yaml").write_text(OPTIONS, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    asked = ("--options", "options.yaml", "--draws", "60", "-o", "out")
    return reinfuse("course.yaml", *asked, folder=folder)


def test_options_are_shown_in_the_order_of_the_file_and_as_prior_only(
    done: subprocess.CompletedProcess[str],
) -> None:
    assert (done.returncode, done.stderr) == (0, "")
    assert "PRIOR ONLY" in done.stdout
    names = ("zz as it was given (the reference)", "dose x3", "a donor")
    places = [done.stdout.index(f"\n{name}\n") for name in names]
    assert places == sorted(places)
    words = " ".join(done.stdout.split())
    assert "assumed, not learned from this patient" in words
    assert "cannot tell these options apart in the model" in words
    assert "would have" not in words
    assert max(len(line) for line in done.stdout.splitlines()) <= 140


def test_the_folder_holds_a_document_and_a_tidy_table(
    done: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert done.returncode == 0
    found = sorted(path.name for path in (folder / "out").iterdir())
    assert found == ["forecast.csv", "forecast.json"]
    kept = json.loads((folder / "out/forecast.json").read_text(encoding="utf-8"))
    assert (kept["kind"], kept["prior_only"], kept["file"]) == ("forecast", True, "course.yaml")
    assert [option["name"] for option in kept["options"]] == [
        "zz as it was given", "dose x3", "a donor",
    ]  # fmt: skip
    with (folder / "out/forecast.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["option"] for row in table} == {option["name"] for option in kept["options"]}
    severe = [row for row in table if row["ask"] == "CRS grade 3 or more"]
    assert severe
    assert all(row["middle"] == "" and row["uncalibrated"] == "range only" for row in severe)


def test_the_same_seed_gives_the_same_document(
    done: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert done.returncode == 0
    again = reinfuse(
        "course.yaml", "--options", "options.yaml", "--draws", "60", "--json", folder=folder
    )
    kept = (folder / "out/forecast.json").read_text(encoding="utf-8")
    assert again.stdout == kept


def test_every_problem_of_an_options_file_is_told_by_line_before_anything_is_fitted(
    folder: Path,
) -> None:
    text = "options:\n  - {name: a, dose: plenty}\n  - {name: a, cells: autologous}\n"
    (folder / "wrong.yaml").write_text(text, encoding="utf-8")
    answer = reinfuse(str(FOUNDING), "--options", "wrong.yaml", "-o", "new", folder=folder)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "wrong.yaml cannot be used: 3 problems" in answer.stderr
    for said in (
        "wrong.yaml line 2",
        "'plenty' is not",
        "line 3",
        "stands first on line 2",
        "fix:",
    ):
        assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (folder / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("course.yaml", "--options", "none.yaml"), "cannot be opened"),
        (("course.yaml", "--options", "options.yaml", "--draws", "3"), "from 50 to 10000"),
        (("course.yaml", "--options", "options.yaml", "-o", "course.yaml"), "is a file"),
        (("course.yaml", "--options", "options.yaml", "-o", "no/out"), "there is no folder"),
        (("course.yaml",), "--options"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: tuple[str, ...], said: str, folder: Path
) -> None:
    answer = reinfuse(*arguments, folder=folder)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
