"""Likelihoods of measurements against SciPy, for every way to err and every kind of limit."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from reinfuse.estimation.population.density import log_density, log_likelihood
from reinfuse.estimation.population.model import Censoring, PopulationModel, Residual
from reinfuse.estimation.population.numerics import log_difference, log_normal_cdf
from reinfuse.estimation.population.pareto import pareto_shape
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.kinetics.curves.catalogue import find_curve
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

SAMPLES = (
    Sample(time=0.0, value=9.0),
    Sample(time=1.0, value=7.0),
    Sample(time=2.0, high=4.0),
    Sample(time=3.0, low=3.0),
    Sample(time=4.0, low=0.5, high=2.5),
)
START, RATE, A, B = 10.0, 0.4, 0.7, 0.2


def problem_of(residual: Residual, censoring: Censoring = Censoring.M3) -> Problem:
    data = DataSet(subjects=(Subject(name="1", samples=SAMPLES),), assays=(Assay(label="x"),))
    model = PopulationModel(
        curve=find_curve("decay"), residuals={"": residual}, censoring=censoring, random=("k",)
    )
    return make_problem(data, model)


def rows_of(problem: Problem, sizes: list[float]) -> np.ndarray:
    level = START * jnp.exp(-RATE * problem.arrays.time)
    residual = jnp.log(jnp.asarray(sizes))
    rows = log_density(problem.structure, problem.arrays, residual, level, jnp.log(level))
    return np.asarray(rows[:, 0])


def spread(residual: Residual, level: float) -> float:
    match residual:
        case Residual.PROPORTIONAL:
            return B * level
        case Residual.COMBINED:
            return math.hypot(A, B * level)
        case _:
            return A


@pytest.mark.parametrize("residual", list(Residual))
def test_a_row_is_as_likely_as_scipy_says(residual: Residual) -> None:
    sizes = {Residual.PROPORTIONAL: [B], Residual.COMBINED: [A, B]}.get(residual, [A])
    problem = problem_of(residual)
    found = rows_of(problem, sizes)
    logs = residual in (Residual.LOG_NORMAL, Residual.LOG_STUDENT)
    students = residual in (Residual.STUDENT, Residual.LOG_STUDENT)
    for sample, value in zip(SAMPLES, found, strict=True):
        level = START * math.exp(-RATE * sample.time)
        middle = math.log(level) if logs else level
        law = (stats.t(4.0, middle, spread(residual, level)) if students
               else stats.norm(middle, spread(residual, level)))  # fmt: skip
        known = {key: getattr(sample, key) for key in ("value", "low", "high")}
        at = {key: math.log(one) if logs else one for key, one in known.items() if one is not None}
        if "value" in at:
            expected = law.logpdf(at["value"])
        else:
            upper = law.cdf(at["high"]) if "high" in at else 1.0
            expected = math.log(upper - (law.cdf(at["low"]) if "low" in at else 0.0))
        assert value == pytest.approx(expected, rel=1e-9)


def test_the_logarithm_of_a_level_brings_its_jacobian() -> None:
    """So that -2LL of models on levels and on their logarithms can be compared."""
    problem = problem_of(Residual.LOG_NORMAL)
    z, beta = jnp.log(jnp.asarray([[RATE]])), jnp.log(jnp.asarray([START, RATE]))
    total = log_likelihood(
        problem.structure, problem.arrays, beta, jnp.log(jnp.asarray([A])), z
    )  # fmt: skip
    rows = rows_of(problem, [A]).sum()
    assert float(total[0]) == pytest.approx(rows - math.log(9.0) - math.log(7.0))


def test_m4_is_given_that_levels_are_positive() -> None:
    found = rows_of(problem_of(Residual.ADDITIVE, Censoring.M4), [2.0])
    for sample, value in zip(SAMPLES[1:3], found[1:3], strict=True):
        level = START * math.exp(-RATE * sample.time)
        law = stats.norm(level, 2.0)
        if sample.value is not None:
            expected = law.logpdf(sample.value) - law.logsf(0.0)
        else:
            expected = math.log((law.cdf(4.0) - law.cdf(0.0)) / law.sf(0.0))
        assert value == pytest.approx(expected, rel=1e-9)


def test_dropped_and_halved_values_are_what_they_are_called() -> None:
    dropped = problem_of(Residual.ADDITIVE, Censoring.M1)
    assert dropped.measured == 2
    halved = problem_of(Residual.ADDITIVE, Censoring.M5)
    assert float(halved.arrays.y[2, 0]) == 2.0
    assert "M5" in halved.notes[0]


@pytest.mark.parametrize(("dtype", "accuracy"), [("float64", 1e-9), ("float32", 2e-5)])
def test_the_tail_of_the_normal_is_right_and_smooth(dtype: str, accuracy: float) -> None:
    z = np.concatenate([np.linspace(-60, -4, 400), np.linspace(-4, 8, 200)])
    found = np.asarray(log_normal_cdf(jnp.asarray(z, dtype)))
    assert found == pytest.approx(stats.norm.logcdf(z), rel=accuracy, abs=accuracy)
    curve = jax.vmap(jax.grad(jax.grad(log_normal_cdf)))(jnp.asarray(z, dtype))
    assert np.isfinite(np.asarray(curve)).all()


def test_a_narrow_interval_far_out_keeps_its_digits() -> None:
    upper, lower = stats.norm.logcdf(-20.0), stats.norm.logcdf(-20.001)
    expected = stats.norm.logpdf(-20.0005) + math.log(0.001)
    found = float(log_difference(jnp.asarray(upper), jnp.asarray(lower)))
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_heaviness_of_weights_is_measured(shape: float) -> None:
    rng = np.random.default_rng(3)
    weights = stats.genpareto(shape).rvs((20_000, 20), random_state=rng)
    found = pareto_shape(np.log(weights))
    assert found.mean() == pytest.approx(shape, abs=0.06)
