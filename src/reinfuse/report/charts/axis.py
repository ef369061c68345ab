"""An axis of a small panel: its ends, its ticks, and where on it a value stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.report.charts.words import shown

ROOM = 0.04  # of the span, beyond the values at both ends
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Days that a course is spoken of in; used where early times would be crowded.
_DAYS = (0.0, 7.0, 14.0, 28.0, 60.0, 90.0, 180.0, 360.0, 720.0, 1440.0, 2880.0)
_NEAR = 0.05  # ticks nearer than this share of the axis are left out
_CROWDED = 0.2  # median over last time below which roots of times are drawn


class Kind(StrEnum):
    """How values are spread along an axis."""

    LINEAR = "linear"
    LOG = "log"
    ROOT = "square root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From `low` to `high`; `ticks` are values."""

    kind: Kind
    low: float
    high: float
    ticks: tuple[float, ...]
    title: str

    def share(self, value: float) -> float:
        """Where a value stands, 0 at the low end and 1 at the high one; beyond them at the end."""
        if math.isinf(value):
            return 0.0 if value < 0 else 1.0
        first, last, here = (_moved(self.kind, one) for one in (self.low, self.high, value))
        return min(max((here - first) / (last - first), 0.0), 1.0)

    def labels(self) -> list[tuple[float, str]]:
        """Each tick with its label."""
        return [(tick, shown(tick)) for tick in self.ticks]


def linear_axis(values: Sequence[float], title: str, *, most: int = 6, room: float = ROOM) -> Axis:
    """A linear axis that holds every finite value."""
    low, high = _ends(values)
    span = high - low
    first, last = low - room * span, high + room * span
    power = 10.0 ** math.floor(math.log10((last - first) / most))
    step = next(one * power for one in _STEPS if (last - first) / (one * power) <= most)
    start, stop = math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9)
    ticks = tuple(round(step * one, 12) for one in range(start, stop + 1))
    return Axis(kind=Kind.LINEAR, low=first, high=last, ticks=ticks, title=title)


def log_axis(values: Sequence[float], title: str, *, most: int = 6) -> Axis:
    """A logarithmic axis that holds every value above 0; linear where there is none."""
    above = [one for one in values if 0 < one < math.inf]
    if not above:
        return linear_axis([0.0, 1.0], title, most=most)
    low, high = min(above), max(above)
    decades = max(math.log10(high / low), 0.3)
    room = 10.0 ** (ROOM * decades)
    middle = math.sqrt(low * high)
    half = 10.0 ** (decades / 2.0)
    first, last = middle / half / room, middle * half * room
    near = (1.0,) if decades > most / 2 else (1.0, 3.0) if decades > 1 else (1.0, 2.0, 5.0)
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    ticks = [one * 10.0**power for power in powers for one in near]
    inside = [tick for tick in ticks if first <= tick <= last] or [middle]
    while len(inside) > most:
        inside = inside[::2]
    return Axis(kind=Kind.LOG, low=first, high=last, ticks=tuple(inside), title=title)


def time_axis(times: Sequence[float], title: str, *, unit: str, most: int = 8) -> Axis:
    """Times from 0 on; as square roots where most of them lie near the beginning."""
    low, high = _ends([*times, 0.0])
    known = sorted(one for one in times if math.isfinite(one))
    crowded = low >= 0 and bool(known) and known[len(known) // 2] < _CROWDED * high
    if not crowded:
        return linear_axis([low, high], title, most=most, room=0.02)
    top = high * 1.04
    offered = _DAYS if unit == "d" else [0.0, *_round_numbers(high)]
    axis = Axis(kind=Kind.ROOT, low=0.0, high=top, ticks=(), title=f"{title}, square-root scale")
    ticks: list[float] = []
    for tick in offered:
        apart = not ticks or axis.share(tick) - axis.share(ticks[-1]) > max(_NEAR, 0.5 / most)
        if tick <= top and apart:
            ticks.append(tick)
    return Axis(kind=Kind.ROOT, low=0.0, high=top, ticks=tuple(ticks), title=axis.title)


def _round_numbers(high: float) -> list[float]:
    last = math.ceil(math.log10(high))
    return [one * 10.0**power for power in range(last - 4, last + 1) for one in (1.0, 2.0, 5.0)]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    finite = [one for one in values if math.isfinite(one)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    if high > low:
        return low, high
    half = 0.5 * max(abs(low), 1.0)
    return low - half, high + half


def _moved(kind: Kind, value: float) -> float:
    match kind:
        case Kind.LOG:
            return math.log(max(value, 1e-300))
        case Kind.ROOT:
            return math.sqrt(max(value, 0.0))
        case Kind.LINEAR:
            return value
