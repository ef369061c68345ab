"""Linearised and Laplace objectives: what they are exact for, what they refuse, what leaves."""

from __future__ import annotations

import math
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from reinfuse.estimation.population.linearised import (
    Covariance,
    LinearisedFit,
    Objective,
    ObjectiveValue,
    StandardErrors,
    fit_linearised,
    objective_at,
)
from reinfuse.estimation.population.linearised.approximations import evaluate, no_modes
from reinfuse.estimation.population.model import Censoring, PopulationModel, Residual
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.result import NotFitted, Outcome
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.vector import pack
from reinfuse.kinetics.curves import DECAY, LINEAR, Curve, Parameter, Scale
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

TIMES = np.asarray([0.0, 1.0, 2.0, 4.0])
OMEGA = np.asarray([[0.5, 0.1], [0.1, 0.2]])
SD = 0.4
BETA = np.asarray([2.0, -0.3])
LIMIT = 0.8


def straight_line() -> Curve:
    """A curve that is linear in both parameters, so that every objective is exact."""
    return replace(
        LINEAR,
        parameters=tuple(
            Parameter(name=name, unit="level", meaning=name, typical=1.0, scale=Scale.IDENTITY)
            for name in ("base", "slope")
        ),
    )


def data_of(levels: np.ndarray, limit: float = -math.inf) -> DataSet:
    """Levels `"subjects times"`; those under the limit are only known to lie there."""
    subjects = tuple(
        Subject(
            name=str(number),
            samples=tuple(
                Sample(time=time, value=y) if y >= limit else Sample(time=time, high=limit)
                for time, y in zip(TIMES, row.tolist(), strict=True)
            ),
        )
        for number, row in enumerate(levels)
    )
    return DataSet(subjects=subjects, assays=(Assay(label="level"),))


def lines(subjects: int) -> np.ndarray:
    draws = np.random.default_rng(7)
    own = BETA + draws.multivariate_normal(np.zeros(2), OMEGA, size=subjects)
    noise = SD * draws.normal(size=(subjects, len(TIMES)))
    return own[:, :1] + own[:, 1:] * TIMES + noise


def test_every_objective_of_a_linear_model_is_the_multivariate_normal() -> None:
    levels = lines(5)
    model = PopulationModel(
        curve=straight_line(),
        blocks=(("base", "slope"),),
        residuals={"": Residual.ADDITIVE},
    )
    problem = make_problem(data_of(levels), model)
    numbers = Population(BETA, OMEGA, np.zeros(0), np.asarray([math.log(SD)]))
    design = np.column_stack([np.ones_like(TIMES), TIMES])
    spread = design @ OMEGA @ design.T + SD**2 * np.eye(len(TIMES))
    exact = -2.0 * multivariate_normal(design @ BETA, spread).logpdf(levels)
    for objective in Objective:
        value = objective_at(problem, numbers, objective)
        assert isinstance(value, ObjectiveValue)
        assert value.subjects == pytest.approx(exact, abs=1e-9), objective
        left_out = levels.size * math.log(2.0 * math.pi)
        assert value.nonmem_objective == pytest.approx(exact.sum() - left_out, abs=1e-8)


@pytest.fixture(scope="module")
def decays() -> tuple[Problem, Population, np.ndarray]:
    """Exponential declines with two random effects; some values lie below a limit (M3)."""
    draws = np.random.default_rng(3)
    eta = draws.normal(size=(3, 2)) * np.sqrt([0.3, 0.2])
    start, rate = 5.0 * np.exp(eta[:, :1]), 0.6 * np.exp(eta[:, 1:])
    levels = start * np.exp(-rate * TIMES) * np.exp(0.3 * draws.normal(size=(3, len(TIMES))))
    problem = make_problem(data_of(levels, LIMIT), PopulationModel(curve=DECAY))
    numbers = Population(
        jnp.log(jnp.asarray([5.0, 0.6])),
        jnp.diag(jnp.asarray([0.3, 0.2])),
        jnp.zeros(0),
        jnp.log(jnp.asarray([0.3])),
    )
    return problem, numbers, levels


def test_laplace_with_censored_values_comes_to_the_integral_as_random_effects_get_small(
    decays: tuple[Problem, Population, np.ndarray],
) -> None:
    problem, numbers, levels = decays
    assert problem.counts["below"] >= 2
    missed = []
    for share in (1.0, 0.1, 0.01, 0.001):
        smaller = numbers._replace(omega=share * numbers.omega)
        value = objective_at(problem, smaller, Objective.LAPLACE)
        assert isinstance(value, ObjectiveValue)
        exact = np.asarray([integral(row, share) for row in levels])
        missed.append(np.abs(value.subjects - exact).max())
    assert missed == sorted(missed, reverse=True)
    assert missed[0] > 1e-3
    # To leading order the error is in proportion to the variances, or smaller.
    assert missed[3] < missed[2] / 10.0


def integral(row: np.ndarray, share: float) -> float:
    """-2 ln L of one subject: the plain twin, on grids that are halved until nothing changes."""
    coarse, fine = (on_grid(row, share, points) for points in (401, 801))
    assert coarse == pytest.approx(fine, abs=1e-8)
    return fine


