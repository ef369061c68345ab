"""Days that are not known, and orders that cannot be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.record import Infusion, Purpose, Transplant, clock_of
from reinfuse.timeline import DayRange


def find_uncertain_days_zero(case: Case) -> Iterator[Finding]:
    """A day 0 that is known only as a range."""
    for anchor in _anchors(case):
        days = clock_of(case.course).dates(anchor.id)
        if days.exact or not _tied_to_dates(case):
            continue
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="day-zero-uncertain",
            what=f"day 0 of {anchor.id} is {_told(days)}: every calendar date told from it moves",
            where=case.where(anchor.id),
            fix="record the day on which the cells were given",
            about=(anchor.id,),
        )


def find_infusions_on_lymphodepletion(case: Case) -> Iterator[Finding]:
    """An infusion that can lie on the very day on which its lymphodepletion began."""
    for infusion in case.course.infusions:
        for regimen in case.course.regimens:
            if regimen.purpose is not Purpose.LYMPHODEPLETION or regimen.of != infusion.id:
                continue
            apart = case.apart(infusion, regimen)
            if apart.bounded and apart.low <= 0 <= apart.high:
                yield Finding(
                    severity=Severity.NOTE,
                    rule="day-zero-on-lymphodepletion",
                    what=f"the earliest day of {infusion.id} is the day on which its "
                    f"lymphodepletion is dated: cells usually follow days later (recalled)",
                    where=case.where(infusion.id, regimen.id),
                    fix="record the days of the lymphodepletion and of the infusion",
                    about=(infusion.id, regimen.id),
                )


def find_lymphodepletion_after_infusion(case: Case) -> Iterator[Finding]:
    """A lymphodepletion that surely began after the infusion that it is recorded for."""
    for infusion in case.course.infusions:
        for regimen in case.course.regimens:
            if regimen.purpose is not Purpose.LYMPHODEPLETION or regimen.of != infusion.id:
                continue
            if case.surely_after(regimen, infusion):
                yield Finding(
                    severity=Severity.CONTRADICTION,
                    rule="lymphodepletion-after-infusion",
                    what=f"{regimen.id} is the lymphodepletion of {infusion.id} and begins after "
                    "its day 0",
                    where=case.where(regimen.id, infusion.id),
                    fix="correct one of the two times, or name the infusion that it made ready for",
                    about=(regimen.id, infusion.id),
                )


def find_impossible_orders(case: Case) -> Iterator[Finding]:
    """Entries whose times cannot all be true."""
    for conflict in clock_of(case.course).conflicts:
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="impossible-order",
            what=f"the times of {listed(conflict.events)} cannot all be true",
            where=case.where(*conflict.events),
            fix="correct one of these times; until then the entry written last loses its place",
            about=conflict.events,
        )


def _anchors(case: Case) -> tuple[Infusion | Transplant, ...]:
    return (*case.course.infusions, *case.course.transplants)


def _tied_to_dates(case: Case) -> bool:
    """A course told in days from day 0 alone has no date that could be uncertain."""
    clock = clock_of(case.course)
    ranges = (clock.dates(entry.id) for entry in case.course.entries() if clock.knows(entry.id))
    return any(math.isfinite(days.low) or math.isfinite(days.high) for days in ranges)


def _told(days: DayRange) -> str:
    if days.bounded:
        return f"{_date(days.low)} to {_date(days.high)}, a range of {days.width:.0f} days"
    if math.isfinite(days.low):
        return f"on or after {_date(days.low)}, with no latest day"
    if math.isfinite(days.high):
        return f"on or before {_date(days.high)}, with no earliest day"
    return "on no date that can be bounded"


def _date(number: float) -> str:
    return date.fromordinal(int(number)).isoformat()
