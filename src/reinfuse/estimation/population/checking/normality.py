"""Whether numbers look like draws from a standard normal: mean, variance, shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

FEWEST = 8
MOST_SHAPIRO = 5000  # above this Shapiro and Wilk's p is not to be trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalTests:
    """p-values of mean 0 (Wilcoxon), variance 1 (chi-squared) and shape; `overall` is three times
    the smallest, at most 1. They take the numbers as independent.
    """

    count: int
    mean: float
    variance: float
    skewness: float
    kurtosis: float
    p_mean: float
    p_variance: float
    p_shape: float
    shape_test: str

    @property
    def overall(self) -> float:
        """The p-value of all three, by Bonferroni."""
        return min(1.0, 3.0 * min(self.p_mean, self.p_variance, self.p_shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTested:
    """Why there is no test."""

    why: str


def assess_normal(values: np.ndarray) -> NormalTests | NotTested:
    """The tests of all finite values."""
    kept = values[np.isfinite(values)]
    if kept.size < FEWEST:
        return NotTested(why=f"{kept.size} values are too few to test; {FEWEST} are needed")
    variance = float(kept.var(ddof=1))
    if variance == 0:
        return NotTested(why="all values are equal")
    statistic = variance * (kept.size - 1)
    lower = float(stats.chi2.cdf(statistic, kept.size - 1))
    few = kept.size <= MOST_SHAPIRO
    return NormalTests(
        count=int(kept.size),
        mean=float(kept.mean()),
        variance=variance,
        skewness=float(stats.skew(kept)),
        kurtosis=float(stats.kurtosis(kept)),
        p_mean=float(stats.wilcoxon(kept).pvalue),
        p_variance=2.0 * min(lower, 1.0 - lower),
        p_shape=float((stats.shapiro if few else stats.normaltest)(kept).pvalue),
        shape_test="Shapiro-Wilk" if few else "D'Agostino-Pearson",
    )
