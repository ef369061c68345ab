"""What the binomial-normal model says of a set of cohorts, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PooledRates:
    """Rates of `k` cohorts pooled; log odds without a prefix, rates 0 to 1 where so named.

    `b` is the log odds of the middle cohort, with standard error `se` and limits `low`, `high`;
    `rate` is the same as a rate. `mean_rate` averages over cohorts, which differs where they
    spread. `tau2` is the variance of log odds between cohorts; its limits are by profile
    likelihood, and `tau2_high` is infinite where the data set no upper limit. `predicted_low` and
    `predicted_high` bound the rate of a new cohort; like metafor's they take `tau2` as known, and
    are too narrow for few studies. `log_likelihood` holds the binomial coefficients.

    `q_lrt` and `q_wald` test whether all cohorts have one rate (`k` - 1 degrees of freedom), with
    p-values; `spread_p` tests `tau2` = 0 by the half-and-half mixture at the border of the
    allowed values. `i2` is in percent. `modes` holds each cohort's log odds, drawn towards `b`.
    """

    k: int
    events: int
    n: int
    b: float
    se: float
    low: float
    high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    rate: float
    rate_low: float
    rate_high: float
    mean_rate: float
    predicted_low: float
    predicted_high: float
    log_likelihood: float
    q_lrt: float
    q_lrt_p: float
    q_wald: float
    q_wald_p: float
    spread_p: float
    i2: float
    h2: float
    level: float
    points: int
    modes: NDArray[np.float64]
