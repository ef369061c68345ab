"""CAR-T curves in blood: the curve, what is known of it beforehand, and how data speak to it."""

from __future__ import annotations

from reinfuse.kinetics.curve import (
    RiseAndFall,
    last_day_at,
    log_levels,
    log_odds_from_percent,
    percent_from_log_odds,
)
from reinfuse.kinetics.data import (
    Below,
    CurveData,
    Level,
    PeakSeen,
    Point,
    UnusableLevel,
)
from reinfuse.kinetics.half_life import (
    ApparentHalfLife,
    Bound,
    NotFalling,
    apparent_half_life,
    apparent_half_lives,
)
from reinfuse.kinetics.likelihood import (
    CurveProblem,
    curve_of,
    curve_problem,
)
from reinfuse.kinetics.priors import (
    Prior,
    curve_priors,
)
from reinfuse.kinetics.published import SpreadReading
from reinfuse.kinetics.table import (
    QUANTITIES,
    Quantity,
)

__all__ = [
    "QUANTITIES",
    "ApparentHalfLife",
    "Below",
    "Bound",
    "CurveData",
    "CurveProblem",
    "Level",
    "NotFalling",
    "PeakSeen",
    "Point",
    "Prior",
    "Quantity",
    "RiseAndFall",
    "SpreadReading",
    "UnusableLevel",
    "apparent_half_life",
    "apparent_half_lives",
    "curve_of",
    "curve_priors",
    "curve_problem",
    "last_day_at",
    "log_levels",
    "log_odds_from_percent",
    "percent_from_log_odds",
]
