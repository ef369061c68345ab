"""Patients solved one after the other in Python: slow, and easy to check.

Outputs at the moment of a dose or event are what it left, not what it found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.compiler.step_control import SHORTEST_FIRST, WORST_ERROR
from reinfuse.engine.plain.crossing import first_change
from reinfuse.engine.plain.happenings import Agenda, Dose, agenda, happen
from reinfuse.engine.plain.prepared import Prepared
from reinfuse.engine.plain.steps import (
    State,
    Step,
    Tolerance,
    first_step,
    growth,
    least_step,
    target,
    tried,
)
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError

MOST_STEPS = 100_000
SLACK = 1e-12  # of the span: an output so little before an event is one at the event


@dataclass(frozen=True, slots=True)
class Solution:
    """What came out; rows that were not reached hold nan.

    `states` is `"patients times states"`, `observed` `"patients times observables"`, `status`
    (a `Status`) and `steps` (tried, good or not) `"patients"`.
    """

    states: NDArray[np.float64]
    observed: NDArray[np.float64]
    status: NDArray[np.int32]
    steps: NDArray[np.int32]


@dataclass(slots=True)
class _Course:
    """Where a patient stands."""

    time: float
    state: State
    wanted: float
    steps: int
    seen: list[State]


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked for one patient."""

    model: Prepared
    parameters: tuple[float, ...]
    times: tuple[float, ...]
    tolerance: Tolerance
    most_steps: int

    @property
    def span(self) -> float:
        return self.times[-1] - self.model.model.start


def solve(
    model: Prepared,
    parameters: ArrayLike,
    times: Sequence[float],
    *,
    doses: Sequence[Sequence[Dose]] = (),
    rtol: float = 1e-6,
    atol: Sequence[float] | None = None,
    most_steps: int = MOST_STEPS,
) -> Solution:
    """Every patient at the given times, which ascend from the start of the model on.

    `parameters` is `"patients parameters"`; `doses` holds a list for each patient. `atol` is by
    state; left out, it is the tolerance that the model gives to each.
    """
    rows = np.atleast_2d(np.asarray(parameters, dtype=np.float64))
    told = model.model.states
    absolute = [state.tolerance for state in told] if atol is None else list(atol)
    _refuse(model, rows, times, doses, absolute)
    shape = (len(rows), len(times))
    states = np.full((*shape, len(told)), math.nan)
    observed = np.full((*shape, len(model.model.observables)), math.nan)
    status, steps = np.zeros(len(rows), np.int32), np.zeros(len(rows), np.int32)
    for patient, row in enumerate(rows):
        task = _Task(
            model, tuple(row.tolist()), tuple(map(float, times)),
            Tolerance(rtol, tuple(absolute)), most_steps,
        )  # fmt: skip
        course, status[patient] = _solved(task, doses[patient] if doses else ())
        steps[patient] = course.steps
        for number, state in enumerate(course.seen):
            states[patient, number] = state
            observed[patient, number] = model.observe([times[number], *state, *task.parameters])
    return Solution(states, observed, status, steps)


def _refuse(
    model: Prepared,
    rows: NDArray,
    times: Sequence[float],
    doses: Sequence[Sequence[Dose]],
    absolute: Sequence[float],
) -> None:
    """Raise for what no patient could be solved with."""
    problems = []
    wanted = len(model.model.parameters)
    if rows.shape[1] != wanted:
        problems.append(f"{rows.shape[1]} parameters where the model has {wanted}")
    if not len(times):
        problems.append("no time at which to look")
    elif not np.all(np.isfinite(times)) or np.any(np.diff(times) < 0):
        problems.append("times that do not ascend")
    elif times[0] < model.model.start:
        problems.append(f"a time of {times[0]:g}, before the start at {model.model.start:g}")
    if doses and len(doses) != len(rows):
        problems.append(f"doses of {len(doses)} patients for {len(rows)}")
    if len(absolute) != len(model.model.states) or not all(size > 0.0 for size in absolute):
        problems.append("absolute tolerances that are not one positive number for each state")
    if problems:
        raise ReinfuseError(
            "; ".join(problems),
            where=f"a simulation of {model.model.name}",
            fix="give one row of parameters and one list of doses per patient, and sorted times",
        )


def _solved(task: _Task, doses: Sequence[Dose]) -> tuple[_Course, Status]:
    """Where the patient came to, and how that ended."""
    model = task.model
    course = _Course(model.model.start, (), math.nan, 0, [])
    if not _in_range(task):
        return course, Status.BAD_PARAMETER
    course.state = model.initial(task.parameters)
    plan = agenda(model, task.parameters, doses)
    if isinstance(plan, Status):
        return course, plan
    ended = _moment(task, course, plan)
    while ended is None:
        ended = _advanced(task, course, plan)
    return course, ended


def _in_range(task: _Task) -> bool:
    return all(
        math.isfinite(value) and parameter.low <= value <= parameter.high
        for value, parameter in zip(task.parameters, task.model.model.parameters, strict=True)
    )


def _moment(task: _Task, course: _Course, plan: Agenda) -> Status | None:
    """Let everything happen that is due where the patient stands, then look."""
    before = plan.happened
    state = happen(task.model, task.parameters, plan, course.time, course.state)
    if isinstance(state, Status):
        return state
    course.state = state
    if not all(map(math.isfinite, state)):
        return Status.NOT_FINITE
    if plan.happened > before or not course.steps:
        guess = first_step(
            task.model, task.parameters, task.tolerance, state, time=course.time, span=task.span
        )
        course.wanted = max(guess, SHORTEST_FIRST * abs(course.time))
    while len(course.seen) < len(task.times) and task.times[len(course.seen)] <= course.time:
        course.seen.append(state)
    return Status.OK if len(course.seen) == len(task.times) else None


def _advanced(task: _Task, course: _Course, plan: Agenda) -> Status | None:
    """Try one step; if it is good, go on to its end or to the event inside of it."""
    if course.steps >= task.most_steps:
        return Status.STEP_LIMIT
    stop = min(plan.next_time(), task.times[-1])
    after = target(course.time, course.wanted, stop)
    step = tried(
        task.model, task.parameters, task.tolerance, course.state,
        before=course.time, after=after,
    )  # fmt: skip
    course.steps += 1
    proposed = (after - course.time) * growth(step.error)
    if step.error > 1.0:
        course.wanted = proposed
        if proposed >= least_step(course.time, task.span):
            return None
        return Status.NOT_FINITE if step.error >= WORST_ERROR else Status.STEP_TOO_SMALL
    changed = first_change(task.model, task.parameters, plan.held, step)
    reached = after if changed is None else changed
    # A step cut short by a stop says little of the step that could have been.
    course.wanted = max(course.wanted, proposed) if after == stop else proposed
    due = changed is not None or reached >= stop
    _look_inside(task, course, step, reached - SLACK * task.span if due else reached)
    course.time, course.state = reached, step.at(reached)
    return _moment(task, course, plan) if due else None


def _look_inside(task: _Task, course: _Course, step: Step, end: float) -> None:
    """Outputs before a time: at that time something may happen yet."""
    while len(course.seen) < len(task.times) and task.times[len(course.seen)] < end:
        course.seen.append(step.at(task.times[len(course.seen)]))
