from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.problem import make_problem
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty.information import information_of
from reinfuse.estimation.population.uncertainty.points import Grid
from reinfuse.kinetics.curves import DECAY
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject
from tests.judge.population_information.linear_mixed import roughly

# Wang 2007: ten subjects at times 0 and 1; see SOURCE.md.
AT_0 = (10.68, 10.402, 9.8814, 9.3408, 10.082, 9.8938, 9.8908, 10.234, 9.9882, 9.6736)
AT_1 = (3.6837, 6.454, 5.8565, 5.6209, 6.7583, 6.5049, 6.9557, 6.4488, 6.7112, 6.6402)
OBJECTIVE = 39.3548  # exact, by 1-D quadrature
PLACE = np.array([math.log(0.5), 0.5 * math.log(0.04), 0.5 * math.log(0.1)])


def log_likelihood(vector: np.ndarray) -> float:
    """By the trapezoid rule over 4,001 random effects, which for a normal is exact to rounding."""
    log_k, log_omega, log_b = vector
    omega, b = math.exp(log_omega), math.exp(log_b)
    effects = np.linspace(-9.0, 9.0, 4001) * omega
    rate = np.exp(log_k + effects)
    total = -0.5 * (effects / omega) ** 2 - math.log(omega)
    total = total + math.log(effects[1] - effects[0]) - 0.5 * math.log(2 * math.pi)
    found = 0.0
    for first, second in zip(AT_0, AT_1, strict=True):
        terms = total
        for level, time in ((first, 0.0), (second, 1.0)):
            middle = 10.0 * np.exp(-rate * time)
            sd = b * middle
            terms = terms - 0.5 * ((level - middle) / sd) ** 2 - np.log(sd)
        terms = terms - math.log(2 * math.pi)
        top = terms.max()
        found += top + math.log(np.exp(terms - top).sum())
    return found


def numerical_hessian(step: float = 2e-3) -> np.ndarray:
    """Fourth-order differences of the trapezoid likelihood."""
    size = len(PLACE)
    found = np.zeros((size, size))
    weights = {-2: 1 / 12, -1: -2 / 3, 1: 2 / 3, 2: -1 / 12}
    for row in range(size):
        for column in range(size):
            for one, first in weights.items():
                for other, second in weights.items():
                    moved = PLACE.copy()
                    moved[row] += one * step
                    moved[column] += other * step
                    found[row, column] += first * second * log_likelihood(moved) / step**2
    return found


def test_the_information_is_the_curvature_of_the_exact_likelihood() -> None:
    data = DataSet(
        subjects=tuple(
            Subject(name=str(number + 1),
                    samples=(Sample(time=0.0, value=a), Sample(time=1.0, value=b)))
            for number, (a, b) in enumerate(zip(AT_0, AT_1, strict=True))
        ),
        assays=(Assay(label="1"),),
    )  # fmt: skip
    model = PopulationModel(
        curve=DECAY, random=("k",), held={"start": 10.0}, residuals={"": Residual.PROPORTIONAL}
    )
    problem = make_problem(data, model)
    assert problem.structure.names == ("start", "k")
    start = float(problem.structure.scales[0] == "log")
    population = Population(
        jnp.array([math.log(10.0) if start else 10.0, math.log(0.5)]),
        jnp.array([[0.04]]),
        jnp.zeros(0),
        jnp.array([0.5 * math.log(0.1)]),
    )
    conditional = roughly(problem, population)
    for _ in range(3):
        found = information_of(
            problem.structure, problem.arrays, population, conditional,
            rule=Grid(nodes=60), key=jax.random.key(0),
        )  # fmt: skip
        conditional = found.conditional
    likelihood = float(found.log_likelihood.sum())
    assert likelihood == pytest.approx(log_likelihood(PLACE), abs=1e-8)
    assert -2.0 * likelihood - 20 * math.log(2 * math.pi) == pytest.approx(OBJECTIVE, abs=1e-3)
    curved = -numerical_hessian()
    assert np.asarray(found.observed) == pytest.approx(curved, abs=1e-5 * np.abs(curved).max())
