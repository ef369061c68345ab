"""A run goes on after whatever stopped it, and never mixes two."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work import Inline, Plan, Pool, joined, plan_in, run_plan
from tests.unit.pretend_works import HERE


def plan_of(work: str = "drawn", seed: int = 1, **payload: object) -> Plan:
    return Plan.of(f"{HERE}:{work}", payload, seed=seed, patients=23, chunk_patients=5)


def whole(folder: Path) -> bytes:
    return b"".join(joined(folder))


def log_of(path: Path) -> list[str]:
    return [line.split()[0] for line in path.read_text(encoding="utf-8").splitlines()]


def test_parts_are_joined_in_the_order_of_patients(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_plan(plan_of(), tmp_path / "run", Inline(), watch=lambda done, of: told.append((done, of)))
    lines = whole(tmp_path / "run").decode().splitlines()
    assert [int(line.partition(",")[0]) for line in lines] == list(range(23))
    assert told == [(0, 23), (5, 23), (10, 23), (15, 23), (20, 23), (23, 23)]
    assert plan_in(tmp_path / "run") == plan_of()


def test_processes_give_the_bytes_that_one_gives(tmp_path: Path) -> None:
    run_plan(plan_of(), tmp_path / "one", Inline())
    run_plan(plan_of(), tmp_path / "two", Pool(workers=2))
    assert whole(tmp_path / "two") == whole(tmp_path / "one")
    assert sorted(path.name for path in (tmp_path / "two").rglob("*")) == sorted(
        path.name for path in (tmp_path / "one").rglob("*")
    )


def test_without_resume_a_folder_with_parts_is_refused_and_with_it_nothing_is_redone(
    tmp_path: Path,
) -> None:
    plan = plan_of(log=str(tmp_path / "log"))
    run_plan(plan, tmp_path / "run", Inline())
    with pytest.raises(ReinfuseError, match="already holds parts") as refused:
        run_plan(plan, tmp_path / "run", Inline())
    assert refused.value.fix == "give --resume to go on, or another folder"
    again = run_plan(plan, tmp_path / "run", Inline(), resume=True)
    assert (again.found, again.made) == (5, 0)
    assert len(log_of(tmp_path / "log")) == 5


def test_another_plan_is_refused_and_what_differs_is_said(tmp_path: Path) -> None:
    run_plan(plan_of(dose=1), tmp_path, Inline())
    with pytest.raises(ReinfuseError, match="holds another run") as refused:
        run_plan(plan_of(dose=2, seed=3), tmp_path, Inline(), resume=True)
    assert "seed: 1 there, 3 asked for; inputs: dose" in refused.value.what


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ReinfuseError, match="other files, such as letters"):
        run_plan(plan_of(), tmp_path, Inline(), resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_work_that_cannot_be_imported_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    with pytest.raises(ReinfuseError, match="cannot be imported"):
        run_plan(plan_of("missing"), tmp_path / "run", Inline())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("end", [b"", b'{"chunk":4,"fir', b"\xff\x00"], ids=repr)
def test_a_last_line_of_the_ledger_that_was_cut_off_costs_one_chunk(
    tmp_path: Path, end: bytes
) -> None:
    plan = plan_of(log=str(tmp_path / "log"))
    run_plan(plan, tmp_path / "run", Inline())
    before = whole(tmp_path / "run")
    ledger = tmp_path / "run" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-1]) + end)
    with pytest.raises(ReinfuseError, match="1 of 5 parts are not made"):
        joined(tmp_path / "run")
    again = run_plan(plan, tmp_path / "run", Inline(), resume=True)
    assert (again.found, again.made) == (4, 1)
    assert ledger.read_bytes() == b"".join(lines)
    assert whole(tmp_path / "run") == before


@pytest.mark.parametrize("damage", [b"", b"10,0.5\n", None], ids=["empty", "other", "gone"])
def test_a_part_that_is_not_what_the_ledger_says_is_made_again(
    tmp_path: Path, damage: bytes | None
) -> None:
    run_plan(plan_of(), tmp_path, Inline())
    before, part = whole(tmp_path), tmp_path / "parts" / "000002.part"
    if damage is None:
        part.unlink()
    else:
        part.write_bytes(damage)
    with pytest.raises(ReinfuseError, match=r"part 2 was changed|1 of 5 parts are not made"):
        whole(tmp_path)
    again = run_plan(plan_of(), tmp_path, Inline(), resume=True)
    assert (again.found, again.made) == (4, 1)
    assert whole(tmp_path) == before


def test_what_a_worker_left_without_its_head_is_kept(tmp_path: Path) -> None:
    plan = plan_of(log=str(tmp_path / "log"))
    run_plan(plan, tmp_path / "run", Inline())
    ledger = tmp_path / "run" / "ledger.jsonl"
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.write_text("".join(lines[:3]), encoding="utf-8")
    (tmp_path / "run" / "parts" / "000003.ended").write_text(lines[3], encoding="utf-8")
    (tmp_path / "run" / "parts" / "000004.ended").write_text(
        lines[4].replace('"sha256":"', '"sha256":"0'), encoding="utf-8"
    )
    again = run_plan(plan, tmp_path / "run", Inline(), resume=True)
    assert (again.found, again.made) == (4, 1)
    assert [json.loads(line)["chunk"] for line in ledger.read_bytes().splitlines()] == [*range(5)]


@pytest.mark.parametrize("executor", [Inline(), Pool(workers=2)], ids=["inline", "pool"])
def test_a_chunk_that_fails_is_told_and_all_others_are_done(
    tmp_path: Path, executor: Inline | Pool
) -> None:
    plan = plan_of("failing", wrong=[5, 15], until=str(tmp_path / "mended"))
    with pytest.raises(ReinfuseError, match="2 of 5 chunks failed") as failed:
        run_plan(plan, tmp_path / "run", executor)
    assert "chunk 1, patients 6 to 10: ValueError: nothing for 5" in failed.value.where
    traces = (tmp_path / "run" / "failures.txt").read_text(encoding="utf-8")
    assert "chunk 3, patients 16 to 20" in traces
    assert "pretend_works.py" in traces
    (tmp_path / "mended").touch()
    again = run_plan(plan, tmp_path / "run", executor, resume=True)
    assert (again.found, again.made) == (3, 2)
    assert not (tmp_path / "run" / "failures.txt").exists()


def test_what_is_no_bytes_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="5 of 5 chunks failed") as failed:
        run_plan(plan_of("wordy"), tmp_path, Inline())
    assert "gave str, not bytes" in failed.value.where


def test_a_plan_of_another_version_is_not_worked_on(tmp_path: Path) -> None:
    plan = Plan(work=f"{HERE}:drawn", payload="{}", seed=1, patients=1, chunk_patients=1,
                version="0.0")  # fmt: skip
    with pytest.raises(ReinfuseError) as failed:
        run_plan(plan, tmp_path, Inline())
    assert "the plan is of reinfuse 0.0" in failed.value.where


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    plan = plan_of(log=str(tmp_path / "log"))
    with pytest.raises(KeyboardInterrupt):
        run_plan(plan, tmp_path / "run", Inline(), watch=interrupt)
    again = run_plan(plan, tmp_path / "run", Inline(), resume=True)
    assert (again.found, again.made) == (2, 3)
    assert log_of(tmp_path / "log") == ["0", "5", "10", "15", "20"]


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    def meet(done: int, of: int) -> None:
        with pytest.raises(ReinfuseError, match=f"another run works .*process {os.getpid()} "):
            run_plan(plan_of(), tmp_path, Inline(), resume=True)
        met.append(done)

    met: list[int] = []
    run_plan(plan_of(), tmp_path, Inline(), watch=meet)
    assert len(met) == 6


def test_the_lock_of_a_process_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    hold = (
        "import os, pathlib, signal, sys; from reinfuse.trials.work.lock import held\n"
        "with held(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", hold, tmp_path / "lock"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert json.loads((tmp_path / "lock").read_text(encoding="utf-8"))["process"] > 0
    assert run_plan(plan_of(), tmp_path, Inline()).made == 5


def test_where_no_file_can_be_locked_a_living_process_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", unable)
    holder = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    lock = {"process": holder.pid, "host": os.uname().nodename}
    (tmp_path / "lock").write_text(json.dumps(lock), encoding="utf-8")
    with pytest.raises(ReinfuseError, match="another run works"):
        run_plan(plan_of(), tmp_path, Inline())
    holder.communicate(b"\n")
    assert run_plan(plan_of(), tmp_path, Inline()).made == 5
