from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from reinfuse.cli.commands import simulate_fit
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.kept import KIND
from reinfuse.estimation.population.model import Effect, EffectKind, PopulationModel, Residual
from reinfuse.estimation.population.model_text import model_as_plain
from reinfuse.estimation.population.posterior import NamedPopulation
from reinfuse.estimation.population.simulate import Plan, parameter_draws, simulate
from reinfuse.exchange.data_set import read_data_set
from reinfuse.kinetics.curves import IV_ONE, STEIN
from tests.judge.population_information.linear_mixed import LINE

SLOPED = NamedPopulation(
    model=PopulationModel(curve=LINE, residuals={"": Residual.ADDITIVE}),
    typical={"base": 10.0, "slope": -1.0},
    spreads={"base": 2.0, "slope": 0.3},
    residual={"a": 1.0},
)
TIMES = (0.0, 4.0)
# Of a straight line: means and SDs of the level, then of the measurement.
MIDDLES = np.array([10.0, 6.0])
SDS = np.sqrt([4.0, 4.0 + 16.0 * 0.09])
LIMIT = 6.0
MANY = 4000


def test_levels_and_measurements_have_the_percentiles_of_a_normal() -> None:
    found = simulate(SLOPED, Plan(subjects=MANY, times=TIMES, limit=LIMIT), seed=1)
    for place, one in enumerate(found.by_time):
        levels = stats.norm(MIDDLES[place], SDS[place])
        measured = stats.norm(MIDDLES[place], np.hypot(SDS[place], 1.0))
        # 4,000 subjects: a 5th percentile is known to 0.03 SDs, a share to 0.8 %.
        assert one.levels == pytest.approx(levels.ppf([0.05, 0.25, 0.5, 0.75, 0.95]), abs=0.2)
        assert one.measured == pytest.approx(measured.ppf([0.05, 0.25, 0.5, 0.75, 0.95]), abs=0.2)
        assert one.below == pytest.approx(measured.cdf(LIMIT), abs=0.025)
        assert one.persisting == pytest.approx(levels.sf(LIMIT), abs=0.025)
    below = [one for subject in found.data.subjects for one in subject.samples if one.value is None]
    assert len(below) == pytest.approx(MANY * sum(one.below or 0.0 for one in found.by_time))
    assert all(one.high == LIMIT for one in below)


def test_more_subjects_leave_the_first_as_they_were() -> None:
    few = simulate(SLOPED, Plan(subjects=3, times=TIMES), seed=1)
    more = simulate(SLOPED, Plan(subjects=MANY, times=TIMES), seed=1)
    assert more.levels[:, :3] == pytest.approx(few.levels)
    other = simulate(SLOPED, Plan(subjects=3, times=TIMES), seed=2)
    assert other.levels[0, 0] != few.levels[0, 0]


def test_uncertain_numbers_widen_what_is_seen() -> None:
    vectors = parameter_draws(
        np.array([10.0, -1.0, np.log(2.0), np.log(0.3), 0.0]),
        np.diag([9.0, 0.0, 0.0, 0.0, 0.0]), seed=1,
    )  # fmt: skip
    assert vectors.shape == (100, 5)
    plan = Plan(subjects=300, times=TIMES)
    found = simulate(SLOPED, plan, seed=1, vectors=vectors)
    assert found.levels.shape == (2, 300)
    assert found.levels[0].std() == pytest.approx(np.sqrt(4.0 + 9.0), rel=0.15)
    assert "from 100 populations" in found.notes[0]


def test_what_cannot_be_simulated_says_everything_that_is_missing() -> None:
    source = NamedPopulation(
        model=PopulationModel(
            curve=IV_ONE,
            effects=(Effect(parameter="cl", covariate="weight", kind=EffectKind.POWER,
                            reference=70.0),),
        ),
        typical={"cl": 1.0, "v": 10.0}, spreads={"cl": 0.3, "v": 0.3},
        effects={"cl ~ weight": 0.75}, residual={"a": 0.2},
    )  # fmt: skip
    with pytest.raises(ReinfuseError, match="the model needs weight") as caught:
        simulate(source, Plan(subjects=0, times=()), seed=1)
    assert "0 subjects" in str(caught.value)
    assert "no time is given" in str(caught.value)
    assert "needs a dose" in str(caught.value)


def kept_fit(path: Path) -> Path:
    """A file as `reinfuse fit` leaves it, with the numbers of Stein 2019."""
    names = list(STEIN.names)
    path.write_text(json.dumps({
        "kind": KIND, "data": {"sha256": ""}, "residual": {"a": 0.56}, "references": {},
        "model": model_as_plain(PopulationModel(curve=STEIN)),
        "population": {
            "beta_names": names, "random": names,
            "beta": [8.27, 2.23, 10.09, -1.83, -4.83, -5.74],
            "omega": np.diag([2.4, 0.38, 0.65, 0.91, 0.8, 0.86]).tolist(),
            "gamma": [], "residual": [-0.58],
        },
        "uncertainty": {"vector": [8.27, 2.23, 10.09, -1.83, -4.83, -5.74, *[0.0] * 6, -0.58],
                        "vector_covariance": (0.01 * np.eye(13)).tolist()},
    }))  # fmt: skip
    return path


def options(**more: object) -> Namespace:
    usual = {
        "subjects": 20, "days": "7,28", "infusions": "0", "dose": None, "covariates": None,
        "limit": 50.0, "with_uncertainty": False, "seed": 1, "json": False, "output": None,
    }  # fmt: skip
    return Namespace(**{**usual, **more})


def test_the_command_writes_a_data_set_that_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.csv"
    fit = kept_fit(tmp_path / "fit.json")
    assert simulate_fit.run(options(fit=fit, output=output, with_uncertainty=True)) == 0
    assert "persisting" in capsys.readouterr().out
    reading = read_data_set(output)
    assert reading.data is not None
    assert len(reading.data.subjects) == 20
    assert simulate_fit.run(options(fit=fit, json=True, with_uncertainty=True)) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["time"] for one in said["by_time"]] == [7.0, 28.0]


def test_the_command_refuses_words_among_its_days(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="not a number: 'week'"):
        simulate_fit.run(options(fit=kept_fit(tmp_path / "fit.json"), days="7,week"))
