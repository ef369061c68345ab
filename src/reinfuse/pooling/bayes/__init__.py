"""Studies pooled with a stated prior, by exact sums: effects with variances, and rates."""

from __future__ import annotations

from reinfuse.pooling.bayes.marginal import Marginal
from reinfuse.pooling.bayes.normal import EffectPosterior, pool_effects_with_prior
from reinfuse.pooling.bayes.priors import MIDDLE, NARROW, THREE_PRIORS, WIDE, Prior, Spread
from reinfuse.pooling.bayes.rates import RatePosterior, pool_rates_with_prior, shrink_rates

__all__ = [
    "MIDDLE",
    "NARROW",
    "THREE_PRIORS",
    "WIDE",
    "EffectPosterior",
    "Marginal",
    "Prior",
    "RatePosterior",
    "Spread",
    "pool_effects_with_prior",
    "pool_rates_with_prior",
    "shrink_rates",
]
