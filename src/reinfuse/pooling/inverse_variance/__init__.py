"""Studies pooled by the inverse of their variances, and every question asked of such a mean."""

from __future__ import annotations

from reinfuse.pooling.inverse_variance.filling import Filled, Side, trim_and_fill
from reinfuse.pooling.inverse_variance.funnel import Begg, Egger, begg, egger
from reinfuse.pooling.inverse_variance.groups import Between, Subgroups, subgroups
from reinfuse.pooling.inverse_variance.left_out import (
    BaujatPoint,
    Influence,
    LeftOut,
    baujat,
    influence,
    leave_one_out,
)
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.pooled import Pooled, pool
from reinfuse.pooling.inverse_variance.profile import SpreadInterval, q_profile
from reinfuse.pooling.inverse_variance.regression import Regressed, meta_regression

__all__ = [
    "BaujatPoint",
    "Begg",
    "Between",
    "Egger",
    "Filled",
    "Influence",
    "LeftOut",
    "Method",
    "Pooled",
    "Regressed",
    "Side",
    "SpreadInterval",
    "Subgroups",
    "baujat",
    "begg",
    "egger",
    "influence",
    "leave_one_out",
    "meta_regression",
    "pool",
    "q_profile",
    "subgroups",
    "trim_and_fill",
]
