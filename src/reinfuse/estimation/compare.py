"""The second infusion beside the first: ratios of what two curves say, and what they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.below import Limit, day_below_draws
from reinfuse.estimation.fit import CurveFit, NoCurve
from reinfuse.estimation.summary import Probability, Summary, probability, summarise
from reinfuse.kinetics.data import Below
from reinfuse.kinetics.likelihood import curve_of
from reinfuse.kinetics.table import auc_percent_days, peak_percent

PERSISTENCE_PERCENT = 0.1

UNSTATED_GATE = "an unstated gate"
# Each takes the gate in words.
NOT_EXPOSURE = "a ratio of percentages of {gate}, not of exposure"
ODDS_WORDS = (
    "a ratio of CAR-T cells per other cell of {gate}; not squeezed near 100 %, and a "
    "ratio of counts only if the other cells were as many both times"
)
PERSISTENCE_WORDS = (
    "a ratio of days until the curve is below 0.1 % of {gate}; most of such days lie "
    "beyond what was observed and rest on the published slow decline"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Second over first: its posterior, the chance that it is above one, and its words."""

    name: str
    ratio: Summary
    above_one: Probability
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRatio:
    """A ratio that could not be taken, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRatio:
    """Second over first of the highest percentages as measured; no model in it."""

    ratio: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveComparison:
    """The second infusion over the first, measured and fitted.

    The two posteriors are independent: what one infusion says of this patient does not enter the
    fit of the other.
    """

    first: str
    second: str
    measured: MeasuredRatio | NoRatio
    ratios: tuple[Ratio, ...]


def compare_curves(
    first: CurveFit | NoCurve, second: CurveFit | NoCurve, *, rng: np.random.Generator
) -> CurveComparison | NoRatio:
    """Ratios second to first of peak percentages, peak odds, AUC0-28 and persistence."""
    if isinstance(first, NoCurve):
        return NoRatio(name="second to first", why=f"{first.label}: {first.why}")
    if isinstance(second, NoCurve):
        return NoRatio(name="second to first", why=f"{second.label}: {second.why}")
    gate = _gate(first, second)
    rows = tuple(
        _ratio(name, words.format(gate=gate), take(second), rng.permutation(take(first)))
        for name, words, take in _TAKEN
    )
    return CurveComparison(
        first=first.label, second=second.label, measured=_measured(first, second, gate), ratios=rows
    )


def _ratio(name: str, words: str, second: NDArray[np.float64], first: NDArray[np.float64]) -> Ratio:
    count = min(len(first), len(second))
    ratio = second[:count] / first[:count]
    return Ratio(name=name, ratio=summarise(ratio), above_one=probability(ratio > 1.0), words=words)


def _peak(fit: CurveFit) -> NDArray[np.float64]:
    return peak_percent(curve_of(fit.problem, fit.posterior.draws))


def _odds(fit: CurveFit) -> NDArray[np.float64]:
    return np.exp(curve_of(fit.problem, fit.posterior.draws).log_peak)


def _area(fit: CurveFit) -> NDArray[np.float64]:
    return auc_percent_days(curve_of(fit.problem, fit.posterior.draws))


def _persistence(fit: CurveFit) -> NDArray[np.float64]:
    return day_below_draws(fit.problem, fit.posterior.draws, Limit(PERSISTENCE_PERCENT))


_TAKEN: tuple[tuple[str, str, Callable[[CurveFit], NDArray[np.float64]]], ...] = (
    ("peak percentages", NOT_EXPOSURE, _peak),
    ("peak odds", ODDS_WORDS, _odds),
    ("AUC day 0 to 28, per cent x days", NOT_EXPOSURE, _area),
    ("days until below 0.1 %", PERSISTENCE_WORDS, _persistence),
)


def _gate(first: CurveFit, second: CurveFit) -> str:
    """What both are percentages of, in words; two gates that differ are named both."""
    gates = [fit.problem.data.gate for fit in (first, second)]
    named = [gate or UNSTATED_GATE for gate in dict.fromkeys(gates)]
    return " and ".join(reversed(named))


def _measured(first: CurveFit, second: CurveFit, gate: str) -> MeasuredRatio | NoRatio:
    highest = [
        [point.percent for point in fit.problem.data.points if not isinstance(point, Below)]
        for fit in (first, second)
    ]
    if not all(highest):
        return NoRatio(name="measured peaks", why="one infusion has no measured percentage")
    ratio = max(highest[1]) / max(highest[0])
    return MeasuredRatio(ratio=ratio, words=NOT_EXPOSURE.format(gate=gate))
