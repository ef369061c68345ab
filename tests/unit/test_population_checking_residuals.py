"""Modes, residuals, shrinkage and covariates, where the answer is known by formula."""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, stats

from reinfuse.estimation.population.checking import (
    Association,
    Design,
    NotAssociated,
    Residuals,
    associate,
    design_of,
    modes_of,
    random_effects,
    residual_groups,
    residual_shrinkage,
    residuals_of,
    spread_over,
    subject_curves,
)
from reinfuse.estimation.population.density import log_likelihood, log_prior
from reinfuse.record.data_set import Dose
from tests.unit.population_decay import (
    MODEL,
    POPULATION,
    RATE,
    SIZE,
    SPREAD,
    START,
    TIMES,
    changed,
    decaying,
    design,
)

MIDDLE = math.log(START) - RATE * np.asarray(TIMES)[:, None]


@pytest.fixture(scope="module")
def plain() -> tuple[Design, np.ndarray, Residuals]:
    return checked(None)


@pytest.fixture(scope="module")
def censored() -> tuple[Design, np.ndarray, Residuals]:
    return checked(2.0)


def checked(limit: float | None) -> tuple[Design, np.ndarray, Residuals]:
    made = design(12, seed=7, limit=limit)
    start = np.full((1, 12), math.log(START))
    found = modes_of(made.problem, POPULATION, start)
    assert found.arrived.all()
    return made, found.z, residuals_of(made, POPULATION, mode=found.z, mean=found.z)


