"""A virtual trial as somebody runs it: what is printed and written, what is refused, a kill."""

from __future__ import annotations

import csv
import importlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reinfuse.cli.parser import run
from reinfuse.errors import ReinfuseError
from reinfuse.trials.running import work
from tests.unit.trial_designs import small_text

FILES = ("patients.csv", "endpoints.csv", "design.yaml", "trial.json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a design, which commands are given in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setattr(work, "CHUNK_PATIENTS", 20)
    (tmp_path / "design.yaml").write_text(small_text(), encoding="utf-8")
    return tmp_path


def test_a_trial_prints_its_endpoints_and_writes_its_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["trial", "design.yaml", "-o", "out", "--workers", "2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("two doses 60 virtual patients, the same patients in every arm")
    for words in (
        "Endpoints by arm",
        "Differences from: low",
        "A virtual trial says what the model assumes",
        "it is for research, and does not decide about treatment",
        "rests on",
        "Acute GVHD is an uncalibrated index of the model.",
    ):
        assert words in said, words
    assert sorted(one.name for one in (folder / "out").iterdir()) == sorted((*FILES, "run"))
    with (folder / "out/endpoints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} == {"estimate", "difference", "ratio"}
    shares = [row for row in rows if row["unit"] == "1" and row["kind"] == "estimate"]
    for row in shares:
        numbers = [float(row[name]) for name in ("low_95", "surely", "possibly", "high_95")]
        assert numbers == sorted(numbers), row
        assert 0 <= numbers[0] <= numbers[-1] <= 1


def test_json_holds_what_the_summary_does(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trial", "design.yaml", "-o", "out", "--executor", "inline", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    kept = json.loads((folder / "out/trial.json").read_text(encoding="utf-8"))
    assert printed["kind"] == "virtual trial"
    assert printed["notice"] == "For research; not for decisions about treatment."
    for name in kept.keys() - {"sha256", "reinfuse"}:
        assert printed[name] == kept[name], name


def test_a_trial_that_was_killed_goes_on_to_the_same_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work, "CHUNK_PATIENTS", 500)  # as the process that is killed has it
    (folder / "design.yaml").write_text(small_text(patients="1600"), encoding="utf-8")
    command = ["trial", "design.yaml", "--executor", "inline", "-o"]
    killed = subprocess.Popen(
        [sys.executable, "-m", "reinfuse", *command, "out"], cwd=folder, stderr=subprocess.DEVNULL
    )
    ledger = folder / "out/run/ledger.jsonl"
    until = time.monotonic() + 60
    while not (ledger.exists() and ledger.stat().st_size):
        assert killed.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (folder / "out/patients.csv").exists()
    assert run([*command, "out", "--resume"]) == 0
    assert "found done" in capsys.readouterr().out
    assert run([*command, "whole"]) == 0
    for name in FILES:
        assert (folder / "out" / name).read_bytes() == (folder / "whole" / name).read_bytes(), name


def test_an_interrupted_trial_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = importlib.import_module("reinfuse.trials.running.trial")
    whole = module.run_plan

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_plan", interrupted)
    assert run(["trial", "design.yaml", "-o", "out"]) == 130
    assert "interrupted; --resume goes on from where it stopped" in capsys.readouterr().err
    monkeypatch.setattr(module, "run_plan", whole)
    assert run(["trial", "design.yaml", "-o", "out", "--resume", "--executor", "inline"]) == 0


def refused(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert run(["trial", *command]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert "Traceback" not in found.err
    return found.err


def test_a_bad_design_is_told_with_its_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = small_text(patients="0", seed="x").replace("dose: 1e5 cells/kg", "dose: 0 cells/kg")
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    assert refused(capsys, "bad.yaml", "-o", "out") == (
        "reinfuse: bad.yaml cannot be used: 3 problems\n"
        "\n"
        "bad.yaml line 2\n"
        "  `seed`: 'x' is not a whole number from 0 to 4294967295\n"
        "  fix: write one, such as 1\n"
        "\n"
        "bad.yaml line 3\n"
        "  `patients`: '0' is not a whole number from 1 to 1000000\n"
        "  fix: write one, such as 1\n"
        "\n"
        "bad.yaml line 11\n"
        "  `dose`: a dose of 0 cells/kg is not above 0 and up to 1e+11\n"
        "  fix: write it like 1e6 cells/kg or 1e8 cells\n"
    )
    assert not (folder / "out").exists()


def test_places_that_cannot_be_written_to_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "design.yaml is a file" in refused(capsys, "design.yaml", "-o", "design.yaml")
    assert "there is no folder" in refused(capsys, "design.yaml", "-o", "none/out")
    (folder / "mine").mkdir()
    (folder / "mine/letter.txt").write_text("dear", encoding="utf-8")
    assert "such as letter.txt" in refused(capsys, "design.yaml", "-o", "mine")
    assert "cannot be opened" in refused(capsys, "nothing.yaml", "-o", "out")


def test_a_trial_is_not_begun_twice_unasked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("design.yaml", "-o", "out", "--executor", "inline")
    assert run(["trial", *command]) == 0
    before = (folder / "out/patients.csv").read_bytes()
    capsys.readouterr()
    assert "give --resume to go on" in refused(capsys, *command)
    assert run(["trial", *command, "--resume"]) == 0
    assert "0 chunks made, 3 found done" in capsys.readouterr().out
    assert (folder / "out/patients.csv").read_bytes() == before


@pytest.mark.usefixtures("folder")
def test_an_executor_that_is_not_there_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("PATH", "")
    dask = refused(capsys, "design.yaml", "-o", "a", "--executor", "dask")
    assert "this needs the package distributed" in dask
    assert 'pip install "reinfuse[dask]", or take another executor' in dask
    ray = refused(capsys, "design.yaml", "-o", "b", "--executor", "ray")
    assert 'pip install "reinfuse[ray]"' in ray
    slurm = refused(capsys, "design.yaml", "-o", "c", "--executor", "slurm")
    assert "sbatch is not on this machine" in slurm


@pytest.mark.usefixtures("folder")
def test_a_package_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = importlib.import_module("reinfuse.cli.needed")
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "llvmlite" else name)
    err = refused(capsys, "design.yaml", "-o", "out")
    assert "trial needs llvmlite" in err
    assert "extras `engine` and `population`" in err


@pytest.mark.usefixtures("folder")
def test_a_chunk_that_fails_is_told_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = work.seen_in

    def failing(design, arm, numbers):  # noqa: ANN001, ANN202
        if 25 in numbers:
            raise ReinfuseError("the disk is full")
        return whole(design, arm, numbers)

    monkeypatch.setattr(work, "seen_in", failing)
    err = refused(capsys, "design.yaml", "-o", "out", "--executor", "inline")
    assert "1 of 3 chunks failed; all others are kept" in err
    assert "chunk 1, patients 21 to 40: the disk is full" in err
    monkeypatch.setattr(work, "seen_in", whole)
    assert run(["trial", "design.yaml", "-o", "out", "--resume", "--executor", "inline"]) == 0
    assert "1 chunks made, 2 found done" in capsys.readouterr().out
