"""Whether pooled posteriors of rates are as wide as they should be: simulation-based calibration.

A middle and a spread are drawn from the prior, cohorts' rates from those, and counts of rare events
from the rates. If prior, likelihood and sums belong together, the truth falls evenly in its
posterior: of the middle, the spread, one cohort's rate, and the rate of a cohort not yet seen.

Source: Talts et al. 2018, arXiv:1804.06788 (recalled); the table of statistics is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from reinfuse.pooling.bayes import (
    MIDDLE,
    Prior,
    RatePosterior,
    pool_rates_with_prior,
    shrink_rates,
)

INPUTS: tuple[str, ...] = (
    "studies/pooling_sbc.py",
    "src/reinfuse/pooling/bayes/*.py",
    "src/reinfuse/pooling/rates_likelihood.py",
    "src/reinfuse/pooling/glmm_maximum.py",
)
HEADER: tuple[str, ...] = (
    "cohorts",
    "number",
    "replicates",
    "share_without_events",
    "chi_square_9_df",
    "largest_ecdf_gap_x_root_n",
    "mean_rank",
    "inside_50",
    "inside_90",
)
NAMES: tuple[str, ...] = ("mu", "tau", "first cohort's rate", "new cohort's rate")
REPLICATES = 500
BINS = 10
# 99.9 % points: chi-square with 9 degrees of freedom (27.9) and Kolmogorov's statistic (1.95).
CHI_SQUARE_LIMIT = 27.88
ECDF_LIMIT = 1.949

#: Rare events: the middle cohort's rate lies between 0.7 % and 26 % (95 %).
RARE = replace(MIDDLE, name="rare", mu_mean=-3.0, mu_sd=1.0)
_COHORTS = ("2", "3", "10")
_SMALLEST, _LARGEST = 10, 60  # patients in a cohort


def chunks() -> Sequence[str]:
    """One part per number of cohorts."""
    return _COHORTS


def run(chunk: str) -> list[tuple[object, ...]]:
    """One row per number that is known in a simulation."""
    ranks, without = rank_truths(int(chunk), replicates=REPLICATES)
    return [
        (chunk, name, REPLICATES, round(without, 3), *row)
        for name, row in zip(NAMES, tabulate(ranks), strict=True)
    ]


def rank_truths(
    cohorts: int, *, replicates: int, fitted: Prior = RARE
) -> tuple[NDArray[np.float64], float]:
    """Where each truth fell in its posterior, 0 to 1: `"replicates numbers"`.

    Beside it, the share of cohorts without any event. `fitted` is another prior to fit with than
    the one the truths are drawn from, to see it fail.
    """
    rng = np.random.default_rng([2031, cohorts])
    ranks, empty = [], []
    for chance in rng.spawn(replicates):
        mu, tau = RARE.draw(chance)
        log_odds = mu + tau * chance.standard_normal(cohorts + 1)
        n = chance.integers(_SMALLEST, _LARGEST + 1, size=cohorts)
        events = chance.binomial(n, expit(log_odds[:-1]))
        found = pool_rates_with_prior(events.tolist(), n.tolist(), fitted)
        assert isinstance(found, RatePosterior)  # two cohorts or more are always pooled
        first = shrink_rates(found, events.tolist(), n.tolist())[0]
        ranks.append(
            (
                found.mu.below(mu),
                found.tau.below(tau),
                first.below(float(expit(log_odds[0]))),
                found.new.below(float(log_odds[-1])),
            )
        )
        empty.append(float((events == 0).mean()))
    return np.array(ranks), float(np.mean(empty))


def tabulate(ranks: NDArray[np.float64]) -> list[tuple[float, ...]]:
    """Chi-square, ECDF gap, mean rank and coverage for each column of ranks."""
    count = len(ranks)
    rows = []
    for column in ranks.T:
        seen = np.bincount(np.minimum((column * BINS).astype(int), BINS - 1), minlength=BINS)
        chi_square = float(((seen - count / BINS) ** 2).sum() / (count / BINS))
        ordered, steps = np.sort(column), np.arange(count + 1) / count
        gap = max(float((steps[1:] - ordered).max()), float((ordered - steps[:-1]).max()))
        off = np.abs(column - 0.5)
        row = (
            chi_square,
            gap * count**0.5,
            column.mean(),
            (off < 0.25).mean(),
            (off < 0.45).mean(),
        )
        rows.append(tuple(round(float(cell), 3) for cell in row))
    return rows
