from __future__ import annotations

import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.estimation.population.model import Effect, EffectKind, PopulationModel, Residual
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty import Method, climb, uncertainty_at
from reinfuse.estimation.population.uncertainty.information import information_of
from reinfuse.estimation.population.uncertainty.points import Grid
from reinfuse.kinetics.curves import IV_ONE
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject
from tests.judge.population_information.linear_mixed import roughly

# NONMEM 7.5.1, FOCEI, covariance step without options (sandwich); see SOURCE.md.
ESTIMATES = {"cl": 0.00469555, "v": 0.984258, "v ~ low=yes": math.log(1.15892)}
VARIANCES, SIGMA = (0.0293508, 0.0279060), 0.0132410
ERRORS = {
    "cl": 0.000209967,
    "v": 0.0268946,
    "v ~ low=yes": 0.0837555 / 1.15892,  # of ln(1 + theta)
    "var cl": 0.0134156,
    "var v": 0.00747591,
    "b": 0.00990666,
}
# At those estimates, by the trapezoid rule over both random effects; see SOURCE.md.
EXACT_OBJECTIVE = 586.26520


@pytest.fixture(scope="module")
def problem() -> Problem:
    subjects: dict[str, dict] = {}
    for line in (Path(__file__).parent / "pheno.dta").read_text().splitlines()[1:]:
        name, time, amount, weight, apgar, level = line.split()[:6]
        mine = subjects.setdefault(
            name, {"doses": [], "samples": [], "weight": float(weight), "apgar": float(apgar)}
        )
        if float(amount) > 0:
            mine["doses"].append(Dose(time=float(time), amount=float(amount)))
        else:
            mine["samples"].append(Sample(time=float(time), value=float(level)))
    data = DataSet(
        subjects=tuple(
            Subject(
                name=name, samples=tuple(one["samples"]), doses=tuple(one["doses"]),
                covariates={
                    "weight": (Known(time=0.0, value=one["weight"]),),
                    "low": (Known(time=0.0, value="yes" if one["apgar"] < 5 else "no"),),
                },
            )
            for name, one in subjects.items()
        ),
        assays=(Assay(label="1"),),
    )  # fmt: skip
    weight = {"covariate": "weight", "kind": EffectKind.POWER, "reference": 1.0, "start": 1.0}
    model = PopulationModel(
        curve=IV_ONE,
        residuals={"": Residual.PROPORTIONAL},
        effects=(
            Effect(parameter="cl", held=True, **weight),
            Effect(parameter="v", held=True, **weight),
            Effect(parameter="v", covariate="low", kind=EffectKind.CATEGORY, level="yes"),
        ),
    )
    return make_problem(data, model)


@pytest.fixture(scope="module")
def there() -> Population:
    cl, v, low = ESTIMATES.values()
    return Population(
        jnp.array([math.log(cl), math.log(v), 1.0, 1.0, low]),
        jnp.diag(jnp.array(VARIANCES)),
        jnp.zeros(0),
        jnp.array([0.5 * math.log(SIGMA)]),
    )


def test_the_sandwich_at_nonmem_s_estimates_has_nonmem_s_standard_errors(
    problem: Problem, there: Population
) -> None:
    rule, key = Grid(nodes=24), jax.random.key(0)
    conditional = roughly(problem, there)
    for _ in range(3):
        seen = information_of(
            problem.structure, problem.arrays, there, conditional, rule=rule, key=key
        )
        conditional = seen.conditional
    objective = -2.0 * float(seen.log_likelihood.sum()) - 155 * math.log(2.0 * math.pi)
    assert objective == pytest.approx(EXACT_OBJECTIVE, abs=1e-4)
    found = uncertainty_at(problem, there, conditional, seed=1, method=Method.SANDWICH)
    errors = dict(zip(found.names, found.standard_errors, strict=True))
    for name, expected in ERRORS.items():
        # NONMEM's are of the FOCEI approximation, ours of the exact likelihood.
        assert errors[name] == pytest.approx(expected, rel=0.05), name


def test_the_top_of_the_exact_likelihood_is_near_and_higher(
    problem: Problem, there: Population
) -> None:
    top = climb(problem, there, roughly(problem, there), rule=Grid(nodes=24), key=jax.random.key(0))
    assert top.arrived
    assert top.minus_2ll - 155 * math.log(2.0 * math.pi) < EXACT_OBJECTIVE
    errors = np.asarray([0.000209967, 0.0268946])
    moved = np.exp(np.asarray(top.population.beta[:2])) - np.asarray([0.00469555, 0.984258])
    assert (np.abs(moved) < errors).all()
