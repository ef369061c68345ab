"""Rates of cohorts pooled with a prior: the binomial-normal model, by exact sums over a grid.

Nothing is added to empty cells, and 0 of n everywhere has an answer: the prior says how low the
rate may be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.bayes.grid import MANY_STUDIES, Grid, lay_grid
from reinfuse.pooling.bayes.marginal import (
    Marginal,
    marginal_of_density,
    marginal_of_grid,
    marginal_of_mixture,
)
from reinfuse.pooling.bayes.priors import Prior
from reinfuse.pooling.bayes.shrinking import shrink_many
from reinfuse.pooling.glmm import FEWEST_STUDIES, check_counts
from reinfuse.pooling.glmm_maximum import Counts
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.pooling.rates_likelihood import log_marginals

Floats = NDArray[np.float64]

#: Points of the inner rule: more than for a maximum, because large tau count here too.
POINTS = 41

# Normals closer to a point than this part of a step of mu would show the steps as teeth.
_NARROWEST = 0.6
_LIGHT = 1e-8
_NODES = 301


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RatePosterior:
    """What `k` cohorts and a prior say: `mu`, `tau` and `new` in log odds, rates 0 to 1.

    `rate` is the rate of the middle cohort, `new_rate` that of a cohort that is not there yet,
    with `new` its log odds. `log_evidence` is the logarithm of how likely the counts were.
    """

    prior: Prior
    k: int
    events: int
    n: int
    mu: Marginal
    tau: Marginal
    rate: Marginal
    new: Marginal
    new_rate: Marginal
    grid: Grid
    log_evidence: float


def pool_rates_with_prior(
    events: Sequence[int], n: Sequence[int], prior: Prior, *, points: int = POINTS
) -> RatePosterior | NotPooled:
    """The posterior of the rates of cohorts, `events` of `n` in each; one cohort is not pooled.

    tau above 50 is left out: there every rate is 0 or 1.
    """
    seen, of = check_counts(events, n)
    if math.isinf(prior.mu_sd) and (not seen.any() or np.array_equal(seen, of)):
        raise ReinfuseError(
            "a flat prior has no posterior where nobody or everybody had the event",
            fix="give mu a standard deviation, as the three priors have",
        )
    if len(of) < FEWEST_STUDIES:
        return NotPooled(
            why="one cohort is nothing to pool",
            fix="give its exact interval (reinfuse.evidence.bound_rate)",
        )
    grid = lay_grid(Counts(events=seen, n=of, points=points), prior)
    by_mu, by_tau = grid.share.sum(axis=1), grid.share.sum(axis=0)
    mu = marginal_of_grid(grid.mu, by_mu, grid.mu, np.ones_like(grid.mu))
    mu_of, tau_of, share = _pairs(grid)
    new = marginal_of_mixture(
        share, mu_of, np.maximum(tau_of, _NARROWEST * grid.step), scale=grid.finest
    )
    return RatePosterior(
        prior=prior,
        k=len(of),
        events=int(seen.sum()),
        n=int(of.sum()),
        mu=mu,
        tau=marginal_of_grid(grid.t, by_tau, grid.tau, grid.slope),
        rate=mu.as_rate(),
        new=new,
        new_rate=new.as_rate(),
        grid=grid,
        log_evidence=grid.log_evidence,
    )


def shrink_rates(
    posterior: RatePosterior, events: Sequence[int], n: Sequence[int]
) -> tuple[Marginal, ...]:
    """The rate of each cohort itself, drawn towards the middle: one marginal for each.

    `events` and `n` are those that were pooled. A cohort's own likelihood is taken out of the
    grid, and multiplied back in at each of its log odds.
    """
    seen, of = check_counts(events, n)
    if (int(seen.sum()), int(of.sum()), len(of)) != (posterior.events, posterior.n, posterior.k):
        raise ReinfuseError(
            "these are not the counts that were pooled", fix="give the same counts once more"
        )
    grid = posterior.grid
    mu, tau, share = _pairs(grid, every=2)
    narrowest = 2 * _NARROWEST * grid.step
    if len(of) >= MANY_STUDIES:
        return shrink_many(seen, of, mu, tau, share, narrowest=narrowest, points=POINTS)
    own = log_marginals(seen, of, mu, tau, points=POINTS)
    width = np.maximum(tau, narrowest)
    without = np.log(share)[:, None] - own - np.log(width)[:, None]
    return tuple(
        _own_rate(seen[place], of[place], without[:, place], mu=mu, width=width)
        for place in range(len(of))
    )


def _own_rate(events: float, n: float, without: Floats, *, mu: Floats, width: Floats) -> Marginal:
    """One cohort's rate, from the grid without it and its own counts."""
    weight = np.exp(without - without.max())
    low = min(float((mu - 7 * width).min()), math.log(0.5 / (n + 0.5)) - 2)
    high = max(float((mu + 7 * width).max()), math.log((n + 0.5) / 0.5) + 2)
    # Where cohort and grid agree the density may be as narrow as the cohort's counts are many.
    middle = math.log((events + 0.5) / (n - events + 0.5))
    scale = 0.5 / math.sqrt(n + 4)
    places = np.linspace(
        math.asinh((low - middle) / scale), math.asinh((high - middle) / scale), _NODES
    )
    log_odds = middle + scale * np.sinh(places)
    around = np.array([weight @ np.exp(-0.5 * ((at - mu) / width) ** 2) for at in log_odds])
    likely = events * log_expit(log_odds) + (n - events) * log_expit(-log_odds)
    with np.errstate(divide="ignore"):
        height = likely + np.log(around) + np.log(np.cosh(places))
    return marginal_of_density(places, log_odds, height).as_rate()


def _pairs(grid: Grid, every: int = 1) -> tuple[Floats, Floats, Floats]:
    """mu, tau and share of the pairs of the grid that weigh anything, on one axis."""
    share = grid.share[::every, ::every]
    heavy = share > _LIGHT * share.max()
    mu, tau = np.broadcast_arrays(grid.mu[::every, None], grid.tau[None, ::every])
    kept = share[heavy]
    return mu[heavy], tau[heavy], kept / kept.sum()