def test_modes_of_a_linear_model_are_the_best_linear_predictions(
    plain: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, z, _ = plain
    share = SPREAD**2 / (SPREAD**2 + SIZE**2 / len(TIMES))
    exact = math.log(START) + share * (made.observed - MIDDLE).mean(0)
    assert z[0] == pytest.approx(exact, abs=1e-6)


def test_modes_with_a_limit_are_those_of_a_search_by_scipy(
    censored: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, z, _ = censored
    problem = made.problem

    @jax.jit
    def misfit(value: float) -> jax.Array:
        every = jnp.full((1, 12), value)
        numbers = POPULATION
        fit = log_likelihood(
            problem.structure, problem.arrays, numbers.beta, numbers.residual, every
        )
        return -(fit + log_prior(problem.structure, problem.arrays, numbers, every))

    for subject in (0, 5, 11):
        found = optimize.minimize_scalar(
            lambda value, one=subject: float(misfit(value)[one]), tol=1e-10
        )
        assert z[0, subject] == pytest.approx(found.x, abs=1e-5)


def test_conditional_residuals_of_a_linear_model_are_whitened_by_the_symmetric_root(
    plain: tuple[Design, np.ndarray, Residuals],
) -> None:
    # Hooker 2007: without curvature the linearisation is exact, wherever the mode is.
    made, _, residuals = plain
    covariance = SPREAD**2 + SIZE**2 * np.eye(len(TIMES))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors @ np.diag(values**-0.5) @ vectors.T
    exact = root @ (made.observed - MIDDLE)
    assert residuals.cwres == pytest.approx(exact.T.ravel(), abs=1e-8)


def test_individual_residuals_are_distances_in_residual_sds(
    plain: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, z, residuals = plain
    exact = (made.observed - (z - RATE * np.asarray(TIMES)[:, None])) / SIZE
    assert residuals.iwres == pytest.approx(exact.T.ravel(), abs=1e-9)
    assert residuals.pred == pytest.approx(np.tile(np.exp(MIDDLE[:, 0]), 12))
    assert residuals.ipred_mode == pytest.approx(
        np.exp(z - RATE * np.asarray(TIMES)[:, None]).T.ravel()
    )


def test_a_measurement_below_its_limit_has_no_residual(
    censored: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, _, residuals = censored
    assert residuals.beyond.sum() == np.isneginf(made.observed).sum() > 3
    for values in (residuals.iwres, residuals.cwres):
        assert np.array_equal(np.isnan(values), residuals.beyond)
    assert residuals.limit[residuals.beyond] == pytest.approx(2.0)
    groups = residual_groups(residuals)
    assert sum(one.count for one in groups) == 60
    assert sum(one.beyond for one in groups) == residuals.beyond.sum()


def test_conditional_residuals_leave_rows_below_a_limit_out_of_the_covariance(
    censored: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, _, residuals = censored
    subject = int(np.argmax(np.isneginf(made.observed).sum(0)))
    known = np.isfinite(made.observed[:, subject])
    covariance = SPREAD**2 + SIZE**2 * np.eye(int(known.sum()))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors @ np.diag(values**-0.5) @ vectors.T
    exact = root @ (made.observed[:, subject] - MIDDLE[:, 0])[known]
    mine = residuals.cwres[residuals.subject == subject]
    assert mine[known] == pytest.approx(exact, abs=1e-8)


def test_shrinkage_is_given_by_both_definitions(
    plain: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, z, residuals = plain
    found = random_effects(made.problem, POPULATION, made.data, mode=z, mean=z + 0.1)
    one = found.shrinkage[0]
    ratio = z[0].std(ddof=1) / SPREAD
    assert (one.by_sd, one.by_variance) == pytest.approx((1 - ratio, 1 - ratio**2))
    assert one.by_sd_of_means == pytest.approx(one.by_sd)
    residual = residual_shrinkage(residuals, made.problem.assays)[0]
    assert residual.by_sd == pytest.approx(1 - residuals.iwres.std(ddof=1))


def test_a_parameter_that_does_not_vary_has_no_shrinkage_and_is_not_tested(
    plain: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, z, _ = plain
    still = changed(omega=np.zeros((1, 1)))
    found = random_effects(made.problem, still, made.data, mode=z, mean=z)
    assert math.isnan(found.shrinkage[0].by_sd)
    assert "no variance" in found.tests[0].why
    modes = modes_of(made.problem, still, np.full((1, 12), math.log(START)))
    assert modes.z == pytest.approx(math.log(START), abs=1e-3)


def test_a_number_is_correlated_and_a_word_compared() -> None:
    chance = np.random.default_rng(1)
    effect = chance.normal(size=20)
    weights = tuple(float(one) for one in effect + chance.normal(size=20))
    numeric = associate("start", effect, "weight", weights)
    assert isinstance(numeric, Association)
    exact = stats.pearsonr(weights, effect)
    assert (numeric.statistic, numeric.p) == pytest.approx((exact.statistic, exact.pvalue))
    sexes = tuple("f" if one % 3 else "m" for one in range(20))
    words = associate("start", effect, "sex", sexes)
    assert isinstance(words, Association)
    groups = [effect[[one == kind for one in sexes]] for kind in ("f", "m")]
    assert words.p == pytest.approx(stats.ttest_ind(*groups).pvalue)


REFUSED = """
    values              | why
    1, 1, 1, 1          | the same for every subject
    1, -, -, 2          | recorded for 2 subjects
    f, f, f, m          | a category with one subject
"""


@pytest.mark.parametrize("line", REFUSED.strip().splitlines()[1:])
def test_a_covariate_that_says_nothing_is_refused_with_why(line: str) -> None:
    cells, why = (one.strip() for one in line.split("|"))
    values = tuple(
        None if one == "-" else float(one) if one.isdigit() else one for one in cells.split(", ")
    )
    found = associate("start", np.asarray([0.1, -0.3, 0.4, 0.2]), "x", values)
    assert isinstance(found, NotAssociated)
    assert found.why == why


def test_a_subjects_curve_runs_through_its_predictions(
    plain: tuple[Design, np.ndarray, Residuals],
) -> None:
    made, z, _ = plain
    for curve in subject_curves(made, POPULATION, z, places=(3, 8)):
        exact = np.exp(z[0, curve.subject] - RATE * curve.time)
        assert curve.individual == pytest.approx(exact)
        assert curve.population == pytest.approx(START * np.exp(-RATE * curve.time))
        assert (curve.time[0], curve.time[-1]) == (0.0, TIMES[-1])
        assert curve.measured_at.tolist() == list(TIMES)


def test_the_grid_of_a_curve_begins_anew_with_every_dose() -> None:
    data = decaying(2, seed=1)
    doses = (Dose(time=0.0, amount=1.0), Dose(time=4.0, amount=1.0))
    given = replace(data, subjects=tuple(replace(one, doses=doses) for one in data.subjects))
    made = design_of(given, MODEL)
    curve = subject_curves(made, POPULATION, np.full((1, 2), 2.0), places=(0,))[0]
    assert 4.0 in curve.time
    steps = np.diff(curve.time)
    assert steps[list(curve.time).index(4.0)] < steps[list(curve.time).index(4.0) - 1]
    assert np.all(steps > 0)


def test_subjects_to_draw_are_spread_over_the_file() -> None:
    assert spread_over(3, 24) == (0, 1, 2)
    assert spread_over(101, 5) == (0, 25, 50, 75, 100)
