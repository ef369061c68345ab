"""Whether small studies tell another story than large ones: the tests of Egger and of Begg."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau

from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.inverse_variance.checking import why_not_pooled
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.regression import meta_regression
from reinfuse.pooling.inverse_variance.weighted import fit_at, pooled_alone
from reinfuse.pooling.not_pooled import NotPooled

_FEWEST = 3
_EXACT_UP_TO = 49  # without ties R counts permutations below 50 studies, and so do we


@dataclass(frozen=True, slots=True, kw_only=True)
class Egger:
    """The test of the slope by standard error, and the effect of a study without any error.

    `statistic` is normal, or t with `df` degrees. `limit_low` to `limit_high` is the interval of
    `limit`, the intercept.
    """

    statistic: float
    df: int | None
    p: float
    slope: float
    limit: float
    limit_low: float
    limit_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Begg:
    """Kendall's rank correlation of effects with their variances, with its two-sided p value."""

    tau: float
    p: float


def egger(
    effects: Effects, method: Method, *, knapp_hartung: bool = False, level: float = 0.95
) -> Egger | NotPooled:
    """Whether the effect changes with the standard error, by meta-regression on it.

    Asymmetry has many causes, of which unpublished studies are one; and rates are asymmetric by
    themselves, since their variance depends on the rate. Below ten studies it has little power.

    Source: Sterne and Egger 2005, the mixed-effects form of Egger 1997,
    doi:10.1136/bmj.315.7109.629 (recalled).
    """
    found = meta_regression(
        effects,
        {"standard error": np.sqrt(effects.vi)},
        method,
        knapp_hartung=knapp_hartung,
        level=level,
    )
    if isinstance(found, NotPooled):
        return found
    return Egger(
        statistic=float(found.statistic[1]),
        df=found.df,
        p=float(found.p[1]),
        slope=float(found.b[1]),
        limit=float(found.b[0]),
        limit_low=float(found.low[0]),
        limit_high=float(found.high[0]),
    )


def begg(effects: Effects) -> Begg | NotPooled:
    """Whether effects and variances rank together; p by counting orders where nothing is tied.

    Source: Begg and Mazumdar 1994, doi:10.2307/2533446.
    """
    reason = why_not_pooled(effects, np.ones((effects.k, 1)), "a rank correlation")
    if reason is not None:
        return reason
    if effects.k < _FEWEST:
        return NotPooled(why="two studies have no order to speak of", fix="find more studies")
    fit = fit_at(pooled_alone(effects.yi, effects.vi), 0.0)
    # The variance of a study's distance from the mean that it is itself a part of.
    standardised = fit.residual / np.sqrt(effects.vi * fit.spare)
    tied = any(np.unique(column).size < effects.k for column in (standardised, effects.vi))
    by_counting = effects.k <= _EXACT_UP_TO and not tied
    found = kendalltau(standardised, effects.vi, method="exact" if by_counting else "asymptotic")
    if not np.isfinite(found.statistic):
        return NotPooled(
            why="all effects, or all variances, are the same: there is no order",
            fix="look at the studies one by one",
        )
    return Begg(tau=float(found.statistic), p=float(found.pvalue))
