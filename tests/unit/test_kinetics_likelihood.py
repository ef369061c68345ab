"""The likelihood agrees with a slow twin that loops, and means what its docstring says."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.kinetics import (
    Below,
    CurveData,
    CurveProblem,
    Level,
    PeakSeen,
    curve_priors,
    curve_problem,
)

NORMAL = NormalDist()


def twin(problem: CurveProblem, row: NDArray[np.float64]) -> float:
    """The likelihood of one particle: intervals of days by a plain sum."""
    value = {name: float(problem.value(name, row[None, :])[0]) for name in problem.names}
    level, sd = curve_by_hand(value), value["residual SD"]
    total = 1.0
    for point in problem.data.points:
        if isinstance(point, PeakSeen):
            total *= highest(point, value, level)
            continue
        days = np.linspace(point.day[0], point.day[1], 4001)
        days = 0.5 * (days[1:] + days[:-1]) if point.day[0] < point.day[1] else days[:1]
        if isinstance(point, Level):
            terms = [NormalDist(level(day), sd).pdf(odds(point.percent)) for day in days]
        else:
            limit = odds(point.limit_percent or value["limit of detection"])
            terms = [below(limit, level(day), sd) for day in days]
        total *= float(np.mean(terms))
    return math.log(total)


def highest(point: PeakSeen, value: dict[str, float], level: Callable[[float], float]) -> float:
    """The highest sample was measured and three on each side came out lower."""
    day = value.get("peak sample day", point.day[0] if point.day else 0.0)
    measured, sd = odds(point.percent), value["residual SD"]
    chance = NormalDist(level(day), sd).pdf(measured)
    for k in (-3, -2, -1, 1, 2, 3):
        chance *= below(measured, level(day + k * value["sampling gap"]), sd)
    return chance if point.day else chance * 35.0 / value["sampling gap"]


def curve_by_hand(value: dict[str, float]) -> Callable[[float], float]:
    """ln odds on a day, the summit found by golden section."""
    rise = math.log(value["fold expansion"]) / value["Tmax"]
    fast = math.log(2) / value["contraction half-life"]
    slow = math.log(2) / value["terminal half-life"]
    gate, share = value["gate width"], value["persisting share"]

    def shape(x: float) -> float:
        since, before = gate * softplus(x / gate), gate * softplus(-x / gate)
        decline = (1 - share) * math.exp(-fast * since) + share * math.exp(-slow * since)
        return math.log(decline) - rise * before

    low, high = -30.0 * gate, 30.0 * gate
    for _ in range(200):
        a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
        low, high = (a, high) if shape(a) < shape(b) else (low, b)
    summit = 0.5 * (low + high)
    start = value.get("infusion day", 0.0) + value["Tmax"] - summit
    return lambda day: odds(value["peak"]) + shape(float(day) - start) - shape(summit)


def below(measured: float, mean: float, sd: float) -> float:
    """Chance to measure less; `NormalDist.cdf` has no digits beyond eight SDs, this has."""
    return 0.5 * math.erfc((mean - measured) / (sd * math.sqrt(2.0)))


def softplus(x: float) -> float:
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def odds(percent: float) -> float:
    return math.log(percent / (100 - percent))


CASES = {
    "infusion 1": CurveData(
        label="1",
        points=(PeakSeen(percent=37.1, day=None), Below(day=(40.0, 40.0), limit_percent=None)),
    ),
    "infusion 2": CurveData(
        label="2",
        points=(PeakSeen(percent=78.1, day=(14.0, 14.0)), Level(percent=6.7, day=(85.0, 98.0))),
    ),
    "uncertain start": CurveData(
        label="3",
        points=(
            PeakSeen(percent=60.0, day=(9.0, 12.0)),
            Level(percent=30.0, day=(20.0, 24.0)),
            Below(day=(50.0, 60.0), limit_percent=0.5),
        ),
        infusion_day=(0.0, 2.0),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_likelihood_agrees_with_its_slow_twin(case: str) -> None:
    problem = curve_problem(CASES[case], curve_priors())
    draws = problem.sample_prior(np.random.default_rng(11), 60)
    ours = problem.log_likelihood(draws)
    # A product of forty-sigma tails is zero in a plain loop.
    within_reach = ours > -100.0
    slow = [twin(problem, row) for row in draws[within_reach][:12]]
    assert ours[within_reach][:12] == pytest.approx(slow, abs=2e-4)


def test_an_unstated_limit_lies_below_every_percentage_that_was_reported() -> None:
    data = CurveData(
        label="1",
        points=(
            Level(percent=0.05, day=(20.0, 20.0)),
            Below(day=(40.0, 40.0), limit_percent=None),
        ),
    )
    problem = curve_problem(data, curve_priors())
    draws = problem.sample_prior(np.random.default_rng(5), 500)
    possible = np.isfinite(problem.log_likelihood(draws))
    assert (possible == (problem.value("limit of detection", draws) <= 0.05)).all()


def test_the_prior_density_is_that_of_its_draws() -> None:
    problem = curve_problem(CASES["infusion 2"], curve_priors())
    row = np.full((1, len(problem.names)), 0.5)
    by_hand = len(problem.names) * math.log(NORMAL.pdf(0.5))
    assert problem.log_prior(row)[0] == pytest.approx(by_hand)


def test_only_unknowns_that_the_data_bring_in_are_parameters() -> None:
    data = CurveData(label="series", points=(Level(percent=5.0, day=(9.0, 9.0)),))
    assert not {"limit of detection", "sampling gap"} & set(
        curve_problem(data, curve_priors()).names
    )


def test_a_particle_beyond_the_edge_is_impossible_and_warns_of_nothing() -> None:
    problem = curve_problem(CASES["infusion 1"], curve_priors())
    far = np.full((2, len(problem.names)), 40.0)
    far[1] *= -1.0
    assert (problem.log_likelihood(far) == -np.inf).all()
