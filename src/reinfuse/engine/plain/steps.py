"""One step of one patient: its length, whether it is good enough, and states inside of it.

Step control: Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I (1993), II.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.engine.compiler.rosenbrock import ERROR_ORDER
from reinfuse.engine.compiler.step_control import (
    ALMOST,
    CAREFUL,
    FASTEST,
    FIRST_SHARE,
    LEAST_ERROR,
    LEAST_STEP,
    LONGEST_FIRST,
    SAFETY,
    SLOWEST,
    STILL,
    WORST_ERROR,
)
from reinfuse.engine.plain.prepared import Prepared

State = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What error a step may make: `absolute` by state, `relative` of each state's size."""

    relative: float
    absolute: tuple[float, ...]

    def norm(self, values: Sequence[float], *sizes: Sequence[float]) -> float:
        """Root mean square of values over what is allowed at states of these sizes."""
        total = 0.0
        for place, value in enumerate(values):
            size = max(abs(states[place]) for states in sizes)
            share = value / (self.absolute[place] + self.relative * size)
            total += share * share
        return math.sqrt(total / max(len(values), 1))


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was tried; it is good if `error` is at most 1."""

    before: float
    after: float
    old: State
    new: State
    dense_u: State
    dense_w: State
    error: float

    def at(self, time: float) -> State:
        """States at a time inside of the step."""
        if time == self.before:
            return self.old
        if time == self.after:
            return self.new
        share = (time - self.before) / (self.after - self.before)
        rest = 1.0 - share
        return tuple(
            rest * old + share * (new + rest * (u + share * w))
            for old, new, u, w in zip(self.old, self.new, self.dense_u, self.dense_w, strict=True)
        )


def tried(
    model: Prepared,
    parameters: Sequence[float],
    tolerance: Tolerance,
    old: State,
    *,
    before: float,
    after: float,
) -> Step:
    """The step from one time to another, good or not."""
    outputs = model.step([before, after - before, *old, *parameters])
    places = model.places
    new = outputs[places.new]
    error = WORST_ERROR
    if all(math.isfinite(value) for value in new):
        error = tolerance.norm(outputs[places.error], old, new)
    return Step(
        before=before,
        after=after,
        old=old,
        new=new,
        dense_u=outputs[places.dense_u],
        dense_w=outputs[places.dense_w],
        error=error if error < WORST_ERROR else WORST_ERROR,  # not finite either
    )


def growth(error: float) -> float:
    """By how much the next step may be longer than one that made this error."""
    factor = SAFETY * max(error, LEAST_ERROR) ** (-1.0 / ERROR_ORDER)
    return min(max(factor, SLOWEST), FASTEST)


def target(time: float, wanted: float, stop: float) -> float:
    """Where the next step goes: to the stop, or half the way at most, so that no crumb is left."""
    left = stop - time
    if wanted >= left * ALMOST:
        return stop
    return time + min(wanted, 0.5 * left)


def first_step(
    model: Prepared,
    parameters: Sequence[float],
    tolerance: Tolerance,
    state: State,
    *,
    time: float,
    span: float,
) -> float:
    """A length to begin with; it follows the rates, not the unit of time.

    After the first guess of Hairer, Norsett and Wanner (II.4); a step too long is repeated.
    """
    longest = LONGEST_FIRST * span
    rates = model.rates([time, *state, *parameters])
    size, speed = tolerance.norm(state, state), tolerance.norm(rates, state)
    if size > STILL and speed > STILL and FIRST_SHARE * size / speed < longest:
        return FIRST_SHARE * size / speed
    return CAREFUL * longest


def least_step(time: float, span: float) -> float:
    """Below this length a patient is stuck."""
    return LEAST_STEP * max(abs(time), span)
