"""How a solver is asked for turns: one line of JSON in, one line of JSON out."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Problem(NamedTuple):
    """Patients to solve: states become `kept * state + added` at each of a patient's moments.

    `parameters` is `"patients parameters"`, `initial` `"patients states"`, `moments`
    `"patients moments"`, `kept` and `added` `"patients moments states"`; `tolerances` are sizes of
    states below which errors do not matter. Text: `rates` of Python, `sbml` the model without
    events, `names` of states and then of parameters.
    """

    parameters: Numbers
    initial: Numbers
    moments: Numbers
    kept: Numbers
    added: Numbers
    times: Numbers
    start: Numbers
    tolerances: Numbers
    rates: str
    sbml: str
    names: tuple[str, ...]


class Asked(NamedTuple):
    """One turn: the first so many `patients`, the relative tolerance, `scale` of the absolute ones.

    `way` chooses among what a solver has, `save` is a file for the solution.
    """

    patients: int
    rtol: float
    scale: float
    way: str = ""
    save: str = ""


class Piece(NamedTuple):
    """A stretch without doses: its ends, and which of the times lie in it."""

    begin: float
    end: float
    seen: slice


Solver = Callable[[Problem, Asked], Numbers]


def read_problem(folder: str) -> Problem:
    """What `engine_problem.write_problem` wrote."""
    home = Path(folder)
    with np.load(home / "problem.npz") as arrays:
        numbers = [arrays[name] for name in Problem._fields[:8]]
    return Problem(
        *numbers,
        rates=(home / "rates.py.txt").read_text(encoding="utf-8"),
        sbml=(home / "model.xml").read_text(encoding="utf-8"),
        names=tuple((home / "names.txt").read_text(encoding="utf-8").split()),
    )


def pieces(moments: Numbers, start: float, times: Numbers) -> list[Piece]:
    """The stretches between the moments of one patient, to the last of the times."""
    ends = np.append(moments, times[-1])
    begins = np.append(start, moments)
    places = np.searchsorted(times, ends, side="right")
    firsts = np.append(np.searchsorted(times, start, side="left"), places[:-1])
    return [
        Piece(float(begin), float(end), slice(int(first), int(last)))
        for begin, end, first, last in zip(begins, ends, firsts, places, strict=True)
    ]


def answer(solver: Solver, needs: dict[str, str]) -> None:
    """Solve what standard input asks for until it ends; `needs` are packages with their versions.

    The answer says how many seconds of the processor and of the clock it took.
    """
    problem = read_problem(sys.argv[1])
    _say(versions=needs)
    for line in sys.stdin:
        asked = Asked(**json.loads(line))
        cpu, wall = time.process_time(), time.perf_counter()
        solved = solver(problem, asked)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if asked.save:
            np.save(asked.save, solved)
        _say(cpu=cpu, wall=wall)


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)
