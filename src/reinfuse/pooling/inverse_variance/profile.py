"""The interval of tau squared, by profiling Q."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.inverse_variance.between import tau2_where_q_is
from reinfuse.pooling.inverse_variance.checking import check_level, why_not_pooled
from reinfuse.pooling.inverse_variance.spread import share_between, typical_variance
from reinfuse.pooling.inverse_variance.weighted import pooled_alone
from reinfuse.pooling.not_pooled import NotPooled


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadInterval:
    """Limits of tau squared, and of I squared in percent, at `level`.

    Both limits are 0 when the studies differ less than chance would have it; that is a sign of
    few studies or of overlap, and no proof that they agree.
    """

    level: float
    tau2_low: float
    tau2_high: float
    i2_low: float
    i2_high: float


def q_profile(effects: Effects, *, level: float = 0.95) -> SpreadInterval | NotPooled:
    """The values of tau squared at which Q is what chance allows, whatever the method was.

    Source: Viechtbauer 2007, doi:10.1002/sim.2514 (recalled).
    """
    check_level(level)
    reason = why_not_pooled(effects, np.ones((effects.k, 1)), "an interval of tau squared")
    if reason is not None:
        return reason
    studies = pooled_alone(effects.yi, effects.vi)
    tail, df = (1 - level) / 2, studies.k - studies.p
    low = tau2_where_q_is(studies, float(chi2.isf(tail, df)))
    high = tau2_where_q_is(studies, float(chi2.ppf(tail, df)))
    typical = typical_variance(studies)
    return SpreadInterval(
        level=level,
        tau2_low=low,
        tau2_high=high,
        i2_low=share_between(low, typical),
        i2_high=share_between(high, typical),
    )
