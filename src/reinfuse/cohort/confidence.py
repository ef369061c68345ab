"""Confidence limits of a share that changes with time, on three scales."""

from __future__ import annotations

from enum import StrEnum
from statistics import NormalDist

import numpy as np

from reinfuse.cohort.times import Floats
from reinfuse.errors import ReinfuseError


class Scale(StrEnum):
    """The scale on which the limits lie evenly around the estimate."""

    PLAIN = "plain"
    LOG = "log"
    LOG_LOG = "log-log"


def limits_of(
    share: Floats, std_error: Floats, *, scale: Scale, level: float
) -> tuple[Floats, Floats]:
    """Lower and upper limit of a share, cut off at 0 and 1; same axes as `share`.

    Not a number where the scale has no place for the share: at 0 for `log`, at 0 and 1 for
    `log-log`, and wherever the standard error itself is none.

    Source: Klein and Moeschberger, Survival Analysis, section 4.3.
    """
    if not 0 < level < 1:
        raise ReinfuseError(
            f"a confidence level of {level:g} cannot be", fix="give a share such as 0.95"
        )
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale is Scale.PLAIN:
            low, high = share - z * std_error, share + z * std_error
        elif scale is Scale.LOG:
            known = np.where(share > 0, share, np.nan)
            reach = z * std_error / known
            low, high = known * np.exp(-reach), known * np.exp(reach)
        else:
            known = np.where((share > 0) & (share < 1), share, np.nan)
            reach = z * std_error / (known * np.log(known))
            double = np.log(-np.log(known))
            low, high = np.exp(-np.exp(double - reach)), np.exp(-np.exp(double + reach))
    return np.maximum(low, 0.0), np.minimum(high, 1.0)
