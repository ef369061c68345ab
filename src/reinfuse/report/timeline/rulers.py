"""The rulers: the calendar above; below, the days of each day 0 and the days of the chosen one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from reinfuse.record import clock_of
from reinfuse.report.timeline.anchors import Anchor
from reinfuse.report.timeline.marks import Marks
from reinfuse.report.timeline.paper import MUTED, SMALL, draw, text_width, write
from reinfuse.report.timeline.scale import Segment
from reinfuse.report.timeline.times import date_range, day_number, month_name
from reinfuse.timeline import DayRange

_CALENDAR_MAY_SHIFT_DAYS = 1.0  # in the days of an anchor known less well than this, no months
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAY_STEPS = (1, 2, 7, 14, 28)
_FAR_STEPS = (30, 60, 90, 180, 365, 730, 1825)
_LABEL_SPACE = 8.0
_LEAST_TICK = 6.0
_MONTH_WIDTH, _DAY_WIDTH, _FAR_WIDTH = 34.0, 21.0, 52.0  # room that a label asks for
_YEAR = 12


class Line:
    """Texts on one line, each written only where there is still room for it."""

    def __init__(self, parent: Element, y: float) -> None:
        self._parent, self._y = parent, y
        self._taken: list[tuple[float, float]] = []

    def write(self, text: str, x: float, *, tick: str = "", bold: bool = False) -> bool:
        """Write the text centred on x, if it touches no other; whether it was written.

        A text with a `tick` of some colour stands at one; bold ones are the ones to see first.
        """
        half = text_width(text, SMALL, bold=bold) / 2 + _LABEL_SPACE / 2
        if any(x - half < right and left < x + half for left, right in self._taken):
            return False
        self._taken.append((x - half, x + half))
        weight = {"font_weight": "700"} if bold else {"fill": MUTED}
        write(self._parent, text, x, self._y, text_anchor="middle", **weight)
        if tick:
            draw(self._parent, "line", x1=x, x2=x, y1=self._y + 4, y2=self._y + 9, stroke=tick)
        return True


def draw_calendar(parent: Element, marks: Marks, y: float) -> None:
    """Months where the calendar is fixed; `y` is the baseline of their names."""
    dated = any(anchor.dates_known for anchor in marks.axis.anchors) or (
        not marks.axis.anchors and marks.scale.first > date(1800, 1, 1).toordinal()
    )
    if not dated:
        write(parent, "No calendar dates are recorded: only days from one event to another.",
              marks.scale.left, y, fill=MUTED)  # fmt: skip
        return
    line = Line(parent, y)
    for segment in marks.scale.segments:
        _draw_months(line, segment, marks)


def _draw_months(line: Line, segment: Segment, marks: Marks) -> None:
    """The months of one stretch; a month without a year follows one of its year."""
    written = ""
    for month, ordinal, step in _months(segment):
        if _shifts(marks, ordinal):
            continue
        year, name = str(month // _YEAR), month_name(month % _YEAR + 1)
        bold = step >= _YEAR or year != written
        text = year if step >= _YEAR else f"{name} {year}" if bold else name
        if line.write(text, marks.scale.x(ordinal), tick=MUTED, bold=bold):
            written = year


def _shifts(marks: Marks, day: float) -> bool:
    anchor = marks.axis.window_at(day)
    return anchor is not None and anchor.spread > _CALENDAR_MAY_SHIFT_DAYS


def _months(segment: Segment) -> Iterator[tuple[int, float, int]]:
    """Every so many months: the month counted from year 0, its first day, and how many."""
    per_month = segment.width / segment.days * 30.4
    step = next((one for one in _MONTH_STEPS if one * per_month >= _MONTH_WIDTH), _MONTH_STEPS[-1])
    first = date.fromordinal(max(math.ceil(segment.first), 1))
    month = first.year * _YEAR + first.month - 1 + (1 if first.day > 1 else 0)
    month += -month % step
    while (ordinal := date(month // _YEAR, month % _YEAR + 1, 1).toordinal()) < segment.last:
        yield month, ordinal, step
        month += step


def draw_anchor_dates(parent: Element, marks: Marks, top: float) -> float:
    """The calendar range of each day 0 as a soft band with its dates; the height it took."""
    rows: list[list[tuple[float, float]]] = []
    scale = marks.scale
    for anchor in marks.axis.anchors:
        if not anchor.dates_known:
            continue
        low = scale.x(anchor.dates.low) if math.isfinite(anchor.dates.low) else scale.left
        high = scale.x(anchor.dates.high) if math.isfinite(anchor.dates.high) else scale.right
        exact = anchor.dates.exact
        text = _day_0_date(anchor)
        width = text_width(text, SMALL)
        level, text_x, place = _free_row(rows, low, high, width, scale.right)
        if level == len(rows):
            rows.append([])
        rows[level].append(place)
        y = top + level * 17
        draw(parent, "rect", x=low - 1, y=y, width=high - low + 2, height=11.0, rx=2.0,
             fill=anchor.colour, opacity=0.25 if not exact else 1.0)  # fmt: skip
        x = scale.x(anchor.place)
        draw(parent, "line", x1=x, x2=x, y1=y, y2=y + 11, stroke=anchor.colour, stroke_width=2.0)
        write(parent, text, text_x, y + 9.5)
    return len(rows) * 17.0


def _day_0_date(anchor: Anchor) -> str:
    """`29 Sep 2021`, `day 0 in Feb 2021`, `day 0 between 15 Sep and 30 Nov 2020`."""
    text = date_range(anchor.dates)
    if anchor.dates.exact:
        return text
    joint = "between" if " to " in text else "in" if anchor.dates.bounded else "on"
    return f"day 0 {joint} {text.replace(' to ', ' and ')}"


def _free_row(
    rows: list[list[tuple[float, float]]], low: float, high: float, width: float, end: float
) -> tuple[int, float, tuple[float, float]]:
    """The first row with room for a band and its text on either side, and where the text goes."""
    for level in range(len(rows) + 1):
        for text_x in (high + 7, low - 7 - width):
            place = (min(low, text_x) - 6, max(high, text_x + width) + 6)
            taken = rows[level] if level < len(rows) else []
            free = all(place[1] < left or right < place[0] for left, right in taken)
            if free and place[1] <= end + 20:
                return level, text_x, place
    return len(rows), high + 7, (low, high)


def draw_own_days(parent: Element, marks: Marks, y: float) -> None:
    """Around each day 0, the days counted from it."""
    line = Line(parent, y)
    for anchor, (first, last) in zip(marks.axis.anchors, marks.axis.windows, strict=True):
        low, high = max(first, marks.scale.first), min(last, marks.scale.last)
        segment = marks.scale.segment_at(anchor.place)
        per_day = segment.width / segment.days
        step = next((one for one in _DAY_STEPS if one * per_day >= _DAY_WIDTH), _DAY_STEPS[-1])
        days = range(math.ceil(low - anchor.place), math.floor(high - anchor.place) + 1)
        weekly = min(step, 7) if 7 * per_day >= _LEAST_TICK else step
        for day in sorted((one for one in days if one % weekly == 0), key=abs):
            x = marks.scale.x(anchor.place + day)
            draw(parent, "line", x1=x, x2=x, y1=y - 19, y2=y - 13, stroke=anchor.colour)
            if day % step == 0:
                line.write(day_number(day), x, bold=not day)


def draw_chosen_days(parent: Element, marks: Marks, anchor: Anchor, y: float) -> None:
    """Days counted from one anchor, all along the axis; `≈` where they go by the calendar."""
    line = Line(parent, y)
    clock = clock_of(marks.axis.course)
    line.write("day 0", marks.scale.x(anchor.place), bold=True)
    for other in marks.axis.anchors:
        if other is not anchor:
            days = clock.days(other.id, anchor.id)
            line.write(_short(days), marks.scale.x(other.place), bold=True)
    about = "" if anchor.dates.exact else "≈ "
    for segment in marks.scale.segments:
        if segment.dense:
            continue
        per_day = segment.width / segment.days
        step = next((one for one in _FAR_STEPS if one * per_day >= _FAR_WIDTH), _FAR_STEPS[-1])
        first = math.ceil((segment.first - anchor.place) / step)
        last = math.floor((segment.last - anchor.place) / step)
        for number in range(first, last + 1):
            x = marks.scale.x(anchor.place + number * step)
            if number:
                line.write(f"{about}{day_number(number * step)}", x)


def _short(days: DayRange) -> str:
    if days.exact:
        return day_number(days.low)
    if days.bounded:
        return f"{day_number(days.low)} to {day_number(days.high)}"
    if math.isfinite(days.low):
        return f"{day_number(days.low)} or later"
    return f"{day_number(days.high)} or earlier" if math.isfinite(days.high) else "not known"
