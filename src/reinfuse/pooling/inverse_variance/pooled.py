"""One pooled effect, by inverse variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.inverse_variance.between import estimate_tau2
from reinfuse.pooling.inverse_variance.checking import check_level, why_not_pooled
from reinfuse.pooling.inverse_variance.inference import Inference, infer
from reinfuse.pooling.inverse_variance.likelihood import log_likelihood
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.spread import spread_of
from reinfuse.pooling.inverse_variance.weighted import fit_at, pooled_alone
from reinfuse.pooling.not_pooled import NotPooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled effect `b` on the scale of its measure; `Effects.back` makes it readable.

    `low` to `high` is where the mean lies, `prediction_low` to `prediction_high` where the true
    effect of a further study lies; with equal effects there is no such second interval. `df` is
    `None` when both come from the normal distribution, which is too sure of itself when studies
    are few. `i2` is in percent. `p` is for a mean of 0 and says nothing about a rate.
    `log_likelihood` is the restricted one for REML.
    """

    method: Method
    knapp_hartung: bool
    ad_hoc_guard: bool
    level: float
    k: int
    b: float
    se: float
    statistic: float
    df: int | None
    p: float
    low: float
    high: float
    prediction_low: float | None
    prediction_high: float | None
    tau2: float
    q: float
    q_p: float
    i2: float
    h2: float
    log_likelihood: float


def pool(
    effects: Effects,
    method: Method,
    *,
    knapp_hartung: bool = False,
    ad_hoc_guard: bool = False,
    level: float = 0.95,
) -> Pooled | NotPooled:
    """The mean of the studies' true effects, each weighed by 1 / (its variance + tau squared).

    `knapp_hartung` widens the interval by how the studies differ, with the t distribution;
    `ad_hoc_guard` keeps it from narrowing it. One study is not pooled, and neither is one whose
    variance is missing or 0. Raises ReinfuseError for a level that cannot be.

    The prediction interval takes the same distribution as the interval of the mean, as metafor
    3.8-1 does.
    """
    check_level(level)
    reason = why_not_pooled(effects, np.ones((effects.k, 1)), "a pooled effect")
    if reason is not None:
        return reason
    tau2 = estimate_tau2(pooled_alone(effects.yi, effects.vi), method)
    return pool_at(
        effects,
        method,
        tau2,
        Inference(level=level, knapp_hartung=knapp_hartung, ad_hoc_guard=ad_hoc_guard),
    )


def pool_at(
    effects: Effects, method: Method, tau2: float, inference: Inference
) -> Pooled | NotPooled:
    """The pooled effect of studies that can be pooled, with tau squared taken as given."""
    studies = pooled_alone(effects.yi, effects.vi)
    fit = fit_at(studies, tau2)
    found = infer(fit, inference)
    if isinstance(found, NotPooled):
        return found
    b, se = float(found.b[0]), float(found.se[0])
    reach = None if method is Method.EE else found.quantile * float(np.hypot(se, np.sqrt(tau2)))
    spread = spread_of(studies, tau2, method)
    return Pooled(
        method=method,
        knapp_hartung=inference.knapp_hartung,
        ad_hoc_guard=inference.ad_hoc_guard,
        level=inference.level,
        k=effects.k,
        b=b,
        se=se,
        statistic=float(found.statistic[0]),
        df=found.df,
        p=float(found.p[0]),
        low=float(found.low[0]),
        high=float(found.high[0]),
        prediction_low=None if reach is None else b - reach,
        prediction_high=None if reach is None else b + reach,
        tau2=tau2,
        q=spread.q,
        q_p=spread.q_p,
        i2=spread.i2,
        h2=spread.h2,
        log_likelihood=log_likelihood(studies, fit, restricted=method is Method.REML),
    )
