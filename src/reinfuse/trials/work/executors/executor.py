"""What does chunks, whatever it is: it is given a job, and says of each chunk how it ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Protocol

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.ended import Ended
from reinfuse.trials.work.place import Place
from reinfuse.trials.work.plan import Chunk, Plan


@dataclass(frozen=True, slots=True)
class Job:
    """The chunks of a plan that are left to do, and where their parts belong."""

    place: Place
    plan: Plan
    chunks: tuple[Chunk, ...]


class Executor(Protocol):
    """A way to get chunks done."""

    def run(self, job: Job) -> Generator[Ended, None, None]:
        """How each chunk ended, in any order; a receipt is given once its part is in place.

        Closing the generator ends the work.
        """
        ...


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def module_path() -> str:
    """Where this process looks for modules, so that others find the work where it does."""
    return os.pathsep.join(dict.fromkeys(one or os.getcwd() for one in sys.path))


def needed(module: str, extra: str) -> ModuleType:
    """An optional package; raises ReinfuseError that says how to get it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ReinfuseError(
            f"this needs the package {module}: {error}",
            fix=f'pip install "reinfuse[{extra}]", or take another executor',
        ) from error
