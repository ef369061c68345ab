"""One chunk done: the function is found by its name, called, and its bytes are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any  # a payload is a tree of plain JSON values

from reinfuse import __version__
from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.ended import Ended, failure_of
from reinfuse.trials.work.ledger import write_part
from reinfuse.trials.work.place import Place
from reinfuse.trials.work.plan import Chunk, Plan

THREADS_VARIABLE = "REINFUSE_WORK_THREADS"
# Read by linear algebra and by JAX when they are loaded: set before a process begins.
_THREADS_OF_OTHERS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "REINFUSE_WORKERS",
)  # fmt: skip

Function = Callable[[Mapping[str, Any], int, int], bytes]


def work_threads() -> int:
    """How many threads a work may use here; 0 is one for each processor.

    What comes out must not depend on it.
    """
    return int(os.environ.get(THREADS_VARIABLE, "0"))


def surroundings(threads: int) -> dict[str, str]:
    """The variables of a process that works with so many threads."""
    return dict.fromkeys((THREADS_VARIABLE, *_THREADS_OF_OTHERS), str(threads))


def function_of(work: str) -> Function:
    """The function that `module:function` names; raises ReinfuseError if there is none."""
    module, _, name = work.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ReinfuseError(
            f"the work {work} cannot be imported: {error}",
            fix="install the module where the work is done, with this version of reinfuse",
        ) from error
    return found


def part_of(plan: Plan, chunk: Chunk) -> bytes:
    """What the work gives for a chunk; raises what it raises."""
    if plan.version != __version__:
        raise ReinfuseError(
            f"the plan is of reinfuse {plan.version}, and {__version__} is installed here",
            fix="install the same version everywhere",
        )
    content = function_of(plan.work)(plan.given(), chunk.first, chunk.last)
    if not isinstance(content, bytes):
        raise TypeError(f"{plan.work} gave {type(content).__name__}, not bytes")
    return content


def do(place: Place, plan: Plan, chunk: Chunk) -> Ended:
    """Do a chunk and keep its part; an error of the work, or of the disk, is a failure."""
    try:
        return write_part(place, chunk, part_of(plan, chunk))
    except (Exception, SystemExit) as error:
        return failure_of(chunk, error)
