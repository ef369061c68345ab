from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from reinfuse.estimation.population.design.known import known_of
from reinfuse.estimation.population.design.patient_schedule import (
    Judge,
    Question,
    exchange,
    judge_of,
)
from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.posterior import NamedPopulation
from tests.judge.population_information.linear_mixed import LINE

GRID = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0)
SPREADS, CORRELATION, NOISE = (2.0, 0.6), 0.4, 1.0


@pytest.fixture(scope="module")
def judge() -> Judge:
    source = NamedPopulation(
        model=PopulationModel(curve=LINE, residuals={"": Residual.ADDITIVE},
                              blocks=(("base", "slope"),)),
        typical={"base": 10.0, "slope": 1.5},
        spreads=dict(zip(("base", "slope"), SPREADS, strict=True)),
        correlations={("base", "slope"): CORRELATION},
        residual={"a": NOISE},
    )  # fmt: skip
    question = Question(about="slope", grid=GRID, samples=3, compared=(), horizon=20.0)
    return judge_of(known_of(source), question, seed=1, truths=300, draws=6000)


def exact_sd(days: tuple[float, ...]) -> float:
    """Of the slope, given a straight line with normal errors: by the normal posterior."""
    a, b = SPREADS
    prior = np.array([[a * a, CORRELATION * a * b], [CORRELATION * a * b, b * b]])
    design = np.array([[1.0, day] for day in days])
    return float(np.sqrt(np.linalg.inv(np.linalg.inv(prior) + design.T @ design / NOISE**2)[1, 1]))


@pytest.mark.parametrize("days", [(1.0,), (0.0, 5.0), (0.0, 1.0, 12.0), (3.0, 5.0, 8.0)])
def test_what_a_schedule_leaves_is_the_posterior_of_a_straight_line(
    judge: Judge, days: tuple[float, ...]
) -> None:
    # 300 simulated patients, for whom about 100 draws count: 2 % in all.
    assert judge.of(days).sd == pytest.approx(exact_sd(days), rel=0.03)


@pytest.mark.parametrize("samples", [1, 2, 3])
def test_the_exchange_finds_the_best_of_all_schedules(judge: Judge, samples: int) -> None:
    best = min(combinations(GRID, samples), key=lambda days: judge.of(days).sd)
    assert exchange(judge, GRID, samples).days == best
    exactly = min(combinations(GRID, samples), key=exact_sd)
    assert exact_sd(best) == pytest.approx(exact_sd(exactly), rel=0.02)
