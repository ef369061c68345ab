"""The joint posterior of middle and spread for rates, on a grid that is laid where it lies.

First the ends of tau are found from the height of the posterior along its ridge (the best mu for
each tau), then the ends of mu around that ridge; the steps of mu follow the narrowest place of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.pooling.bayes.priors import Prior
from reinfuse.pooling.bayes.strip import heights_of_strip
from reinfuse.pooling.bayes.tau_axis import DROP, PLACES, bound_axis, slope_at, tau_at
from reinfuse.pooling.glmm_maximum import ROUGHLY, Counts, Ridge, follow_ridge
from reinfuse.pooling.rates_likelihood import POINTS, log_choose, log_marginals

Floats = NDArray[np.float64]

#: Standard deviations of log odds above this are left out: rates would all be 0 or 1.
LARGEST_TAU = 50.0

#: So many cohorts or more have a posterior that is narrow and smooth, and a grid that costs much;
#: ours.
MANY_STUDIES = 40

_TAU_NODES = 81
_EVERY = 5  # of them is looked at for the ends of mu, where cohorts are many
_SMALL_TAU = 1.0  # up to here the points of a maximum are right to 1e-8 of a cohort's height
_STEPS_PER_SD = 4.0  # of mu, where the posterior of mu is narrowest
_FEWEST_MU, _MOST_MU = 81, 6001
_COARSE_POINTS = 7  # enough to find the ends
_MOST_STEPS_OUT = 40  # of 1.4 each: from any width to beyond any prior
_AT_ONCE = 200_000  # values of an integrand held in memory


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Grid:
    """`share` of the posterior at each `mu` and tau: axes (mu, tau), sums to 1.

    `t` is the axis on which tau is even; `slope` the change of tau with it. `finest` is the
    narrowest width of mu, and `log_evidence` the logarithm of how likely the counts were.
    """

    mu: Floats
    t: Floats
    tau: Floats
    slope: Floats
    share: Floats
    finest: float
    log_evidence: float

    @property
    def step(self) -> float:
        """The distance from one mu to the next."""
        return float(self.mu[1] - self.mu[0])


def lay_grid(counts: Counts, prior: Prior) -> Grid:
    """The joint posterior of mu and tau under `prior`."""

    coarse = replace(counts, points=min(counts.points, _COARSE_POINTS))

    def log_density(tau: Floats) -> Floats:
        ridge = follow_ridge(coarse, tau, prior=(prior.mu_mean, prior.mu_sd), near=ROUGHLY)
        return (
            ridge.height
            + prior.log_mu(ridge.b)
            + prior.log_tau(tau)
            - 0.5 * np.log(ridge.curvature)
        )

    scale = min(prior.tau_scale, 1.0)
    many = len(counts.n) >= MANY_STUDIES
    places = PLACES // 3 if many else PLACES
    first, last = bound_axis(log_density, scale, largest=LARGEST_TAU, places=places)
    t = np.linspace(first, last, _TAU_NODES)
    tau, slope = tau_at(t, scale), slope_at(t, scale)
    some = slice(None, None, _EVERY if many else 1)
    ridge = follow_ridge(coarse, tau[some], prior=(prior.mu_mean, prior.mu_sd), near=ROUGHLY)
    finest = float(1 / np.sqrt(ridge.curvature.max()))
    ends = _bound_mu(coarse, prior, tau[some], slope[some], ridge)
    low, high = (np.interp(t, t[some], end) for end in ends)
    nodes = int(np.clip(np.ptp([*low, *high]) / finest * _STEPS_PER_SD, _FEWEST_MU, _MOST_MU)) + 1
    mu = np.linspace(low.min(), high.max(), nodes)
    height = _lay_heights(counts, prior, (mu, t), scale, low=low, high=high)
    height = height + (prior.log_tau(tau) + np.log(slope))[None]
    top = float(height.max())
    share = np.exp(height - top)
    total = float(share.sum())
    cell = (mu[1] - mu[0]) * (t[1] - t[0])
    chosen = float(log_choose(counts.events, counts.n).sum())
    return Grid(
        mu=mu,
        t=t,
        tau=tau,
        slope=slope,
        share=share / total,
        finest=finest,
        log_evidence=top + math.log(total * cell) + chosen,
    )


def _lay_heights(
    counts: Counts,
    prior: Prior,
    axes: tuple[Floats, Floats],
    scale: float,
    *,
    low: Floats,
    high: Floats,
) -> Floats:
    """Log-likelihood and prior of mu on the grid, minus infinite outside `low` to `high`."""

    mu, t = axes
    many = len(counts.n) >= MANY_STUDIES
    if many and tau_at(t[-1:], scale)[0] <= _SMALL_TAU:
        counts = replace(counts, points=min(counts.points, POINTS))

    def exact(some_mu: Floats, some_t: Floats) -> Floats:
        return _heights(counts, some_mu, tau_at(some_t, scale)) + prior.log_mu(some_mu)

    if many:
        found = heights_of_strip(exact, mu, t, low, high)
        if found is not None:
            return found
    # Small tau leave little room to mu: most of the grid need not be worked out.
    inside = (mu[:, None] >= low) & (mu[:, None] <= high)
    every_mu, every_t = np.broadcast_arrays(mu[:, None], t[None])
    height = np.full(inside.shape, -np.inf)
    height[inside] = exact(every_mu[inside], every_t[inside])
    return height


def _bound_mu(
    counts: Counts, prior: Prior, tau: Floats, slope: Floats, ridge: Ridge
) -> tuple[Floats, Floats]:
    """The ends of mu for each tau beyond which nothing lies, by steps that grow until it is so."""
    apart = prior.log_tau(tau) + np.log(slope)
    floor = float((ridge.height + prior.log_mu(ridge.b) + apart).max()) - DROP
    ends = []
    for side in (-1.0, 1.0):
        reach = 1 / np.sqrt(ridge.curvature)
        for _ in range(_MOST_STEPS_OUT):
            mu = ridge.b + side * reach
            height = _heights(counts, mu, tau) + prior.log_mu(mu) + apart
            if not (height > floor).any():
                break
            reach = np.where(height > floor, reach * 1.4, reach)
        ends.append(ridge.b + side * reach)
    return ends[0], ends[1]


def _heights(counts: Counts, mu: Floats, tau: Floats) -> Floats:
    """The log-likelihood of pairs of mu and tau, in pieces that fit into memory."""
    # Cohorts with the same counts are equally likely: each kind is worked out once.
    kinds, times = np.unique(np.stack([counts.events, counts.n]), axis=1, return_counts=True)
    pieces = max(_AT_ONCE // (len(times) * counts.points), 1)
    found = [
        log_marginals(
            kinds[0],
            kinds[1],
            mu[start : start + pieces],
            tau[start : start + pieces],
            points=counts.points,
        )
        @ times.astype(np.float64)
        for start in range(0, len(mu), pieces)
    ]
    return np.concatenate(found)
