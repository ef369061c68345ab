"""The part of a ruler that is drawn, and where on the paper its places stand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.pictures import Ruler
from reinfuse.report.charts.words import shown

LOWEST = 0.001  # of the events: few lie far below zero, and would make everything else small
MARGIN = 0.04  # of the ruler, beyond what is shown
OPEN = 0.14  # of the ruler, beyond a border that events may lie behind
_THOUSAND, _MINUS = 1000.0, "−"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Steps `first` to `last` of a ruler, drawn from pixel `start` to pixel `end`."""

    ruler: Ruler
    first: int
    last: int
    start: float
    end: float

    @property
    def low(self) -> float:
        """The lower end on the scale."""
        return self.ruler.low + self.first * self.ruler.step

    @property
    def high(self) -> float:
        """The upper end on the scale."""
        return self.ruler.low + (self.last + 1) * self.ruler.step

    def at(self, place: float) -> float:
        """The pixel of a place; what lies beyond the window stands at its end."""
        share = (min(max(place, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share

    def holds(self, place: float) -> bool:
        """Whether a place is drawn where it lies."""
        return self.low <= place <= self.high

    def ticks(self) -> list[tuple[float, str]]:
        """Pixel and words of each number."""
        return [
            (self.at(tick.place), tick_words(tick.linear, straight=self.straight))
            for tick in self.ruler.ticks
            if self.holds(tick.place)
        ]

    @property
    def straight(self) -> bool:
        """Whether numbers are written out, and not as powers of ten."""
        return not self.ruler.minor

    def folded(self, counts: Counts, axis: int) -> Counts:
        """Counts of the window's steps along one axis; those beyond are added to its ends."""
        moved = np.moveaxis(counts, axis, 0)
        kept = moved[self.first : self.last + 1].copy()
        kept[0] += moved[: self.first].sum(axis=0)
        kept[-1] += moved[self.last + 1 :].sum(axis=0)
        return np.moveaxis(kept, 0, axis)


def window_of(
    ruler: Ruler,
    margins: Iterable[Counts],
    stretches: Iterable[tuple[float, float]],
    *,
    start: float,
    end: float,
) -> Window:
    """The window in which the events along a ruler lie, and every border.

    `margins` are counts `"steps"` of one or more tubes; `stretches` are gates from low to high,
    infinite where they are open: there the window goes on for a while.
    """
    last = ruler.bins - 1
    beyond = OPEN * (ruler.high - ruler.low)
    borders = [
        place
        for low, high in stretches
        for place in (low, high, low + beyond * math.isinf(high), high - beyond * math.isinf(low))
    ]
    ends: list[int] = []
    for counts in margins:
        total = int(counts.sum())
        if total:
            ends.append(int(np.searchsorted(np.cumsum(counts), LOWEST * total, side="right")))
            ends.append(int(np.flatnonzero(counts).max()))
    for border in borders:
        if math.isfinite(border):
            ends.append(min(max(int((border - ruler.low) / ruler.step), 0), last))
    room = math.ceil(MARGIN * ruler.bins)
    first, final = (min(ends) - room, max(ends) + room) if ends else (0, last)
    return Window(ruler=ruler, first=max(first, 0), last=min(final, last), start=start, end=end)


def tick_words(linear: float, *, straight: bool) -> str:
    """A number at a ruler: `0`, `50k`, `10⁴`, `−10³`."""
    if linear == 0:
        return "0"
    sign, size = (_MINUS if linear < 0 else ""), abs(linear)
    if straight:
        return f"{sign}{size / _THOUSAND:g}k" if size >= _THOUSAND else f"{sign}{size:g}"
    return f"{sign}10{str(round(math.log10(size))).translate(_SUPERSCRIPT)}"


def linear_words(linear: float) -> str:
    """A linear value as it stands in a table."""
    return shown(linear).replace("-", _MINUS) if math.isfinite(linear) else "open"
