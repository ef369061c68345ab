"""Objectives at fixed numbers: ten subjects, two values each, against NONMEM and quadrature."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from reinfuse.estimation.population.linearised import Objective, ObjectiveValue, objective_at
from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import DECAY
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "expected.json").read_text())["values"]
RESIDUALS = {
    "prop": Residual.PROPORTIONAL,
    "add": Residual.ADDITIVE,
    "comb2": Residual.COMBINED,
}
NAMES = {
    "FO": Objective.FO,
    "FOCE": Objective.FOCE,
    "FOCEI": Objective.FOCE_I,
    "LAPLACE": Objective.LAPLACE,
}
SPREAD, RESIDUAL = 0.04, 0.1  # variances


def measured() -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    with (HERE / "wang2007.csv").open() as file:
        for row in csv.DictReader(file):
            found.setdefault(row["ID"], []).append((float(row["Time"]), float(row["Y"])))
    return found


def problem() -> tuple[Problem, Population]:
    """All three residual models at once: each has an assay and ten subjects of its own."""
    subjects = tuple(
        Subject(
            name=f"{residual} {name}",
            samples=tuple(Sample(time=time, value=y, assay=assay) for time, y in rows),
        )
        for assay, residual in enumerate(RESIDUALS)
        for name, rows in measured().items()
    )
    data = DataSet(subjects=subjects, assays=tuple(Assay(label=one) for one in RESIDUALS))
    model = PopulationModel(curve=DECAY, random=("k",), held={"start": 10.0}, residuals=RESIDUALS)
    numbers = Population(
        beta=jnp.asarray([math.log(10.0), math.log(0.5)]),
        omega=jnp.asarray([[SPREAD]]),
        gamma=jnp.zeros(0),
        residual=jnp.full(4, 0.5 * math.log(RESIDUAL)),
    )
    return make_problem(data, model), numbers


@pytest.mark.parametrize("name", NAMES)
def test_every_objective_is_that_of_nonmem_and_of_the_exact_hessian(name: str) -> None:
    made, numbers = problem()
    value = objective_at(made, numbers, NAMES[name])
    assert isinstance(value, ObjectiveValue)
    assert not value.unsettled
    subjects = value.subjects.reshape(len(RESIDUALS), -1) - 2.0 * math.log(2.0 * math.pi)
    for residual, total in zip(RESIDUALS, subjects.sum(1), strict=True):
        assert total == pytest.approx(EXPECTED[residual][name], abs=1e-5), residual


def test_what_approximations_miss_is_what_quadrature_finds() -> None:
    """The plain twin: the integral over the random effect, by SciPy's quadrature."""
    for residual, values in EXPECTED.items():
        total = sum(exact(residual, rows) for rows in measured().values())
        assert total == pytest.approx(values["EXACT"], abs=1e-5)
        assert abs(total - values["LAPLACE"]) > 0.01


def exact(residual: str, rows: list[tuple[float, float]]) -> float:
    """-2 ln L of one subject without n ln(2 pi)."""
    times, y = np.asarray(rows).T

    def joint(eta: float) -> float:
        level = 10.0 * np.exp(-0.5 * np.exp(eta) * times)
        proportional = RESIDUAL * level**2
        variance = {
            "prop": proportional,
            "add": np.full_like(level, RESIDUAL),
            "comb2": RESIDUAL + proportional,
        }[residual]
        log = -0.5 * ((y - level) ** 2 / variance + np.log(variance)).sum()
        return math.exp(log - 0.5 * eta**2 / SPREAD - 0.5 * math.log(2.0 * math.pi * SPREAD))

    return -2.0 * math.log(quad(joint, -2.0, 2.0, epsabs=0.0, epsrel=1e-10, limit=200)[0])
