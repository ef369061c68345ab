"""Chunks as the tasks of a Slurm array, in a folder that all its machines see.

The tasks write their parts and leave notes beside them, and need nobody for it: when this process
is gone they go on, and the next run finds the notes and follows the array.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass

from reinfuse.trials.work.doing import surroundings
from reinfuse.trials.work.ended import Ended, Failure, Receipt
from reinfuse.trials.work.executors.executor import Job, module_path
from reinfuse.trials.work.executors.slurm_queue import Array, is_queued, stop, submit
from reinfuse.trials.work.ledger import fits, read_note
from reinfuse.trials.work.plan import Chunk

_LINES_TOLD = 3  # the last of what a task said that ended without its chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Slurm:
    """An array of at most `tasks` tasks, `at_once` of them together (0: as Slurm likes).

    `options` are handed to `sbatch`, such as `--partition=short`; each task gets `threads`
    processors. The queue is looked at every `poll_seconds`; once the array has left it, notes may
    take `late_polls` more to be seen here, as network file systems have it. `setup` are lines of
    shell before the work, such as `module load python`.
    """

    options: tuple[str, ...] = ()
    tasks: int = 200
    at_once: int = 0
    threads: int = 1
    poll_seconds: float = 5.0
    late_polls: int = 12
    python: str = sys.executable
    setup: str = ""
    sleep: Callable[[float], None] = time.sleep

    def run(self, job: Job) -> Generator[Ended, None, None]:
        """How each chunk ended, as their notes appear; closing it takes the array off the queue."""
        left = {chunk.number: chunk for chunk in job.chunks}
        former = Array.read(job.place)
        if former is not None and is_queued(former.number):
            for ended in self._followed(job, former, left):
                if isinstance(ended, Receipt):  # what failed there is tried again
                    del left[ended.chunk]
                    yield ended
        if left:
            array = self._submitted(job, list(left.values()))
            for ended in self._followed(job, array, left):
                del left[ended.chunk]
                yield ended
            for chunk in left.values():
                yield _lost(job, array, chunk)

    def _submitted(self, job: Job, chunks: Sequence[Chunk]) -> Array:
        for chunk in chunks:  # notes of failures, or of parts that are no longer what they say
            job.place.note(chunk.number).unlink(missing_ok=True)
        each = -(-len(chunks) // self.tasks)
        shares = [
            tuple(chunk.number for chunk in chunks[first : first + each])
            for first in range(0, len(chunks), each)
        ]
        array = Array(number=submit(job.place, self._script(job, shares), self.options),
                      shares=tuple(shares))  # fmt: skip
        array.write(job.place)
        return array

    def _script(self, job: Job, shares: Sequence[Sequence[int]]) -> str:
        limit = f"%{self.at_once}" if self.at_once else ""
        variables = surroundings(self.threads) | {"PYTHONPATH": module_path()}
        command = [self.python, "-m", "reinfuse.trials.work", str(job.place.folder)]
        return "\n".join([
            "#!/bin/sh",
            "#SBATCH --job-name=reinfuse",
            f"#SBATCH --array=0-{len(shares) - 1}{limit}",
            f"#SBATCH --cpus-per-task={self.threads}",
            *([self.setup] if self.setup else []),
            *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
            'case "$SLURM_ARRAY_TASK_ID" in',
            *(f"{task}) set -- {' '.join(_ranges(share))} ;;" for task, share in enumerate(shares)),
            "esac",
            f'exec {shlex.join(command)} "$@"',
            "",
        ])  # fmt: skip

    def _followed(
        self, job: Job, array: Array, left: Mapping[int, Chunk]
    ) -> Generator[Ended, None, None]:
        """How chunks of an array ended that are left, until all did or it is off the queue."""
        open_ = left.keys() & set(array.chunks)
        try:
            late = 0
            while open_ and late <= self.late_polls:
                late = 0 if is_queued(array.number) else late + 1
                for ended in _noted(job, open_):
                    open_.remove(ended.chunk)
                    yield ended
                if open_:
                    self.sleep(self.poll_seconds)
        except BaseException:  # interrupted, or given up: nothing is done that nobody waits for
            stop(array.number)
            raise


def _noted(job: Job, open_: Set[int]) -> list[Ended]:
    """How those chunks ended that left a note."""
    # One listing for all of them: asking a network file system for each would be slow.
    there = {path.name for path in job.place.parts.glob("*.ended")}
    notes = [
        (number, read_note(job.place, number))
        for number in sorted(open_)
        if job.place.note(number).name in there
    ]
    return [
        note for number, note in notes
        if isinstance(note, Failure)
        or (isinstance(note, Receipt) and fits(job.place.part(number), note))
    ]  # fmt: skip


def _lost(job: Job, array: Array, chunk: Chunk) -> Failure:
    """A chunk whose task ended without it: Slurm ended it, or its machine died."""
    task = next(task for task, share in enumerate(array.shares) if chunk.number in share)
    output = job.place.slurm / f"{array.number}_{task}.txt"
    said = ""
    with suppress(OSError):
        lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
        said = "\n".join(lines[-_LINES_TOLD:])
    what = f"task {array.number}_{task} ended without it: time, memory, or cancelled?"
    return Failure(chunk=chunk.number, said=what, trace=said)


def _ranges(numbers: Sequence[int]) -> list[str]:
    """Numbers in rising order as `3` and `10-19`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [f"{first}" if first == last else f"{first}-{last}" for first, last in ranges]
