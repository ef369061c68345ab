"""What was recorded on each day after an infusion, as three-valued signs.

A day on which a sign was not recorded is a day on which it may have been there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from reinfuse.grading.names import measures
from reinfuse.grading.numbers import number_in
from reinfuse.record import (
    Course,
    Entry,
    Infusion,
    Observation,
    Presence,
    Purpose,
    Sign,
    clock_of,
    days_of,
)
from reinfuse.timeline import DayRange

# Causes that leave a sign inside immune-effector toxicity; any other cause takes it out.
_OWN = (
    r"\b(?:CRS|cytokine release|ICANS|neurotoxicity|immune effector|IEC-?HS|CAR-?T|infusion"
    r"|unknown)\b"
)
_OWN_CAUSES = re.compile(_OWN, re.IGNORECASE)
# `sepsis, not CRS`: a cause that is denied is none.
_DENIED = re.compile(
    r"\b(?:not|non|no|without|unrelated to|rather than)\b[ -]+"
    r"(?:(?:due|related|attributed) to +|caused by +|from +)?(?:the +)?"
    rf"{_OWN}(?:(?: *, *| */ *| +(?:or|nor|and) +){_OWN})*",
    re.IGNORECASE,
)
# An infusion this soon after another belongs to one episode: a split dose, or two products (ours).
ONE_EPISODE_DAYS = 14
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Held:
    """An entry on the days after an infusion: surely there from `first` to `last`.

    `first` to `last` is what every reading of its time allows; it may be empty (`last` before
    `first`). `possible` is the span it can have touched at all.
    """

    entry: Entry
    first: float
    last: float
    possible: DayRange

    def surely_on(self, day: int) -> bool:
        """Whether it was there on this day, whatever its uncertain times were."""
        return self.first <= day <= self.last

    def possibly_on(self, day: int) -> bool:
        """Whether it can have been there on this day."""
        return self.possible.low <= day <= self.possible.high


def held(course: Course, entry: Entry, infusion: Infusion) -> Held:
    """The days after the infusion on which the entry surely and possibly was."""
    start = days_of(course, entry, infusion.id)
    end = days_of(course, entry, infusion.id, end=True)
    if not clock_of(course).knows(entry.id):
        end = start
    # Something that lasts is there from its latest start to its earliest end.
    return Held(entry, start.high, end.low, DayRange(start.low, end.high))


def is_own_cause(cause: str | None) -> bool:
    """Whether a sign with this cause counts as toxicity of the cells; no cause stated does.

    A cause that is denied (`sepsis, not CRS`) does not count.
    """
    return cause is None or _OWN_CAUSES.search(_DENIED.sub("", cause)) is not None


def last_day(course: Course, infusion: Infusion) -> float:
    """The last day that belongs to this infusion: before the next infusion or transplant.

    One that follows within two weeks belongs to the same episode and ends nothing.
    """
    after = []
    for other in (*course.infusions, *course.transplants):
        days = clock_of(course).days(other.id, infusion.id)
        if other.id != infusion.id and days.low > ONE_EPISODE_DAYS:
            after.append(days.low - 1)
    return min(after, default=float("inf"))


def measured(course: Course, infusion: Infusion, analyte: str, until: int) -> list[Held]:
    """Every value of an analyte that can lie on day 0 to `until` after the infusion."""
    return [
        item
        for entry in course.observations
        if measures(entry, analyte) and is_own_cause(entry.attributed_to)
        for item in [held(course, entry, infusion)]
        if item.possible.high >= 0 and item.possible.low <= until
    ]


def signs_of(course: Course, infusion: Infusion, words: tuple[str, ...], until: int) -> list[Held]:
    """Every sign so named, not put down to another cause, on day 0 to `until`."""
    return [
        item
        for entry in course.signs
        if entry.what.casefold() in words and is_own_cause(entry.attributed_to)
        for item in [held(course, entry, infusion)]
        if item.possible.high >= 0 and item.possible.low <= until
    ]


def given(course: Course, infusion: Infusion, purpose: Purpose, until: int) -> list[Held]:
    """Every regimen of a purpose that can have been given on day 0 to `until`."""
    return [
        item
        for entry in course.regimens
        if entry.purpose is purpose and entry.of in (None, infusion.id)
        for item in [held(course, entry, infusion)]
        if item.possible.high >= 0 and item.possible.low <= until
    ]


def pinned(item: Held, day: int) -> Held:
    """The same entry, supposed to have been on one of the days that it can have been on."""
    return Held(item.entry, day, day, DayRange(day, day))


def unplaced(items: list[Held], until: int) -> list[Held]:
    """Entries that surely were on some day up to `until`, and on no day surely."""
    return [
        item
        for item in items
        if item.possible.low >= 0
        and item.possible.high <= until
        and not any(item.surely_on(day) for day in range(until + 1))
    ]


def least_peak(item: Held, peak_if: Callable[[int], int]) -> int:
    """The lowest peak over the days on which an entry can have been; `peak_if` supposes one."""
    days = range(int(item.possible.low), int(item.possible.high) + 1)
    return min(peak_if(day) for day in days)


def age_years(course: Course, infusion: Infusion) -> tuple[float, float] | None:
    """The age at the infusion, in years, as a range; None if the age is not recorded.

    The recorded age is in completed years, at the earliest dated entry of the course.
    """
    age = number_in(course.patient.age, "a")
    if age is None:
        return None
    clock = clock_of(course)
    known = [clock.dates(entry.id) for entry in course.entries() if clock.knows(entry.id)]
    first = [days.low for days in known if math.isfinite(days.low)]
    dates = clock.dates(infusion.id)
    if not first or not dates.bounded:
        return age, math.inf
    years = [(day - min(first)) / DAYS_A_YEAR for day in (dates.low, dates.high)]
    return age + years[0], age + 1 + years[1]


def is_present(item: Held) -> bool:
    """Whether a held sign says that it was there."""
    return isinstance(item.entry, Sign) and item.entry.presence is Presence.PRESENT


def number(item: Held, unit: str) -> float | None:
    """The value of a held observation in a unit, if it is a number and of that unit's kind."""
    entry = item.entry
    return number_in(entry.value, unit) if isinstance(entry, Observation) else None
