"""Processes of this machine, each with its own chunk.

They are begun as fresh programs, not with `concurrent.futures`: there, one process that dies
takes the pool with it, a script without a `__main__` guard begins itself again, and how many
threads linear algebra takes is settled before anybody can say so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.doing import surroundings
from reinfuse.trials.work.ended import Ended, Failure, read_line
from reinfuse.trials.work.executors.executor import Job, module_path, processors
from reinfuse.trials.work.plan import Chunk

_TRIES = 2  # a worker may be killed by chance once in a chunk; twice is the chunk's doing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """`workers` processes with `threads` each; 0 workers is one for each processor.

    A worker that dies is replaced and its chunk done again; a chunk in which two died failed.
    Workers end at once when this process does, in whatever way.
    """

    workers: int = 0
    threads: int = 1

    def __post_init__(self) -> None:
        """Raise ReinfuseError for numbers that are none."""
        if self.workers < 0 or self.threads < 1:
            raise ReinfuseError(
                f"{self.workers} workers with {self.threads} threads",
                fix="ask for 0 workers or more, and for 1 thread or more",
            )

    def run(self, job: Job) -> Generator[Ended, None, None]:
        """How each chunk ended, as they end."""
        crew = _Crew(job, self.threads)
        wanted = min(self.workers or max(1, processors() // self.threads), len(job.chunks))
        threads = [threading.Thread(target=crew.serve, daemon=True) for _ in range(wanted)]
        for thread in threads:
            thread.start()
        try:
            for _ in job.chunks:
                ended = crew.ended.get()
                if isinstance(ended, OSError):
                    raise ended
                yield ended
        finally:
            crew.end()
            for thread in threads:
                thread.join()
            crew.close()


@dataclass
class _Crew:
    """Threads that each keep one process busy, and what they share."""

    job: Job
    threads: int
    ended: SimpleQueue[Ended | OSError] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self.waiting = deque(self.job.chunks)
        self.processes: list[subprocess.Popen[str]] = []
        self.over = False
        self.guard = threading.Lock()

    def serve(self) -> None:
        """Have chunks done by one process, and by another if it dies, until none waits."""
        process: subprocess.Popen[str] | None = None
        try:
            while self.waiting and not self.over:
                try:
                    chunk = self.waiting.popleft()
                except IndexError:  # another thread was quicker
                    break
                process = self._done(chunk, process)
        except OSError as error:
            self.ended.put(error)

    def end(self) -> None:
        """End all processes; none is begun after it."""
        with self.guard:
            self.over = True
            for process in self.processes:
                process.kill()

    def close(self) -> None:
        """Close what led to the processes, once no thread reads it."""
        for process in self.processes:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):  # a number that a dead process never read
                    if pipe is not None:
                        pipe.close()

    def _done(
        self, chunk: Chunk, process: subprocess.Popen[str] | None
    ) -> subprocess.Popen[str] | None:
        """Have one chunk done; the process that did it, for the next one."""
        status = 0
        for _ in range(_TRIES):
            process = process or self._begun()
            if process is None:
                return None
            ended = _asked(process, chunk)
            if ended is not None:
                self.ended.put(ended)
                return process
            status, process = process.wait(), None
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        said = f"{_TRIES} workers died in it, the last with {how}: was there enough memory?"
        self.ended.put(Failure(chunk=chunk.number, said=said))
        return None

    def _begun(self) -> subprocess.Popen[str] | None:
        with self.guard:
            if self.over:
                return None
            process = subprocess.Popen(
                [sys.executable, "-m", "reinfuse.trials.work", str(self.job.place.folder),
                 "--listen"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                env=os.environ | surroundings(self.threads) | {"PYTHONPATH": module_path()},
            )  # fmt: skip
            self.processes.append(process)
            return process


def _asked(process: subprocess.Popen[str], chunk: Chunk) -> Ended | None:
    """What a process says of a chunk; None if it died."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(f"{chunk.number}\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    return read_line(process.stdout.readline())
