"""Straight lines through logarithms: the best window, shown with the line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors.reasons import Numbers, Truths, Whole
from reinfuse.kinetics.descriptors.series import at, last_true

_LINE = 2  # points that always lie on a line
_WORST = -1e9  # of a window that has no adjusted R2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """One line of each profile; shapes `[profiles]`.

    `slope` is the change of the natural logarithm per time, `height` the line's logarithm at the
    anchor. The window runs from `from_time` to `to_time` over `points` quantified samples;
    `eligible` is how many samples could have been in it. `found` says where there is a line.
    """

    slope: Numbers
    height: Numbers
    from_time: Numbers
    to_time: Numbers
    points: Whole
    eligible: Whole
    r_squared: Numbers
    adjusted: Numbers
    found: Truths

    @property
    def half_life(self) -> Numbers:
        """The time in which the level halves; of a rise, in which it doubles."""
        return np.log(2.0) / np.abs(self.slope)

    @property
    def span(self) -> Numbers:
        """How many half-lives the window is long."""
        return (self.to_time - self.from_time) / self.half_life


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which windows are tried: at least so many points, or `whole`: only all points together."""

    least_points: int
    same_fit: float
    rising: bool = False
    whole: bool = False


def best_lines(time: Numbers, logs: Numbers, inside: Truths, window: Window) -> Lines:
    """The best straight line of each profile among windows that begin at its first point inside.

    Give the points with the anchor first, so for the last phase in reverse. The highest adjusted
    R2 wins; of those that are nearly as good, the window with the most points.
    """
    first = np.argmax(inside, axis=1)
    anchor = at(time, first)
    weight = inside.astype(np.float64)
    x = np.where(inside, time - anchor[:, None], 0.0)
    y = np.where(inside, logs - at(logs, first)[:, None], 0.0)
    n, sum_x, sum_y = (np.cumsum(part, axis=1) for part in (weight, x, y))
    spread_x = np.cumsum(x * x, axis=1) - sum_x * sum_x / n
    spread_y = np.cumsum(y * y, axis=1) - sum_y * sum_y / n
    shared = np.cumsum(x * y, axis=1) - sum_x * sum_y / n
    slope = shared / spread_x
    r_squared = np.minimum(shared * shared / (spread_x * spread_y), 1.0)
    adjusted = 1.0 - (1.0 - r_squared) * (n - 1.0) / (n - _LINE)
    score = np.where(n > _LINE, adjusted, _WORST)
    right = (slope > 0) if window.rising else (slope < 0)
    valid = inside & (n >= window.least_points) & right & (spread_y > 0)
    if window.whole:
        valid &= n == n[:, -1:]
    score = np.where(valid, score, -np.inf)
    best = score.max(axis=1)
    place = last_true(valid & (score > (best - window.same_fit)[:, None]))
    ends = at(x, place) + anchor
    points = at(n, place)
    centre = at(logs, first) + (at(sum_y, place) - at(slope, place) * at(sum_x, place)) / points
    return Lines(
        slope=at(slope, place),
        height=centre,
        from_time=np.minimum(anchor, ends),
        to_time=np.maximum(anchor, ends),
        points=points.astype(np.int64),
        eligible=n[:, -1].astype(np.int64),
        r_squared=at(r_squared, place),
        adjusted=np.where(points > _LINE, at(adjusted, place), np.nan),
        found=np.isfinite(best),
    )
