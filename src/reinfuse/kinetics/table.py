"""What is read off a curve: one table, from which headings, documents and tests are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.kinetics.curve import RiseAndFall, log_levels, percent_from_log_odds

AUC_DAYS = 28.0
_LOG_2 = float(np.log(2.0))
_STEPS = 112  # a quarter of a day; Simpson's rule is then right to 1e-4 of the area


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number per curve. `compute` takes many curves and returns `"draws"`."""

    name: str
    unit: str
    heading: str
    definition: str
    compute: Callable[[RiseAndFall], NDArray[np.float64]]


def tmax(curve: RiseAndFall) -> NDArray[np.float64]:
    """Day of the highest level."""
    return curve.peak_day


def peak_percent(curve: RiseAndFall) -> NDArray[np.float64]:
    """Highest level in per cent of the gate."""
    return percent_from_log_odds(curve.log_peak)


def doubling_time(curve: RiseAndFall) -> NDArray[np.float64]:
    """Days in which the level doubles before the peak."""
    return _LOG_2 / curve.rise


def contraction_half_life(curve: RiseAndFall) -> NDArray[np.float64]:
    """Days in which the fast part halves after the peak."""
    return _LOG_2 / curve.fast


def terminal_half_life(curve: RiseAndFall) -> NDArray[np.float64]:
    """Days in which the slow part halves."""
    return _LOG_2 / curve.slow


def persisting_percent(curve: RiseAndFall) -> NDArray[np.float64]:
    """Per cent of the peak that declines slowly."""
    return 100.0 * curve.lasting


def auc_percent_days(curve: RiseAndFall) -> NDArray[np.float64]:
    """Area under the percentage from day 0 to 28 by Simpson's rule, per cent x days."""
    days = np.linspace(0.0, AUC_DAYS, _STEPS + 1)
    weights = np.full(_STEPS + 1, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0
    percent = percent_from_log_odds(log_levels(curve, days))
    return percent @ weights * (AUC_DAYS / _STEPS / 3.0)


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        name="tmax",
        unit="d",
        heading="Day of the peak",
        definition="Day after infusion on which the curve is highest; not the day of a sample.",
        compute=tmax,
    ),
    Quantity(
        name="peak",
        unit="%",
        heading="Peak",
        definition="Highest level of the curve, CAR-T cells in per cent of their gate.",
        compute=peak_percent,
    ),
    Quantity(
        name="doubling_time",
        unit="d",
        heading="Doubling time",
        definition="Days in which the odds of CAR-T against other cells double before the peak.",
        compute=doubling_time,
    ),
    Quantity(
        name="contraction_half_life",
        unit="d",
        heading="Contraction half-life",
        definition="Days in which the fast part of the decline halves the odds.",
        compute=contraction_half_life,
    ),
    Quantity(
        name="terminal_half_life",
        unit="d",
        heading="Terminal half-life",
        definition="Days in which the slow part of the decline halves the odds.",
        compute=terminal_half_life,
    ),
    Quantity(
        name="persisting_share",
        unit="% of the peak",
        heading="Persisting share",
        definition="Part of the peak odds that declines slowly.",
        compute=persisting_percent,
    ),
    Quantity(
        name="auc_0_28",
        unit="% x d",
        heading="AUC day 0 to 28",
        definition="Area under the percentage from day 0 to day 28; of a gate, not of a count.",
        compute=auc_percent_days,
    ),
)
