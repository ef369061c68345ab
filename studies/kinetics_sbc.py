"""Whether posteriors of curves are as wide as they should be: simulation-based calibration.

A curve is drawn from the prior, measured as in one of three designs, and fitted. If prior,
likelihood and sampler belong together, the truth falls evenly among the posterior draws.

Source: Talts et al. 2018, arXiv:1804.06788 (recalled); the table of statistics is ours.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation import Tempering, sample_posterior
from reinfuse.kinetics import (
    Below,
    CurveData,
    CurveProblem,
    Level,
    PeakSeen,
    Point,
    Prior,
    curve_of,
    curve_priors,
    curve_problem,
    log_levels,
    log_odds_from_percent,
    percent_from_log_odds,
)
from reinfuse.kinetics.likelihood import NEIGHBOURS, PEAK_WINDOW

INPUTS: tuple[str, ...] = (
    "studies/kinetics_sbc.py",
    "src/reinfuse/kinetics/*.py",
    "src/reinfuse/estimation/smc.py",
    "src/reinfuse/estimation/problem.py",
)
HEADER: tuple[str, ...] = (
    "design",
    "parameter",
    "replicates",
    "chi_square_9_df",
    "largest_ecdf_gap_x_root_n",
    "mean_rank",
    "inside_50",
    "inside_90",
)
REPLICATES = 500
BINS = 10
# 99.9 % points: chi-square with 9 degrees of freedom (27.9) and Kolmogorov's statistic (1.95).
CHI_SQUARE_LIMIT = 27.88
ECDF_LIMIT = 1.949

_TEMPERING = Tempering(particles=1000)
_SERIES_DAYS = (3.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0, 56.0, 90.0, 120.0, 180.0, 270.0)
_SERIES_LIMIT = 0.1
_LARGEST_LOG_ODDS = 12.0  # a percentage must have odds
_MOST_PEAKS = 12  # highest samples that one series can hold; more are rarer than 1 in 10,000

Drawn = tuple[CurveProblem, NDArray[np.float64]]


def chunks() -> Sequence[str]:
    """One part per design."""
    return tuple(_DESIGNS)


def run(chunk: str) -> list[tuple[object, ...]]:
    """One row per parameter of a design."""
    names, ranks = rank_truths(chunk, replicates=REPLICATES)
    return [
        (chunk, name, REPLICATES, *row) for name, row in zip(names, tabulate(ranks), strict=True)
    ]


def rank_truths(
    design: str, *, replicates: int, fitted: Sequence[Prior] | None = None
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Where each truth fell among its posterior draws, 0 to 1: `"replicates parameters"`.

    `fitted` are other priors to fit with than those the curves are drawn from, to see it fail.
    """
    rng = np.random.default_rng([2029, zlib.crc32(design.encode())])
    ranks: list[NDArray[np.float64]] = []
    names: tuple[str, ...] = ()
    for chance in rng.spawn(replicates):
        problem, truth = _DESIGNS[design](chance)
        names = problem.names
        if fitted is not None:
            problem = curve_problem(problem.data, fitted)
        draws = sample_posterior(problem, rng=chance, tempering=_TEMPERING).draws
        lower = (draws < truth).sum(axis=0)
        ranks.append((lower + chance.random(len(truth))) / (len(draws) + 1))
    return names, np.array(ranks)


def tabulate(ranks: NDArray[np.float64]) -> list[tuple[float, ...]]:
    """Chi-square, ECDF gap, mean rank and coverage for each column of ranks."""
    count = len(ranks)
    rows = []
    for column in ranks.T:
        seen = np.bincount(np.minimum((column * BINS).astype(int), BINS - 1), minlength=BINS)
        chi_square = float(((seen - count / BINS) ** 2).sum() / (count / BINS))
        ordered, steps = np.sort(column), np.arange(count + 1) / count
        gap = max(float((steps[1:] - ordered).max()), float((ordered - steps[:-1]).max()))
        off = np.abs(column - 0.5)
        row = (
            chi_square,
            gap * count**0.5,
            column.mean(),
            (off < 0.25).mean(),
            (off < 0.45).mean(),
        )
        rows.append(tuple(round(float(cell), 3) for cell in row))
    return rows


