"""Reads a time as a person writes it: `2021-02`, `infusion-1 day 7`, `after R04, before hsct`."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date

from reinfuse.errors import ReinfuseError
from reinfuse.timeline.when import (
    NOT_STATED,
    Clue,
    Ending,
    FromEvent,
    InOrder,
    Moment,
    OnDates,
    Side,
    When,
)

_ID = r"[A-Za-z][A-Za-z0-9_.-]*"
_WHOLE = r"[+-]?[0-9]{1,6}"  # days beyond a lifetime are a slip, and would not stay exact
_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_DATES = re.compile(
    rf"(?P<mark>on or after|on or before|about)?\s*(?P<first>{_DATE})"
    rf"(?:\s*\.\.\s*(?P<last>{_DATE}))?"
)
_DAY = re.compile(
    rf"(?P<mark>on or after|on or before)?\s*(?P<anchor>{_ID}) day (?P<low>{_WHOLE})"
    rf"(?:\s*\.\.\s*(?P<high>{_WHOLE}))?"
)
_SHIFT = re.compile(
    # An id may hold a dash, so that only a space before it makes it a minus.
    rf"(?P<anchor>{_ID})(?:\s*(?P<plus>\+)|\s+-)\s*(?P<count>[0-9]{{1,5}}(?:\.[0-9]{{1,4}})?)"
    r"\s*(?P<unit>day|week|month|year)s?(?:\s*(?:±|\+/-)\s*(?P<about>[0-9]{1,5})\s*(?:d|days?))?"
)
_ABOUT = re.compile(rf"about (?P<anchor>{_ID})")
_ORDER = re.compile(rf"(?P<side>after|before|with) (?P<event>{_ID})")
_CLOCK = re.compile(r"^(?P<rest>.*\S)\s+(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])$")
# Four digits without a sign are a year.
_SHORT_DAY = re.compile(rf"(?!\d{{4}}(?!\d)){_WHOLE}(?:\s*\.\.\s*{_WHOLE})?")

# Days in a unit, and how far "about six months after" is taken to reach to either side.
_UNIT_DAYS = {"day": (1.0, 0), "week": (7.0, 3), "month": (30.4375, 14), "year": (365.25, 45)}
_ABOUT_EVENT_DAYS = 30
_ABOUT_DAY_DAYS = 3
_ABOUT_MONTH_DAYS = 15
_MOST_CLUES = 20
_ECHOED = 40
HOW_TO_WRITE = (
    "write a date (2021-09-29, 2021-02, 2020-09-15..2020-11-30), a day of another entry"
    " (infusion-1 day 7, hsct + 6 months) or an order (after relapse-1, before hsct)"
)


class NotATime(ReinfuseError):
    """The text is not a time that can be understood."""


def read_when(text: str) -> When:
    """The time that the text states; raises NotATime.

    Clues are joined by commas; `A to B` is a period, `from A` one whose end is not known;
    `not stated` is a time of which nothing is known.
    """
    words = " ".join(text.split())
    if words == "not stated":
        return NOT_STATED
    if words.startswith("from "):
        return When(_moment(words.removeprefix("from ")), Ending.OPEN)
    start, _, end = words.partition(" to ")
    if not end:
        return When(_moment(start))
    if end == "ongoing":
        return When(_moment(start), Ending.OPEN)
    if _SHORT_DAY.fullmatch(end):
        end = f"{_anchor_of(start, text)} day {end}"
    return When(_moment(start), Ending.KNOWN, _moment(end))


def _anchor_of(start: str, text: str) -> str:
    day = _DAY.fullmatch(start.partition(",")[0].strip())
    if day is None:
        fix = "write: infusion-1 day -4 to -2"
        raise NotATime(f"{shortened(text)!r} ends on a day of no entry", fix=fix)
    return day["anchor"]


def _moment(text: str) -> Moment:
    minute = None
    clock = _CLOCK.match(text)
    if clock:
        minute = int(clock["hour"]) * 60 + int(clock["minute"])
        text = clock["rest"]
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) > _MOST_CLUES:
        raise NotATime(f"{shortened(text)!r} has {len(pieces)} parts", fix="keep what says most")
    return Moment(tuple(_clue(piece) for piece in pieces), minute)


def _clue(piece: str) -> Clue:
    if match := _DATES.fullmatch(piece):
        return _dates(match, piece)
    if match := _DAY.fullmatch(piece):
        return _days(match)
    if match := _SHIFT.fullmatch(piece):
        return _shift(match)
    if match := _ABOUT.fullmatch(piece):
        reach = _ABOUT_EVENT_DAYS
        return FromEvent(match["anchor"], -reach, reach, f"about {match['anchor']}")
    if match := _ORDER.fullmatch(piece):
        return InOrder(Side(match["side"]), match["event"])
    raise NotATime(f"{shortened(piece)!r} is not a time", fix=HOW_TO_WRITE)


def _dates(match: re.Match[str], piece: str) -> OnDates:
    mark, first, last = match["mark"], match["first"], match["last"]
    if mark and last:
        raise NotATime(f"{piece!r} is both open and a range", fix="leave one of the two out")
    low, high = _span(first)
    if last:
        high = _span(last)[1]
        if low > high:
            raise NotATime(f"{piece!r} ends before it begins", fix="write the earlier date first")
        return OnDates(low, high, f"{first}..{last}")
    if mark == "about":
        reach = _ABOUT_DAY_DAYS if len(first) == len("2021-02-03") else _ABOUT_MONTH_DAYS
        return OnDates(low - reach, high + reach, f"about {first}")
    if mark == "on or after":
        return OnDates(low, math.inf, f"on or after {first}")
    if mark == "on or before":
        return OnDates(-math.inf, high, f"on or before {first}")
    return OnDates(low, high, first)


def _span(text: str) -> tuple[float, float]:
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    try:
        low = date(year, month or 1, day or 1)
        last_day = day or calendar.monthrange(year, month or 12)[1]
        return low.toordinal(), date(year, month or 12, last_day).toordinal()
    except (ValueError, calendar.IllegalMonthError):
        raise NotATime(
            f"{text!r} is not a date of the calendar",
            fix="write a day that exists, as year-month-day",
        ) from None


def _days(match: re.Match[str]) -> FromEvent:
    anchor, low = match["anchor"], int(match["low"])
    high = int(match["high"]) if match["high"] else low
    if low > high:
        fix = "write the earlier day first"
        raise NotATime(f"day {low}..{high} ends before it begins", fix=fix)
    if match["mark"]:
        if match["high"]:
            raise NotATime(
                f"{shortened(match[0])!r} is both open and a range", fix="leave one of the two out"
            )
        text = f"{match['mark']} {anchor} day {low}"
        if match["mark"] == "on or after":
            return FromEvent(anchor, low, math.inf, text)
        return FromEvent(anchor, -math.inf, low, text)
    shown = f"{low}..{high}" if match["high"] else f"{low}"
    return FromEvent(anchor, low, high, f"{anchor} day {shown}")


def _shift(match: re.Match[str]) -> FromEvent:
    size, reach = _UNIT_DAYS[match["unit"]]
    about = match["about"]
    count = float(match["count"])
    middle = round(count * size) * (1 if match["plus"] else -1)
    width = int(about) if about else reach
    unit = match["unit"] + ("" if count == 1 else "s")
    text = f"{match['anchor']} {'+' if match['plus'] else '-'} {count:g} {unit}"
    text += f" ± {width} days" if about else ""
    return FromEvent(match["anchor"], middle - width, middle + width, text)


def shortened(text: str) -> str:
    """What a message may repeat of a text: a note pasted in the wrong place stays unread."""
    return text if len(text) <= _ECHOED else text[: _ECHOED - 3] + "..."
