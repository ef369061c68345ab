"""Numbers and days as a reader expects them under a drawing."""

from __future__ import annotations

import math

from reinfuse.quantity import shown_number
from reinfuse.timeline import DayRange

DIGITS = 3


def shown(value: float, digits: int = DIGITS) -> str:
    """A number with so many digits that count: `78.1`, `0.0123`, `1.2×10⁶`."""
    return shown_number(float(f"{value:.{digits}g}"))


def days_shown(low: float, high: float) -> str:
    """Days in words: `day 7`, `day 8 to 12`, `day 7 or later`, `day not known`."""
    return str(DayRange(low, high))


def clock_shown(minute: int | None) -> str:
    """The time of day to stand behind a day: `, 20:30`, or nothing where it is not known."""
    return "" if minute is None else f", {minute // 60:02d}:{minute % 60:02d}"


def listed(items: tuple[str, ...]) -> str:
    """Words in a row: `IL-6, IL-10 and IFN-gamma`."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def within(value: float, low: float, high: float) -> float:
    """The value, or the end of the range that it is beyond; `nan` for none."""
    return math.nan if math.isnan(value) else min(max(value, low), high)
