"""The log-likelihood of tau squared, whole and restricted, and its slope."""

from __future__ import annotations

import math

import numpy as np

from reinfuse.pooling.inverse_variance.weighted import Studies, Weighted, fit_at


def log_likelihood(studies: Studies, fit: Weighted, *, restricted: bool) -> float:
    """The log-likelihood of the normal model at the tau squared of `fit`.

    Restricted, it is that of the residuals alone, with the constant 1/2 log |X'X| which makes it
    independent of the units of moderators.

    Source: Harville 1974, doi:10.1093/biomet/61.2.383 (recalled), as metafor has it.
    """
    whole = -studies.k * math.log(2 * math.pi) + float(np.sum(np.log(fit.weight))) - fit.q
    if not restricted:
        return whole / 2
    _, log_det = np.linalg.slogdet(studies.design.T @ studies.design)
    return (whole + studies.p * math.log(2 * math.pi) + float(log_det) - fit.log_det) / 2


def slope_of_likelihood(studies: Studies, tau2: float, *, restricted: bool) -> float:
    """The derivative of the log-likelihood by tau squared, coefficients at their best."""
    fit = fit_at(studies, tau2)
    lost = fit.trace if restricted else float(np.sum(fit.weight))
    return (float(np.sum((fit.weight * fit.residual) ** 2)) - lost) / 2
