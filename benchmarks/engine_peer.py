"""A solver in a process of its own that takes turns when asked."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from benchmarks.engine_peers.turns import Asked, Numbers
from benchmarks.timing import HOME

SCRIPTS = HOME / "benchmarks" / "engine_peers"
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
_MISSING = ("ModuleNotFoundError", "ImportError")


class NoPeer(Exception):
    """A peer cannot be timed, and why: mostly that it is not installed."""


class Took(NamedTuple):
    """Seconds of the processor and of the clock for one turn."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Peer:
    """A program of `engine_peers` that waits for its turns; `said` is what it complained of."""

    program: subprocess.Popen[str]
    said: IO[str]

    def turn(self, asked: Asked) -> Took:
        """Solve once."""
        self.ask(asked._asdict())
        answer = self.hear()
        return Took(answer["cpu"], answer["wall"])

    def solved(self, asked: Asked) -> Numbers:
        """States, `"patients times states"`, by a turn that is not timed."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "solved.npy"
            self.turn(asked._replace(save=str(file)))
            return np.load(file)

    def ask(self, what: Mapping[str, object]) -> None:
        """Send one line."""
        assert self.program.stdin is not None  # opened as a pipe
        self.program.stdin.write(json.dumps(what) + "\n")
        self.program.stdin.flush()

    def hear(self) -> dict[str, float]:
        """Wait for the answer to the line that was sent."""
        assert self.program.stdout is not None  # opened as a pipe
        line = self.program.stdout.readline()
        if not line:
            self.said.seek(0)
            last = self.said.read().strip().rpartition("\n")[2]
            kind = "not installed" if last.startswith(_MISSING) else "failed"
            raise NoPeer(f"{kind}: {last}")
        return json.loads(line)


@contextmanager
def peer(interpreter: str, script: str, *arguments: str) -> Iterator[Peer]:
    """The peer, ready for turns."""
    with tempfile.TemporaryFile("w+") as said:
        try:
            program = subprocess.Popen(
                [interpreter, str(SCRIPTS / script), *arguments], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=said, text=True, env=os.environ | _ONE_THREAD,
            )  # fmt: skip
        except OSError as failure:
            raise NoPeer(f"not installed: no interpreter {Path(interpreter).name}") from failure
        try:
            ready = Peer(program, said)
            ready.hear()
            yield ready
        finally:
            program.communicate()  # it ends when there is nothing left to read
