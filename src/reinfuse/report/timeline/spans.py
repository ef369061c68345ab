"""Where on the axis each entry of a course can lie, in the days of the day 0 it is nearest to.

The axis shows every anchor at one place although its own date may be a range. What lies in the days
around an anchor is therefore drawn in that anchor's days, and what lies between by the calendar:
each as well known as the course says by the ruler that stands there, and no better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.record import Course, Entry, clock_of, dates_of, days_of
from reinfuse.report.timeline.anchors import Anchor, place_anchors
from reinfuse.report.timeline.scale import windows_around
from reinfuse.timeline import DayRange, Ending

_ANY = DayRange(-math.inf, math.inf)
_CALENDAR = ""
_Frame = tuple[str, float, DayRange]  # an anchor, its place, and days counted from it


@dataclass(frozen=True, slots=True)
class Span:
    """The earliest and latest day on the axis of an entry's start and end."""

    start: DayRange
    end: DayRange
    ending: Ending
    home: Anchor | None  # the anchor in whose days it begins

    @property
    def placed(self) -> bool:
        """Whether anything is known of its time."""
        return math.isfinite(self.start.low) or math.isfinite(self.start.high)


@dataclass(frozen=True, slots=True)
class Axis:
    """A course with its anchors in their places."""

    course: Course
    anchors: tuple[Anchor, ...]
    windows: tuple[tuple[float, float], ...]  # the days around each anchor, one pair for each

    def window_at(self, day: float) -> Anchor | None:
        """The anchor in whose days this day of the axis lies."""
        for anchor, (first, last) in zip(self.anchors, self.windows, strict=True):
            if first <= day <= last:
                return anchor
        return None

    def span(self, entry: Entry) -> Span:
        """Where an entry can lie."""
        start = self._range(entry, end=False)
        ending = entry.when.ending
        end = start if ending is Ending.SAME else self._range(entry, end=True)
        home = self.window_at(start.low) or self.window_at(start.high)
        return Span(start, end, ending, home)

    def _range(self, entry: Entry, *, end: bool) -> DayRange:
        frames: list[_Frame] = [
            (anchor.id, anchor.place, days_of(self.course, entry, anchor.id, end=end))
            for anchor in self.anchors
        ]
        frames.append((_CALENDAR, 0.0, dates_of(self.course, entry, end=end)))
        frames += self._first_entry(entry, end=end)
        low = max(place + days.low for _, place, days in frames)
        high = min(place + days.high for _, place, days in frames)
        own_low, own_high = self._own_days(low, frames), self._own_days(high, frames)
        first, _ = self._stretch(low)
        _, last = self._stretch(high)
        if math.isfinite(own_low.low):
            low = own_low.low if self.window_at(low) else max(own_low.low, first)
        if math.isfinite(own_high.high):
            high = own_high.high if self.window_at(high) else min(own_high.high, last)
        return DayRange(low, high)

    def _own_days(self, day: float, frames: Sequence[_Frame]) -> DayRange:
        """A range as the ruler at this day shows it: an anchor's days, or between them dates."""
        anchor = self.window_at(day)
        wanted = anchor.id if anchor is not None else _CALENDAR
        place, days = next((place, days) for name, place, days in frames if name == wanted)
        return DayRange(place + days.low, place + days.high)

    def _stretch(self, day: float) -> tuple[float, float]:
        """From the end of the anchor's days before this day to the beginning of the next."""
        first = max((last for _, last in self.windows if last < day), default=-math.inf)
        last = min((first for first, _ in self.windows if first > day), default=math.inf)
        return first, last

    def _first_entry(self, entry: Entry, *, end: bool) -> list[_Frame]:
        """A course with neither anchors nor dates is counted from its first entry."""
        if self.anchors:
            return []
        clock = clock_of(self.course)
        first = next((one.id for one in self.course.entries() if clock.knows(one.id)), None)
        if first is None or clock.dates(first) != _ANY:
            return []
        return [(first, 0.0, days_of(self.course, entry, first, end=end))]


def axis_of(course: Course) -> Axis:
    """The axis on which a course is drawn."""
    anchors = place_anchors(course)
    return Axis(course, anchors, windows_around([anchor.place for anchor in anchors]))
