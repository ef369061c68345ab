from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.estimation.population.covariates.fits import Fits, difference
from reinfuse.estimation.population.covariates.result import Group
from reinfuse.estimation.population.uncertainty import climb, uncertainty_at
from reinfuse.estimation.population.uncertainty.information import information_of
from reinfuse.estimation.population.uncertainty.points import Draws, Grid
from reinfuse.estimation.population.vector import number_labels, pack
from tests.judge.population_information.linear_mixed import (
    CANDIDATES,
    drawn_set,
    exact,
    exact_top,
    population_at,
    problem_of,
    roughly,
)

GRID = Grid(nodes=24)


@pytest.fixture(scope="module")
def case() -> dict:
    """One set with candidate effects, at the top of the model that has them all."""
    problem = problem_of(drawn_set(3, effect=1.2), CANDIDATES)
    vector, minus_2ll = exact_top(problem)
    population = population_at(problem, vector)
    start = population_at(problem, vector + 0.1)
    top = climb(problem, start, roughly(problem, start), rule=GRID, key=jax.random.key(0))
    return {"problem": problem, "vector": vector, "minus_2ll": minus_2ll,
            "population": population, "top": top}  # fmt: skip


def test_the_information_and_scores_on_a_grid_are_those_of_the_normal_density(case: dict) -> None:
    problem, vector = case["problem"], jnp.asarray(case["vector"])
    found = information_of(
        problem.structure, problem.arrays, case["population"], case["top"].conditional,
        rule=GRID, key=jax.random.key(0),
    )  # fmt: skip
    value = exact(problem)
    curved = -np.asarray(jax.jit(jax.hessian(lambda v: value(v).sum()))(vector))
    assert np.asarray(found.log_likelihood) == pytest.approx(np.asarray(value(vector)), abs=1e-9)
    assert np.abs(np.asarray(found.observed) - curved).max() < 1e-8 * np.abs(curved).max()
    lean = np.asarray(jax.jit(jax.jacfwd(value))(vector)).T
    assert np.abs(np.asarray(found.scores) - lean).max() < 1e-8


def test_a_climb_from_afar_ends_at_the_top_of_the_normal_density(case: dict) -> None:
    top = case["top"]
    assert top.arrived
    assert top.minus_2ll == pytest.approx(case["minus_2ll"], abs=1e-4)
    reached = np.asarray(pack(case["problem"].structure, top.population))
    assert reached == pytest.approx(case["vector"], abs=1e-3)


def test_draws_give_the_same_within_their_own_error(case: dict) -> None:
    problem = case["problem"]
    exact_one = uncertainty_at(problem, case["population"], case["top"].conditional, seed=1)
    passes = [
        information_of(
            problem.structure, problem.arrays, case["population"], case["top"].conditional,
            rule=Draws(count=1000), key=jax.random.key(number),
        )
        for number in range(4)
    ]  # fmt: skip
    errors = np.asarray([
        np.sqrt(np.diagonal(np.linalg.inv(np.asarray(one.observed)))) for one in passes
    ])  # fmt: skip
    expected = np.sqrt(np.diagonal(exact_one.vector_covariance))
    spread = errors.std(0, ddof=1) / 2.0
    assert (np.abs(errors.mean(0) - expected) < 4.0 * spread + 1e-3 * expected).all()
    assert (spread < 0.01 * expected).all()


def test_a_likelihood_ratio_is_that_of_two_normal_densities(case: dict) -> None:
    problem = case["problem"]
    groups = [Group(effects=(effect,)) for effect in CANDIDATES]
    fits = Fits(problem, groups, rule=GRID, seed=1, keep=None)
    labels = np.asarray(number_labels(problem.structure, problem.assays))
    begin = (case["top"].population, case["top"].conditional)
    every = frozenset(group.name for group in groups)
    full = fits.fit(every, begin)
    for name in ("base ~ x", "slope ~ z"):
        reduced = fits.fit(every - {name}, full)
        ratio, error = difference(reduced, full)
        _, without = exact_top(problem, labels != name)
        assert error == 0.0
        assert ratio == pytest.approx(without - case["minus_2ll"], abs=2e-4)
