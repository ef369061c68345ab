"""How much the studies differ: Q, I squared, H squared."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import chi2

from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.weighted import Studies, fit_at

PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """`q` with its p value, `i2` in percent, and `h2`, the whole over the sampling variance."""

    q: float
    q_p: float
    i2: float
    h2: float


def spread_of(studies: Studies, tau2: float, method: Method) -> Spread:
    """How much studies differ beyond chance.

    With equal effects I squared comes from Q; otherwise it is tau2 / (tau2 + typical variance).

    Source: Higgins and Thompson 2002, doi:10.1002/sim.1186 (recalled).
    """
    fit = fit_at(studies, 0.0)
    df = studies.k - studies.p
    q_p = float(chi2.sf(fit.q, df))
    if method is Method.EE:
        i2 = PERCENT * (fit.q - df) / fit.q if fit.q > df else 0.0
        return Spread(q=fit.q, q_p=q_p, i2=i2, h2=fit.q / df)
    typical = df / fit.trace
    return Spread(q=fit.q, q_p=q_p, i2=share_between(tau2, typical), h2=1 + tau2 / typical)


def share_between(tau2: float, typical: float) -> float:
    """I squared, in percent, for a typical sampling variance."""
    return PERCENT * tau2 / (tau2 + typical)


def typical_variance(studies: Studies) -> float:
    """The sampling variance of a typical study, that of Higgins and Thompson."""
    return (studies.k - studies.p) / fit_at(studies, 0.0).trace
