"""How numbers of a measure are written, and where they stand on a ruler."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.pooling.effects import Effects, Measure, Scale
from reinfuse.pooling.effects.measure import ONE_ARM
from reinfuse.report.charts.plane import Ruler, plain_ruler
from reinfuse.report.charts.words import shown

_PERCENT = 100.0
_PERCENT_TICKS = (0, 20, 40, 60, 80, 100)
_ODDS_TICKS = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
_RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
_MOST_TICKS = 7
_ROOM = 0.04
#: Beyond these a ruler of ratios or differences is cut; a diamond that goes on stands at the end.
_WIDEST_RATIO = 200.0


class Kind(StrEnum):
    """How a number is read."""

    RATE = "rate"
    RATIO = "ratio"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number by its name and kind: its words, its place, and the ruler that it stands on."""

    number: str
    kind: Kind

    @property
    def null(self) -> float | None:
        """Where two arms would be alike, as a place; a rate or a mean has no such number."""
        return 0.0 if self.kind is Kind.RATIO or "difference" in self.number else None

    def words(self, value: float) -> str:
        """As `87.5 %` or `0.72`."""
        return f"{_PERCENT * value:.1f} %" if self.kind is Kind.RATE else shown(value)

    def span(self, low: float, high: float) -> str:
        """As `73.2 to 95.8 %`."""
        if self.kind is Kind.RATE:
            return f"{_PERCENT * low:.1f} to {_PERCENT * high:.1f} %"
        return f"{shown(low)} to {shown(high)}"

    def told(self, middle: float, low: float, high: float) -> str:
        """As `87.5 % (73.2 to 95.8 %)`."""
        return f"{self.words(middle)} ({self.span(low, high)})"

    def place(self, value: float) -> float:
        """Where a value stands on the ruler: per cent, logarithm, or itself."""
        if self.kind is Kind.RATE:
            return _PERCENT * value
        if self.kind is Kind.RATIO:
            return math.log(max(value, 1e-300))
        return value

    def ruler(self, values: Sequence[float]) -> Ruler:
        """A ruler for values that a reader knows; it holds them all unless they run away."""
        if self.kind is Kind.RATE:
            ticks = tuple((float(tick), str(tick)) for tick in _PERCENT_TICKS)
            return Ruler(low=0.0, high=_PERCENT, ticks=ticks, title=f"{self.number}, %")
        if self.kind is Kind.RATIO:
            kept = [one for one in values if 1 / _WIDEST_RATIO <= one <= _WIDEST_RATIO]
            return log_ruler([1.0, *kept], f"{self.number}, log scale")
        return plain_ruler(values, self.number)


def reading_of(effects: Effects, number: str) -> Reading:
    """How the numbers of a measure are read."""
    if effects.measure in ONE_ARM:
        return Reading(number=number or "Rate", kind=Kind.RATE)
    ratio = effects.measure in (Measure.RR, Measure.OR) or effects.scale is Scale.LOG
    return Reading(number=number or effects.measure, kind=Kind.RATIO if ratio else Kind.PLAIN)


def log_ruler(values: Sequence[float], title: str) -> Ruler:
    """Natural logarithms of ratios, with the ratios as words."""
    placed = [math.log(one) for one in values if one > 0]
    return _ruler(placed, [(math.log(tick), shown(tick)) for tick in _RATIO_TICKS], title)


def odds_ruler(values: Sequence[float], title: str) -> Ruler:
    """Log odds, with the rates that they are as words."""
    ticks = [(math.log(p / (1 - p)), f"{_PERCENT * p:g}") for p in _ODDS_TICKS]
    return _ruler(values, ticks, title)


def _ruler(placed: Sequence[float], ticks: Sequence[tuple[float, str]], title: str) -> Ruler:
    low, high = min(placed), max(placed)
    room = max(_ROOM * (high - low), 0.1)
    low, high = low - room, high + room
    inside = [tick for tick in ticks if low <= tick[0] <= high]
    while len(inside) > _MOST_TICKS:
        inside = inside[::2]
    return Ruler(low=low, high=high, ticks=tuple(inside), title=title)
