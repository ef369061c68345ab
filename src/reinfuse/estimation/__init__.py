"""What data say: posteriors of curves, how far data narrowed them, and two infusions compared."""

from __future__ import annotations

from reinfuse.estimation.below import (
    BelowDay,
    Limit,
)
from reinfuse.estimation.check import (
    PointCheck,
)
from reinfuse.estimation.compare import (
    CurveComparison,
    MeasuredRatio,
    NoRatio,
    Ratio,
    compare_curves,
)
from reinfuse.estimation.course import (
    CourseCurves,
    InfusionFit,
    fit_course,
)
from reinfuse.estimation.fit import (
    Bands,
    CurveFit,
    NoCurve,
    ParameterFit,
    QuantityFit,
    fit_curve,
    fit_under_each_reading,
)
from reinfuse.estimation.plain import (
    as_plain,
)
from reinfuse.estimation.problem import (
    Problem,
)
from reinfuse.estimation.smc import (
    Outcome,
    Posterior,
    Tempering,
    sample_posterior,
)
from reinfuse.estimation.summary import (
    NotWithin,
    Probability,
    Summary,
    probability,
    summarise,
)

__all__ = [
    "Bands",
    "BelowDay",
    "CourseCurves",
    "CurveComparison",
    "CurveFit",
    "InfusionFit",
    "Limit",
    "MeasuredRatio",
    "NoCurve",
    "NoRatio",
    "NotWithin",
    "Outcome",
    "ParameterFit",
    "PointCheck",
    "Posterior",
    "Probability",
    "Problem",
    "QuantityFit",
    "Ratio",
    "Summary",
    "Tempering",
    "as_plain",
    "compare_curves",
    "fit_course",
    "fit_curve",
    "fit_under_each_reading",
    "probability",
    "sample_posterior",
    "summarise",
]
