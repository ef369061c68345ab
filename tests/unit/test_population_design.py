from __future__ import annotations

import json
from argparse import Namespace

import numpy as np
import pytest

from reinfuse.cli.commands import design
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.design import (
    Arm,
    Question,
    design_schedule,
    known_of,
    population_design,
)
from reinfuse.estimation.population.design.asked import exposure, persistence
from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.posterior import NamedPopulation
from reinfuse.kinetics.published import OGASAWARA_POPULATION, STEIN_POPULATION
from tests.judge.population_information.linear_mixed import LINE

GRID = (7.0, 28.0, 90.0, 180.0, 365.0)
SMALL = {"truths": 60, "draws": 800}


def test_late_samples_tell_most_about_persistence() -> None:
    question = Question(grid=GRID, samples=2, limit=50.0, compared=((7.0, 28.0),))
    found = design_schedule(STEIN_POPULATION, question, seed=1, **SMALL)
    assert found.best.days[0] >= 90.0
    assert found.best.sd < found.compared[0].sd < found.prior_sd
    assert "falls below 50 for good" in found.asked.words
    again = design_schedule(STEIN_POPULATION, question, seed=1, **SMALL)
    assert again.best == found.best


def test_a_day_that_is_taken_is_counted_and_not_chosen_again() -> None:
    question = Question(grid=GRID, samples=1, limit=50.0, taken=(180.0,), compared=((7.0,),))
    found = design_schedule(STEIN_POPULATION, question, seed=1, **SMALL)
    assert 180.0 in found.best.days
    assert len(found.best.days) == 2
    assert found.compared[0].days == (7.0, 180.0)


def test_a_high_limit_leaves_more_open() -> None:
    def sd(limit: float) -> float:
        question = Question(about="cmax", grid=GRID, samples=1, limit=limit, compared=())
        return design_schedule(STEIN_POPULATION, question, seed=1, **SMALL).best.sd

    assert sd(50.0) < sd(20_000.0)


def test_persistence_is_the_last_time_above_the_limit() -> None:
    times = np.array([1.0, 2.0, 4.0, 8.0])
    logs = np.log(np.array([
        [1.0, 1.0, 9.0], [9.0, 1.0, 9.0], [3.0, 1.0, 9.0], [1.0, 1.0, 9.0],
    ]))  # fmt: skip
    found = np.exp(persistence(times, logs, np.sqrt(3.0)))
    assert found == pytest.approx([4.0 * np.sqrt(2.0), 1.0, 8.0])


def test_exposure_is_the_area_to_day_28() -> None:
    times = np.linspace(0.0, 56.0, 113)
    assert np.exp(exposure(times, np.zeros((113, 1)))) == pytest.approx([28.0])


def test_a_number_without_information_has_an_infinite_standard_error() -> None:
    source = NamedPopulation(
        model=PopulationModel(curve=LINE, residuals={"": Residual.ADDITIVE}),
        typical={"base": 10.0, "slope": 1.0}, spreads={"base": 2.0, "slope": 0.3},
        residual={"a": 1.0},
    )  # fmt: skip
    found = population_design(source, [Arm(times=(0.0,), subjects=20)])
    errors = dict(zip(found.names, found.standard_errors, strict=True))
    assert errors["slope"] == np.inf
    assert errors["var slope"] == np.inf
    assert errors["base"] == pytest.approx(np.sqrt((4.0 + 1.0) / 20))
    assert found.log_determinant == -np.inf


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(grid=GRID), "persistence needs a limit"),
        (Question(grid=GRID, about="half-life"), "nothing that can be asked for"),
        (Question(grid=GRID, samples=9, limit=50.0), "9 samples cannot be chosen from 5 days"),
        (Question(grid=(5000.0,), samples=1, limit=50.0), "beyond day 3650"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(question: Question, words: str) -> None:
    with pytest.raises(ReinfuseError, match=words):
        design_schedule(STEIN_POPULATION, question, seed=1, **SMALL)


def test_a_population_that_was_not_published_whole_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="ogasawara-2021 is not whole: cmax, fb, every spread"):
        known_of(OGASAWARA_POPULATION)


def test_the_command_prints_the_best_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    options = Namespace(
        population="stein-2019", fit=None, about="persistence", grid="28,90,180", samples=1,
        limit=50.0, taken=None, dose=None, seed=1, json=True,
    )  # fmt: skip
    assert design.run(options) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["schedules"][0]["name"] == "best"
    assert said["schedules"][0]["sd"] < said["prior_sd"]
    options.json = False
    options.population = None
    with pytest.raises(ReinfuseError, match="a design needs a population"):
        design.run(options)
