"""Processes are killed, the head or its workers, and the bytes are those of a quiet run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work import Plan, Pool, joined, run_plan
from tests.unit.pretend_works import HERE, drawn

HEAD = """
import sys
from pathlib import Path
from reinfuse.trials.work import Pool, plan_in, run_plan
folder = Path(sys.argv[1])
run_plan(plan_in(folder), folder, Pool(workers=int(sys.argv[2])), resume=True)
"""


def plan_of(work: str, chunks: int, **payload: object) -> Plan:
    return Plan.of(f"{HERE}:{work}", payload, seed=5, patients=3 * chunks, chunk_patients=3)


def begun(log: Path) -> list[str]:
    """The lines of the log: the first patient of a chunk that was begun, and the process."""
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def wait_for(log: Path, lines: int) -> None:
    while len(begun(log)) < lines:
        time.sleep(0.005)


def test_ten_kills_at_random_change_no_byte_and_cost_a_chunk_for_each_worker(
    tmp_path: Path,
) -> None:
    """In each round one of two workers is killed, and then the head, with both its workers."""
    log, folder, rounds = tmp_path / "log", tmp_path / "run", 5
    plan = plan_of("drawn", 48, seconds=0.03, log=str(log))
    folder.mkdir()
    (folder / "plan.json").write_text(f"{plan.text}\n", encoding="utf-8")
    chance = np.random.default_rng(20)
    for _ in range(rounds):
        head = subprocess.Popen([sys.executable, "-c", HEAD, folder, "2"])
        for victim in ("worker", "head"):
            wait_for(log, len(begun(log)) + 2)
            time.sleep(chance.uniform(0, 0.06))
            process = head.pid if victim == "head" else int(begun(log)[-1].split()[1])
            os.kill(process, signal.SIGKILL)
        assert head.wait() == -signal.SIGKILL
    done = len((folder / "ledger.jsonl").read_bytes().splitlines())
    assert 0 < done < 48, "the kills were meant to fall into the work"
    assert run_plan(plan, folder, Pool(workers=2), resume=True).made > 0
    firsts = [line.split()[0] for line in begun(log)]
    assert set(firsts) == {str(chunk.first) for chunk in plan.chunks}
    assert 0 < len(firsts) - 48 <= rounds * (1 + 2)
    assert b"".join(joined(folder)) == drawn({"seed": 5}, 0, plan.patients)
    assert {path.suffix for path in (folder / "parts").iterdir()} == {".part"}


def test_workers_end_with_a_head_that_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    plan = plan_of("drawn", 2, seconds=60, log=str(log))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "plan.json").write_text(plan.text, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", HEAD, tmp_path / "run", "2"], stderr=subprocess.PIPE
    ) as head:
        wait_for(log, 2)
        head.kill()
        # The workers have the pipe as well: it ends when the last of them does.
        assert head.stderr is not None
        assert head.stderr.read() == b""


def test_a_worker_that_dies_is_replaced_and_its_chunk_done(tmp_path: Path) -> None:
    plan = plan_of("deadly", 6, deaths=[3], once=str(tmp_path / "died"))
    assert run_plan(plan, tmp_path / "run", Pool(workers=2)).made == 6
    assert (tmp_path / "died").exists()
    assert b"".join(joined(tmp_path / "run")) == drawn({"seed": 5}, 0, plan.patients)


def test_a_chunk_that_kills_its_workers_fails_and_the_others_are_done(tmp_path: Path) -> None:
    plan = plan_of("deadly", 6, deaths=[3])
    with pytest.raises(ReinfuseError, match="1 of 6 chunks failed") as failed:
        run_plan(plan, tmp_path, Pool(workers=2))
    assert "patients 4 to 6: 2 workers died in it, the last with signal 9" in failed.value.where


def test_an_interrupted_pool_leaves_no_process_and_goes_on(tmp_path: Path) -> None:
    plan = plan_of("drawn", 8, seconds=0.02)

    def interrupt(done: int, of: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_plan(plan, tmp_path, Pool(workers=2), watch=interrupt)
    again = run_plan(plan, tmp_path, Pool(workers=2), resume=True)
    assert 2 <= again.found <= 2 + 2  # what the workers had finished meanwhile is kept


def test_a_work_may_print_and_is_told_its_threads(tmp_path: Path) -> None:
    plan = plan_of("talking", 1, log=str(tmp_path / "log"))
    run_plan(plan, tmp_path / "run", Pool(workers=2, threads=3))
    assert begun(tmp_path / "log") == ["3 3"]
