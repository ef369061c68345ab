"""Many patients together: survival, cumulative incidence, comparison of groups."""

from __future__ import annotations

from reinfuse.cohort.at_risk import AtRisk, count_at_risk
from reinfuse.cohort.compare import LogRank, compare_survival
from reinfuse.cohort.confidence import Scale
from reinfuse.cohort.incidence import IncidenceCurves, estimate_incidence
from reinfuse.cohort.survival import (
    Quantile,
    Read,
    SurvivalCurve,
    estimate_survival,
    quantile_of,
)
from reinfuse.cohort.times import Times

__all__ = [
    "AtRisk",
    "IncidenceCurves",
    "LogRank",
    "Quantile",
    "Read",
    "Scale",
    "SurvivalCurve",
    "Times",
    "compare_survival",
    "count_at_risk",
    "estimate_incidence",
    "estimate_survival",
    "quantile_of",
]
