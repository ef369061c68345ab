"""Tests of covariate effects: Wald, likelihood ratio, score, and correlation with draws."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.covariates.result import WaldTest
from reinfuse.estimation.population.uncertainty.information import Information
from reinfuse.estimation.population.uncertainty.result import Uncertainty

DRAWS = 20


def wald(uncertainty: Uncertainty, names: Sequence[str]) -> tuple[WaldTest, ...]:
    """Each effect against 0 by its standard error; p is 1 where the data do not fix it."""
    found = []
    for name in names:
        place = uncertainty.names.index(name)
        estimate = float(uncertainty.estimates[place])
        error = float(uncertainty.standard_errors[place])
        p = 1.0 if math.isinf(error) else 2.0 * float(stats.norm.sf(abs(estimate) / error))
        found.append(WaldTest(name=name, estimate=estimate, standard_error=error, p=p))
    return tuple(found)


def ratio_p(ratio: float, freedom: int) -> float:
    """The p value of a likelihood ratio: of chi-squared with `freedom` degrees."""
    return float(stats.chi2.sf(max(ratio, 0.0), freedom))


def critical(p: float, freedom: int) -> float:
    """The ratio that has this p value."""
    return float(stats.chi2.isf(p, freedom))


def score_p(information: Information, tested: np.ndarray, active: np.ndarray) -> float:
    """The p value of Rao's score test of numbers that are 0 now, `active` ones being estimated.

    Source: Rao 1948, doi:10.1017/S0305004100023987.
    """
    slope = np.asarray(information.scores).sum(1)[tested]
    for bend in (np.asarray(information.observed), _outer(information)):
        across = bend[np.ix_(tested, active)]
        left = bend[np.ix_(tested, tested)] - across @ np.linalg.pinv(
            bend[np.ix_(active, active)]
        ) @ across.T  # fmt: skip
        # Far from the alternative the observed information may not be positive; the outer
        # product of scores always is.
        if np.linalg.eigvalsh(left)[0] > 0.0:
            return ratio_p(float(slope @ np.linalg.solve(left, slope)), len(tested))
    return 1.0


def _outer(information: Information) -> np.ndarray:
    scores = np.asarray(information.scores)
    return scores @ scores.T


def draw_effects(
    conditional: Conditional, middle: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Random effects drawn given each subject's data, `"draws latents subjects"`.

    The conditional distribution is taken as normal with the moments that the data give.
    """
    mean, covariance = (np.asarray(part) for part in conditional)
    values, vectors = np.linalg.eigh(covariance)
    factor = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    white = generator.standard_normal((DRAWS, *mean.shape))
    return mean - middle + np.einsum("nab,dbn->dan", factor, white)


def correlation_p(effects: np.ndarray, columns: np.ndarray) -> float:
    """The p value of no correlation between draws of one random effect and covariate columns.

    `effects` is `"draws subjects"`, `columns` `"columns subjects"`. The share of variance that
    the columns explain is averaged over draws, then judged as one regression's.
    Source: Ayral 2021, doi:10.1002/psp4.12612.
    """
    subjects = effects.shape[1]
    design = np.vstack([np.ones(subjects), columns]).T
    freedom = np.linalg.matrix_rank(design) - 1
    if freedom == 0 or subjects <= freedom + 1:
        return 1.0
    basis, _ = np.linalg.qr(design)
    away = effects - effects.mean(1, keepdims=True)
    explained = ((away @ basis) ** 2).sum(1) / (away**2).sum(1)
    share = min(float(explained.mean()), 1.0 - 1e-12)
    rest = subjects - freedom - 1
    return float(stats.f.sf(share / freedom / ((1.0 - share) / rest), freedom, rest))


def shrinkage_of(conditional: Conditional, middle: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """1 - SD of conditional means over SD of random effects, for each latent."""
    away = np.asarray(conditional.mean) - middle
    return 1.0 - np.sqrt((away**2).mean(1) / spread)
