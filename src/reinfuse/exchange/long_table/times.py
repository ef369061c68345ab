"""When a value was recorded: a day as it is written, or a date that becomes one."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from reinfuse.quantity.unit import shortened

_SECONDS = 86_400
_DAY = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
# A day further away than this is a slip: nobody is followed, or aged, for 150 years.
FARTHEST_DAY = 54_750
_DATE_LENGTH = 10


def day_of(text: str) -> float:
    """The number of a day; nan if the text is none."""
    text = text.strip()
    if not _DAY.fullmatch(text):
        return math.nan
    day = float(text)
    return day if abs(day) <= FARTHEST_DAY else math.nan


def moment_of(text: str) -> float:
    """Days on the calendar, with a fraction for the hour; nan if the text is no ISO time.

    The hour is the one on the clock where it was written: an offset from UTC is not applied.
    """
    text = text.strip()
    try:
        if len(text) <= _DATE_LENGTH:
            return float(date.fromisoformat(text).toordinal())
        at = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    seconds = at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
    return at.toordinal() + seconds / _SECONDS


def day_refused(text: str) -> tuple[str, str]:
    """Why a text is no day, and what to do."""
    if not text.strip():
        return "the row has no day", "write the day counted from the infusion"
    shown = repr(shortened(text.strip()))
    if not math.isnan(moment_of(text)):
        fix = "name the column `datetime`, and give each patient a row `infusion`"
        return f"{shown} is a date, and the column is `day`", fix
    return f"{shown} is not a day", "write a number of days from day 0, such as 3 or 3.5"


def moment_refused(text: str) -> tuple[str, str]:
    """Why a text is no date, and what to do."""
    if not text.strip():
        return "the row has no date", "write it like 2024-05-06 or 2024-05-06T14:30"
    shown = repr(shortened(text.strip()))
    if not math.isnan(day_of(text)):
        fix = "name the column `day`, or write dates in every row"
        return f"{shown} is a number of days, and the column is `datetime`", fix
    return f"{shown} is not a date of the calendar", "write it like 2024-05-06 or 2024-05-06T14:30"
