"""How well a curve explains what was measured after one infusion, for many curves at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.kinetics.curve import RiseAndFall, log_levels, log_odds_from_percent
from reinfuse.kinetics.data import Below, CurveData, Days, Level, PeakSeen
from reinfuse.kinetics.normal import log_normal_cdf
from reinfuse.kinetics.priors import OURS, Prior, Scale, natural, prior_named

# A highest value whose day nobody stated was drawn in this window, days; our own choice.
PEAK_WINDOW: Days = (0.0, 35.0)
# Samples on each side that must be lower than the highest one.
NEIGHBOURS = 3

_CURVE_PARAMETERS = (
    "fold expansion",
    "Tmax",
    "contraction half-life",
    "persisting share",
    "terminal half-life",
    "gate width",
    "residual SD",
    "peak",
)
# Prior SDs at which a parameter ends: beyond, exponentials overflow and nobody lives (1e-15).
_EDGE = 8.0
# Days between quadrature nodes while the curve is steep, and later.
_EARLY_UNTIL, _EARLY_SPACING, _LATE_SPACING, _MOST_NODES = 28.0, 0.75, 8.0, 40
_LOG_NOTHING = -700.0  # e to this is still a number
_LOG_2 = math.log(2.0)
_LOG_ROOT_2PI = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Days and log weights by which a term is averaged over an interval."""

    days: NDArray[np.float64]
    log_weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveProblem:
    """A prior and a likelihood for one infusion; each parameter is standard normal a priori."""

    data: CurveData
    priors: tuple[Prior, ...]
    nodes: tuple[Nodes, ...]  # for each Level and Below, in their order

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in the order of the columns."""
        return tuple(prior.name for prior in self.priors)

    def sample_prior(self, rng: np.random.Generator, particles: int) -> NDArray[np.float64]:
        """Independent draws from the prior, `"particles parameters"`."""
        return rng.standard_normal((particles, len(self.priors)))

    def log_prior(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Normalised log density of the prior, `"particles"`."""
        return -0.5 * np.einsum("ij,ij->i", x, x) - len(self.priors) * _LOG_ROOT_2PI

    def log_likelihood(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log density of the measured logits, `"particles"`.

        A measured percentage scatters normally around the curve on the logit scale. A value below
        a limit counts with the probability of being below it. A day known as an interval is
        averaged over, evenly. A limit nobody stated lies below every percentage that was reported.
        """
        likely = np.abs(x).max(axis=1) <= _EDGE
        x = np.clip(x, -_EDGE, _EDGE)
        days = np.concatenate([[], *(node.days for node in self.nodes)])
        peak_days = self._peak_days(x)
        everything = np.hstack([np.broadcast_to(days, (len(x), len(days))), peak_days])
        levels = log_levels(curve_of(self, x), everything - self.shift(x))
        sd = self.value("residual SD", x)[:, None]
        total = self._peak_term(x, levels[:, len(days) :], sd[:, 0])
        start = 0
        for point, node in zip(_dated(self.data), self.nodes, strict=True):
            stop = start + len(node.days)
            terms = self._dated_term(point, x, levels[:, start:stop], sd)
            total = total + _log_average(terms, node.log_weights)
            start = stop
        return np.where(likely & self._limit_possible(x), total, -np.inf)

    def value(self, name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """One parameter in its own unit, `"particles"`."""
        column = self.names.index(name)
        return natural(self.priors[column], x[:, column])

    def shift(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Days by which every day of the data is too late, `"particles 1"`."""
        if "infusion day" in self.names:
            return self.value("infusion day", x)[:, None]
        return np.full((len(x), 1), self.data.infusion_day[0])

    def _peak_days(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Days of the highest sample, then of its neighbours; no columns without a `PeakSeen`."""
        seen = _peak_seen(self.data)
        if seen is None:
            return np.empty((len(x), 0))
        if "peak sample day" in self.names:
            drawn = self.value("peak sample day", x)[:, None]
        else:
            drawn = np.full((len(x), 1), seen.day[0] if seen.day else 0.0)
        steps = [0, *(k for n in range(1, NEIGHBOURS + 1) for k in (-n, n))]
        return drawn + self.value("sampling gap", x)[:, None] * np.array(steps)

    def _peak_term(
        self, x: NDArray[np.float64], levels: NDArray[np.float64], sd: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The highest value was measured, and every neighbour came out lower."""
        seen = _peak_seen(self.data)
        if seen is None:
            return np.zeros(len(x))
        miss = (log_odds_from_percent(seen.percent) - levels) / sd[:, None]
        term = _log_normal(miss[:, 0], sd) + log_normal_cdf(miss[:, 1:]).sum(axis=1)
        if seen.day is None:
            # Samples come every `gap` days: that many chances in the window to see a highest one.
            window = PEAK_WINDOW[1] - PEAK_WINDOW[0]
            term = term + np.log(window / self.value("sampling gap", x))
        return term

    def _dated_term(
        self,
        point: Level | Below,
        x: NDArray[np.float64],
        levels: NDArray[np.float64],
        sd: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        if isinstance(point, Level):
            return _log_normal((log_odds_from_percent(point.percent) - levels) / sd, sd)
        if point.limit_percent is not None:
            limit = log_odds_from_percent(point.limit_percent)
        else:
            limit = log_odds_from_percent(self.value("limit of detection", x))[:, None]
        return log_normal_cdf((limit - levels) / sd)

    def _limit_possible(self, x: NDArray[np.float64]) -> NDArray[np.bool_]:
        reported = [point.percent for point in self.data.points if not isinstance(point, Below)]
        if "limit of detection" not in self.names or not reported:
            return np.ones(len(x), dtype=bool)
        return self.value("limit of detection", x) <= min(reported)


def curve_problem(data: CurveData, priors: Sequence[Prior]) -> CurveProblem:
    """The problem for one infusion: the curve, and only those unknowns that its data bring in."""
    names = [*_CURVE_PARAMETERS]
    extra: list[Prior] = []
    if any(isinstance(point, Below) and point.limit_percent is None for point in data.points):
        names.append("limit of detection")
    seen = _peak_seen(data)
    if seen is not None:
        names.append("sampling gap")
        window = PEAK_WINDOW if seen.day is None else seen.day
        if window[0] < window[1]:
            extra.append(_even("peak sample day", window, "day the highest sample was drawn"))
    if data.infusion_day[0] < data.infusion_day[1]:
        extra.append(_even("infusion day", data.infusion_day, "error common to every day"))
    chosen = tuple(prior_named(name, priors) for name in names)
    nodes = tuple(quadrature(point.day) for point in _dated(data))
    return CurveProblem(data=data, priors=(*chosen, *extra), nodes=nodes)


def curve_of(problem: CurveProblem, x: NDArray[np.float64]) -> RiseAndFall:
    """The curves that particles stand for; levels are ln odds of a percentage."""
    peak_day = problem.value("Tmax", x)
    return RiseAndFall(
        log_peak=log_odds_from_percent(problem.value("peak", x)),
        peak_day=peak_day,
        rise=np.log(problem.value("fold expansion", x)) / peak_day,
        fast=_LOG_2 / problem.value("contraction half-life", x),
        slow=_LOG_2 / problem.value("terminal half-life", x),
        lasting=problem.value("persisting share", x),
        gate=problem.value("gate width", x),
    )


def quadrature(day: Days) -> Nodes:
    """Gauss-Legendre nodes over an interval: dense while the curve is steep, sparser later."""
    if day[0] == day[1]:
        return Nodes(np.array([day[0]]), np.zeros(1))
    spacing = _EARLY_SPACING if day[0] < _EARLY_UNTIL else _LATE_SPACING
    count = min(_MOST_NODES, 3 + math.ceil((day[1] - day[0]) / spacing))
    places, weights = np.polynomial.legendre.leggauss(count)
    middle, half = 0.5 * (day[0] + day[1]), 0.5 * (day[1] - day[0])
    return Nodes(middle + half * places, np.log(weights / 2.0))


def _even(name: str, days: Days, meaning: str) -> Prior:
    return Prior(
        name=name,
        unit="d",
        meaning=meaning,
        median=0.5 * (days[0] + days[1]),
        spread=0.5 * (days[1] - days[0]),
        scale=Scale.UNIFORM,
        source=OURS,
        note=f"even over {days[0]:g} to {days[1]:g} d",
    )


def _peak_seen(data: CurveData) -> PeakSeen | None:
    return next((point for point in data.points if isinstance(point, PeakSeen)), None)


def _dated(data: CurveData) -> tuple[Level | Below, ...]:
    return tuple(point for point in data.points if not isinstance(point, PeakSeen))


def _log_normal(z: NDArray[np.float64], sd: NDArray[np.float64]) -> NDArray[np.float64]:
    return -0.5 * z * z - np.log(sd) - _LOG_ROOT_2PI


def _log_average(
    terms: NDArray[np.float64], log_weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    if terms.shape[1] == 1:
        return terms[:, 0]
    weighted = terms + log_weights
    top = np.maximum(weighted.max(axis=1), _LOG_NOTHING)
    return top + np.log(np.exp(weighted - top[:, None]).sum(axis=1) + np.exp(_LOG_NOTHING))
