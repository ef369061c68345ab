"""The day on which a curve falls below a limit, and the chance that it has by then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.summary import Probability, Summary, probability, summarise
from reinfuse.kinetics.curve import last_day_at, log_odds_from_percent
from reinfuse.kinetics.data import Below
from reinfuse.kinetics.likelihood import CurveProblem, curve_of

# Limits for which the day is always given, per cent; days by which it is asked; and how far the
# curve is followed: a year. All our own choice.
LIMITS_PERCENT = (1.0, 0.1, 0.01)
ASKED_DAYS = (28.0, 60.0, 90.0, 180.0, 365.0)
HORIZON_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in per cent of the gate; `percent` is `None` where nobody stated it."""

    percent: float | None

    def __str__(self) -> str:
        """In words."""
        return "an unstated limit" if self.percent is None else f"{self.percent:g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowDay:
    """First day after the peak on which the curve itself is below a limit.

    `by` pairs days with the probability that the curve is below by then; `not_within` is the
    probability that it is not below within the horizon. A measurement scatters around the curve.
    """

    limit: Limit
    day: Summary
    by: tuple[tuple[float, Probability], ...]
    horizon_days: float
    not_within: Probability


def days_below(problem: CurveProblem, draws: NDArray[np.float64]) -> tuple[BelowDay, ...]:
    """One row per limit: those always asked for, those of the data, and the unstated one."""
    stated = {
        point.limit_percent
        for point in problem.data.points
        if isinstance(point, Below) and point.limit_percent is not None
    }
    limits = [Limit(percent) for percent in sorted({*LIMITS_PERCENT, *stated}, reverse=True)]
    if "limit of detection" in problem.names:
        limits.append(Limit(None))
    return tuple(_below_day(problem, draws, limit) for limit in limits)


def day_below_draws(
    problem: CurveProblem, draws: NDArray[np.float64], limit: Limit
) -> NDArray[np.float64]:
    """The day for every draw, however far it lies (`"draws"`)."""
    if limit.percent is None:
        percent = problem.value("limit of detection", draws)
    else:
        percent = np.full(len(draws), limit.percent)
    return last_day_at(curve_of(problem, draws), log_odds_from_percent(percent))


def _below_day(problem: CurveProblem, draws: NDArray[np.float64], limit: Limit) -> BelowDay:
    days = day_below_draws(problem, draws, limit)
    return BelowDay(
        limit=limit,
        day=summarise(days, horizon=HORIZON_DAYS),
        by=tuple((asked, probability(days <= asked)) for asked in ASKED_DAYS),
        horizon_days=HORIZON_DAYS,
        not_within=probability(days > HORIZON_DAYS),
    )
