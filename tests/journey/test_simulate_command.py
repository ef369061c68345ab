"""Patients of a model as somebody simulates them: tables, quantiles, interruptions, failures."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reinfuse.cli.parser import run
from reinfuse.cli.simulation import pieces

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
DECAY = """
model decay
time in d from 0
parameter k = 0.5 [1/d] in 0 .. 20
parameter start = 8 [mg] in 0 ..
state A [mg] = start within 1e-9
rate A = -k*A
observe level [mg] = A
observe half [mg] = A/2
"""
TIMES = ("--times", "0,1,2:8:3")
VARY = ("--vary", "k=0.4", "--vary", "start=1.5")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, which commands are given in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    (tmp_path / "decay.model").write_text(DECAY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def said(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """What `reinfuse simulate decay.model` says in that folder."""

    def say(*arguments: object, model: str = "decay.model") -> Said:
        capsys.readouterr()
        try:
            code = run(["simulate", model, *map(str, arguments)])
        except SystemExit as stop:  # what argparse refuses
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return say


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def stop_before(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Interrupt the run before a piece, counted from 0, as Ctrl-C would."""
    calls = iter(range(number))
    simulate = pieces.simulate

    def once(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 # whatever it is called with
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return simulate(*arguments, **named)

    monkeypatch.setattr(pieces, "simulate", once)


def test_the_table_holds_what_the_model_says(folder: Path, said: Callable[..., Said]) -> None:
    done = said("--set", "k=0.25", *TIMES, "--out", "x.csv")
    assert (done.code, done.err) == (0, "")
    assert "1 solved" in done.out
    assert "does not decide about treatment" in " ".join(done.out.split())
    rows = rows_of(folder / "x.csv")
    assert list(rows[0]) == ["patient", "time", "status", "level", "half"]
    assert [(row["patient"], row["time"], row["status"]) for row in rows] == [
        ("1", time, "ok") for time in ("0", "1", "2", "5", "8")
    ]
    levels = [float(row["level"]) for row in rows]
    assert levels == pytest.approx([8 * math.exp(-0.25 * t) for t in (0, 1, 2, 5, 8)], rel=1e-4)


def test_parquet_holds_the_same_as_csv_with_units_and_origin(
    folder: Path, said: Callable[..., Said]
) -> None:
    for name in ("x.csv", "x.parquet"):
        assert said("--patients", 50, *VARY, *TIMES, "--out", name).code == 0
    table = pq.read_table(folder / "x.parquet")
    rows = rows_of(folder / "x.csv")
    for name in ("patient", "time", "level", "half"):
        assert table[name].to_pylist() == [float(row[name]) for row in rows]
    assert table["status"].to_pylist() == ["ok"] * 250
    assert table.schema.field("level").metadata[b"unit"] == b"mg"
    about = table.schema.metadata
    assert about[b"model"] == b"decay"
    assert b"research" in about[b"notice"]


def test_numbers_of_32_bits_are_written_as_such(folder: Path, said: Callable[..., Said]) -> None:
    assert said("--bits", 32, "--rtol", 1e-4, *TIMES, "--out", "x.parquet").code == 0
    assert pq.read_schema(folder / "x.parquet").field("level").type == pa.float32()


def test_32_bits_are_checked_against_64(folder: Path, said: Callable[..., Said]) -> None:
    done = said("--patients", 3, *VARY, "--bits", 32, "--rtol", 1e-4, *TIMES, "--out", "x.csv")
    told = re.search(r"32 bits differ from 64 by at most (\S+) % on the first 3 pat", done.out)
    assert told
    assert 0 < float(told[1]) < 0.01
    again = said(*TIMES, "--out", "y.csv")
    assert "32 bits" not in again.out


def test_a_model_that_32_bits_do_not_hold_is_told(folder: Path, said: Callable[..., Said]) -> None:
    """The fourth power of 1e10 cells is infinite in 32 bits: nothing dies there."""
    (folder / "power.model").write_text(
        """
model power
time in d from 0
parameter K = 1e10
state A = 1e9
rate A = -A^4/(K^4 + A^4)*A
""",
        encoding="utf-8",
    )
    asked = ("--bits", 32, "--rtol", 1e-4, "--times", "0,2000", "--out", "x.csv")
    done = said(*asked, model="power.model")
    assert done.code == 0
    told = " ".join(done.out.split())
    assert "32 bits do not hold this model: they differ from 64 by up to" in told
    assert "on the only patient (A); use --bits 64" in told


def test_a_patient_is_the_same_however_many_there_are_and_in_whatever_pieces(
    folder: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    said("--patients", 100, *VARY, *TIMES, "--out", "many.csv")
    monkeypatch.setattr(pieces, "_MOST", 16)
    said("--patients", 37, *VARY, *TIMES, "--threads", 2, "--out", "few.csv")
    few = rows_of(folder / "few.csv")
    assert len(few) == 37 * 5
    assert few == rows_of(folder / "many.csv")[: len(few)]
    assert len({row["level"] for row in few if row["time"] == "5"}) == 37
    said("--patients", 37, *VARY, *TIMES, "--seed", 2, "--out", "other.csv")
    assert rows_of(folder / "other.csv") != few


def test_the_summary_is_within_half_a_percent_of_the_table(
    folder: Path, said: Callable[..., Said]
) -> None:
    asked = ("--patients", 3001, *VARY, *TIMES)
    assert said(*asked, "--out", "x.parquet", "--summary", "both.csv").code == 0
    done = said(*asked, "--summary", "alone.csv")
    assert "median (5 to 95 %)" in done.out
    assert (folder / "both.csv").read_bytes() == (folder / "alone.csv").read_bytes()
    table = pq.read_table(folder / "x.parquet")
    summary = rows_of(folder / "alone.csv")
    assert len(summary) == 5 * 2
    for row in summary:
        at = np.isclose(table["time"].to_numpy(), float(row["time"]))
        values = table[row["output"]].to_numpy()[at]
        assert (row["count"], row["failed"], row["unit"]) == ("3001", "0", "mg")
        for name, share in (("min", 0), ("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75),
                            ("p95", 0.95), ("max", 1)):  # fmt: skip
            exact = np.quantile(values, share, method="lower")
            error = 1e-9 if share in {0, 1} else 0.005 + 1e-9
            assert float(row[name]) == pytest.approx(exact, rel=error)


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
def test_an_interrupted_table_goes_on_to_the_same_bytes(
    folder: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(pieces, "_MOST", 16)
    asked = ("--patients", 100, *VARY, *TIMES, "--out", name, "--summary", "s.csv")
    assert said(*asked).code == 0
    whole = {one: (folder / one).read_bytes() for one in (name, "s.csv")}
    for one in whole:
        (folder / one).unlink()
    with monkeypatch.context() as patched:
        stop_before(patched, 3)
        done = said(*asked)
    assert (done.code, done.out) == (130, "")
    assert done.err == "reinfuse: interrupted; the same command goes on from where it stopped\n"
    assert files_in(folder) == [f".{name}.unfinished", "decay.model"]
    with monkeypatch.context() as patched:
        stop_before(patched, 4)  # of seven pieces three were kept
        assert said(*asked, "--threads", 2).code == 0
    assert {one: (folder / one).read_bytes() for one in whole} == whole
    assert files_in(folder) == sorted(["decay.model", *whole])


def test_an_interrupted_summary_goes_on_to_the_same_bytes(
    folder: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_MOST", 16)
    asked = ("--patients", 100, *VARY, *TIMES, "--summary", "s.csv")
    said(*asked)
    whole = (folder / "s.csv").read_bytes()
    with monkeypatch.context() as patched:
        stop_before(patched, 5)
        assert said(*asked).code == 130
    with monkeypatch.context() as patched:
        stop_before(patched, 2)
        assert said(*asked).code == 0
    assert (folder / "s.csv").read_bytes() == whole
    assert files_in(folder) == ["decay.model", "s.csv"]


def test_pieces_of_another_run_and_damaged_ones_are_not_gone_on_with(
    folder: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_MOST", 16)
    asked = ("--patients", 48, *VARY, *TIMES, "--out", "x.csv")
    said(*asked, "--seed", 2)
    whole = (folder / "x.csv").read_bytes()
    for seed, damaged in ((1, False), (2, True)):
        with monkeypatch.context() as patched:
            stop_before(patched, 2)
            assert said(*asked, "--seed", seed).code == 130
        if damaged:
            part = folder / ".x.csv.unfinished" / "000000016.npz"
            part.write_bytes(part.read_bytes()[:-40])
        assert said(*asked, "--seed", 2).code == 0
        assert (folder / "x.csv").read_bytes() == whole


def test_a_run_that_is_stopped_at_once_leaves_nothing(
    folder: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_before(monkeypatch, 0)
    assert said("--out", "x.csv").code == 130
    assert said("--json").code == 130
    assert files_in(folder) == ["decay.model"]


def test_ctrl_c_ends_with_130_and_the_next_run_with_the_same_bytes(folder: Path) -> None:
    model = str(ROOT / "examples" / "models" / "cart8.model")
    asked = ["--patients", "60000", "--vary", "all=0.3", "--times", "0,30,365", "--rtol", "1e-5"]
    command = [sys.executable, "-m", "reinfuse", "simulate", model, *asked, "--out", "x.parquet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        deadline = time.monotonic() + 110
        while not list(folder.glob(".x.parquet.unfinished/*.npz")) and it.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        it.send_signal(signal.SIGINT)
        out, err = it.communicate(timeout=60)
    assert (it.returncode, out) == (130, "")
    assert err == "reinfuse: interrupted; the same command goes on from where it stopped\n"
    assert files_in(folder) == [".x.parquet.unfinished", "decay.model"]
    assert run(["simulate", model, *asked, "--out", "x.parquet"]) == 0
    assert run(["simulate", model, *asked, "--out", "y.parquet"]) == 0
    assert (folder / "x.parquet").read_bytes() == (folder / "y.parquet").read_bytes()
    assert files_in(folder) == ["decay.model", "x.parquet", "y.parquet"]


def test_patients_that_fail_are_counted_by_reason(folder: Path, said: Callable[..., Said]) -> None:
    (folder / "p.csv").write_text("k\n0.5\n21\n1\n-1\n", encoding="utf-8")
    asked = ("--parameters", "p.csv", *TIMES, "--out", "x.csv", "--summary", "s.csv")
    done = said(*asked)
    assert done.code == 0
    assert "2 solved" in done.out
    assert "2 not solved, bad parameter: a parameter is no finite number" in done.out
    rows = rows_of(folder / "x.csv")
    assert [(row["status"], row["level"] == "") for row in rows[4::5]] == [
        ("ok", False), ("bad parameter", True), ("ok", False), ("bad parameter", True),
    ]  # fmt: skip
    assert {(row["count"], row["failed"]) for row in rows_of(folder / "s.csv")} == {("2", "2")}


def test_if_nobody_could_be_solved_the_exit_code_is_1(
    folder: Path, said: Callable[..., Said]
) -> None:
    done = said("--most-steps", 1, *TIMES, "--out", "x.csv", "--summary", "s.csv")
    assert done.code == 1
    assert "step limit" in done.out
    assert {row["status"] for row in rows_of(folder / "x.csv")} == {"step limit"}
    late = [row for row in rows_of(folder / "s.csv") if row["time"] == "8"]
    assert {(row["failed"], row["p50"], row["max"]) for row in late} == {("1", "", "")}


@pytest.mark.parametrize("name", ["p.csv", "p.parquet"])
def test_a_table_gives_parameters_and_numbers_of_patients(
    folder: Path, said: Callable[..., Said], name: str
) -> None:
    table = pa.table({"k": [0.1, 0.2], "patient": [7, 3]})
    if name == "p.parquet":
        pq.write_table(table, folder / name)
    else:
        (folder / name).write_text("k,patient\n0.1,7\n0.2,3\n", encoding="utf-8")
    assert said("--parameters", name, "--set", "start=2", *TIMES, "--out", "x.csv").code == 0
    last = [row for row in rows_of(folder / "x.csv") if row["time"] == "5"]
    assert [row["patient"] for row in last] == ["7", "3"]
    assert [float(row["level"]) for row in last] == pytest.approx(
        [2 * math.exp(-0.5), 2 * math.exp(-1)], rel=1e-4
    )


def test_doses_go_to_their_patients_and_to_everyone(
    folder: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_MOST", 2)
    (folder / "d.csv").write_text(
        "patient,time,state,amount\n3,1,A,100\nall,2,A,1\n", encoding="utf-8"
    )
    said("--patients", 4, "--set", "k=0", "--doses", "d.csv", *TIMES, "--out", "x.csv")
    found = [float(row["level"]) for row in rows_of(folder / "x.csv") if row["time"] in "012"]
    assert found == [8, 8, 9, 8, 8, 9, 8, 108, 109, 8, 8, 9]


def test_many_patients_without_a_table_are_summarised(
    folder: Path, said: Callable[..., Said]
) -> None:
    done = said("--patients", 100_001, "--bits", 32, "--vary", "k=0.1", "--times", "0,1")
    assert done.code == 0
    assert "wrote decay-summary.csv" in done.out
    assert {row["count"] for row in rows_of(folder / "decay-summary.csv")} == {"100001"}


def test_json_says_what_was_run_and_is_of_the_schema(
    folder: Path, said: Callable[..., Said]
) -> None:
    done = said("--patients", 20, "--vary", "all=0.2", *TIMES, "--json")
    found = json.loads(done.out)
    jsonschema.validate(found, SCHEMA)
    assert (found["patients"], found["seed"], found["statuses"]) == (20, 1, {"ok": 20})
    assert found["varied"] == {"k": 0.2, "start": 0.2}
    assert len(found["quantiles"]) == 10
    assert found["written"] == []
    assert files_in(folder) == ["decay.model"]
    table = json.loads(said("--most-steps", 1, *TIMES, "--out", "x.csv", "--json").out)
    jsonschema.validate(table, SCHEMA)
    assert (table["quantiles"], table["written"]) == (None, ["x.csv"])


def test_a_default_grid_is_told_and_ends_where_it_is_asked_to(
    folder: Path, said: Callable[..., Said]
) -> None:
    done = said("--until", 10.1, "--out", "x.csv")
    assert "52 times from 0 to 10.1 d" in done.out
    assert "--times names none" in done.out
    times = [float(row["time"]) for row in rows_of(folder / "x.csv")]
    assert times == [*(float(f"{0.2 * number:.1f}") for number in range(51)), 10.1]


def test_a_condition_that_is_waited_for_is_solved_and_told(
    folder: Path, said: Callable[..., Said]
) -> None:
    (folder / "refill.model").write_text(DECAY + "event more when A < 4 [mg]: A = 8 [mg]\n")
    done = said("--set", "k=1", "--times", "0.5,1", "--out", "x.csv", model="refill.model")
    assert done.code == 0
    assert "2 times" in done.out
    levels = [float(row["level"]) for row in rows_of(folder / "x.csv")]
    assert levels == pytest.approx([8 * math.exp(-0.5), 16 * math.exp(-1)], rel=1e-3)


def test_the_help_loads_no_numbers() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "reinfuse", "simulate", "--help"]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "110"}
    )
    assert "does not decide about treatment" in " ".join(answer.stdout.split())
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in answer.stderr.splitlines()}
    assert not loaded & {"numpy", "pyarrow", "llvmlite"}
