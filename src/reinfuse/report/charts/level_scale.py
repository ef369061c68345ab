"""How high a level of CAR-T cells stands: percentages by their odds, all else by its logarithm."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.words import shown, within

PERCENT_TICKS = (0.01, 0.1, 1.0, 10.0, 50.0, 90.0, 99.0)
LOWEST_PERCENT, USUAL_TOP, HIGHEST_PERCENT = 0.005, 97.0, 99.9


@dataclass(frozen=True, slots=True)
class LevelScale:
    """A vertical scale from `low` to `high`, in `unit`."""

    unit: str
    low: float
    high: float
    ticks: tuple[float, ...]

    @property
    def name(self) -> str:
        """What kind of scale it is."""
        return "logit scale" if self.unit == "%" else "logarithmic scale"

    def place(self, level: float) -> float:
        """Where on the scale a level stands; beyond its ends, at the end."""
        inside = within(level, self.low, self.high)
        if self.unit == "%":
            return math.log(inside / (100.0 - inside))
        return math.log10(inside)

    def channel(self, title: str) -> Spec:
        """The vertical axis as Vega-Lite has it; `field` is added by each layer."""
        labels = ",".join(f"'{shown(tick)}'" for tick in self.ticks)
        steps = len(self.ticks) - 1
        return {
            "type": "quantitative",
            "scale": {"domain": [self.place(self.low), self.place(self.high)], "nice": False,
                      "zero": False},
            "axis": {
                "title": title,
                "titleX": -48,
                "values": [self.place(tick) for tick in self.ticks],
                "labelExpr": f"[{labels}][round(datum.index*{steps})]",
            },
        }  # fmt: skip


def percent_scale(levels: Iterable[float]) -> LevelScale:
    """From 0.005 % to 97 %, or to 99.9 % where a level is above 95 %."""
    high = HIGHEST_PERCENT if max(levels, default=0.0) > 95.0 else USUAL_TOP  # noqa: PLR2004
    ticks = tuple(tick for tick in PERCENT_TICKS if tick < high)
    return LevelScale("%", LOWEST_PERCENT, high, ticks)


def log_scale(levels: Iterable[float], unit: str) -> LevelScale:
    """Whole powers of ten around the levels."""
    known = [level for level in levels if level > 0.0]
    first = math.floor(math.log10(min(known, default=1.0)))
    last = max(first + 1, math.ceil(math.log10(max(known, default=10.0))))
    ticks = tuple(10.0**power for power in range(first, last + 1))
    return LevelScale(unit, ticks[0], ticks[-1], ticks)
