"""Tau squared, by each method; never below 0.

Closed forms come from moments. The others are roots of a falling function, or the highest of the
points at which a likelihood is level; all are bracketed, none is iterated to a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from reinfuse.pooling.inverse_variance.likelihood import log_likelihood, slope_of_likelihood
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.weighted import Studies, fit_at

_EXACT = 4 * np.finfo(np.float64).eps  # the finest that brentq accepts
_TINY = 1e-300  # its absolute tolerance: the relative one decides
_MOST_STEPS = 5000  # halving from the largest to the smallest double takes half as many
_GRID = 60  # points at which the slope is looked at; the likelihood has rarely two summits
_LOWEST = 1e-6  # of the smallest variance: where the grid begins


def estimate_tau2(studies: Studies, method: Method) -> float:
    """Tau squared by `method`, for k studies and p < k coefficients.

    Source: the formulas of Viechtbauer 2005, doi:10.3102/10769986030003261, and of metafor 3.8-1
    (recalled; held to its numbers).
    """
    return _ESTIMATE[method](studies)


def tau2_where_q_is(studies: Studies, wanted: float) -> float:
    """The tau squared at which the weighted sum of squares falls to `wanted`; 0 if it is below."""
    if fit_at(studies, 0.0).q <= wanted:
        return 0.0
    # Any coefficients give a larger sum than the best ones, those of equal weights included, and
    # dropping vi makes it larger still: at twice this bound the sum is surely below `wanted`.
    highest = 2 * _spread(studies) / wanted
    return _root(lambda tau2: fit_at(studies, tau2).q - wanted, 0.0, highest)


def _zero(studies: Studies) -> float:
    return 0.0


def _der_simonian_laird(studies: Studies) -> float:
    fit = fit_at(studies, 0.0)
    return max(0.0, (fit.q - (studies.k - studies.p)) / fit.trace)


def _hunter_schmidt(studies: Studies) -> float:
    fit = fit_at(studies, 0.0)
    return max(0.0, (fit.q - studies.k) / float(np.sum(fit.weight)))


def _hedges(studies: Studies) -> float:
    equal = fit_at(Studies(yi=studies.yi, vi=np.ones(studies.k), design=studies.design), 0.0)
    expected = float(np.sum(studies.vi * equal.spare))
    return max(0.0, (equal.q - expected) / (studies.k - studies.p))


def _sidik_jonkman(studies: Studies) -> float:
    begin = float(np.mean((studies.yi - np.mean(studies.yi)) ** 2))
    if begin == 0.0:
        return 0.0
    return begin * fit_at(studies, begin).q / (studies.k - studies.p)


def _paule_mandel(studies: Studies) -> float:
    return tau2_where_q_is(studies, float(studies.k - studies.p))


def _maximum_likelihood(studies: Studies) -> float:
    return _highest(studies, restricted=False)


def _restricted_maximum_likelihood(studies: Studies) -> float:
    return _highest(studies, restricted=True)


def _highest(studies: Studies, *, restricted: bool) -> float:
    """The summit of the likelihood, among all that a grid over its whole reach can tell apart."""

    def slope(tau2: float) -> float:
        return slope_of_likelihood(studies, tau2, restricted=restricted)

    def height(tau2: float) -> float:
        return log_likelihood(studies, fit_at(studies, tau2), restricted=restricted)

    end = _falls_beyond(studies)
    begin = min(_LOWEST * float(np.min(studies.vi)), end / 2)
    if end <= 0.0 or begin <= 0.0:
        return 0.0
    grid = [0.0, *np.geomspace(begin, end, _GRID).tolist()]
    slopes = [slope(tau2) for tau2 in grid]
    summits = [
        _root(slope, left, right)
        for left, right, up, down in zip(grid, grid[1:], slopes, slopes[1:], strict=False)
        if up > 0.0 >= down
    ]
    return max([0.0, *summits], key=height)


def _falls_beyond(studies: Studies) -> float:
    """A tau squared beyond which both likelihoods fall.

    The square sum of w r is at most spread / tau2^2, the trace at least (k - p) / (max vi + tau2).
    """
    spread, spare = _spread(studies), studies.k - studies.p
    widest = float(np.max(studies.vi))
    return float((spread + np.sqrt(spread) * np.sqrt(spread + 4 * spare * widest)) / (2 * spare))


def _root(falling: Callable[[float], float], left: float, right: float) -> float:
    found = brentq(falling, left, right, xtol=_TINY, rtol=_EXACT, maxiter=_MOST_STEPS)
    return float(found)


def _spread(studies: Studies) -> float:
    """The sum of squared residuals of a fit with equal weights."""
    return fit_at(Studies(yi=studies.yi, vi=np.ones(studies.k), design=studies.design), 0.0).q


_ESTIMATE: dict[Method, Callable[[Studies], float]] = {
    Method.EE: _zero,
    Method.DL: _der_simonian_laird,
    Method.REML: _restricted_maximum_likelihood,
    Method.ML: _maximum_likelihood,
    Method.PM: _paule_mandel,
    Method.EB: _paule_mandel,
    Method.SJ: _sidik_jonkman,
    Method.HS: _hunter_schmidt,
    Method.HE: _hedges,
}
