"""Slurm, Dask and Ray give the bytes that one process gives."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work import Dask, Executor, Plan, Ray, Slurm, joined, run_plan
from reinfuse.trials.work.worker import main, numbers_in
from tests.unit.pretend_works import HERE, drawn

# Tasks run one after another in the background; the job is in the queue until the last has ended.
SBATCH = """#!/bin/sh
set -e
here=$(dirname "$0")
job=$(( $(cat "$here/jobs" 2>/dev/null || echo 40) + 1 ))
echo $job > "$here/jobs"
echo "$@" >> "$here/asked"
for one; do
  case "$one" in --chdir=*) cd "${one#--chdir=}" ;; esac
  script=$one
done
last=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "$script")
touch "$here/queued-$job"
cp "$script" "$here/spooled-$job"
(
  task=0
  while [ $task -le $last ] && [ -e "$here/queued-$job" ]; do
    SLURM_ARRAY_TASK_ID=$task sh "$here/spooled-$job" > "${job}_$task.txt" 2>&1 || true
    task=$((task + 1))
  done
  rm -f "$here/queued-$job"
) > /dev/null 2>&1 &
echo "$job;somewhere"
"""
SQUEUE = """#!/bin/sh
for one; do case "$one" in --jobs=*) job=${one#--jobs=} ;; esac; done
if [ -e "$(dirname "$0")/queued-$job" ]; then echo "${job}_[0-9]"
else echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; fi
"""
SCANCEL = """#!/bin/sh
rm -f "$(dirname "$0")/queued-$1"
"""


def plan_of(work: str = "drawn", **payload: object) -> Plan:
    return Plan.of(f"{HERE}:{work}", payload, seed=9, patients=23, chunk_patients=5)


EXPECTED = drawn({"seed": 9}, 0, 23)


def slurm(**options: object) -> Slurm:
    return Slurm(poll_seconds=0.02, late_polls=1, **options)  # type: ignore[arg-type] # by name


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of commands that look like Slurm's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {"sbatch": SBATCH, "squeue": SQUEUE, "scancel": SCANCEL}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_an_array_gives_the_same_bytes(tmp_path: Path, queue: Path) -> None:
    run = tmp_path / "a run"
    run_plan(plan_of(), run, slurm(tasks=2, at_once=1, options=("--partition=short",)))
    assert b"".join(joined(run)) == EXPECTED
    script = (run / "slurm" / "array.sh").read_text(encoding="utf-8")
    assert "#SBATCH --array=0-1%1\n" in script
    assert "0) set -- 0-2 ;;\n1) set -- 3-4 ;;\n" in script
    assert "--parsable" in (queue / "asked").read_text(encoding="utf-8")
    assert "--partition=short" in (queue / "asked").read_text(encoding="utf-8")
    assert {path.suffix for path in (run / "parts").iterdir()} == {".part"}


def test_a_chunk_that_fails_in_an_array_is_told_and_done_in_the_next(
    tmp_path: Path, queue: Path
) -> None:
    plan = plan_of("failing", wrong=[5], until=str(tmp_path / "mended"))
    with pytest.raises(ReinfuseError, match="1 of 5 chunks failed") as failed:
        run_plan(plan, tmp_path / "run", slurm(tasks=1))
    assert "patients 6 to 10: ValueError: nothing for 5" in failed.value.where
    (tmp_path / "mended").touch()
    again = run_plan(plan, tmp_path / "run", slurm(tasks=1), resume=True)
    assert (again.found, again.made) == (4, 1)
    assert b"".join(joined(tmp_path / "run")) == EXPECTED


def test_a_task_that_is_ended_is_told_and_the_other_chunks_are_kept(
    tmp_path: Path, queue: Path
) -> None:
    plan = plan_of("deadly", deaths=[5])
    with pytest.raises(ReinfuseError, match="2 of 5 chunks failed") as failed:
        run_plan(plan, tmp_path / "run", slurm(tasks=2))
    assert "chunk 1, patients 6 to 10: task 41_0 ended without it" in failed.value.where
    assert "chunk 2, patients 11 to 15: task 41_0 ended without it" in failed.value.where


def test_an_array_that_outlived_its_head_is_followed_and_not_submitted_again(
    tmp_path: Path, queue: Path
) -> None:
    class Gone(BaseException):
        """As if the head were killed: nothing is taken off the queue."""

    def vanish(_: float) -> None:
        (queue / "scancel").unlink()
        raise Gone

    plan = plan_of(seconds=0.05, log=str(tmp_path / "log"))
    with pytest.raises((Gone, ReinfuseError)):
        run_plan(plan, tmp_path / "run", slurm(tasks=1, sleep=vanish))
    run_plan(plan, tmp_path / "run", slurm(tasks=1), resume=True)
    assert b"".join(joined(tmp_path / "run")) == EXPECTED
    assert (queue / "jobs").read_text(encoding="utf-8") == "41\n"
    assert len((tmp_path / "log").read_text(encoding="utf-8").splitlines()) == 5


def test_an_interrupted_head_takes_its_array_off_the_queue(tmp_path: Path, queue: Path) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_plan(plan_of(seconds=0.05), tmp_path / "run", slurm(tasks=1, sleep=interrupt))
    assert not (queue / "queued-41").exists()
    run_plan(plan_of(seconds=0.05), tmp_path / "run", slurm(tasks=1), resume=True)
    assert b"".join(joined(tmp_path / "run")) == EXPECTED


def test_what_sbatch_refuses_is_told(tmp_path: Path, queue: Path) -> None:
    (queue / "sbatch").write_text("#!/bin/sh\necho bad partition >&2; exit 1\n", encoding="utf-8")
    with pytest.raises(ReinfuseError, match="sbatch refused the array: bad partition"):
        run_plan(plan_of(), tmp_path / "run", slurm())


def test_a_machine_without_slurm_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReinfuseError, match="sbatch is not on this machine"):
        run_plan(plan_of(), tmp_path / "run", slurm())


def test_a_task_that_is_begun_again_does_not_redo_what_it_did(tmp_path: Path) -> None:
    plan = plan_of(log=str(tmp_path / "log"))
    folder = tmp_path / "run"
    (folder / "parts").mkdir(parents=True)
    (folder / "plan.json").write_text(plan.text, encoding="utf-8")
    assert main([str(folder), "0-2"]) == 0
    assert main([str(folder), "2", "3"]) == 0
    assert len((tmp_path / "log").read_text(encoding="utf-8").splitlines()) == 4


def test_chunks_that_a_plan_has_not_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.json").write_text(plan_of().text, encoding="utf-8")
    assert numbers_in(["4", "0-2"], plan_of()) == [4, 0, 1, 2]
    assert main([str(tmp_path), "3-5"]) == 2
    assert "chunk 5 is not in a plan of 5" in capsys.readouterr().err
    assert main([str(tmp_path), "two"]) == 2
    assert "'two' is not the number of a chunk" in capsys.readouterr().err


CLUSTERS = [
    pytest.param(
        make, id=name,
        marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed"),
    )
    for name, make in {"distributed": Dask, "ray": Ray}.items()
]  # fmt: skip


@pytest.mark.parametrize("make", CLUSTERS)
@pytest.mark.filterwarnings("ignore")  # theirs are not ours
def test_a_cluster_gives_the_same_bytes_and_survives_a_worker_that_dies(
    tmp_path: Path, make: Callable[..., Executor]
) -> None:
    plan = plan_of("deadly", deaths=[10], once=str(tmp_path / "died"))
    run_plan(plan, tmp_path / "run", make(workers=2))
    assert (tmp_path / "died").exists()
    assert b"".join(joined(tmp_path / "run")) == EXPECTED


@pytest.mark.parametrize("make", CLUSTERS)
@pytest.mark.filterwarnings("ignore")
def test_a_chunk_that_fails_on_a_cluster_is_told(
    tmp_path: Path, make: Callable[..., Executor]
) -> None:
    plan = plan_of("failing", wrong=[5], until=str(tmp_path / "never"))
    with pytest.raises(ReinfuseError, match="1 of 5 chunks failed") as failed:
        run_plan(plan, tmp_path / "run", make(workers=2))
    assert "patients 6 to 10: ValueError: nothing for 5" in failed.value.where


@pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed")
def test_two_dask_clusters_on_one_machine_do_not_meet(tmp_path: Path) -> None:
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else's cluster has it: as good
            taken.bind(("127.0.0.1", 8787))
            taken.listen()
        run_plan(plan_of(), tmp_path / "run", Dask(workers=1))  # a warning is an error here
    assert b"".join(joined(tmp_path / "run")) == EXPECTED


@pytest.mark.parametrize(("make", "name"), [(Dask, "distributed"), (Ray, "ray")])
def test_a_cluster_that_is_not_installed_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[..., Executor], name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ReinfuseError, match=f"needs the package {name}") as refused:
        run_plan(plan_of(), tmp_path / "run", make())
    assert refused.value.fix.startswith(f'pip install "reinfuse[{make.__name__.lower()}]"')
