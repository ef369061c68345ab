"""Days and dates in words, always with what is not known of them."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from datetime import date

from reinfuse.timeline import DayRange, Ending

_MONTHS = (
    "", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

# Minutes after midnight at which something began and ended, where they are known.
Minutes = tuple[int | None, int | None]


def day_number(day: float) -> str:
    """A day as charts print it: a real minus sign, and no sign on day 0."""
    number = round(day)
    return f"−{-number}" if number < 0 else f"{number}"


def with_clock(words: str, minute: int | None) -> str:
    """`day 5, 20:30`; the words alone where no time of day, or no day, is known."""
    if minute is None or words == "not known":
        return words
    return f"{words}, {minute // 60:02d}:{minute % 60:02d}"


def days_in_words(
    start: DayRange, end: DayRange, ending: Ending, minutes: Minutes = (None, None)
) -> str:
    """`day 7`, `day 8 to 12`, `day 1, until day 8 to 12`, `from day 1, end not known`."""
    return _in_words(_range_in_words, start, end, ending, minutes)


def _range_in_words(days: DayRange) -> str:
    if days.exact:
        return f"day {day_number(days.low)}"
    if days.bounded:
        return f"day {day_number(days.low)} to {day_number(days.high)}"
    if math.isfinite(days.low):
        return f"day {day_number(days.low)} or later"
    return f"day {day_number(days.high)} or earlier" if math.isfinite(days.high) else "not known"


def dates_in_words(
    start: DayRange, end: DayRange, ending: Ending, minutes: Minutes = (None, None)
) -> str:
    """The calendar days of a moment or a period."""
    return _in_words(date_range, start, end, ending, minutes)


def _in_words(
    told: Callable[[DayRange], str],
    start: DayRange,
    end: DayRange,
    ending: Ending,
    minutes: Minutes,
) -> str:
    begin = with_clock(told(start), minutes[0])
    if ending is Ending.SAME or begin == "not known":
        return begin
    if ending is Ending.OPEN:
        return f"from {begin}, end not known"
    return f"{begin}, until {with_clock(told(end), minutes[1])}"


def date_range(days: DayRange) -> str:
    """`29 Sep 2021`, `Feb 2021`, `15 Sep to 30 Nov 2020`, `1 Apr 2021 or later`, `not known`."""
    if not days.bounded:
        if math.isfinite(days.low):
            return f"{_day(days.low)} or later"
        return f"{_day(days.high)} or earlier" if math.isfinite(days.high) else "not known"
    first, last = _date(days.low), _date(days.high)
    if first == last:
        return _day(days.low)
    if (first.year, first.month) == (last.year, last.month):
        whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
        if whole:
            return f"{_MONTHS[first.month]} {first.year}"
        return f"{first.day} to {_day(days.high)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month]} to {_day(days.high)}"
    return f"{_day(days.low)} to {_day(days.high)}"


def month_name(number: int) -> str:
    """The short name of a month, 1 to 12."""
    return _MONTHS[number]


def _day(ordinal: float) -> str:
    day = _date(ordinal)
    return f"{day.day} {_MONTHS[day.month]} {day.year}"


def _date(ordinal: float) -> date:
    return date.fromordinal(min(max(round(ordinal), 1), date.max.toordinal()))
