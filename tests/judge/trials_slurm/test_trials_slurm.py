"""A real Slurm on this machine does the chunks of a plan."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work import Plan, Slurm, joined, run_plan
from tests.unit.pretend_works import HERE, drawn

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")
READY_SECONDS = 20
HEAD = """
import sys
from pathlib import Path
from reinfuse.trials.work import Slurm, plan_in, run_plan
folder = Path(sys.argv[1])
run_plan(plan_in(folder), folder, Slurm(poll_seconds=0.2, tasks=2), resume=True)
"""


def reason() -> str:
    """Why no Slurm can be begun here; empty if it can."""
    path = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"
    missing = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    if missing:
        return f"Slurm is not installed here: {', '.join(missing)}"
    return "" if os.geteuid() == 0 else "slurmd needs root"


pytestmark = pytest.mark.skipif(bool(reason()), reason=reason() or "it can be begun")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """A cluster of this machine alone."""
    folder = tmp_path_factory.mktemp("slurm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
        patch.setenv("SLURM_CONF", str(folder / "slurm.conf"))
        begin(folder)
        yield Slurm(poll_seconds=0.2, late_polls=5, tasks=2)
        wait_until(["squeue", "--noheader"], "")  # a task that ends later finds nobody to tell
        for name in ("slurmctld", "slurmd", "munged"):
            os.kill(int((folder / f"{name}.pid").read_text(encoding="utf-8")), signal.SIGTERM)


def begin(folder: Path) -> None:
    for inside in ("state", "spool"):
        (folder / inside).mkdir()
    folder.chmod(0o755)  # munge asks for it
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o600)
    words = {
        "FOLDER": str(folder), "HOST": socket.gethostname().partition(".")[0],
        "CONTROL_PORT": str(free_port()), "NODE_PORT": str(free_port()),
        "PROCESSORS": str(os.cpu_count()),
    }  # fmt: skip
    text = (Path(__file__).parent / "one_machine.conf").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    (folder / "slurm.conf").write_text(text, encoding="utf-8")
    files = {
        "socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid",
        "log-file": "munged.log", "seed-file": "munge.seed",
    }  # fmt: skip
    told = [f"--{name}={folder / file}" for name, file in files.items()]
    subprocess.run(["munged", "--force", *told], check=True, capture_output=True)
    for name in ("slurmctld", "slurmd"):
        subprocess.run([name, "-c"], check=True, capture_output=True)
    if not wait_until(["sinfo", "--noheader", "--format=%T"], "idle"):
        pytest.fail((folder / "slurmctld.log").read_text(encoding="utf-8"))


def wait_until(command: list[str], said: str) -> bool:
    for _ in range(READY_SECONDS * 5):
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() == said:
            return True
        time.sleep(0.2)
    return False


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def plan_of(work: str = "drawn", **payload: object) -> Plan:
    return Plan.of(f"{HERE}:{work}", payload, seed=9, patients=24, chunk_patients=4)


EXPECTED = drawn({"seed": 9}, 0, 24)


def test_slurm_gives_the_bytes_of_one_process(tmp_path: Path, slurm: Slurm) -> None:
    run_plan(plan_of(), tmp_path / "a run", slurm)
    assert b"".join(joined(tmp_path / "a run")) == EXPECTED


def test_a_task_that_is_ended_is_told(tmp_path: Path, slurm: Slurm) -> None:
    with pytest.raises(ReinfuseError, match="3 of 6 chunks failed") as failed:
        run_plan(plan_of("deadly", deaths=[12]), tmp_path / "run", slurm)
    assert "chunk 3, patients 13 to 16: task " in failed.value.where
    assert "_1 ended without it" in failed.value.where


def test_an_array_goes_on_when_its_head_is_killed_and_is_found_again(
    tmp_path: Path, slurm: Slurm
) -> None:
    log, folder = tmp_path / "log", tmp_path / "run"
    plan = plan_of(seconds=0.3, log=str(log))
    folder.mkdir()
    (folder / "plan.json").write_text(plan.text, encoding="utf-8")
    head = subprocess.Popen([sys.executable, "-c", HEAD, folder])
    while not log.exists():
        time.sleep(0.02)
    os.kill(head.pid, signal.SIGKILL)
    head.wait()
    run_plan(plan, folder, slurm, resume=True)
    assert b"".join(joined(folder)) == EXPECTED
    assert len(log.read_text(encoding="utf-8").splitlines()) == 6  # nothing was begun twice
    assert len({path.name.partition("_")[0] for path in (folder / "slurm").glob("*.txt")}) == 1
