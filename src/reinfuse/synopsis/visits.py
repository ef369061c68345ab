"""The time of several entries of one visit, told together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reinfuse.record import Course, Entry, days_of
from reinfuse.synopsis.moments import (
    anchor_names,
    dates_of,
    partners,
    plain_zero,
    told,
    told_dates,
)
from reinfuse.timeline import DayRange, FromEvent, InOrder, OnDates


def told_together(course: Course, entries: Sequence[Entry]) -> str:
    """The time of several entries: `infusion day 91 to 92`, or each time once where days are open.

    What is known only by its order, or has an open side, has no time to tell: of such entries alone
    nothing comes out.
    """
    dated = [entry for entry in entries if _has_a_time(course, entry)]
    words = tuple(dict.fromkeys(told(course, entry) for entry in dated))
    if len(words) < 2:  # noqa: PLR2004 - one time needs no range
        return "".join(words)
    names = anchor_names(course)
    for anchor in (anchor for entry in dated for anchor in _counted_from(course, entry)):
        days = [days_of(course, entry, anchor) for entry in dated]
        if all(one.exact for one in days):
            return f"{names[anchor]} {plain_zero(_spanned(days))}"
    dates = [dates_of(course, entry) for entry in dated]
    if all(one.exact for one in dates):
        return told_dates(_spanned(dates))
    return ", ".join(words)


def _spanned(ranges: Sequence[DayRange]) -> DayRange:
    return DayRange(min(one.low for one in ranges), max(one.high for one in ranges))


def _has_a_time(course: Course, entry: Entry) -> bool:
    return any(
        _has_two_sides(clue)
        for one in (entry, *partners(course, entry))
        for clue in one.when.start.clues
    )


def _has_two_sides(clue: OnDates | FromEvent | InOrder) -> bool:
    if isinstance(clue, InOrder):
        return False
    ends = (clue.first, clue.last) if isinstance(clue, OnDates) else (clue.low, clue.high)
    return all(math.isfinite(end) for end in ends)


def _counted_from(course: Course, entry: Entry) -> list[str]:
    """The infusions and transplants that an entry's time is written from."""
    names = anchor_names(course)
    return [
        clue.anchor
        for one in (entry, *partners(course, entry))
        for clue in one.when.start.clues
        if isinstance(clue, FromEvent) and clue.anchor in names
    ]
