"""numbalsoda's LSODA from dose to dose, in machine code throughout."""

from __future__ import annotations

import functools
import importlib.metadata

import numba
import numpy as np
from numbalsoda import lsoda, lsoda_sig
from turns import Asked, Numbers, Problem, answer


def solve(problem: Problem, asked: Asked) -> Numbers:
    """States, `"patients times states"`."""
    # It knows one absolute tolerance for all, so that states are counted in units of their own.
    sizes = problem.tolerances / problem.tolerances.min()
    derivative = _derivative(problem.rates, len(sizes), problem.parameters.shape[1])
    given = (problem.parameters, problem.initial, problem.moments, problem.kept, problem.added)
    solved, right = _all(
        derivative.address, tuple(array[: asked.patients] for array in given),
        (float(problem.start), problem.times), sizes,
        (asked.rtol, float(problem.tolerances.min() * asked.scale)),
    )  # fmt: skip
    if not right:
        raise SystemExit("numbalsoda did not reach the end")
    return solved


@functools.cache
def _derivative(text: str, states: int, parameters: int) -> numba.core.ccallback.CFunc:
    """Rates of scaled states; behind the parameters come the sizes that scale them."""
    found: dict = {}
    exec(text, found)
    inner = numba.njit(found["rates"])

    @numba.cfunc(lsoda_sig)
    def derivative(time, state, change, given):  # noqa: ANN001, ANN202 # numba infers them
        data = numba.carray(given, (parameters + states,))
        sizes = data[parameters:]
        out = numba.carray(change, (states,))
        rates = inner(time, numba.carray(state, (states,)) * sizes, data[:parameters])
        for place, value in enumerate(rates):
            out[place] = value / sizes[place]

    return derivative


@numba.njit
def _all(address, given, clock, sizes, tolerances):  # noqa: ANN001, ANN202 # numba infers them
    rows, initial, moments, kept, added = given
    start, times = clock
    out = np.empty((len(rows), len(times), len(sizes)))
    right = True
    for patient in range(len(rows)):
        data = np.concatenate((rows[patient], sizes))
        state, now, first = initial[patient] / sizes, start, 0
        for number in range(moments.shape[1] + 1):
            last = number == moments.shape[1]
            end = times[-1] if last else moments[patient, number]
            wanted = times[first : np.searchsorted(times, end, side="right")]
            asked = np.concatenate((np.array([now]), wanted[wanted < end], np.array([end])))
            found, good = lsoda(address, state, asked, data, tolerances[0], tolerances[1])
            right = right and good
            for seen in range(len(wanted)):
                out[patient, first + seen] = found[1 + seen] * sizes
            state, now, first = found[-1].copy(), end, first + len(wanted)
            if not last:
                state = state * kept[patient, number] + added[patient, number] / sizes
    return out, right


if __name__ == "__main__":
    answer(solve, {"numbalsoda": importlib.metadata.version("numbalsoda")})
