"""Models solved by the plain solver, one patient at a time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.language.model import Model
from reinfuse.engine.petab.solving import Unsolved
from reinfuse.engine.plain.prepared import Prepared, prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.status import Status

RTOL = 1e-8


def solved_plainly(
    model: Model, parameters: Mapping[str, float], times: tuple[float, ...]
) -> NDArray[np.float64]:
    """Observables at times, as `times observables`, to a relative error of 1e-8 a step.

    Raises Unsolved, in words, where the solver gives up.
    """
    solution = solve(
        _prepared(model),
        [[parameters[name] for name in model.parameter_names]],
        times,
        rtol=RTOL,
        # Measurements may be of what is far smaller than the values of the file at the start.
        atol=[RTOL * state.tolerance for state in model.states],
    )
    status = Status(int(solution.status[0]))
    if status is not Status.OK:
        raise Unsolved(status.message)
    return solution.observed[0]


@lru_cache(maxsize=16)
def _prepared(model: Model) -> Prepared:
    return prepared(model)
