"""Decides an endpoint from a history: what came first, when, and what keeps it open."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reinfuse.grading.endpoints.definition import Definition, EndpointTime, Status
from reinfuse.grading.endpoints.happening import DETAIL, Happening, History, What, latest
from reinfuse.grading.grade import Reason
from reinfuse.timeline import DayRange

ANY_DAY = DayRange(0.0, math.inf)


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that may have been the first to end the watch, and what it can be then."""

    happening: Happening
    outcomes: frozenset[Status | None]

    @property
    def sure(self) -> bool:
        """Whether it surely ends the watch, if nothing else did before."""
        return None not in self.outcomes


def decide(definition: Definition, history: History) -> EndpointTime:
    """The time and status of one patient; `history` counts from the start of the definition.

    What can have come first is everything that nothing else surely precedes. If all of it has one
    status, that is the status; if not, it is not evaluable, and what would settle it is named.
    """
    if definition.landmark is not None:
        early = _by_landmark(definition, history)
        if early is not None:
            return early
    first = _first(history, _contenders(definition, history))
    firm = [one for one in first if one.sure]
    statuses = {status for one in first for status in one.outcomes if status is not None}
    missing = [*_unsettled(history, first)]
    if firm:
        days = DayRange(_lowest(first), min(one.happening.days.high for one in firm))
    else:
        end = _end_of_watch(definition, history)
        if end is None:
            return _open(definition, history, None, (*missing, _watch_of(definition)))
        statuses.add(Status.CENSORED)
        days = DayRange(min(end.low, _lowest(first)), end.high)
    because = tuple(_reason(one.happening) for one in first if one.happening.ref)
    if len(statuses) > 1:
        return _open(definition, history, days, tuple(missing), because)
    causes = dict.fromkeys(str(one.happening.what) for one in (firm or first))
    if not days.exact:
        missing.append(f"days from {history.start} to {' or '.join(causes) or 'the last look'}")
    return EndpointTime(
        definition=definition,
        subject=history.subject,
        start=history.start,
        days=days,
        status=statuses.pop(),
        cause=" or ".join(causes),
        because=because,
        missing=tuple(dict.fromkeys(missing)),
    )


def not_evaluable(
    definition: Definition, subject: str, start: str, missing: tuple[str, ...]
) -> EndpointTime:
    """The result where there is nothing to count from, or nothing to count to."""
    return EndpointTime(
        definition=definition,
        subject=subject,
        start=start,
        days=None,
        status=Status.NOT_EVALUABLE,
        missing=missing,
    )


def _open(
    definition: Definition,
    history: History,
    days: DayRange | None,
    missing: tuple[str, ...],
    because: tuple[Reason, ...] = (),
) -> EndpointTime:
    return EndpointTime(
        definition=definition,
        subject=history.subject,
        start=history.start,
        days=days,
        status=Status.NOT_EVALUABLE,
        because=because,
        missing=tuple(dict.fromkeys(missing)),
    )


def _contenders(definition: Definition, history: History) -> list[Contender]:
    """Everything that can end the watch, and what was never looked for, on any day."""
    found = []
    for one in history.happenings:
        outcomes = definition.outcomes(one)
        # The patient was alive on day 0; of all else, what can have come before it may not count.
        if one.days.low < 0 and one.what is not What.DEATH:
            outcomes |= {None}
        found.append(Contender(one, outcomes))
    for what in definition.asks:
        if what not in history.looked:
            happening = Happening(what=what, days=ANY_DAY, ref="", sure=False)
            found.append(Contender(happening, definition.outcomes(happening)))
    return [one for one in found if one.outcomes - {None}]


def _first(history: History, found: list[Contender]) -> list[Contender]:
    """Those that nothing surely precedes which surely ends the watch."""
    firm = [one for one in found if one.sure]
    return [
        one
        for one in found
        if not any(
            other is not one and history.before(other.happening, one.happening) for other in firm
        )
    ]


def _lowest(found: Iterable[Contender]) -> float:
    return max(0.0, min((one.happening.days.low for one in found), default=math.inf))


def _end_of_watch(definition: Definition, history: History) -> DayRange | None:
    if definition.watched is None:
        return history.seen
    return latest([history.looked[what] for what in definition.watched if what in history.looked])


def _watch_of(definition: Definition) -> str:
    if definition.watched is None:
        return "the last day seen alive"
    return f"the last look for {' or '.join(definition.watched)}"


def _unsettled(history: History, first: list[Contender]) -> Iterable[str]:
    """What would tell which of several came first, and what each of them was."""
    for one in first:
        happening = one.happening
        if not happening.ref:
            yield f"{happening.what}: never looked for"
        elif happening.detail is None and happening.what in DETAIL and len(one.outcomes) > 1:
            yield DETAIL[happening.what]
        elif not happening.sure:
            yield f"whether it was {happening.what}"
        elif happening.days.low < 0 and not one.sure:
            yield f"whether {happening.what} was after {history.start}"
    kinds = dict.fromkeys(str(one.happening.what) for one in first if one.happening.ref)
    if len(kinds) > 1:
        yield f"which came first: {' or '.join(kinds)}"


def _reason(happening: Happening) -> Reason:
    detail = f" ({happening.detail})" if happening.detail else ""
    return Reason(text=f"{happening.what}{detail}, {happening.days}", entries=(happening.ref,))


# ------------------------------------------------------------------ remission by a landmark


def _by_landmark(definition: Definition, history: History) -> EndpointTime | None:
    """The result where no remission was, or may not have been, reached in time; else None."""
    assert definition.landmark is not None
    last = definition.landmark.day
    remissions = history.of(What.REMISSION)
    if any(one.days.low >= 0 and one.days.high <= last for one in remissions):
        return None
    possible = [one for one in remissions if one.days.low <= last]
    if possible:
        return _either(definition, history, f"whether remission was reached by day {last}")
    ended = [
        one
        for one in _contenders(definition, history)
        if one.outcomes == {Status.EVENT} and one.happening.days.high <= last
    ]
    if ended or What.REMISSION in history.looked:
        return _without_remission(definition, history, ended)
    return _either(definition, history, f"response by day {last}")


def _either(definition: Definition, history: History, missing: str) -> EndpointTime:
    """Open whether the event was on the day of the landmark's rule; sure if it came anyway."""
    assert definition.landmark is not None
    later = decide(replace(definition, landmark=None), history)
    told = (missing, *later.missing)
    if later.status is not Status.EVENT or later.days is None:
        return _open(definition, history, None, told, later.because)
    day = float(definition.landmark.event_day)
    days = DayRange(min(day, later.days.low), max(day, later.days.high))
    return replace(later, definition=definition, days=days, missing=told)


def _without_remission(
    definition: Definition, history: History, ended: list[Contender]
) -> EndpointTime | None:
    """An event on the day that the definition sets; censored if the landmark was not reached."""
    landmark = definition.landmark
    assert landmark is not None
    past = [one.days for one in history.happenings] + [history.seen or DayRange(0.0, 0.0)]
    because = tuple(_reason(one.happening) for one in ended)
    text = f"no remission by day {landmark.day}"
    if ended or any(days.low >= landmark.day for days in past):
        day = float(landmark.event_day)
        return EndpointTime(
            definition=definition,
            subject=history.subject,
            start=history.start,
            days=DayRange(day, day),
            status=Status.EVENT,
            cause=text,
            because=(Reason(text=text), *because),
        )
    if any(days.high >= landmark.day for days in past):
        return _open(definition, history, None, (f"whether seen alive on day {landmark.day}",))
    return None
