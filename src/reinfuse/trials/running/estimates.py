"""Endpoints over the patients of an arm, with limits for the chance of so many patients.

The limits say how far another set of as many virtual patients could differ. Of what is not known of
the model itself they say nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any  # numbers and words of an estimate

import numpy as np
from numpy.typing import NDArray

from reinfuse.cohort.confidence import Scale
from reinfuse.cohort.incidence import estimate_incidence
from reinfuse.cohort.survival import Read, estimate_survival
from reinfuse.cohort.times import Times
from reinfuse.evidence import bound_rate
from reinfuse.trials.design import Design, Endpoint, Sort, What
from reinfuse.trials.running.table import ArmTable

Floats = NDArray[np.float64]

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
EXACT = "Clopper-Pearson"
KAPLAN_MEIER, AALEN_JOHANSEN = "Kaplan-Meier, log-log", "Aalen-Johansen, log-log"
MEDIAN = "median by order"
_CAUSES = ("event", "other")
_TAIL = 0.05  # of patients on either side of a spread
_FEWEST = 6  # values between whose lowest and highest the median lies at the level: 1 - 2 / 2**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One endpoint of one arm.

    `n` are patients of whom it can be told, `left_out` those of whom it cannot or is not asked.
    `surely` and `possibly` are the share (or the median value) at the least and at the most that
    missing visits allow; equal where nothing is open, and for times, which are censored instead.
    `low` and `high` are limits around both; nan for nobody, and of a median for fewer than six.
    `as_seen` is a share among those who missed none of the visits it asks for, with its limits:
    visits are missed by chance alone, so that it estimates what no missed visit would have shown.
    `spread` is where the middle 90 % of patients lie, of values.
    """

    endpoint: Endpoint
    arm: str
    n: int
    left_out: int
    surely: float
    possibly: float
    low: float
    high: float
    method: str
    as_seen: tuple[float, float, float] | None = None
    spread: tuple[float, float] | None = None


def estimates_of(design: Design, tables: dict[str, ArmTable]) -> tuple[Estimate, ...]:
    """All endpoints of all arms, in the order of the design."""
    return tuple(
        estimate(endpoint, arm.name, tables[arm.name])
        for endpoint in design.endpoints
        for arm in design.arms
    )


def estimate(endpoint: Endpoint, arm: str, table: ArmTable) -> Estimate:
    """One endpoint of one arm."""
    columns = table.of(endpoint)
    told = ~np.isnan(columns[1])
    about: dict[str, Any] = {  # of several types
        "endpoint": endpoint, "arm": arm, "n": int(told.sum()), "left_out": int((~told).sum()),
    }  # fmt: skip
    if not told.any():
        return Estimate(
            **about, surely=math.nan, possibly=math.nan, low=math.nan, high=math.nan,
            method="nobody",
        )  # fmt: skip
    if endpoint.sort is Sort.TIME:
        return Estimate(**about, **_by_time(endpoint, table))
    if endpoint.sort is Sort.VALUE:
        return Estimate(**about, **_median(columns[0][told], columns[1][told]))
    return Estimate(**about, **_share(columns[0][told], columns[1][told], columns[2][told] > 0))


def times_of(endpoint: Endpoint, table: ArmTable) -> Times | None:
    """Patients of a time to event, for a curve; None where there are none."""
    _, high, stop, ended = table.of(endpoint)
    told = ~np.isnan(high)
    if not told.any():
        return None
    causes = _CAUSES if competes(endpoint) else _CAUSES[:1]
    return Times.of(stop[told], ended[told], causes=causes)


def competes(endpoint: Endpoint) -> bool:
    """Whether another event takes a patient out of the risk of this one."""
    return endpoint.what in (What.CD19_NEGATIVE, What.CD19_POSITIVE)


def _share(low: Floats, high: Floats, whole: NDArray[np.bool_]) -> dict[str, Any]:
    n, surely, possibly = len(low), int(low.sum()), int(high.sum())
    seen, of = int(low[whole].sum()), int(whole.sum())
    own = bound_rate(seen, of, level=LEVEL) if of else None
    return {
        "surely": surely / n,
        "possibly": possibly / n,
        "low": bound_rate(surely, n, level=LEVEL).low,
        "high": bound_rate(possibly, n, level=LEVEL).high,
        "as_seen": (seen / of, own.low, own.high) if own else None,
        "method": EXACT,
    }


def _by_time(endpoint: Endpoint, table: ArmTable) -> dict[str, Any]:
    times = times_of(endpoint, table)
    if times is None:
        raise TypeError(f"nobody has {endpoint.name}")
    day, method = [endpoint.day], AALEN_JOHANSEN if competes(endpoint) else KAPLAN_MEIER
    if endpoint.what is What.RELAPSE_FREE:
        read = estimate_survival(times, scale=Scale.LOG_LOG, level=LEVEL).at(day)
    else:
        curves = estimate_incidence(times, scale=Scale.LOG_LOG, level=LEVEL)
        read = curves.at(_CAUSES[0], day)
    share, low, high = _limited(read, times, endpoint.day)
    return {"surely": share, "possibly": share, "low": low, "high": high, "method": method}


def _limited(read: Read, times: Times, day: float) -> tuple[float, float, float]:
    """A curve at a day; where it lies at an end, exact limits by those of whom the day is known."""
    share, low, high = float(read.share[0]), float(read.low[0]), float(read.high[0])
    if share in (0.0, 1.0):
        known = int(((times.stop >= day) | (times.ended > 0)).sum())
        if not known:
            return share, 0.0, 1.0
        bound = bound_rate(int(share) * known, known, level=LEVEL)
        low, high = bound.low, bound.high
    return share, low, high


def _median(low: Floats, high: Floats) -> dict[str, Any]:
    """Medians of the lowest and of the highest values, and limits by order statistics.

    The lowest and highest of a few are no limits at the level: then there are none.
    """
    n = len(low)
    reach = Z * math.sqrt(n) / 2
    first, last = math.floor(n / 2 - reach) - 1, math.ceil(n / 2 + reach)
    lows, highs = np.sort(low), np.sort(high)
    return {
        "surely": float(np.median(lows)),
        "possibly": float(np.median(highs)),
        "low": float(lows[max(0, first)]) if n >= _FEWEST else math.nan,
        "high": float(highs[min(n - 1, last)]) if n >= _FEWEST else math.nan,
        "spread": (float(np.quantile(lows, _TAIL)), float(np.quantile(highs, 1 - _TAIL))),
        "method": MEDIAN,
    }
