"""Priors beside what they became: the pooled number and the spread between cohorts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reinfuse.pooling.bayes import EffectPosterior, Marginal, Prior, RatePosterior
from reinfuse.pooling.effects import Effects
from reinfuse.pooling.summary import Pooling
from reinfuse.report.charts.plane import Ruler, plain_ruler
from reinfuse.report.charts.prior_posterior import Belief, Density, draw_prior_posterior
from reinfuse.report.charts.values import Drawable
from reinfuse.report.charts.words import shown
from reinfuse.report.pool_page.inputs import PooledEffects
from reinfuse.report.pool_page.reading import Kind, Reading, log_ruler, odds_ruler

Posterior = RatePosterior | EffectPosterior

_PLACES = 161
_SEEN = (0.001, 0.999)  # of each distribution: beyond lies nothing that can be seen
_FARTHEST_ODDS = 6.0  # rates of 0.25 % and 99.75 %
NOTES = (
    "The first column is drawn in log odds with rates as its numbers, so that a rate near 0 or "
    "100 % is not squeezed; spread is the standard deviation of log odds between cohorts.",
)


def priors_chart(pooled: Pooling | PooledEffects, by: Reading) -> Drawable:
    """A row of panels for each prior, in the order in which they should be read."""
    posteriors: Sequence[Posterior] = pooled.posteriors
    if not posteriors:
        return draw_prior_posterior((), _nothing(), _nothing())
    effects = None if isinstance(pooled, Pooling) else pooled.effects
    number = _number_ruler(posteriors, by, effects)
    spread = _spread_ruler(posteriors)
    beliefs = [
        Belief(
            name=one.prior.name,
            written=_written(one.prior),
            number=_number(one, number, by, effects, pooled.level),
            spread=_spread(one, spread, pooled.level),
        )
        for one in posteriors
    ]
    notes = NOTES if isinstance(pooled, Pooling) else ()
    sources = tuple(f"Prior {one.prior}" for one in posteriors)
    return draw_prior_posterior(beliefs, number, spread, notes=(*notes, *sources))


def _nothing() -> Ruler:
    return plain_ruler([0.0, 1.0], "")


def _written(prior: Prior) -> str:
    middle = "mu flat" if math.isinf(prior.mu_sd) else f"mu N({prior.mu_mean:g}, {prior.mu_sd:g})"
    return f"{middle}, tau {prior.tau_family} {prior.tau_scale:g}"


def _number_ruler(posteriors: Sequence[Posterior], by: Reading, effects: Effects | None) -> Ruler:
    ends = [one.new.quantile(share) for one in posteriors for share in _SEEN]
    if effects is None:
        kept = [min(max(end, -_FARTHEST_ODDS), _FARTHEST_ODDS) for end in ends]
        return odds_ruler(kept, f"{by.number}, %")
    if by.kind is Kind.RATIO:
        return log_ruler([math.exp(end) for end in ends], f"{by.number}, log scale")
    return plain_ruler(ends, by.number)


def _spread_ruler(posteriors: Sequence[Posterior]) -> Ruler:
    ends = [one.tau.quantile(_SEEN[1]) for one in posteriors]
    ends += [1.5 * one.prior.tau_scale for one in posteriors]
    return plain_ruler(ends, "Spread between cohorts, tau", zero=True)


def _number(
    one: Posterior, ruler: Ruler, by: Reading, effects: Effects | None, level: float
) -> Density:
    at = np.linspace(ruler.low, ruler.high, _PLACES)
    limits = one.mu.interval(level)
    ends = np.array([one.mu.quantile(0.5), limits.low, limits.high])
    known = 1 / (1 + np.exp(-ends)) if effects is None else effects.back(ends)
    middle, low, high = known.tolist()
    return Density(
        values=tuple(at.tolist()), before=_listed(np.exp(one.prior.log_mu(at))),
        after=_heights(one.mu, at), middle=one.mu.quantile(0.5),
        told=by.told(middle, low, high), new=_heights(one.new, at),
    )  # fmt: skip


def _spread(one: Posterior, ruler: Ruler, level: float) -> Density:
    at = np.linspace(0.0, ruler.high, _PLACES)
    limits = one.tau.interval(level)
    middle = one.tau.quantile(0.5)
    return Density(
        values=tuple(at.tolist()), before=_listed(np.exp(one.prior.log_tau(at))),
        after=_from_zero(one.tau, at), middle=middle,
        told=f"tau {shown(middle)} ({shown(limits.low)} to {shown(limits.high)})",
    )  # fmt: skip


def _heights(one: Marginal, at: NDArray[np.float64]) -> tuple[float, ...]:
    return _listed(np.interp(at, one.values, one.density, left=0.0, right=0.0))


def _from_zero(one: Marginal, at: NDArray[np.float64]) -> tuple[float, ...]:
    """Of a number that cannot be below 0: its table begins a little above."""
    first = float(one.density[0])
    return _listed(np.interp(at, one.values, one.density, left=first, right=0.0))


def _listed(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.tolist())
