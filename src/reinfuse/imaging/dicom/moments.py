"""Dates and times as DICOM writes them (DA, TM, DT), read as moments.

Source: DICOM PS3.5 table 6.2-1; the older forms with colons and points, which ACR-NEMA had.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from reinfuse.imaging.suv.facts import Moment

DAY = re.compile(r"(\d{4})[.:-]?(\d{2})[.:-]?(\d{2})")
TIME = re.compile(r"(\d{2}):?(?:(\d{2}):?(?:(\d{2})(\.\d{1,9})?)?)?")
BOTH = re.compile(r"(\d{8})(\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,9})?)?)?)([+-]\d{4})?")
OFFSET = re.compile(r"([+-])(\d{2})(\d{2})")


def read_day(text: str) -> date | None:
    """A date (DA); None where there is none, or no such day."""
    match = DAY.fullmatch(text.strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def read_second(text: str) -> float | None:
    """Seconds since midnight of a time (TM); None where there is none, or no such time."""
    match = TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(match[place] or 0) for place in (1, 2, 3))
    if hours > 23 or minutes > 59 or seconds > 60:  # noqa: PLR2004 - 60 is a leap second
        return None
    return 3600.0 * hours + 60.0 * minutes + seconds + float(match[4] or 0.0)


def read_moment(day: str, time: str) -> Moment | None:
    """A date and a time that are two attributes; None where there is no time."""
    second = read_second(time)
    return None if second is None else Moment(second=second, day=read_day(day))


def read_datetime(text: str, offset: str = "") -> Moment | None:
    """A date and time in one (DT), in the local time of a series.

    `offset` is the series' own offset from UTC, as in (0008,0201). Where both are known, the
    moment is moved to it, past midnight if need be; else it is local already.
    """
    match = BOTH.fullmatch(text.strip())
    if match is None:
        return None
    day, second = read_day(match[1]), read_second(match[2])
    if day is None or second is None:
        return None
    own, series = _minutes(match[3] or ""), _minutes(offset)
    if own is None or series is None or own == series:
        return Moment(second=second, day=day)
    try:
        begin = datetime.combine(day, datetime.min.time())
        moved = begin + timedelta(minutes=series - own, seconds=second)
    except OverflowError:
        return None
    midnight = datetime.combine(moved.date(), datetime.min.time())
    return Moment(second=(moved - midnight).total_seconds(), day=moved.date())


def _minutes(offset: str) -> int | None:
    match = OFFSET.fullmatch(offset.strip())
    if match is None:
        return None
    minutes = 60 * int(match[2]) + int(match[3])
    return -minutes if match[1] == "-" else minutes
