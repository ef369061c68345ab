"""Weighted least squares of effects on a design, at one value of tau squared.

Everything else in this folder asks for it. With w = 1 / (vi + tau2), coefficients, their
covariance, residuals and leverages come of one QR decomposition of the rows times sqrt(w); a mean
alone is a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from reinfuse.pooling.effects.back import Floats


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Studies:
    """Effects, variances, and a design of full rank with the axes (studies, coefficients)."""

    yi: Floats
    vi: Floats
    design: Floats

    @property
    def k(self) -> int:
        """How many studies."""
        return int(self.yi.size)

    @property
    def p(self) -> int:
        """How many coefficients."""
        return int(self.design.shape[1])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Weighted:
    """A fit at one tau squared; `b` has the axis (coefficients), the others (studies).

    `leverage` is the diagonal of the hat matrix and `spare` 1 less it. `log_det` is the logarithm
    of the determinant of X'WX.
    """

    b: Floats
    covariance: Floats
    weight: Floats
    residual: Floats
    leverage: Floats
    spare: Floats
    log_det: float

    @property
    def q(self) -> float:
        """The weighted sum of squared residuals."""
        return float(np.sum(self.weight * self.residual**2))

    @property
    def trace(self) -> float:
        """The trace of P = W - W X (X'WX)^-1 X'W: how fast q falls when all variances grow."""
        return float(np.sum(self.weight * self.spare))


def pooled_alone(yi: Floats, vi: Floats) -> Studies:
    """Studies whose design is one mean and nothing else."""
    return Studies(yi=yi, vi=vi, design=np.ones((yi.size, 1)))


def fit_at(studies: Studies, tau2: float) -> Weighted:
    """Weighted least squares with weights 1 / (vi + tau2)."""
    weight = 1 / (studies.vi + tau2)
    if studies.p == 1 and np.all(studies.design == 1.0):
        return _fit_mean(studies.yi, weight)
    root = np.sqrt(weight)
    q, r = np.linalg.qr(studies.design * root[:, None])
    b = solve_triangular(r, q.T @ (studies.yi * root))
    inverse = solve_triangular(r, np.eye(studies.p))
    leverage = np.minimum(np.sum(q**2, axis=1), 1.0)
    return Weighted(
        b=b,
        covariance=inverse @ inverse.T,
        weight=weight,
        residual=studies.yi - studies.design @ b,
        leverage=leverage,
        spare=1 - leverage,
        log_det=float(2 * np.sum(np.log(np.abs(np.diag(r))))),
    )


def _fit_mean(yi: Floats, weight: Floats) -> Weighted:
    """The same for a mean alone, with no digit lost when one study outweighs all others."""
    whole = float(np.sum(weight))
    # Counted from the heaviest study, its own residual is not a difference of two near numbers.
    begin = yi[np.argmax(weight)]
    off = yi - begin
    shift = float(np.sum(weight * off)) / whole
    return Weighted(
        b=np.array([begin + shift]),
        covariance=np.array([[1 / whole]]),
        weight=weight,
        residual=off - shift,
        leverage=weight / whole,
        spare=_share_of_others(weight, whole),
        log_det=float(np.log(whole)),
    )


def _share_of_others(weight: Floats, whole: float) -> Floats:
    """What all others hold of the whole weight; 1 - leverage would lose it beside a giant."""
    before = np.concatenate(([0.0], np.cumsum(weight)[:-1]))
    after = np.concatenate((np.cumsum(weight[::-1])[::-1][1:], [0.0]))
    return np.asarray((before + after) / whole, dtype=np.float64)
