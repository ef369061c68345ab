"""When things happened, told from the day 0 that a reader would count from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from reinfuse import record
from reinfuse.record import Course, Entry, Infusion, Transplant, clock_of, days_of
from reinfuse.timeline import DayRange, FromEvent, InOrder, OnDates, Side

Anchor = Infusion | Transplant
AnyEntry = TypeVar("AnyEntry", bound=Entry)
UNDATED = "time not recorded"
UNKNOWN = DayRange(-math.inf, math.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry lies: days from the last anchor surely not after it, and calendar days.

    `anchor` is None, and `days` unknown, where no anchor surely lies before; `dates` are day
    numbers (date.toordinal).
    """

    anchor: str | None
    days: DayRange
    dates: DayRange


def gap(course: Course, one: Entry, other: Entry) -> DayRange:
    """The days from the start of one entry to the start of another."""
    clock = clock_of(course)
    if clock.knows(one.id):
        return days_of(course, other, one.id)
    if clock.knows(other.id):
        back = clock.moment_days(one.when.start, other.id)
        return DayRange(-back.high, -back.low)
    frames = [
        _apart(days_of(course, one, anchor.id), days_of(course, other, anchor.id))
        for anchor in (*course.infusions, *course.transplants)
    ]
    frames.append(_apart(dates_of(course, one), dates_of(course, other)))
    return min(frames, key=_width)


def surely_before(course: Course, one: Entry, other: Entry) -> bool:
    """Whether one entry certainly began before the other, or just before it on the same day."""
    days = gap(course, one, other)
    return days.low >= 0 and days.high > 0


def ordered(course: Course, entries: Iterable[AnyEntry]) -> tuple[AnyEntry, ...]:
    """The entries as they happened; where their order is open, by their likely middle."""
    left = list(entries)
    guess = {id(entry): likely_day(course, entry) for entry in left}
    before = {
        id(entry): {id(other) for other in left if surely_before(course, other, entry)}
        for entry in left
    }
    found: list[AnyEntry] = []
    while left:
        waiting = {id(entry) for entry in left}
        free = [entry for entry in left if not before[id(entry)] & waiting] or left
        following = min(free, key=lambda entry: guess[id(entry)])
        found.append(following)
        left.remove(following)
    return tuple(found)


@lru_cache(maxsize=8)
def anchors_in_order(course: Course) -> tuple[Anchor, ...]:
    """Infusions and transplants as they happened."""
    found: list[Anchor] = [*course.infusions, *course.transplants]
    return ordered(course, found)


def anchor_names(course: Course) -> dict[str, str]:
    """What a reader calls each anchor: `infusion 1`, or `infusion` where there is one only."""
    names: dict[str, str] = {}
    kinds: tuple[tuple[str, tuple[Anchor, ...]], ...] = (
        ("infusion", ordered(course, course.infusions)),
        ("transplant", ordered(course, course.transplants)),
    )
    for word, found in kinds:
        for number, anchor in enumerate(found, start=1):
            names[anchor.id] = word if len(found) == 1 else f"{word} {number}"
    return names


def place_of(course: Course, entry: Entry) -> Place:
    """Where an entry lies on the clock."""
    found: str | None = None
    days = UNKNOWN
    for anchor in anchors_in_order(course):
        from_anchor = days_of(course, entry, anchor.id)
        if from_anchor.low >= 0:
            found, days = anchor.id, plain_zero(from_anchor)
    return Place(anchor=found, days=days, dates=dates_of(course, entry))


def dates_of(course: Course, entry: Entry) -> DayRange:
    """The calendar days on which an entry can have begun, as day numbers."""
    return plain_zero(record.dates_of(course, entry))


def likely_day(course: Course, entry: Entry) -> float:
    """One number to sort by: the middle of what is known, or its one known side."""
    anchors: tuple[Anchor, ...] = (*course.infusions, *course.transplants)
    days = days_of(course, entry, anchors[0].id) if anchors else dates_of(course, entry)
    if days.bounded:
        return (days.low + days.high) / 2
    return days.low if math.isfinite(days.low) else days.high


def told(course: Course, entry: Entry) -> str:
    """An entry's time as a reader would say it: `infusion 2 day 14`, `2021-04`."""
    names = anchor_names(course)
    for one in (entry, *partners(course, entry)):
        for clue in one.when.start.clues:
            if isinstance(clue, FromEvent) and clue.anchor in names:
                return clue.text.replace(clue.anchor, names[clue.anchor], 1)
        for clue in one.when.start.clues:
            if isinstance(clue, OnDates):
                return clue.text
    place = place_of(course, entry)
    if place.anchor is not None and not place.dates.bounded:
        return f"{names[place.anchor]} {place.days}"
    return told_dates(place.dates)


def partners(course: Course, entry: Entry) -> list[Entry]:
    """The entries that an entry is written to be on the same day as."""
    with_it = {
        clue.event
        for clue in entry.when.start.clues
        if isinstance(clue, InOrder) and clue.side is Side.WITH
    }
    return [item for item in course.entries() if item.id in with_it] if with_it else []


def told_dates(dates: DayRange) -> str:
    """Calendar days in words: `2021-04`, `2021-09-29 to 2021-10-06`, `on or after 2021-04-01`."""
    if not math.isfinite(dates.low) and not math.isfinite(dates.high):
        return UNDATED
    if not dates.bounded:
        side, day = ("after", dates.low) if math.isfinite(dates.low) else ("before", dates.high)
        return f"on or {side} {date.fromordinal(int(day)).isoformat()}"
    low, high = date.fromordinal(int(dates.low)), date.fromordinal(int(dates.high))
    if low == high:
        return low.isoformat()
    next_day = date.fromordinal(int(dates.high) + 1)
    whole_month = low.day == 1 and next_day.day == 1 and low.replace(day=1) == high.replace(day=1)
    return low.isoformat()[:7] if whole_month else f"{low.isoformat()} to {high.isoformat()}"


def plain_zero(days: DayRange) -> DayRange:
    """The same range without a negative zero."""
    return DayRange(days.low + 0.0, days.high + 0.0)


def _apart(one: DayRange, other: DayRange) -> DayRange:
    low, high = other.low - one.high, other.high - one.low
    return DayRange(low if not math.isnan(low) else -math.inf,
                    high if not math.isnan(high) else math.inf)  # fmt: skip


def _width(days: DayRange) -> float:
    return days.width if days.bounded else math.inf
