"""Phenobarbital by FOCE-I: objective, subjects, estimates and errors, against NONMEM 7.5.1."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any  # JSON

import numpy as np
import pytest

from reinfuse.estimation.population.linearised import (
    Covariance,
    LinearisedFit,
    NoErrors,
    Objective,
    ObjectiveValue,
    StandardErrors,
    fit_linearised,
    objective_at,
)
from reinfuse.estimation.population.model import (
    Effect,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.problem import make_problem
from reinfuse.estimation.population.result import Outcome
from reinfuse.estimation.population.starting import starting_population
from reinfuse.kinetics.curves import IV_ONE
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text())
LOW = "v ~ low apgar=1"


def phenobarbital() -> DataSet:
    rows: dict[str, list[dict[str, float]]] = {}
    with (HERE / "phenobarb.csv").open() as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["ID"], []).append({k: float(v) for k, v in row.items()})
    subjects = tuple(
        Subject(
            name=name,
            samples=tuple(
                Sample(time=row["TIME"], value=row["DV"]) for row in mine if not row["AMT"]
            ),
            doses=tuple(Dose(time=row["TIME"], amount=row["AMT"]) for row in mine if row["AMT"]),
            covariates={
                "weight": (Known(time=0.0, value=mine[0]["WGT"]),),
                "low apgar": (Known(time=0.0, value=float(mine[0]["APGR"] < 5)),),
            },
        )
        for name, mine in rows.items()
    )
    return DataSet(subjects=subjects, assays=(Assay(label="level"),))


def model(numbers: dict[str, float]) -> PopulationModel:
    """Clearance and volume in proportion to weight; a larger volume after a low APGAR score."""
    by_weight = [
        Effect(
            parameter=name, covariate="weight", kind=EffectKind.POWER,
            reference=1.0, start=1.0, held=True,
        )
        for name in ("cl", "v")
    ]  # fmt: skip
    low = Effect(
        parameter="v", covariate="low apgar", kind=EffectKind.CATEGORY, level="1",
        start=math.log1p(numbers["low apgar"]),
    )  # fmt: skip
    return PopulationModel(
        curve=IV_ONE,
        effects=(*by_weight, low),
        residuals={"": Residual.PROPORTIONAL},
        start={"cl": numbers["cl"], "v": numbers["v"]},
        spread={"cl": math.sqrt(numbers["var cl"]), "v": math.sqrt(numbers["var v"])},
        residual_start={"b": math.sqrt(numbers["sigma^2"])},
    )


@pytest.fixture(scope="module")
def fit() -> LinearisedFit:
    """From NONMEM's initial values."""
    found = fit_linearised(phenobarbital(), model(EXPECTED["initial"]), objective=Objective.FOCE_I)
    assert isinstance(found, LinearisedFit)
    return found


@pytest.mark.parametrize("place", ["initial", "final"])
def test_the_objective_is_that_of_nonmem_at_its_first_and_last_numbers(place: str) -> None:
    problem = make_problem(phenobarbital(), model(EXPECTED[place]))
    value = objective_at(problem, starting_population(problem), Objective.FOCE_I)
    assert isinstance(value, ObjectiveValue)
    assert value.nonmem_objective == pytest.approx(EXPECTED[place]["objective"], abs=1e-5)


def test_every_subject_has_the_objective_and_the_random_effects_of_nonmem() -> None:
    problem = make_problem(phenobarbital(), model(EXPECTED["final"]))
    value = objective_at(problem, starting_population(problem), Objective.FOCE_I)
    assert isinstance(value, ObjectiveValue)
    assert problem.subjects == tuple(one["id"] for one in EXPECTED["subjects"])
    counts = (np.asarray(problem.arrays.kind) > 0).sum(0)
    ours = value.subjects - counts * math.log(2.0 * math.pi)
    theirs = np.asarray([one["objective"] for one in EXPECTED["subjects"]])
    assert np.abs(ours - theirs).max() < 1e-4
    etas = np.asarray([one["eta"] for one in EXPECTED["subjects"]])
    assert np.abs(value.effects.T - etas).max() < 1e-4


def test_the_fit_ends_where_nonmem_ends(fit: LinearisedFit) -> None:
    final = EXPECTED["final"]
    assert fit.outcome is Outcome.CONVERGED
    assert fit.nonmem_objective == pytest.approx(final["objective"], abs=1e-5)
    for name in ("cl", "v", "var cl", "var v"):
        assert fit.numbers[name] == pytest.approx(final[name], rel=5e-4), name
    assert math.expm1(fit.numbers[LOW]) == pytest.approx(final["low apgar"], rel=5e-4)
    assert fit.numbers["b"] ** 2 == pytest.approx(final["sigma^2"], rel=5e-4)


def test_the_errors_of_nonmem_are_those_of_the_sandwich(fit: LinearisedFit) -> None:
    assert isinstance(fit.errors, StandardErrors)
    ours = in_their_terms(fit, Covariance.SANDWICH)
    for name, expected in EXPECTED["se"].items():
        assert ours[name] == pytest.approx(expected, rel=2e-3), name
    by_hessian = in_their_terms(fit, Covariance.R)
    assert abs(by_hessian["low apgar"] / EXPECTED["se"]["low apgar"] - 1.0) > 0.05


def test_the_condition_number_is_that_of_nonmem(fit: LinearisedFit) -> None:
    """Theirs is the largest eigenvalue of the correlation matrix over the smallest."""
    assert isinstance(fit.errors, StandardErrors)
    found = fit.errors.condition(Covariance.SANDWICH)
    assert found == pytest.approx(EXPECTED["condition"], rel=2e-3)


def in_their_terms(fit: LinearisedFit, kind: Covariance) -> dict[str, float]:
    """Errors of theta 3 (a share) and of sigma^2 follow by the derivative."""
    assert not isinstance(fit.errors, NoErrors)
    ours = fit.errors.of(kind)
    return {
        **{name: ours[name] for name in ("cl", "v", "var cl", "var v")},
        "low apgar": ours[LOW] * math.exp(fit.numbers[LOW]),
        "sigma^2": ours["b"] * 2.0 * fit.numbers["b"],
    }
