"""Endpoints of one course: from which entry each counts, and its history from there."""

from __future__ import annotations

from functools import lru_cache, partial

from reinfuse.errors import ReinfuseError
from reinfuse.grading.endpoints.decide import decide, not_evaluable
from reinfuse.grading.endpoints.definition import Definition, EndpointTime, Start
from reinfuse.grading.endpoints.definitions import DEFINITIONS
from reinfuse.grading.endpoints.happening import Happening, History, What, latest
from reinfuse.grading.endpoints.implied import Looked, implied, mrd_relapses
from reinfuse.grading.endpoints.told import Told, deaths, levels_of_mrd, looks, told_by
from reinfuse.record import (
    Alive,
    Comorbidity,
    Course,
    Diagnosis,
    Entry,
    FollowUp,
    Infusion,
    Pathology,
    Transplant,
    clock_of,
    days_of,
)
from reinfuse.timeline import DayRange, Ending

# Entries that say nothing of the patient being alive on their day.
_SILENT = (Pathology, Diagnosis, Comorbidity)


def endpoint_in_course(
    course: Course, definition: Definition, *, start: str | None = None
) -> EndpointTime:
    """One endpoint of one course, from an infusion or transplant named by its id.

    Without `start` it counts from the first infusion, after a transplant from the first
    transplant; an endpoint of remission counts from the first complete remission after that.
    """
    anchor = _anchor(course, definition, start)
    if anchor is None:
        wanted = "transplant" if definition.start is Start.TRANSPLANT else "infusion"
        return not_evaluable(definition, wanted, wanted, (f"the {wanted}",))
    history = history_of_course(course, anchor)
    if definition.start is Start.REMISSION:
        reached = _first_remission(course, history, anchor)
        if reached is None:
            missing = (f"a complete remission after {anchor.id}",)
            return not_evaluable(definition, anchor.id, anchor.id, missing)
        history = history_of_course(course, anchor, reached.ref)
    return decide(definition, history)


def endpoints_of_course(course: Course, *, start: str | None = None) -> tuple[EndpointTime, ...]:
    """Every endpoint that has a start in the course, in the order of the table.

    With `start`, those that count from an entry of its kind or from a remission after it.
    """
    return tuple(
        endpoint_in_course(course, definition, start=start)
        for definition in DEFINITIONS
        if _suits(definition, _anchor(course, definition, start))
    )


def _suits(definition: Definition, anchor: Infusion | Transplant | None) -> bool:
    if definition.start is Start.TRANSPLANT:
        return isinstance(anchor, Transplant)
    return anchor is not None


@lru_cache(maxsize=16)
def history_of_course(
    course: Course, anchor: Infusion | Transplant, start: str | None = None
) -> History:
    """The history of a course from an infusion or transplant, or from an entry after it."""
    zero = start or anchor.id
    found, looked = list[Happening](), Looked()
    for one in told_by(course):
        days = _days(course, one.entry, zero, end=one.ended)
        looked.setdefault(one.what, []).append(_to_the_end(course, one, days, zero))
        if not one.absent and _after(one, days, anchor, zero):
            found.append(
                Happening(
                    what=one.what, days=days, ref=one.entry.id, detail=one.detail, sure=one.sure
                )
            )
    for what, entry in looks(course):
        looked.setdefault(what, []).append(_days(course, entry, zero))
    levels = [(_days(course, item, zero), low, high, item.id)
              for item, low, high in levels_of_mrd(course)]  # fmt: skip
    found += [one for one in mrd_relapses(levels) if one.days.low > 0]
    found += implied(found, looked)
    seen = latest([_days(course, entry, zero) for entry in course.entries() if _living(entry)])
    for entry, cause in deaths(course):
        days = _days(course, entry, zero)
        low = max(days.low, 0.0 if seen is None else min(seen.low, days.high))
        found.append(
            Happening(what=What.DEATH, days=DayRange(low, days.high), ref=entry.id, detail=cause)
        )
    lasts = {what: latest(days) for what, days in looked.items()}
    return History(
        subject=anchor.id,
        start=zero,
        happenings=tuple(found),
        looked={what: last for what, last in lasts.items() if last is not None},
        seen=seen,
        apart=partial(_apart, course),
    )


def _anchor(
    course: Course, definition: Definition, start: str | None
) -> Infusion | Transplant | None:
    known = course.anchors()
    if start is not None:
        for entry in known:
            if entry.id == start:
                return entry
        raise ReinfuseError(
            f"the course has no infusion or transplant {start!r}",
            fix=f"it has {', '.join(entry.id for entry in known) or 'none'}",
        )
    kind = Transplant if definition.start is Start.TRANSPLANT else Infusion
    return next((entry for entry in known if isinstance(entry, kind)), None)


def _first_remission(
    course: Course, history: History, anchor: Infusion | Transplant
) -> Happening | None:
    """The first remission that is surely after the start and before the next infusion."""
    others = [
        _days(course, item, anchor.id).low for item in course.infusions if item.id != anchor.id
    ]
    until = min((low for low in others if low > 0), default=float("inf"))
    return next((one for one in history.of(What.REMISSION) if one.days.low < until), None)


def _after(one: Told, days: DayRange, anchor: Infusion | Transplant, zero: str) -> bool:
    """Whether something can lie after the start; on its day only what needs no time does."""
    if one.entry.id in (zero, anchor.id) and one.what is not What.REMISSION:
        return False
    if days.low == days.high == 0:
        return one.what is What.REMISSION or (
            zero != anchor.id and not isinstance(one.entry, (Infusion, Transplant))
        )
    return days.high > 0


def _to_the_end(course: Course, one: Told, days: DayRange, zero: str) -> DayRange:
    """The last day for which an absence was stated: `none, from hsct on` holds to the last look."""
    if not one.absent or one.entry.when.ending is Ending.SAME:
        return days
    if one.entry.when.ending is Ending.KNOWN:
        return _days(course, one.entry, zero, end=True)
    seen = latest([_days(course, entry, zero) for entry in course.entries() if _living(entry)])
    return seen or days


def _living(entry: Entry) -> bool:
    if isinstance(entry, FollowUp):
        return entry.status is Alive.ALIVE
    return not isinstance(entry, _SILENT) and entry.when.stated


def _days(course: Course, entry: Entry, zero: str, *, end: bool = False) -> DayRange:
    return days_of(course, entry, zero, end=end)


def _apart(course: Course, first: str, second: str) -> DayRange | None:
    clock = clock_of(course)
    return clock.days(second, first) if clock.knows(first) and clock.knows(second) else None
