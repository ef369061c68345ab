"""Where the likelihood of the binomial-normal model is highest, and how it falls away from there.

The likelihood is even in tau, so tau = 0 is always level ground: it is the maximum only if nothing
on a ladder of other values is higher.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit
from scipy.stats import chi2

from reinfuse.pooling.rates_likelihood import Floats, integrate, log_marginals

#: Standard deviations of log odds that are tried first. Above the last one, cohorts have rates of
#: practically 0 or 1: the data then set no limit to the spread.
TAU_LADDER = np.array(
    [0.0, 0.03, 0.06, 0.1, 0.15, 0.22, 0.32, 0.46, 0.68, 1.0, 1.5, 2.2, 3.2, 4.6, 6.8, 10.0, 15.0]
)

# Ladders of many studies are climbed with a coarse rule; what follows is done with the full one.
_MANY_STUDIES = 100
_SCAN_POINTS = 7

_STEP = 1e-3  # of log odds, for differences; their error is some 1e-7 of the curvature
_MOST_STEPS = 100
_STILL = 1e-10
ROUGHLY = 1e-3  # of `b`, where only the way is looked for
_NEAR = 1e-7  # of `b` on the profile: its height is then right to the square of that
_SMALLEST_TAU = 1e-4  # below it, the likelihood cannot be told from that of tau = 0
_FARTHEST = 2.0  # of log odds, in one Newton step


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Events among patients, with one axis (studies), and the points of the rule."""

    events: Floats
    n: Floats
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """The highest likelihood: `b`, its standard error, `tau`, and the log-likelihood there."""

    b: float
    se: float
    tau: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class NoMaximum:
    """The likelihood rises as far as it was followed, so that tau has no estimate."""

    beyond_tau: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ridge:
    """The best `b` for each tau, the log-likelihood there, and minus its curvature in `b`.

    One axis (tau). `curvature` holds the prior, `height` does not.
    """

    b: Floats
    height: Floats
    curvature: Floats


def find_maximum(counts: Counts) -> Maximum | NoMaximum:
    """The maximum over `b` and tau; `log_likelihood` without binomial coefficients."""
    coarse = min(counts.points, _SCAN_POINTS) if len(counts.n) > _MANY_STUDIES else counts.points
    heights = follow_ridge(replace(counts, points=coarse), TAU_LADDER, near=ROUGHLY).height
    best = int(np.argmax(heights))
    if best == len(TAU_LADDER) - 1:
        return NoMaximum(beyond_tau=float(TAU_LADDER[-1]))
    low, high = float(TAU_LADDER[max(best - 1, 0)]), float(TAU_LADDER[best + 1])
    found = minimize_scalar(
        lambda tau: -profile(counts, np.array([tau]))[1][0],
        bounds=(low, high),
        method="bounded",
        options={"xatol": 0.02 * (high - low)},  # the last digits are for Newton
    )
    tau = float(found.x) if -found.fun > profile(counts, np.zeros(1))[1][0] else 0.0
    tau = 0.0 if tau < _SMALLEST_TAU else tau
    b = float(profile(counts, np.array([tau]))[0][0])
    return _polish(counts, b, tau)


def profile(counts: Counts, tau: Floats, *, start: float | None = None) -> tuple[Floats, Floats]:
    """The best `b` for each tau, and the log-likelihood there; both along the axis of `tau`."""
    ridge = follow_ridge(counts, tau, start=start)
    return ridge.b, ridge.height


