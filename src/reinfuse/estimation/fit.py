"""What the data of one infusion say about its curve, and what they leave as it was before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.below import BelowDay, days_below
from reinfuse.estimation.check import PointCheck, check_points
from reinfuse.estimation.smc import Outcome, Posterior, Tempering, sample_posterior
from reinfuse.estimation.summary import LEVELS, Summary, summarise
from reinfuse.kinetics.curve import log_levels, percent_from_log_odds
from reinfuse.kinetics.data import Below, CurveData, PeakSeen
from reinfuse.kinetics.half_life import ApparentHalfLife, apparent_half_lives
from reinfuse.kinetics.likelihood import CurveProblem, curve_of, curve_problem
from reinfuse.kinetics.priors import Prior, curve_priors, natural
from reinfuse.kinetics.published import SpreadReading
from reinfuse.kinetics.table import QUANTITIES, Quantity

# Posterior over prior SD below which the data may be said to inform a parameter.
# Source: reinfuse clinical reading, "What a forecast may say" (our own choice).
INFORMED_BELOW = 0.8

WORDS = (
    "percentages are fitted as odds; growth and decline are those of cells only if the other "
    "cells of the gate stay about constant",
    "priors come from transgene copies by qPCR in other patients and products",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterFit:
    """One parameter before and after the data.

    `narrowing` is posterior over prior SD where the prior is normal (see the prior's scale):
    1 is nothing learned. `informed` says it is below 0.8.
    """

    prior: Prior
    before: Summary
    after: Summary
    narrowing: float
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityFit:
    """One quantity of the table; `narrowing` compares SDs of its logarithm (of odds for %)."""

    quantity: Quantity
    before: Summary
    after: Summary
    narrowing: float
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Quantiles of the level: `percent` is `"levels days"`, rows as in `levels`."""

    days: NDArray[np.float64]
    levels: tuple[float, ...]
    percent: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCurve:
    """No curve could be fitted; `missing` names what would allow one."""

    label: str
    why: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFit:
    """The posterior of one infusion's curve, with its draws and the words that belong to it."""

    problem: CurveProblem
    posterior: Posterior
    parameters: tuple[ParameterFit, ...]
    quantities: tuple[QuantityFit, ...]
    below: tuple[BelowDay, ...]
    bands: Bands
    apparent: tuple[ApparentHalfLife, ...]
    checks: tuple[PointCheck, ...]
    assumptions: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def label(self) -> str:
        """Which infusion."""
        return self.problem.data.label

    @property
    def outcome(self) -> Outcome:
        """How sampling ended."""
        return self.posterior.outcome


def fit_curve(
    data: CurveData,
    priors: Sequence[Prior] | None = None,
    *,
    rng: np.random.Generator,
    tempering: Tempering | None = None,
    band_days: NDArray[np.float64] | None = None,
) -> CurveFit | NoCurve:
    """The posterior of one infusion's curve, or why there is none.

    `priors` default to `curve_priors()`; `band_days` to every day up to a quarter beyond the
    last point, and at least to day 60.
    """
    if not data.points:
        return NoCurve(
            label=data.label,
            why="no CAR-T level was recorded after this infusion",
            missing=("a CAR-T level in blood with its day", "the limit of detection"),
        )
    problem = curve_problem(data, curve_priors() if priors is None else priors)
    posterior = sample_posterior(problem, rng=rng, tempering=tempering)
    if posterior.outcome is Outcome.IMPOSSIBLE:
        return NoCurve(label=data.label, why=str(posterior.outcome), missing=("levels to trust",))
    before = problem.sample_prior(rng, len(posterior.draws))
    parameters = _parameters(problem, before, posterior.draws)
    quantities = _quantities(problem, before, posterior.draws)
    return CurveFit(
        problem=problem,
        posterior=posterior,
        parameters=parameters,
        quantities=quantities,
        below=days_below(problem, posterior.draws),
        bands=_bands(problem, posterior.draws, band_days),
        apparent=apparent_half_lives(data),
        checks=check_points(problem, posterior.draws, rng=rng),
        assumptions=tuple(_assumed(row) for row in parameters if not row.informed),
        words=(_gate_words(data), *WORDS, *_words(data)),
    )


def fit_under_each_reading(
    data: CurveData, *, rng: np.random.Generator, tempering: Tempering | None = None
) -> tuple[tuple[SpreadReading, CurveFit | NoCurve], ...]:
    """The same data under every reading of the printed random effects, for comparison."""
    readings = tuple(SpreadReading)
    return tuple(
        (reading, fit_curve(data, curve_priors(reading), rng=chance, tempering=tempering))
        for reading, chance in zip(readings, rng.spawn(len(readings)), strict=True)
    )


def _parameters(
    problem: CurveProblem, before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[ParameterFit, ...]:
    rows = []
    for column, prior in enumerate(problem.priors):
        narrowing = float(after[:, column].std())  # a priori each column is standard normal
        rows.append(
            ParameterFit(
                prior=prior,
                before=summarise(natural(prior, before[:, column])),
                after=summarise(natural(prior, after[:, column])),
                narrowing=narrowing,
                informed=narrowing < INFORMED_BELOW,
            )
        )
    return tuple(rows)


def _quantities(
    problem: CurveProblem, before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[QuantityFit, ...]:
    curves = curve_of(problem, before), curve_of(problem, after)
    rows = []
    for quantity in QUANTITIES:
        prior, posterior = (quantity.compute(curve) for curve in curves)
        narrowing = _spread(quantity, posterior) / _spread(quantity, prior)
        rows.append(
            QuantityFit(
                quantity=quantity,
                before=summarise(prior),
                after=summarise(posterior),
                narrowing=narrowing,
                informed=narrowing < INFORMED_BELOW,
            )
        )
    return tuple(rows)


def _spread(quantity: Quantity, values: NDArray[np.float64]) -> float:
    odds = values / (100.0 - values) if quantity.unit.startswith("% of") else values
    odds = values / (100.0 - values) if quantity.unit == "%" else odds
    return float(np.log(odds).std())


def _bands(
    problem: CurveProblem, draws: NDArray[np.float64], days: NDArray[np.float64] | None
) -> Bands:
    if days is None:
        last = max((point.day[1] for point in problem.data.points if point.day), default=0.0)
        days = np.arange(0.0, max(60.0, math.ceil(1.25 * last)) + 1.0)
    percent = percent_from_log_odds(log_levels(curve_of(problem, draws), days))
    return Bands(days=days, levels=LEVELS, percent=np.quantile(percent, LEVELS, axis=0))


def _assumed(row: ParameterFit) -> str:
    return (
        f"{row.prior.name}: assumed, not learned from this patient "
        f"(posterior over prior SD {row.narrowing:.2f}); {row.prior.source}"
    )


def _gate_words(data: CurveData) -> str:
    gate = data.gate or "a gate that was not stated"
    if data.gate is not None and data.gate_unstated:
        gate += (
            f" ({data.gate_unstated} of {len(data.points)} state no gate and are taken to be so)"
        )
    return f"levels are percentages of {gate}, not counts: near 100 % they say little"


def _words(data: CurveData) -> tuple[str, ...]:
    words = []
    for point in data.points:
        if isinstance(point, Below) and point.limit_percent is None:
            words.append(f"below an unknown limit by day {point.day[1]:g}; not 'gone'")
        if isinstance(point, PeakSeen):
            words.append(
                "the highest sample is not the peak: the curve's peak may lie between samples, and "
                "the highest of several scattered measurements tends to lie above the curve"
            )
    last = max((point.day[1] for point in data.points if point.day), default=None)
    if last is not None:
        words.append(f"what is said of days after {last:g} goes beyond anything measured")
    return tuple(dict.fromkeys(words))
