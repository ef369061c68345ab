"""Effects with known variances pooled with a prior: the normal-normal model, by exact sums.

Given tau everything else is normal, so that one axis of tau is all there is to sum over.

Source: Röver 2020, doi:10.18637/jss.v093.i06 (bayesmeta; recalled).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.bayes.marginal import Marginal, marginal_of_grid, marginal_of_mixture
from reinfuse.pooling.bayes.priors import Prior
from reinfuse.pooling.bayes.tau_axis import bound_axis, slope_at, tau_at
from reinfuse.pooling.not_pooled import NotPooled

Floats = NDArray[np.float64]

FEWEST_STUDIES = 2
_NODES = 241


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EffectPosterior:
    """What `k` studies and a prior say of the middle effect, the spread, and each effect.

    `new` is the effect of a study that is not there yet; `studies` are the effects of those that
    are, drawn towards the middle.
    """

    prior: Prior
    k: int
    mu: Marginal
    tau: Marginal
    new: Marginal
    studies: tuple[Marginal, ...]


def pool_effects_with_prior(
    yi: Sequence[float], vi: Sequence[float], prior: Prior
) -> EffectPosterior | NotPooled:
    """The posterior of effects `yi` with known variances `vi`, one for each study.

    One study is not pooled. A variance of 0 or below, or what is not finite, is an error.
    """
    y, v = np.asarray(yi, dtype=np.float64), np.asarray(vi, dtype=np.float64)
    if y.shape != v.shape or not np.isfinite(y).all() or not (np.isfinite(v) & (v > 0)).all():
        raise ReinfuseError(
            "effects and variances cannot be used",
            fix="give one finite effect and one variance above 0 for each study",
        )
    if len(y) < FEWEST_STUDIES:
        return NotPooled(why="one study is nothing to pool", fix="give its own interval")

    def log_density(tau: Floats) -> Floats:
        return _conditional(y, v, tau, prior)[2] + prior.log_tau(tau)

    scale = min(prior.tau_scale, 3 * float(np.sqrt(v.max()) + np.ptp(y)))
    first, last = bound_axis(log_density, scale, largest=math.inf)
    t = np.linspace(first, last, _NODES)
    tau, slope = tau_at(t, scale), slope_at(t, scale)
    height = log_density(tau) + np.log(slope)
    share = np.exp(height - height.max())
    share = share / share.sum()
    middle, variance, _ = _conditional(y, v, tau, prior)
    finest = float(np.sqrt(variance.min()))
    return EffectPosterior(
        prior=prior,
        k=len(y),
        mu=marginal_of_mixture(share, middle, np.sqrt(variance), scale=finest),
        tau=marginal_of_grid(t, share, tau, slope),
        new=marginal_of_mixture(share, middle, np.sqrt(variance + tau**2), scale=finest),
        studies=tuple(
            _shrunken(one, of, share, tau=tau, middle=middle, variance=variance)
            for one, of in zip(y, v, strict=True)
        ),
    )


def _conditional(y: Floats, v: Floats, tau: Floats, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """Mean and variance of mu given tau, and the log-likelihood of tau: axis (tau)."""
    weight = 1 / (v + tau[:, None] ** 2)
    known = 0.0 if math.isinf(prior.mu_sd) else prior.mu_sd**-2
    variance = 1 / (weight.sum(axis=1) + known)
    middle = variance * (weight @ y + known * prior.mu_mean)
    # The height of the joint density at the middle, times the width of mu around it.
    off = y - middle[:, None]
    height = 0.5 * (np.log(weight) - weight * off**2).sum(axis=1)
    return middle, variance, height + prior.log_mu(middle) + 0.5 * np.log(variance)


def _shrunken(
    y: float, v: float, share: Floats, *, tau: Floats, middle: Floats, variance: Floats
) -> Marginal:
    """One study's own effect: between what it saw and the middle, as tau says."""
    pull = v / (v + tau**2)
    mean = pull * middle + (1 - pull) * y
    spread = np.sqrt(v * tau**2 / (v + tau**2) + pull**2 * variance)
    return marginal_of_mixture(share, mean, spread, scale=float(spread.min()))
