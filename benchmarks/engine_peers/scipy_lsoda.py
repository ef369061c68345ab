"""SciPy's LSODA from dose to dose, with rates in Python or, by numba, in machine code."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

import numpy as np
import scipy
from scipy.integrate import solve_ivp
from turns import Asked, Numbers, Problem, answer, pieces

Rates = Callable[[float, Numbers, Numbers], object]


def solve(problem: Problem, asked: Asked) -> Numbers:
    """States, `"patients times states"`."""
    rates = rates_of(problem.rates, asked.way)
    return np.array([_one(problem, asked, rates, patient) for patient in range(asked.patients)])


@functools.cache
def rates_of(text: str, way: str) -> Rates:
    """The rates in `python`, as a tuple, or `compiled`, as an array."""
    found: dict[str, Rates] = {}
    exec(text, found)
    if way == "python":
        return found["rates"]
    numba = importlib.import_module("numba")
    inner = numba.njit(found["rates"])

    @numba.njit
    def compiled(time: float, states: Numbers, parameters: Numbers) -> Numbers:
        rates = np.empty(len(states))
        for place, value in enumerate(inner(time, states, parameters)):
            rates[place] = value
        return rates

    return compiled


def _one(problem: Problem, asked: Asked, rates: Rates, patient: int) -> Numbers:
    parameters, state = problem.parameters[patient], problem.initial[patient]
    out = np.empty((len(problem.times), len(state)))
    stretches = pieces(problem.moments[patient], float(problem.start), problem.times)
    for number, piece in enumerate(stretches):
        wanted = problem.times[piece.seen]
        ended = len(wanted) > 0 and wanted[-1] == piece.end
        found = solve_ivp(
            lambda time, now: rates(time, now, parameters), (piece.begin, piece.end), state,
            "LSODA", wanted if ended else np.append(wanted, piece.end), rtol=asked.rtol,
            atol=problem.tolerances * asked.scale,
        )  # fmt: skip
        if found.status != 0:
            raise SystemExit(found.message)
        out[piece.seen] = found.y[:, : len(wanted)].T
        state = found.y[:, -1]
        if number < len(stretches) - 1:
            state = state * problem.kept[patient, number] + problem.added[patient, number]
    return out


if __name__ == "__main__":
    answer(solve, {"SciPy": scipy.__version__})
