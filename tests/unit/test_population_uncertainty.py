from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.estimation.population.importance import Likelihood
from reinfuse.estimation.population.result import Outcome, PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty import (
    Method,
    bootstrap,
    climb,
    resample,
    uncertainty_of,
)
from reinfuse.estimation.population.uncertainty.bootstrap import resampled
from reinfuse.estimation.population.uncertainty.points import Draws, Grid, rule_for
from reinfuse.estimation.population.uncertainty.result import (
    at_the_floor,
    condition_of,
    correlation_of,
    from_information,
    interval_of,
)
from reinfuse.kinetics.curves import Scale
from tests.judge.population_information.linear_mixed import (
    CANDIDATES,
    TRUTH,
    drawn_set,
    problem_of,
    roughly,
    truth_of,
)


def fit_of(data: object) -> PopulationFit:
    """A fit made by a climb from the truth, without a Markov chain."""
    problem = problem_of(data, CANDIDATES)
    truth = truth_of(problem)
    top = climb(problem, truth, roughly(problem, truth), rule=Grid(nodes=24), key=jax.random.key(0))
    count = len(problem.subjects)
    return PopulationFit(
        problem=problem,
        population=Population(*(np.asarray(part) for part in top.population)),
        outcome=Outcome.CONVERGED,
        likelihood=Likelihood(
            minus_2ll=top.minus_2ll, objective=0.0, se=0.0, draws=1,
            subjects=np.zeros(count), shapes=np.zeros(count),
        ),
        conditional=top.conditional,
        trace=np.zeros((1, 1)), trace_names=("",), burn=0, starts=(), seed=1,
        precision="float64", chains=2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fit() -> PopulationFit:
    return fit_of(drawn_set(3))


def test_intervals_of_positive_numbers_stay_positive(fit: PopulationFit) -> None:
    found = uncertainty_of(fit, seed=1)
    assert found.names[:2] == ("base", "slope")
    assert found.names[2:6] == tuple(one.name for one in CANDIDATES)
    assert found.names[6:] == ("var base", "cov slope base", "var slope", "a")
    place = found.names.index("var slope")
    low, high = found.intervals[place]
    assert 0.0 < low < found.estimates[place] < high
    # Made on the logarithm: the ends lie at one factor from the estimate.
    assert found.estimates[place] / low == pytest.approx(high / found.estimates[place])
    assert found.loose == ()
    assert "within" in found.notes[-1]


def test_resampling_by_likelihood_agrees_with_the_information(fit: PopulationFit) -> None:
    before = uncertainty_of(fit, seed=1)
    found = resample(fit, before, seed=2, vectors=400, kept=200)
    assert found.method == "SIR"
    ratio = found.standard_errors / before.standard_errors
    # 200 kept vectors: 5 % of Monte Carlo error; variances of 30 subjects are skewed besides.
    assert ((ratio > 0.75) & (ratio < 1.45)).all()
    assert "effective of 400 vectors" in found.notes[0]
    low, high = found.intervals[found.names.index("var base")]
    estimate = found.estimates[found.names.index("var base")]
    assert high - estimate > estimate - low


def test_a_bootstrap_is_reproducible_and_goes_on_where_it_stopped(
    fit: PopulationFit, tmp_path: Path
) -> None:
    file = tmp_path / "bootstrap"
    told = []
    first = bootstrap(
        fit, seed=5, replicates=4, keep=file, watch=lambda done, of: told.append((done, of))
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    text = file.read_text()
    file.write_text("\n".join(text.splitlines()[:3]) + "\n[1.0, 2")  # killed while writing
    again = bootstrap(
        fit, seed=5, replicates=4, keep=file, watch=lambda done, of: told.append((done, of))
    )
    assert told[4:] == [(3, 4), (4, 4)]
    assert again.draws == pytest.approx(first.draws)
    assert file.read_text() == text
    sandwich = uncertainty_of(fit, seed=1, method=Method.SANDWICH)
    many = bootstrap(fit, seed=5, replicates=16, keep=file)
    ratio = many.standard_errors / sandwich.standard_errors
    # 16 replicates: an SD is known to 18 %. With 300 the ratios were 0.96 to 1.07.
    assert ((ratio > 0.45) & (ratio < 1.75)).all()


def test_resampled_subjects_bring_all_that_is_theirs(fit: PopulationFit) -> None:
    found = resampled(fit.problem.arrays, jnp.array([2, 2, 0]))
    assert found.y == pytest.approx(np.asarray(fit.problem.arrays.y)[:, [2, 2, 0]])
    assert found.jacobian.shape == (3,)


def test_a_singular_direction_names_its_numbers_and_leaves_the_others() -> None:
    information = np.array([[4.0, 4.0, 0.0], [4.0, 4.0, 0.0], [0.0, 0.0, 25.0]])
    covariance, why = from_information(information, np.zeros(3, bool))
    assert why == {
        0: "the information is singular along it", 1: "the information is singular along it"
    }  # fmt: skip
    assert covariance[2, 2] == pytest.approx(1 / 25)
    assert covariance[:2].sum() == 0.0


def test_a_variance_at_its_floor_is_named_and_not_inverted() -> None:
    problem = problem_of(drawn_set(3))
    fallen = TRUTH._replace(omega=jnp.array([[4.0, 0.0], [0.0, 1e-8]]))
    floor = at_the_floor(problem.structure, fallen)
    assert floor.tolist() == [False, False, False, True, True, False]
    covariance, why = from_information(np.eye(6), floor)
    assert why[4] == "its variance is at its floor"
    assert covariance[4, 4] == 0.0


def test_typical_values_have_intervals_by_their_ends() -> None:
    scales = (Scale.LOG, Scale.LOGIT, Scale.IDENTITY)
    found = interval_of(scales, np.array([2.0, 0.2, -1.0]), np.array([0.4, math.inf, 0.5]))
    assert found[0] == pytest.approx(2.0 * np.exp([-0.3919928, 0.3919928]))
    assert found[1].tolist() == [0.0, 1.0]
    assert found[2] == pytest.approx([-1.979982, -0.020018])


def test_the_condition_number_is_that_of_the_correlations() -> None:
    correlation = correlation_of(np.array([[4.0, 3.0], [3.0, 9.0]]))
    assert correlation[0, 1] == pytest.approx(0.5)
    assert condition_of(correlation, kept=np.ones(2, bool)) == pytest.approx(3.0)


def test_few_latents_take_a_grid_and_many_take_draws() -> None:
    structure = problem_of(drawn_set(3)).structure
    assert rule_for(structure, 30) == Grid(nodes=24)
    wide = replace(structure, between=(0, 1), occasions=2)
    assert wide.latents == 6
    assert rule_for(wide, 30) == Draws(count=2000)
    assert rule_for(wide, 1_000_000) == Draws(count=200)
