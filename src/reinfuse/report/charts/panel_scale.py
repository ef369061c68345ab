"""The vertical scale of a small panel: its ends and its few ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.words import shown, within

_ROOM = 0.08  # of the span, above and below the values
_STEPS = (1.0, 2.0, 5.0, 10.0)
_MOST_TICKS = 4
_FEW_DECADES = 1.5


@dataclass(frozen=True, slots=True)
class PanelScale:
    """From `low` to `high`, as numbers or as their logarithms; `ticks` are values."""

    log: bool
    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Where a value stands; what a logarithm cannot show stands at the lower end."""
        if not self.log:
            return within(value, self.low, self.high)
        return math.log10(within(value, self.low, self.high)) if value > 0 else math.log10(self.low)

    def channel(self) -> Spec:
        """The axis as Vega-Lite has it; `field` is added by each layer."""
        labels = ",".join(f"'{shown(tick)}'" for tick in self.ticks)
        return {
            "type": "quantitative",
            "scale": {"domain": [self.place(self.low), self.place(self.high)], "nice": False,
                      "zero": False},
            "axis": {
                "title": None,
                "labelFlush": False,
                "values": [self.place(tick) for tick in self.ticks],
                "labelExpr": f"[{labels}][round(datum.index*{len(self.ticks) - 1})]",
            },
        }  # fmt: skip


def panel_scale(values: Sequence[float], *, log: bool) -> PanelScale:
    """A scale that holds all values, with two to four ticks."""
    above = [value for value in values if value > 0]
    if log and above:
        return _log_scale(min(above), max(above))
    return _linear_scale(min(values), max(values))


def _linear_scale(low: float, high: float) -> PanelScale:
    span = (high - low) or max(abs(high), 1.0) * 0.2
    first, last = low - _ROOM * span, high + _ROOM * span
    power = 10.0 ** math.floor(math.log10((last - first) / _MOST_TICKS))
    step = next(one * power for one in _STEPS if (last - first) / (one * power) <= _MOST_TICKS)
    ticks = [round(step * k, 9) for k in range(math.ceil(first / step), int(last // step) + 1)]
    return PanelScale(False, first, last, tuple(ticks))


def _log_scale(low: float, high: float) -> PanelScale:
    room = 10.0 ** (_ROOM * max(math.log10(high / low), 0.5))
    first, last = low / room, high * room
    decades = math.log10(last / first)
    near = _STEPS[:3] if decades <= _FEW_DECADES else _STEPS[:1]
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    ticks = [one * 10.0**power for power in powers for one in near]
    inside = [tick for tick in ticks if first <= tick <= last]
    while len(inside) > _MOST_TICKS + 1:
        inside = inside[::2]
    if len(inside) > 1:
        return PanelScale(True, first, last, tuple(inside))
    whole = 10.0 ** math.floor(math.log10(first)), 10.0 ** math.ceil(math.log10(last))
    return PanelScale(True, *whole, whole)