def draw_series(rng: np.random.Generator) -> Drawn:
    """Twelve samples over nine months with a stated limit."""
    blank = CurveData(label="drawn", points=(Below(day=(1.0, 1.0), limit_percent=_SERIES_LIMIT),))
    problem = curve_problem(blank, curve_priors())
    while True:
        truth = problem.sample_prior(rng, 1)
        measured = _measure(problem, truth, np.array(_SERIES_DAYS), rng)
        if measured.max() < _LARGEST_LOG_ODDS:
            break
    limit = float(log_odds_from_percent(_SERIES_LIMIT))
    points: tuple[Point, ...] = tuple(
        Level(percent=float(percent_from_log_odds(level)), day=(day, day))
        if level >= limit
        else Below(day=(day, day), limit_percent=_SERIES_LIMIT)
        for day, level in zip(_SERIES_DAYS, measured, strict=True)
    )
    return curve_problem(CurveData(label="drawn", points=points), curve_priors()), truth[0]


def draw_peak_and_level(rng: np.random.Generator) -> Drawn:
    """A highest sample on day 14, and one level on an unknown day in the third month."""

    def data(peak: float, late: float) -> CurveData:
        level = Level(percent=late, day=(85.0, 98.0))
        return CurveData(label="drawn", points=(PeakSeen(percent=peak, day=(14.0, 14.0)), level))

    problem = curve_problem(data(50.0, 5.0), curve_priors())
    steps = np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    while True:
        truth = problem.sample_prior(rng, 1)
        around = 14.0 + float(problem.value("sampling gap", truth)[0]) * steps
        days = np.append(around, rng.uniform(85.0, 98.0))
        measured = _measure(problem, truth, days, rng)
        highest = measured[NEIGHBOURS]
        if highest == measured.max() and highest < _LARGEST_LOG_ODDS:
            peak, late = percent_from_log_odds(measured[[NEIGHBOURS, -1]])
            return curve_problem(data(float(peak), float(late)), curve_priors()), truth[0]


def draw_peak_and_nothing(rng: np.random.Generator) -> Drawn:
    """A highest sample on a day nobody stated, and nothing above an unstated limit on day 40.

    A series that holds n highest samples is taken n times as often as one that holds one.
    """

    def data(peak: float) -> CurveData:
        below = Below(day=(40.0, 40.0), limit_percent=None)
        return CurveData(label="drawn", points=(PeakSeen(percent=peak, day=None), below))

    problem = curve_problem(data(50.0), curve_priors())
    while True:
        truth = problem.sample_prior(rng, 1)
        gap = float(problem.value("sampling gap", truth)[0])
        limit = float(problem.value("limit of detection", truth)[0])
        days, measured = _sample_series(problem, truth, gap, rng)
        peaks = _highest(days, measured)
        late = _measure(problem, truth, np.array([40.0]), rng)[0]
        if rng.random() >= len(peaks) / _MOST_PEAKS or late >= log_odds_from_percent(limit):
            continue
        chosen = rng.choice(peaks)
        peak = float(percent_from_log_odds(measured[chosen]))
        if limit <= peak and measured[chosen] < _LARGEST_LOG_ODDS:
            truth[0, problem.names.index("peak sample day")] = _even_score(days[chosen])
            return curve_problem(data(peak), curve_priors()), truth[0]


_DESIGNS: dict[str, Callable[[np.random.Generator], Drawn]] = {
    "series of twelve, stated limit": draw_series,
    "peak on a known day, one level": draw_peak_and_level,
    "peak on an unknown day, below an unknown limit": draw_peak_and_nothing,
}


def _measure(
    problem: CurveProblem,
    truth: NDArray[np.float64],
    days: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Log odds measured on some days, scatter included."""
    sd = float(problem.value("residual SD", truth)[0])
    return log_levels(curve_of(problem, truth), days)[0] + sd * rng.standard_normal(len(days))


def _sample_series(
    problem: CurveProblem, truth: NDArray[np.float64], gap: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Days and levels of samples every `gap` days over the window and a little around it."""
    start = PEAK_WINDOW[0] + rng.uniform(0.0, gap) - NEIGHBOURS * gap
    days = np.arange(start, PEAK_WINDOW[1] + NEIGHBOURS * gap, gap)
    return days, _measure(problem, truth, days, rng)


def _highest(days: NDArray[np.float64], measured: NDArray[np.float64]) -> NDArray[np.int64]:
    """Samples in the window that are above their three neighbours on either side."""
    windows = np.lib.stride_tricks.sliding_window_view(measured, 2 * NEIGHBOURS + 1)
    places = np.flatnonzero(windows[:, NEIGHBOURS] == windows.max(axis=1)) + NEIGHBOURS
    inside = (days[places] >= PEAK_WINDOW[0]) & (days[places] <= PEAK_WINDOW[1])
    return places[inside]


def _even_score(day: float) -> float:
    """The standard normal value that stands for a day evenly spread over the window."""
    share = (day - PEAK_WINDOW[0]) / (PEAK_WINDOW[1] - PEAK_WINDOW[0])
    return NormalDist().inv_cdf(share)
