"""Studies of one outcome pooled: inverse variance, the binomial-normal model, Bayes."""

from __future__ import annotations

from reinfuse.pooling.bayes import (
    MIDDLE,
    NARROW,
    THREE_PRIORS,
    WIDE,
    EffectPosterior,
    Marginal,
    Prior,
    RatePosterior,
    Spread,
    pool_effects_with_prior,
    pool_rates_with_prior,
    shrink_rates,
)
from reinfuse.pooling.comparing import chance_better, place_answer, place_counts, place_draws
from reinfuse.pooling.effects import (
    Effects,
    Measure,
    Scale,
    effects_given,
    effects_of_arms,
    effects_of_counts,
    effects_of_means,
)
from reinfuse.pooling.glmm import pool_equal_rates, pool_rates
from reinfuse.pooling.inverse_variance import Method, Pooled, pool
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.pooling.rates_pooled import PooledRates
from reinfuse.pooling.summary import (
    Answer,
    CouldNot,
    Pooling,
    summarise_outcome,
    summarise_selection,
    summarise_studies,
)

__all__ = [
    "MIDDLE",
    "NARROW",
    "THREE_PRIORS",
    "WIDE",
    "Answer",
    "CouldNot",
    "EffectPosterior",
    "Effects",
    "Marginal",
    "Measure",
    "Method",
    "NotPooled",
    "Pooled",
    "PooledRates",
    "Pooling",
    "Prior",
    "RatePosterior",
    "Scale",
    "Spread",
    "chance_better",
    "effects_given",
    "effects_of_arms",
    "effects_of_counts",
    "effects_of_means",
    "place_answer",
    "place_counts",
    "place_draws",
    "pool",
    "pool_effects_with_prior",
    "pool_equal_rates",
    "pool_rates",
    "pool_rates_with_prior",
    "shrink_rates",
    "summarise_outcome",
    "summarise_selection",
    "summarise_studies",
]
