"""Fits by the algorithm of Lindstrom and Bates: likelihood and estimates of R's nlme."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any  # JSON

import numpy as np
import pytest

from reinfuse.estimation.population.linearised import (
    LinearisedFit,
    Objective,
    StandardErrors,
    fit_linearised,
)
from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.result import Outcome
from reinfuse.kinetics.curves import (
    ASYMPTOTIC,
    BIEXPONENTIAL,
    IV_ONE,
    LOGISTIC,
    ORAL_ONE,
    ORAL_ONE_CLEARANCE,
    Curve,
    normal,
)
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text())


def read(name: str) -> DataSet:
    """A file of R's; doses per kg of body weight are those of the file."""
    samples: dict[str, list[Sample]] = {}
    doses: dict[str, list[Dose]] = {}
    with (HERE / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            subject, time = row["subject"], float(row["time"])
            given = doses.setdefault(subject, [])
            if row.get("dose") and (name == "phenobarb" or not given):
                given.append(Dose(time=time, amount=float(row["dose"])))
            if row["level"]:
                sample = Sample(time=time, value=float(row["level"]))
                samples.setdefault(subject, []).append(sample)
    return DataSet(
        subjects=tuple(
            Subject(name=one, samples=tuple(mine), doses=tuple(doses[one]))
            for one, mine in samples.items()
        ),
        assays=(Assay(label="level"),),
    )


def model(curve: Curve, random: tuple[str, ...], **start: float) -> PopulationModel:
    return PopulationModel(
        curve=curve, random=random, residuals={"": Residual.ADDITIVE}, start=start
    )


ABSORBED = {"ke": 0.09, "ka": 1.5, "cl": 0.04}
CASES = {
    "theoph": model(ORAL_ONE_CLEARANCE, ("ka", "cl"), **ABSORBED),
    "theoph, ke varies": model(ORAL_ONE_CLEARANCE, ("ka", "ke", "cl"), **ABSORBED),
    "orange": model(LOGISTIC, ("asym",)),
    "loblolly": model(ASYMPTOTIC, ("asym",)),
    "indometh": model(BIEXPONENTIAL, ("a1", "lrc1", "a2")),
    "phenobarb": model(IV_ONE, ("cl", "v"), cl=0.006, v=1.4),
}


@pytest.mark.parametrize("name", CASES)
def test_likelihood_and_estimates_are_those_of_nlme(name: str) -> None:
    data = read(name.split(",", maxsplit=1)[0])
    expected = EXPECTED[name]
    fit = fit_linearised(data, CASES[name], objective=Objective.LINDSTROM_BATES)
    assert isinstance(fit, LinearisedFit)
    log_likelihood = -0.5 * fit.minus_2ll
    assert log_likelihood == pytest.approx(expected["logLik"], abs=1e-4)
    assert log_likelihood == pytest.approx(expected["printed"], abs=5e-3)
    for one, value in expected["fixed"].items():
        assert on_scale(fit, one) == pytest.approx(value, abs=1e-4, rel=1e-5), one
    for one, value in expected["variances"].items():
        assert fit.numbers[f"var {one}"] == pytest.approx(value, rel=1e-3), one
    assert fit.numbers["a"] == pytest.approx(expected["sd"], rel=1e-4)
    if "varies" in name:
        assert fit.outcome is Outcome.LOOSE
        assert fit.loose == ("var ke",)
        assert fit.numbers["var ke"] < 1e-6
    else:
        assert fit.outcome is Outcome.CONVERGED
    errors_like_theirs(fit, expected["se"])


def on_scale(fit: LinearisedFit, name: str) -> float:
    return float(normal(fit.problem.model.curve.parameter(name).scale, fit.numbers[name]))


def errors_like_theirs(fit: LinearisedFit, expected: dict[str, float]) -> None:
    """Theirs hold variances still, and are enlarged by n/(n - p)."""
    assert isinstance(fit.errors, StandardErrors)
    measured, fixed = fit.problem.measured, len(expected)
    covariance = np.linalg.inv(0.5 * fit.hessian[:fixed, :fixed])
    ours = np.sqrt(np.diagonal(covariance) * measured / (measured - fixed))
    for name, error in zip(fit.problem.structure.names, ours, strict=True):
        assert error == pytest.approx(expected[name], rel=1e-3), name


def test_theophylline_by_foce_i_ends_where_nlmixr2_ends() -> None:
    start = model(ORAL_ONE, ("ka", "cl", "v"), ka=1.5, cl=2.7, v=31.0)
    fit = fit_linearised(read("theo_sd"), start, objective=Objective.FOCE_I)
    assert isinstance(fit, LinearisedFit)
    assert fit.outcome is Outcome.CONVERGED
    assert fit.nonmem_objective == pytest.approx(116.8034, abs=1e-3)
    assert fit.minus_2ll == pytest.approx(359.4032, abs=1e-3)
    logs = {"ka": 0.4638, "cl": 1.0121, "v": 3.4597}
    for name, value in logs.items():
        assert on_scale(fit, name) == pytest.approx(value, abs=5e-4), name
    for name, value in {"ka": 0.4023, "cl": 0.0691, "v": 0.0192}.items():
        assert fit.numbers[f"var {name}"] == pytest.approx(value, abs=5e-4), name
    assert fit.numbers["a"] == pytest.approx(0.6944, abs=5e-4)
