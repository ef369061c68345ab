"""The daily counts of a chart: the lowest of each day, until follow-up or the therapy ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reinfuse.grading.chart.findings import finding_of
from reinfuse.grading.rules.finding import Span
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

PROGRESSION = ("relapse", "disease progression")
# What ends the days on which counts can be taken, and what ends those that the therapy explains.
ENDS_FOLLOW_UP = ("last follow-up", "death", "death cause")
ENDS_ATTRIBUTION = ("new therapy", *PROGRESSION, *ENDS_FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """The lowest count of each day, in one unit: what it is at least, at most, and the mark.

    The two differ only where a laboratory reported a count beyond a limit (`< 0.1`).
    """

    least: Mapping[int, float]
    most: Mapping[int, float]
    marks: Mapping[int, Mark]

    def __bool__(self) -> bool:
        return bool(self.marks)


def daily_lowest(chart: Chart, item: str, unit: str, window: range) -> DailyCounts:
    """The lowest count of each day of a window; counts in another kind of unit are left out."""
    least: dict[int, float] = {}
    most: dict[int, float] = {}
    marks: dict[int, Mark] = {}
    for mark in chart.of_item(item):
        day = int(mark.day // 1)
        if day not in window or not isinstance(mark.value, Quantity) or not mark.value.fits(unit):
            continue
        span = finding_of(items()[item], mark, unit)
        if not isinstance(span, Span):
            continue
        if day not in marks or (span.high, span.low) < (most[day], least[day]):
            marks[day] = mark
        least[day] = min(span.low, least.get(day, span.low))
        most[day] = min(span.high, most.get(day, span.high))
    return DailyCounts(least, most, marks)


def window_until(chart: Chart, first: int, last: int, ends: tuple[str, ...]) -> range:
    """The days from `first` to `last`, or to the first of the events after day 0 that end them."""
    days = [
        int(mark.day // 1)
        for mark in chart.of_item(*ends)
        if mark.value is not False and mark.day >= 0
    ]
    return range(first, min([last, *days]) + 1)