def follow_ridge(
    counts: Counts,
    tau: Floats,
    *,
    start: float | None = None,
    prior: tuple[float, float] | None = None,
    near: float = _NEAR,
) -> Ridge:
    """The best `b` for each tau, by Newton's steps; a normal `prior` (mean, sd) holds it back.

    Steps end below `near`; a coarse rule at large tau never comes much closer than `ROUGHLY`.
    """
    events, n, points = counts.events, counts.n, counts.points
    centre, pull = (prior[0], prior[1] ** -2) if prior is not None else (0.0, 0.0)
    share = (events.sum() + 0.5) / (n.sum() + 1)
    b = np.full(len(tau), math.log(share / (1 - share)) if start is None else start)
    for _ in range(_MOST_STEPS):
        seen = integrate(events, n, b, tau, points=points)
        rate = expit(seen.log_odds)
        # Fisher's and Louis's identities: slope and curvature as averages over each study's u.
        score = events[:, None] - n[:, None] * rate
        mean = (seen.share * score).sum(axis=-1)
        inner = (seen.share * n[:, None] * rate * (1 - rate)).sum(axis=-1)
        vary = (seen.share * score**2).sum(axis=-1) - mean**2
        # Curvature that scatter has turned round would send a step the wrong way.
        curvature = np.maximum((inner - vary).sum(axis=-1), 1e-3 * inner.sum(axis=-1) + 1e-12)
        slope = mean.sum(axis=-1) + pull * (centre - b)
        step = np.clip(slope / (curvature + pull), -_FARTHEST, _FARTHEST)
        b = b + step
        if float(np.abs(step).max()) < near:
            break
    height = log_marginals(events, n, b, tau, points=points).sum(axis=-1)
    return Ridge(b=b, height=height, curvature=curvature + pull)


def bound_tau(counts: Counts, maximum: Maximum, *, level: float) -> tuple[float, float]:
    """Limits of tau by profile likelihood: 0 below, infinite above, where none is reached.

    Source: Hardy and Thompson 1996, doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>
    3.0.CO;2-A (recalled).
    """
    floor = maximum.log_likelihood - chi2.ppf(level, 1) / 2

    def above(tau: float) -> float:
        return float(profile(counts, np.array([tau]), start=maximum.b)[1][0] - floor)

    low = 0.0
    if maximum.tau > 0 and above(0.0) < 0:
        low = float(brentq(above, 0.0, maximum.tau, xtol=1e-6))
    rungs = (float(tau) for tau in TAU_LADDER if tau > maximum.tau)
    reached = next((tau for tau in rungs if above(tau) < 0), None)
    if reached is None:
        return low, math.inf
    return low, float(brentq(above, maximum.tau, reached, xtol=1e-6))


def _polish(counts: Counts, b: float, tau: float) -> Maximum:
    """Newton's last steps on the value itself, and the standard error from its curvature."""
    height, slope, curvature = _differences(counts, b, tau)
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(curvature, -slope) if tau > 0 else _along_b(slope, curvature)
        near = abs(float(tau + step[1]))
        next_height, next_slope, next_curvature = _differences(counts, b + float(step[0]), near)
        if next_height < height or not np.isfinite(next_height):
            break
        b, tau, height = b + float(step[0]), near, next_height
        slope, curvature = next_slope, next_curvature
        if float(np.abs(step).max()) < _STILL:
            break
    variance = np.linalg.inv(-curvature)[0, 0] if tau > 0 else -1 / curvature[0, 0]
    return Maximum(b=b, se=math.sqrt(variance), tau=tau, log_likelihood=height)


def _along_b(slope: Floats, curvature: Floats) -> Floats:
    return np.array([-slope[0] / curvature[0, 0], 0.0])


def _differences(counts: Counts, b: float, tau: float) -> tuple[float, Floats, Floats]:
    """Value, slope and curvature of the log-likelihood in (b, tau), by central differences."""
    at = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]) * _STEP
    mu, spread = b + at[:, 0], np.abs(tau + at[:, 1])
    studies = log_marginals(counts.events, counts.n, mu, spread, points=counts.points)
    # Differences study by study, so that large sums do not eat the last digits.
    over = (studies - studies[4]).sum(axis=-1).reshape(3, 3)
    slope = np.array([over[2, 1] - over[0, 1], over[1, 2] - over[1, 0]]) / (2 * _STEP)
    cross = (over[2, 2] - over[2, 0] - over[0, 2] + over[0, 0]) / 4
    second = np.array([[over[2, 1] + over[0, 1], cross], [cross, over[1, 2] + over[1, 0]]])
    return float(studies[4].sum()), slope, second / _STEP**2
