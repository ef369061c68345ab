"""Runs of days at or below a count, joined over recoveries that were too short to count."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Run:
    """Days `first` to `last`, both ends and every bridged day counted in."""

    first: int
    last: int

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return self.last - self.first + 1


def runs(
    counts: Mapping[int, float], low: Callable[[float], bool], *, bridged: int
) -> tuple[Run, ...]:
    """The runs of days on which the count is low.

    Two runs with no more than `bridged` other days between them are one. A day without a count is
    not low.
    """
    found: list[Run] = []
    for day in sorted(day for day, count in counts.items() if low(count)):
        if found and day - found[-1].last - 1 <= bridged:
            found[-1] = Run(found[-1].first, day)
        else:
            found.append(Run(day, day))
    return tuple(found)


def longest(found: Sequence[Run]) -> int:
    """The length of the longest run; 0 where there is none."""
    return max((run.days for run in found), default=0)


def interpolated(counts: Mapping[int, float], window: range, *, gap: int) -> dict[int, float]:
    """The counts of a window with short gaps filled on a straight line, the ends carried.

    A stretch of more than `gap` days without a count stays empty, at the ends as between. With a
    single count nothing is filled.
    """
    days = sorted(day for day in counts if day in window)
    filled = {day: counts[day] for day in days}
    if len(days) <= 1:
        return filled
    for before, after in pairwise(days):
        if after - before - 1 <= gap:
            if math.isinf(counts[before]) or math.isinf(counts[after]):
                # A count beyond a limit has no line; what lies beside it has no bound either.
                filled |= dict.fromkeys(range(before + 1, after), math.inf)
                continue
            step = (counts[after] - counts[before]) / (after - before)
            for day in range(before + 1, after):
                filled[day] = counts[before] + step * (day - before)
    filled |= _carried(range(window.start, days[0]), counts[days[0]], gap)
    return filled | _carried(range(days[-1] + 1, window.stop), counts[days[-1]], gap)


def averaged(counts: Mapping[int, float], window: range, *, carry_ends: bool) -> dict[int, float]:
    """The counts of a window, each gap filled with the mean of the counts around it."""
    days = sorted(day for day in counts if day in window)
    filled = {day: counts[day] for day in days}
    for before, after in pairwise(days):
        mean = (counts[before] + counts[after]) / 2
        filled |= dict.fromkeys(range(before + 1, after), mean)
    if carry_ends and days:
        filled |= dict.fromkeys(range(window.start, days[0]), counts[days[0]])
        filled |= dict.fromkeys(range(days[-1] + 1, window.stop), counts[days[-1]])
    return filled


def completed(counts: Mapping[int, float], window: range, value: float) -> dict[int, float]:
    """The counts of a window with one value on every day without a count."""
    return {day: counts.get(day, value) for day in window}


def _carried(days: range, count: float, gap: int) -> dict[int, float]:
    return dict.fromkeys(days, count) if len(days) <= gap else {}
