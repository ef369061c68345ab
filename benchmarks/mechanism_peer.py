"""SciPy's LSODA on the mechanism: its rates as plain Python, from one dose to the next.

Doses, events and outputs are those of the engine's plain twin; steps and tolerances are SciPy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from reinfuse.engine.language import Model
from reinfuse.engine.plain.happenings import Agenda, agenda, happen
from reinfuse.engine.plain.prepared import Prepared, prepared
from reinfuse.engine.simulate import Simulated
from reinfuse.engine.status import Status
from reinfuse.estimation.mechanistic.predictions import Asked
from reinfuse.estimation.mechanistic.problem import MechanismProblem
from reinfuse.estimation.mechanistic.reach import part_of
from reinfuse.estimation.mechanistic.rows import rows_of
from reinfuse.mechanism.equations import course_model

Array = NDArray[np.float64]
State = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScipyProblem(MechanismProblem):
    """The same course, with every window solved by SciPy, one point after the other."""

    rtol: float
    tolerance_scale: float = 1.0

    def _simulated(self, asked: Sequence[Asked], z: Array) -> list[Simulated]:
        return [self._window(one, z) for one in asked]

    def _window(self, asked: Asked, z: Array) -> Simulated:
        rows = rows_of(asked.window, asked.place, self.latents, z)
        model = course_model(len(asked.window.lesions), asked.window.first_day)
        outputs = tuple(sorted({looked.observed.output for looked in asked.looked}))
        found = solved(
            part_of(model, outputs), rows, asked.days.tolist(), self.rtol, self.tolerance_scale
        )
        reached = np.isfinite(found).all(axis=(1, 2))
        return Simulated(
            names=tuple(one.name for one in part_of(model, outputs).observables),
            times=asked.days, outputs=found, compiled=False,
            status=np.where(reached, Status.OK, Status.NOT_FINITE).astype(np.int32),
            steps=np.zeros(len(rows), np.int32),
        )  # fmt: skip


def scipy_problem(of: MechanismProblem, rtol: float, tolerance_scale: float = 1.0) -> ScipyProblem:
    """A course whose windows SciPy solves."""
    return ScipyProblem(
        windows=of.windows, latents=of.latents, asked=of.asked, rtol=rtol,
        tolerance_scale=tolerance_scale,
    )  # fmt: skip


def solved(
    model: Model, rows: Array, days: Sequence[float], rtol: float, scale: float = 1.0
) -> Array:
    """Outputs, `"patients days outputs"`; nan for a patient whom SciPy gave up."""
    ready = _ready(model)
    absolute = [scale * state.tolerance for state in model.states]
    return np.array([_patient(ready, tuple(row), days, rtol, absolute) for row in rows.tolist()])


@cache
def _ready(model: Model) -> Prepared:
    return prepared(model)


def _patient(
    ready: Prepared, row: State, days: Sequence[float], rtol: float, absolute: list[float]
) -> list[list[float]]:
    plan = agenda(ready, row, ())
    if not isinstance(plan, Agenda):
        raise SystemExit(f"SciPy is given a patient who cannot be: {plan.message}")
    time, state = ready.model.start, ready.initial(row)
    found: list[list[float]] = []
    while True:
        state = _after(ready, row, plan, time, state)
        if days[len(found)] <= time:
            found.append(list(ready.observe([time, *state, *row])))
        if len(found) == len(days):
            return found
        end = min(plan.next_time(), days[-1])
        inside = [day for day in days[len(found) :] if day < end]
        answer = solve_ivp(
            lambda now, levels: ready.rates([now, *levels.tolist(), *row]), (time, end), state,
            method="LSODA", t_eval=[*inside, end], rtol=rtol, atol=absolute,
        )  # fmt: skip
        if not answer.success:
            return [[np.nan] * len(ready.model.observables)] * len(days)
        for day, levels in zip(inside, answer.y.T.tolist(), strict=False):
            found.append(list(ready.observe([day, *levels, *row])))
        time, state = end, tuple(answer.y[:, -1].tolist())


def _after(ready: Prepared, row: State, plan: Agenda, time: float, state: State) -> State:
    """The state after what is due at this moment."""
    if plan.next_time() > time:
        return state
    found = happen(ready, row, plan, time, state)
    if not isinstance(found, tuple):
        raise SystemExit(f"SciPy is given a patient who cannot be: {found.message}")
    return found
