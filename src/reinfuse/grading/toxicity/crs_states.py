"""Where a CRS can stand on each day: not begun, asking for fever, or no longer asking for it."""

from __future__ import annotations

from enum import Enum

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.rules.judge import Truth, holds
from reinfuse.grading.rules.scale import Verdict
from reinfuse.grading.toxicity.crs_astct import FEVER
from reinfuse.grading.toxicity.words import TEMPERATURE, TREATMENTS


class State(Enum):
    """Where the syndrome stands."""

    NEVER = "no fever so far"
    MASKED = "treated before any fever"
    OPEN = "begun, fever asked for"
    SUPPRESSED = "begun and treated, fever not asked for"
    OVER = "fever, hypotension and oxygen all gone"


class Dose(Enum):
    """Whether a treatment that suppresses fever was given on a day."""

    NONE = "none"
    BEFORE = "before the fever of that day"
    SINCE = "at the fever of that day, or of a CRS that had begun"


States = frozenset[State]
START: States = frozenset({State.NEVER})
_BOTH: States = frozenset({State.OPEN, State.SUPPRESSED})
_BEGUN = _BOTH
_BY_FEVER: dict[Dose, States] = {
    Dose.NONE: frozenset({State.OPEN}),
    Dose.BEFORE: _BOTH,
    Dose.SINCE: frozenset({State.SUPPRESSED}),
}


def states_today(states: States, fever: Truth, doses: frozenset[Dose]) -> States:
    """Where it can stand on a day that begins in one of `states`: every way to fill what is open.

    A dose before the first fever of all may still be at work when fever comes: both stay
    possible (ours).
    """
    found: set[State] = set()
    for state in states:
        for dose in doses:
            for one in _ways(fever):
                # An unknown fever has no hour: a dose may have come before it.
                placed = Dose.BEFORE if fever is None and dose is Dose.SINCE else dose
                found |= _today(state, one, placed)
    return frozenset(found)


def _today(state: State, fever: bool, dose: Dose) -> States:
    if state is State.SUPPRESSED:
        return frozenset({state})
    if state is State.OPEN:
        return frozenset({state if dose is Dose.NONE else State.SUPPRESSED})
    if fever:
        masked = state is State.MASKED and dose is Dose.NONE
        return _BOTH if masked else _BY_FEVER[dose]
    if state is State.NEVER and dose is not Dose.NONE:
        return frozenset({State.MASKED})
    return frozenset({state})


def states_after(today: States, fever: Truth, organs: Truth) -> States:
    """Where it can stand when the day is over: what has begun ends once all signs are gone."""
    over: States = frozenset({State.OVER}) if today & _BEGUN else frozenset()
    if fever is False and organs is False:
        return today - _BEGUN | over
    return today if fever or organs else today | over


def suppressed_in(today: States) -> Truth:
    """Whether fever is not asked for on the day: True, False, or None where it may be either."""
    if today == {State.SUPPRESSED}:
        return True
    return None if today & {State.SUPPRESSED, State.MASKED} else False


def fever_of(on: OnDay) -> Truth:
    """Whether there was fever on the day."""
    return holds(FEVER, on.findings)


def organs_of(verdict: Verdict) -> Truth:
    """Whether there was hypotension or hypoxia."""
    if any(span.low > 0 for span in verdict.stages.values()):
        return True
    return None if any(span.high > 0 for span in verdict.stages.values()) else False


def doses_of(on: OnDay) -> frozenset[Dose]:
    """What can have been given on the day; a dose for another cause suppresses fever all the same.

    A dose on the day of the fever counts as one after it, unless the hours of both are charted
    and say otherwise (ours).
    """
    marks = [on.marks[name] for name in TREATMENTS if name in on.marks]
    given = [mark.day for mark in marks if mark.value is True]
    if given:
        fever = on.marks.get(TEMPERATURE)
        hours = fever is not None and all(day % 1 for day in (*given, fever.day))
        before = fever is not None and hours and max(given) < fever.day
        return frozenset({Dose.BEFORE if before else Dose.SINCE})
    stated = len(marks) == len(TREATMENTS)
    return frozenset({Dose.NONE}) if stated else frozenset({Dose.NONE, Dose.SINCE})


def _ways(truth: Truth) -> tuple[bool, ...]:
    return (True, False) if truth is None else (truth,)
