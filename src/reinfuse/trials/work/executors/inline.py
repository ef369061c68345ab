"""Chunks one after another in this process."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from reinfuse.trials.work.doing import do
from reinfuse.trials.work.ended import Ended
from reinfuse.trials.work.executors.executor import Job


@dataclass(frozen=True, slots=True)
class Inline:
    """No other process: for little work, and for finding out why a work fails."""

    def run(self, job: Job) -> Generator[Ended, None, None]:
        """How each chunk ended, in order."""
        for chunk in job.chunks:
            yield do(job.place, job.plan, chunk)