def on_grid(row: np.ndarray, share: float, points: int) -> float:
    axis = np.linspace(-16.0, 16.0, points)
    first, second = np.meshgrid(axis, axis, indexing="ij")
    start = math.log(5.0) + math.sqrt(share * 0.3) * first
    rate = 0.6 * np.exp(math.sqrt(share * 0.2) * second)
    logs = norm.logpdf(first) + norm.logpdf(second)
    for time, y in zip(TIMES, row, strict=True):
        middle = start - rate * time
        value = norm.logpdf(math.log(y), middle, 0.3) - math.log(y)
        logs += value if y >= LIMIT else norm.logcdf(math.log(LIMIT), middle, 0.3)
    return -2.0 * math.log(np.exp(logs).sum() * (axis[1] - axis[0]) ** 2)


def test_derivatives_follow_the_modes(decays: tuple[Problem, Population, np.ndarray]) -> None:
    problem, numbers, _ = decays
    structure, arrays = problem.structure, problem.arrays
    vector = pack(structure, numbers)

    def at(moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = evaluate(
            structure, arrays, numbers, jnp.asarray(moved), no_modes(structure, arrays),
            objective=Objective.LAPLACE,
        )  # fmt: skip
        return np.asarray(found.subjects), np.asarray(found.slopes)

    _, slopes = at(vector)
    step = 1e-4
    differences = np.stack([
        (at(vector + step * way)[0] - at(vector - step * way)[0]) / (2.0 * step)
        for way in np.eye(len(vector))
    ])  # fmt: skip
    assert np.abs(slopes.T - differences).max() < 1e-5


def test_censored_values_are_refused_where_they_have_no_straight_line(
    decays: tuple[Problem, Population, np.ndarray],
) -> None:
    problem, numbers, _ = decays
    for objective in set(Objective) - {Objective.LAPLACE}:
        refused = objective_at(problem, numbers, objective)
        assert isinstance(refused, NotFitted)
        assert "beyond a limit" in refused.why
        assert "Laplace (exact Hessian)" in refused.fix


@pytest.mark.parametrize(
    ("objective", "changes", "why"),
    [
        (Objective.FOCE, {"residuals": {"": Residual.STUDENT}}, "Student's t"),
        (Objective.FO, {"censoring": Censoring.M4}, "M4"),
        (Objective.LINDSTROM_BATES, {"residuals": {"": Residual.PROPORTIONAL}}, "constant"),
        (Objective.LAPLACE, {"random": ()}, "no random effect"),
    ],
)
def test_what_an_objective_is_not_defined_for_is_told(
    objective: Objective, changes: dict, why: str
) -> None:
    model = replace(
        PopulationModel(curve=straight_line(), residuals={"": Residual.ADDITIVE}), **changes
    )
    refused = fit_linearised(data_of(lines(2)), model, objective=objective)
    assert isinstance(refused, NotFitted)
    assert why in refused.why
    assert refused.fix


@pytest.fixture(scope="module")
def intercepts() -> tuple[LinearisedFit, np.ndarray]:
    levels = lines(12)
    model = PopulationModel(
        curve=straight_line(),
        random=("base",),
        held={"slope": 0.0},
        residuals={"": Residual.ADDITIVE},
    )
    fit = fit_linearised(data_of(levels), model, objective=Objective.FOCE_I, starts=2, seed=1)
    assert isinstance(fit, LinearisedFit)
    return fit, levels


def test_a_random_intercept_has_the_estimates_of_the_closed_form(
    intercepts: tuple[LinearisedFit, np.ndarray],
) -> None:
    """Maximum likelihood of a balanced one-way layout, from its sums of squares."""
    fit, levels = intercepts
    subjects, times = levels.shape
    means = levels.mean(1)
    within = ((levels - means[:, None]) ** 2).sum() / (subjects * (times - 1))
    between = ((means - means.mean()) ** 2).sum() / subjects - within / times
    assert fit.outcome is Outcome.CONVERGED
    assert fit.numbers["base"] == pytest.approx(means.mean(), abs=1e-6)
    assert fit.numbers["var base"] == pytest.approx(between, rel=1e-5)
    assert fit.numbers["a"] ** 2 == pytest.approx(within, rel=1e-5)
    assert fit.starts[0] == pytest.approx(fit.starts[1], abs=1e-7)


def test_errors_of_a_random_intercept_are_those_of_the_closed_form(
    intercepts: tuple[LinearisedFit, np.ndarray],
) -> None:
    fit, levels = intercepts
    assert isinstance(fit.errors, StandardErrors)
    subjects, times = levels.shape
    spread = fit.numbers["var base"] + fit.numbers["a"] ** 2 / times
    ours = fit.errors.of(Covariance.R)
    assert ours["base"] == pytest.approx(math.sqrt(spread / subjects), rel=1e-4)
    scatter = ((levels.mean(1) - levels.mean()) ** 2).sum() / subjects
    sandwich = fit.errors.of(Covariance.SANDWICH)["base"]
    assert sandwich == pytest.approx(math.sqrt(scatter / subjects), rel=1e-4)
    assert fit.errors.condition() >= 1.0
