"""The half-life of the last phase of a curve: a straight line through its last logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_POINTS = 3
# Two fits whose adjusted r squared differs by less are equally good; the longer one is taken.
SAME_FIT = 1e-4


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """Why there is no half-life."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalHalfLife:
    """A half-life with the window it was read from.

    `half_life` and the window are in the unit of the times given; `points` is how many values
    lie in the window, `adjusted_r_squared` how straight they lie, `span` how many half-lives the
    window is long.
    """

    half_life: float
    from_time: float
    to_time: float
    points: int
    adjusted_r_squared: float

    @property
    def span(self) -> float:
        """Half-lives between the first and the last point; below 2 it rests on little."""
        return (self.to_time - self.from_time) / self.half_life


def terminal_half_life(
    times: Sequence[float], values: Sequence[float], *, with_peak: bool = False
) -> TerminalHalfLife | NotEstimable:
    """The half-life by the best straight line through the last logarithms of a series.

    Each run of at least three of the last values is tried; the one with the highest adjusted r
    squared is taken, of equally good ones the longest. Values of zero or below cannot lie on the
    line and are left out. `with_peak` lets the window begin at the highest value; else it begins
    after it.

    Source: the usual rule of non-compartmental analysis, as in PKNCA's `pk.calc.half.life`.
    """
    time, value = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    known = np.isfinite(value) & (value > 0)
    time, value = time[known], value[known]
    if not len(value):
        return NotEstimable("no value above zero")
    peak = int(np.argmax(value))
    first = peak if with_peak else peak + 1
    time, logs = time[first:], np.log(value[first:])
    if len(logs) < LEAST_POINTS:
        after = "from the peak on" if with_peak else "after the peak"
        return NotEstimable(f"{len(logs)} values {after}; {LEAST_POINTS} are needed")
    fits = [_fit(time[start:], logs[start:]) for start in range(len(logs) - LEAST_POINTS + 1)]
    falling = [one for one in fits if one is not None]
    if not falling:
        return NotEstimable("the last values do not fall")
    best = max(one.adjusted_r_squared for one in falling)
    good = [one for one in falling if one.adjusted_r_squared > best - SAME_FIT]
    return max(good, key=lambda one: one.points)


def _fit(time: np.ndarray, logs: np.ndarray) -> TerminalHalfLife | None:
    """The line through one window; None where it does not fall."""
    slope, height = np.polyfit(time, logs, 1)
    if slope >= 0:
        return None
    rest = float(((logs - (slope * time + height)) ** 2).sum())
    spread = float(((logs - logs.mean()) ** 2).sum())
    count = len(logs)
    squared = 1.0 - rest / spread
    return TerminalHalfLife(
        half_life=float(np.log(2.0) / -slope),
        from_time=float(time[0]),
        to_time=float(time[-1]),
        points=count,
        adjusted_r_squared=1.0 - (1.0 - squared) * (count - 1) / (count - 2),
    )
