"""When a tube was acquired, and which tube ran just before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(r"(\d{1,4})[-/. ]([A-Za-z]{3})[A-Za-z]*[-/. ](\d{1,4})")
_PLAIN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:([:.])(\d+))?)?")
_YEAR_DIGITS = 4
_SIXTIETHS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired:
    """The day and the second of the day at which acquisition began; None is not known."""

    day: date | None
    second: float | None


def acquired_at(keywords: Mapping[str, str]) -> Acquired:
    """The moment that $DATE and $BTIM tell, as far as they can be read in one way only.

    A date in bare numbers other than year-month-day may be read in two ways and is not taken.
    """
    return Acquired(day=_day(keywords.get("$DATE", "")), second=_second(keywords.get("$BTIM", "")))


def before(moments: Sequence[Acquired], index: int, *, in_order: bool) -> int | None:
    """The place of the tube that ran last before another on the same day; None if not known.

    With `in_order` the tubes are listed as they were acquired, and times are not looked at.
    """
    if in_order:
        return index - 1 if index > 0 else None
    one = moments[index]
    if one.day is None or one.second is None:
        return None
    earlier = [
        (other.second, place)
        for place, other in enumerate(moments)
        if other.day == one.day and other.second is not None and other.second < one.second
    ]
    return max(earlier)[1] if earlier else None


def _day(text: str) -> date | None:
    try:
        if plain := _PLAIN.fullmatch(text.strip()):
            return date(*(int(part) for part in plain.groups()))
        named = _NAMED.fullmatch(text.strip())
        if named is None or named[2].casefold() not in MONTHS:
            return None
        month = MONTHS.index(named[2].casefold()) + 1
        first, last = named[1], named[3]
        if (len(first) == _YEAR_DIGITS) == (len(last) == _YEAR_DIGITS):
            return None
        year, day = (first, last) if len(first) == _YEAR_DIGITS else (last, first)
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _second(text: str) -> float | None:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    # FCS 3.0 counts sixtieths of a second after a colon, FCS 3.1 hundredths after a dot.
    part = found[5] or "0"
    rest = int(part) / _SIXTIETHS if found[4] == ":" else float(f"0.{part}")
    return 3600.0 * hours + 60.0 * minutes + seconds + rest
