"""What happens at one moment: doses, timed events, and events whose condition became true.

Doses come first, in the order given, then events one at a time, the one with the highest
`priority` first and among equals the one that was due first; after each, conditions are looked at
again, so that events may trigger each other. What is assigned is computed when an event is
triggered, or if it is not `at_trigger`, when it happens.

Source: SBML Level 3 Version 2 Core, section 4.12, whose meaning of events this is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from reinfuse.engine.plain.prepared import Prepared
from reinfuse.engine.plain.steps import State
from reinfuse.engine.status import Status

_MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount added to a state, the state by its number."""

    time: float
    state: int
    amount: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that was triggered; `becomes` holds what is assigned if that is known already."""

    time: float
    event: int
    becomes: State | None


@dataclass(slots=True)
class Agenda:
    """What is still to happen to a patient; it changes while time goes on.

    `doses`, `timed` and `waiting` are in order of time, `timed` as pairs of a time and an event;
    `held` says which conditions held when last seen.
    """

    doses: list[Dose]
    timed: list[tuple[float, int]]
    waiting: list[Waiting]
    held: tuple[bool, ...]
    happened: int = field(default=0)

    def next_time(self) -> float:
        """When something is due next; infinity if nothing is."""
        times = [dose.time for dose in self.doses[:1]] + [time for time, _ in self.timed[:1]]
        return min([*times, *(event.time for event in self.waiting[:1])], default=math.inf)


def agenda(model: Prepared, parameters: Sequence[float], doses: Sequence[Dose]) -> Agenda | Status:
    """What is known beforehand, or what is wrong with it; a time of infinity is never."""
    start = model.model.start
    times = [float(time) for time in model.times(parameters)]
    told = [*times, *(dose.time for dose in doses)]
    if any(math.isnan(time) for time in told):
        return Status.BAD_DOSE
    if not all(math.isfinite(dose.amount) for dose in doses):
        return Status.BAD_DOSE
    if any(time < start for time in told):
        return Status.DOSE_BEFORE_START
    timed = sorted(zip(times, model.timed, strict=True))
    held = tuple(model.model.events[event].initially for event in model.watched)
    return Agenda(sorted(doses, key=lambda dose: dose.time), timed, [], held)


def conditions(
    model: Prepared, parameters: Sequence[float], time: float, state: State
) -> tuple[bool, ...]:
    """Which conditions hold, of the watched events in order."""
    return tuple(bool(held) for held in model.conditions([time, *state, *parameters]))


def happen(
    model: Prepared, parameters: Sequence[float], plan: Agenda, time: float, state: State
) -> State | Status:
    """The state after everything that is due at this moment; the agenda moves on."""
    while plan.doses and plan.doses[0].time <= time:
        dose = plan.doses.pop(0)
        state = _with(state, {dose.state: state[dose.state] + dose.amount})
        plan.happened += 1
    for _ in range(_MOST_AT_ONCE):
        given = [time, *state, *parameters]
        if not _trigger(model, plan, given):
            return Status.BAD_DOSE
        due = [event for event in plan.waiting if event.time <= time]
        if not due:
            return state
        priorities = model.priorities(given)
        first = max(due, key=lambda event: priorities[event.event])
        plan.waiting.remove(first)
        plan.happened += 1
        becomes = model.effects[first.event](given) if first.becomes is None else first.becomes
        state = _with(state, {place: becomes[place] for place in model.changed[first.event]})
    return Status.ENDLESS_EVENTS


def _trigger(model: Prepared, plan: Agenda, given: list[float]) -> bool:
    """Put events on the agenda whose time or condition has come; drop those that do not last.

    False if a delay is negative or no number.
    """
    fresh, timed = [], set()
    while plan.timed and plan.timed[0][0] <= given[0]:
        fresh.append(plan.timed.pop(0)[1])
        timed.add(fresh[-1])
    hold = tuple(bool(held) for held in model.conditions(given))
    for event, before, now in zip(model.watched, plan.held, hold, strict=True):
        if now and not before:
            fresh.append(event)
        elif before and not now and not model.model.events[event].persistent:
            plan.waiting = [other for other in plan.waiting if other.event != event]
    plan.held = hold
    if not fresh:
        return True
    delays = model.delays(given)
    if not all(delays[event] >= 0.0 for event in fresh):
        return False
    for event in fresh:
        # Two doses at one moment both count: a timed event looks at what the one before it left.
        told = model.model.events[event]
        early = told.at_trigger and (event not in timed or told.delay is not None)
        known = model.effects[event](given) if early else None
        plan.waiting.append(Waiting(given[0] + delays[event], event, known))
    plan.waiting.sort(key=lambda other: other.time)
    return True


def _with(state: State, changes: dict[int, float]) -> State:
    return tuple(changes.get(place, value) for place, value in enumerate(state))
