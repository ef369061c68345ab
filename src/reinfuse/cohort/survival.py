"""Survival of a cohort: the Kaplan-Meier curve, its limits, its median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cohort.confidence import Scale, limits_of
from reinfuse.cohort.times import Floats, Integers, Steps, Times
from reinfuse.errors import ReinfuseError

LEVEL = 0.95
# Shares this near to each other are one: what rounding leaves of a half (as R's survfit has it).
_SAME = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SurvivalCurve:
    """The share that is free of the event after each day; every array has the axis (days).

    `day` lists each day on which anybody's watch ended. Standard error and limits are not a
    number where the share is 0 (nobody is left to tell them by), nor limits on the log-log scale
    while it is 1.
    """

    day: Floats
    at_risk: Integers
    events: Integers
    censored: Integers
    share: Floats
    std_error: Floats
    low: Floats
    high: Floats
    scale: Scale
    level: float

    def at(self, days: ArrayLike) -> Read:
        """The curve read off at some days; not a number after the last day anybody was watched."""
        wanted = np.atleast_1d(np.asarray(days, dtype=np.float64))
        place = np.searchsorted(self.day, wanted, side="right")
        beyond = wanted > self.day[-1]

        def read(values: Floats, before: float) -> Floats:
            return np.where(beyond, np.nan, np.concatenate(([before], values))[place])

        return Read(
            day=wanted,
            share=read(self.share, 1.0),
            std_error=read(self.std_error, 0.0),
            low=read(self.low, 1.0),
            high=read(self.high, 1.0),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Read:
    """A curve read off at chosen days; every array has the axis (days)."""

    day: Floats
    share: Floats
    std_error: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The day by which a share of the cohort has had the event, with confidence limits.

    None where the curve, or its limit, never falls so far: not reached.
    """

    share: float
    day: float | None
    low: float | None
    high: float | None


def estimate_survival(
    times: Times, *, scale: Scale = Scale.LOG, level: float = LEVEL
) -> SurvivalCurve:
    """The Kaplan-Meier curve with Greenwood's standard error.

    Every cause of `times` is the event. Late entry is taken in; where very few are at risk at
    first, a single early event can take the whole curve down: start such a curve later.

    Source: Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452; Greenwood 1926.
    """
    steps = Steps.of(times)
    events = steps.events.sum(axis=1)
    left = steps.at_risk - events
    share = np.cumprod(left / steps.at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        std_error = share * np.sqrt(np.cumsum(events / (steps.at_risk * left)))
    low, high = limits_of(share, std_error, scale=scale, level=level)
    return SurvivalCurve(
        day=steps.day,
        at_risk=steps.at_risk,
        events=events,
        censored=steps.censored,
        share=share,
        std_error=std_error,
        low=low,
        high=high,
        scale=scale,
        level=level,
    )


def quantile_of(curve: SurvivalCurve, share: float = 0.5) -> Quantile:
    """The day by which `share` have had the event; one half gives the median.

    Where the curve lies level at the share, the middle of that stretch. The limits are where the
    limits of the curve cross the share.

    Source: Brookmeyer and Crowley 1982, doi:10.2307/2530286.
    """
    if not 0 < share < 1:
        raise ReinfuseError(f"the day of a share of {share:g} cannot be", fix="give e.g. 0.5")
    left = 1 - share
    return Quantile(
        share=share,
        day=_crossing(curve.day, curve.share, left),
        low=_crossing(curve.day, curve.low, left),
        high=_crossing(curve.day, curve.high, left),
    )


def _crossing(day: Floats, values: Floats, left: float) -> float | None:
    below = ~np.isnan(values) & (values < left + _SAME)
    if not below.any():
        return None
    days, found = day[below], values[below]
    further = found < found[0]
    if abs(found[0] - left) < _SAME and further.any():
        return float(days[0] + days[further][0]) / 2
    return float(days[0])
