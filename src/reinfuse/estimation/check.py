"""Whether a fitted curve would have produced what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.summary import Summary, summarise
from reinfuse.kinetics.curve import log_levels, log_odds_from_percent, percent_from_log_odds
from reinfuse.kinetics.data import Below, PeakSeen, Point
from reinfuse.kinetics.likelihood import CurveProblem, curve_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCheck:
    """A point beside what a repeated measurement would give there, scatter included.

    `share_lower` is the posterior probability that the repeat lies below the measured value, or
    below the limit. For a highest sample it is no test: that one was chosen for being high.
    """

    point: Point
    repeated_percent: Summary
    share_lower: float


def check_points(
    problem: CurveProblem, draws: NDArray[np.float64], *, rng: np.random.Generator
) -> tuple[PointCheck, ...]:
    """One check per point, on the middle of its interval of days."""
    curve, sd = curve_of(problem, draws), problem.value("residual SD", draws)
    shift = problem.shift(draws)[:, 0]
    checks = []
    for point in problem.data.points:
        day = _drawn(problem, point, draws) - shift
        level = log_levels(curve, day[:, None])[:, 0]
        repeated = level + sd * rng.standard_normal(len(draws))
        lower = float(np.mean(repeated < _measured(problem, point, draws)))
        checks.append(
            PointCheck(
                point=point,
                repeated_percent=summarise(percent_from_log_odds(repeated)),
                share_lower=lower,
            )
        )
    return tuple(checks)


def _drawn(problem: CurveProblem, point: Point, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    if isinstance(point, PeakSeen) and "peak sample day" in problem.names:
        return problem.value("peak sample day", draws)
    days = point.day or (0.0, 0.0)
    return np.full(len(draws), 0.5 * (days[0] + days[1]))


def _measured(
    problem: CurveProblem, point: Point, draws: NDArray[np.float64]
) -> NDArray[np.float64]:
    if not isinstance(point, Below):
        return log_odds_from_percent(point.percent)
    if point.limit_percent is None:
        return log_odds_from_percent(problem.value("limit of detection", draws))
    return log_odds_from_percent(point.limit_percent)
