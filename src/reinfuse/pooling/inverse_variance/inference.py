"""From coefficients to intervals and p values, by the normal or by Knapp and Hartung."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm, t
from scipy.stats import f as f_distribution

from reinfuse.pooling.effects.back import Floats
from reinfuse.pooling.inverse_variance.weighted import Weighted
from reinfuse.pooling.not_pooled import NotPooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """How intervals are made.

    `knapp_hartung` takes the spread of residuals about the fit as the measure of doubt, with the
    t distribution. That can make an interval narrower than the normal one; `ad_hoc_guard` keeps
    the factor at 1 or above, which is what the word "ad hoc" means in the papers.

    Source: Knapp and Hartung 2003, doi:10.1002/sim.1482 (recalled).
    """

    level: float
    knapp_hartung: bool
    ad_hoc_guard: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Coefficients:
    """Coefficients with the axis (coefficients); `df` is `None` for the normal distribution.

    `covariance` holds the factor of Knapp and Hartung, if any; `quantile` times `se` is half an
    interval.
    """

    b: Floats
    se: Floats
    statistic: Floats
    p: Floats
    low: Floats
    high: Floats
    covariance: Floats
    quantile: float
    df: int | None


def infer(fit: Weighted, inference: Inference) -> Coefficients | NotPooled:
    """Standard errors, intervals and two-sided p values of a fit."""
    k, p = fit.residual.size, fit.b.size
    factor, df = 1.0, None
    if inference.knapp_hartung:
        factor, df = fit.q / (k - p), k - p
        if inference.ad_hoc_guard:
            factor = max(1.0, factor)
    covariance = factor * fit.covariance
    se = np.sqrt(np.diag(covariance))
    if not np.all(se > 0.0):
        return NotPooled(
            why="the studies agree to the last digit, so that Knapp and Hartung leave no interval",
            fix="use the normal distribution, or the ad-hoc guard",
        )
    tail = (1 - inference.level) / 2
    quantile = float(norm.isf(tail) if df is None else t.isf(tail, df))
    statistic = fit.b / se
    beyond = norm.sf(np.abs(statistic)) if df is None else t.sf(np.abs(statistic), df)
    return Coefficients(
        b=fit.b,
        se=se,
        statistic=statistic,
        p=np.asarray(2 * beyond, dtype=np.float64),
        low=fit.b - quantile * se,
        high=fit.b + quantile * se,
        covariance=covariance,
        quantile=quantile,
        df=df,
    )


def wald_together(found: Coefficients, which: slice) -> tuple[float, float]:
    """The Wald test that the chosen coefficients are all 0: statistic and p value.

    A chi-square, or with Knapp and Hartung an F, which is the chi-square over its degrees.
    """
    b, covariance = found.b[which], found.covariance[which, which]
    statistic = float(b @ np.linalg.solve(covariance, b))
    if found.df is None:
        return statistic, float(chi2.sf(statistic, b.size))
    return statistic / b.size, float(f_distribution.sf(statistic / b.size, b.size, found.df))
