"""Where a model comes to rest.

The model is integrated to a thousand time units, then ten times as long, and so on to 10^12, until
one of two things holds. Either implicit Euler steps of ten times that length (Newton's method,
held back just enough to keep what the model conserves) converge to a state that is within 1e-3 of
where the integration ended: then rates are so small that no state moves by more than 1e-9 of
itself in that time, and the converged state is the answer. Or two ends in a row agree to 1e-6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.compiler.derivative import derivatives
from reinfuse.engine.compiler.graph import program_of
from reinfuse.engine.compiler.lowering import equations_of, state_input
from reinfuse.engine.compiler.programs import rates_program
from reinfuse.engine.language.model import Model, Observable
from reinfuse.engine.language.tree import TIME, Name, Number, Tree, renamed
from reinfuse.engine.petab.solving import Solve, Unsolved
from reinfuse.engine.plain.floats import compiled_for_floats

_FIRST_DECADE, _LAST_DECADE = 3, 12
_LONGER = 10.0  # an implicit step in lengths of the integration
_MOST_STEPS = 30
_STILL = 1e-9
_NEAR = 1e-3
_AGREE = 1e-6
_LEAST = 1e-3  # of a state's tolerance: what is smaller counts as this, to be above solver noise


def at_rest(model: Model) -> Model:
    """The model for a preequilibration: no events, and time stands still at its start.

    What is switched by time is as before anything was done, however long that lasts.
    """

    def still(tree: Tree) -> Tree:
        return renamed(tree, {TIME: Number(model.start)})

    return replace(
        model,
        states=tuple(replace(state, rate=still(state.rate)) for state in model.states),
        helpers=tuple(replace(helper, value=still(helper.value)) for helper in model.helpers),
        events=(),
    )


@dataclass(frozen=True, slots=True)
class Rest:
    """States by name in which a model rests, and how long it was integrated until it did."""

    states: Mapping[str, float]
    time: float


def steady_state(
    model: Model, parameters: Mapping[str, float], *, solve: Solve, after: float = 0.0
) -> Rest:
    """Where the model comes to rest, integrated for longer than `after`.

    Raises Unsolved where it does not come to rest.
    """
    watched = replace(model, observables=_states_of(model))
    newton = _Newton(model, parameters)
    before: NDArray | None = None
    for decade in range(_FIRST_DECADE, _LAST_DECADE + 1):
        end = max(1.0, after) * 10.0**decade
        try:
            states = solve(watched, parameters, (model.start + end,))[-1]
        except Unsolved as unsolved:
            raise Unsolved(f"no steady state was reached by time {end:g}: {unsolved}") from None
        found = newton.polished(states, model.start + end, _LONGER * end)
        if found is None and before is not None and newton.moved(before, states) < _AGREE:
            found = states
        if found is not None:
            named = dict(zip(model.state_names, found.tolist(), strict=True))
            return Rest(named, model.start + end)
        before = states
    raise Unsolved(f"no steady state was reached by time {end:g}")


def _states_of(model: Model) -> tuple[Observable, ...]:
    return tuple(Observable(name=f"seen {name}", value=Name(name)) for name in model.state_names)


@dataclass(frozen=True, slots=True)
class _Rates:
    """Rates of a model and how they change with its states."""

    rates: Callable[[list[float]], tuple[float, ...]]
    slopes: Callable[[list[float]], tuple[float, ...]]
    places: tuple[tuple[int, int], ...]


class _Newton:
    """Newton's method on the rates of one model."""

    def __init__(self, model: Model, parameters: Mapping[str, float]) -> None:
        self._rates = _rates_of(model)
        self._parameters = [parameters[name] for name in model.parameter_names]
        self._least = np.array([_LEAST * state.tolerance for state in model.states])

    def moved(self, one: NDArray, other: NDArray) -> float:
        """The largest distance in shares of a state and the least that counts."""
        size = np.abs(one - other) / (np.abs(other) + self._least)
        return float(np.max(size, initial=0.0))

    def polished(self, states: NDArray, time: float, step: float) -> NDArray | None:
        """The state of rest next to `states`, or None where there is none."""
        at = states
        for _ in range(_MOST_STEPS):
            given = [time, *at.tolist(), *self._parameters]
            rates = np.array(self._rates.rates(given))
            matrix = np.eye(at.size) / step
            for (row, column), slope in zip(
                self._rates.places, self._rates.slopes(given), strict=True
            ):
                matrix[row, column] -= slope
            if not (np.all(np.isfinite(rates)) and np.all(np.isfinite(matrix))):
                return None
            try:
                following = at + np.linalg.solve(matrix, rates)
            except np.linalg.LinAlgError:
                return None
            if not self.moved(following, states) < _NEAR:
                return None
            if self.moved(following, at) < _STILL:
                return following
            at = following
        return None


@lru_cache(maxsize=16)
def _rates_of(model: Model) -> _Rates:
    equations = equations_of(model)
    graph = equations.graph
    by = [graph.input(state_input(name)) for name in model.state_names]
    slopes = derivatives(graph, equations.rates, by)
    return _Rates(
        compiled_for_floats(rates_program(equations)),
        compiled_for_floats(program_of(graph, equations.inputs, slopes.values())),
        tuple(slopes),
    )
