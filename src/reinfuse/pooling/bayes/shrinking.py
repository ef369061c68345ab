"""The rates of many cohorts drawn towards the middle, all at once.

What the other cohorts say of one cohort's log odds is a mixture of normals, the same normals for
every cohort with weights of its own. The normals are laid out once, one matrix product weighs them
for all, and between their places the logarithm of the mixture is read off a cubic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import log_expit

from reinfuse.pooling.bayes.marginal import Marginal, marginals_of_densities
from reinfuse.pooling.bayes.strip import chebyshev_places, read_between
from reinfuse.pooling.rates_likelihood import log_marginals

Floats = NDArray[np.float64]

_NODES = 301  # for each cohort
_PER_WIDTH = 0.05  # of the narrowest normal: a step in the middle of the laid-out places
_AT_ONCE = 64  # cohorts
_DEGREE = 12  # of mu and of tau, for a cohort's own likelihood
_FEW_PAIRS = 2 * (_DEGREE + 1) ** 2  # below, every pair is worked out
_CHECKED = 16  # pairs, over all that weigh anything
_TOLERANCE = 1e-6  # of a cohort's log-likelihood; ours
_NOTHING = 1e-300


def shrink_many(
    events: Floats,
    n: Floats,
    mu: Floats,
    tau: Floats,
    share: Floats,
    *,
    narrowest: float,
    points: int,
) -> tuple[Marginal, ...]:
    """One rate for each cohort, from pairs of `mu` and `tau` with their `share` of the posterior.

    `narrowest` is the least width a normal is given; `points` are those of the inner rule.
    """
    width = np.maximum(tau, narrowest)
    at = _lay(events, n, mu, width)
    square = -0.5 * ((at[1][:, None] - mu) / width) ** 2
    highest = square.max(axis=1)
    normals = np.exp(square - highest[:, None])
    found: list[Marginal] = []
    for start in range(0, len(n), _AT_ONCE):
        x, m = events[start : start + _AT_ONCE], n[start : start + _AT_ONCE]
        # A cohort's own likelihood is taken out of the posterior of all.
        without = (np.log(share) - np.log(width))[:, None] - _own(x, m, mu, tau, points)
        weight = np.exp(without - without.max(axis=0))
        around = np.log(np.maximum(normals @ weight, _NOTHING)) + highest[:, None]
        found.extend(_rates(x, m, at, around))
    return tuple(found)


def _lay(
    events: Floats, n: Floats, mu: Floats, width: Floats
) -> tuple[Floats, Floats, float, float]:
    """Even places, the log odds there, and middle and scale of the hyperbolic sine between them.

    Steps are fine where the normals lie, and widen with the distance from them.
    """
    low = min(float((mu - 7 * width).min()), float(np.log(0.5 / (n + 0.5)).min()) - 2)
    high = max(float((mu + 7 * width).max()), float(np.log((n + 0.5) / 0.5).max()) + 2)
    middle, finest = float(mu.mean()), float(width.min())
    scale = max(float(np.ptp(mu)), finest)
    first, last = (float(np.arcsinh((end - middle) / scale)) for end in (low, high))
    count = int((last - first) / (_PER_WIDTH * finest / scale)) + 2
    places = np.linspace(first, last, count)
    return places, middle + scale * np.sinh(places), middle, scale


def _own(events: Floats, n: Floats, mu: Floats, tau: Floats, points: int) -> Floats:
    """Each cohort's own log-likelihood at the pairs: axes (pairs, cohorts)."""
    if len(mu) < _FEW_PAIRS:
        return log_marginals(events, n, mu, tau, points=points)
    ends = ((float(mu.min()), float(mu.max())), (float(tau.min()), float(tau.max())))
    every_mu, every_tau = (chebyshev_places(*pair, _DEGREE) for pair in ends)
    pairs = np.broadcast_arrays(every_mu[:, None], every_tau[None])
    held = log_marginals(events, n, pairs[0].ravel(), pairs[1].ravel(), points=points)
    by_mu, by_tau = read_between(mu, *ends[0], _DEGREE), read_between(tau, *ends[1], _DEGREE)
    weights = (by_mu[:, :, None] * by_tau[:, None, :]).reshape(len(mu), -1)
    found: Floats = weights @ held
    looked_at = np.linspace(0, len(mu) - 1, _CHECKED).astype(int)
    exact = log_marginals(events, n, mu[looked_at], tau[looked_at], points=points)
    if np.abs(exact - found[looked_at]).max() <= _TOLERANCE:
        return found
    return log_marginals(events, n, mu, tau, points=points)


def _rates(
    events: Floats, n: Floats, at: tuple[Floats, Floats, float, float], around: Floats
) -> tuple[Marginal, ...]:
    """The rates of some cohorts: their own counts times what the others say at each log odds."""
    places, log_odds, middle, scale = at
    own_middle = np.log((events + 0.5) / (n - events + 0.5))
    own_scale = 0.5 / np.sqrt(n + 4)
    first = np.arcsinh((log_odds[0] - own_middle) / own_scale)
    last = np.arcsinh((log_odds[-1] - own_middle) / own_scale)
    even = np.linspace(0.0, 1.0, _NODES)[:, None]
    own = first + (last - first) * even  # axes (nodes, cohorts)
    value = np.clip(own_middle + own_scale * np.sinh(own), log_odds[0], log_odds[-1])
    said = _read(places, around, np.arcsinh((value - middle) / scale))
    likely = events * log_expit(value) + (n - events) * log_expit(-value)
    height = likely + said + np.log(np.cosh(own))
    return marginals_of_densities(even[:, 0], value, height)


def _read(places: Floats, values: Floats, at: Floats) -> Floats:
    """Each column of `values` read between even `places`, at the same column of `at`."""
    pieces = CubicSpline(places, values).c  # axes (powers, pieces, columns)
    step = places[1] - places[0]
    piece = np.clip(((at - places[0]) / step).astype(int), 0, len(places) - 2)
    away, column = at - places[piece], np.arange(values.shape[1])
    cubic, square, slope, value = (power[piece, column] for power in pieces)
    found: Floats = ((cubic * away + square) * away + slope) * away + value
    return found
