"""The numbers of a population as one vector without bounds."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.estimation.population.model import Effect, EffectKind, PopulationModel, Residual
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.vector import (
    logarithms,
    natural_jacobian,
    natural_numbers,
    naturals,
    number_labels,
    pack,
    unpack,
)
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

RANDOM = ("fold", "cmax", "alpha", "fb")


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Cmax, alpha and FB in one block with fold outside; Tmax held; Cmax between infusions."""
    subject = Subject(
        name="1",
        samples=(Sample(time=1.0, value=3.0), Sample(time=31.0, value=4.0, occasion=2)),
        doses=(Dose(time=0.0, amount=1.0), Dose(time=30.0, amount=1.0, occasion=2)),
        covariates={"weight": (Known(time=0.0, value=60.0),)},
    )
    model = PopulationModel(
        curve=STEIN,
        random=RANDOM,
        blocks=(("alpha", "cmax", "fb"),),
        between_infusions=("cmax",),
        held={"tmax": 10.0},
        effects=(Effect(parameter="cmax", covariate="weight", kind=EffectKind.POWER),),
        residuals={"": Residual.COMBINED},
    )
    return make_problem(DataSet(subjects=(subject,), assays=(Assay(label="a"),)), model)


@pytest.fixture(scope="module")
def numbers() -> Population:
    half = np.asarray([[1.0, 0.0, 0.0], [0.4, 0.7, 0.0], [-0.3, 0.2, 0.5]])
    omega = np.zeros((4, 4))
    omega[0, 0] = 2.4
    omega[1:, 1:] = half @ half.T
    return Population(
        jnp.asarray([8.0, 2.3, 10.0, -1.8, -4.8, -5.7, 0.3]),
        jnp.asarray(omega),
        jnp.asarray([0.2]),
        jnp.asarray([-1.0, -2.0]),
    )


def test_a_vector_holds_every_free_number_and_gives_it_back(
    problem: Problem, numbers: Population
) -> None:
    vector = pack(problem.structure, numbers)
    assert vector.shape == (6 + 1 + 6 + 1 + 2,)  # without tmax; its own; a block of three
    back = unpack(problem.structure, numbers, vector)
    for ours, theirs in zip(back, numbers, strict=True):
        assert np.asarray(ours) == pytest.approx(np.asarray(theirs), abs=1e-10)


def test_any_vector_is_a_population_whose_held_numbers_stay(
    problem: Problem, numbers: Population
) -> None:
    count = len(pack(problem.structure, numbers))
    vector = jnp.asarray(np.random.default_rng(1).normal(size=count))
    found = unpack(problem.structure, numbers, vector)
    assert float(found.beta[1]) == 2.3
    assert np.linalg.eigvalsh(found.omega).min() > 0.0
    assert np.asarray(found.omega)[0, 1:] == pytest.approx(0.0)
    assert pack(problem.structure, found) == pytest.approx(np.asarray(vector), abs=1e-6)


def test_numbers_in_natural_units_have_names_in_the_same_order(
    problem: Problem, numbers: Population
) -> None:
    labels = number_labels(problem.structure, problem.assays)
    found = dict(zip(labels, np.asarray(natural_numbers(problem.structure, numbers)), strict=True))
    assert found["cmax"] == pytest.approx(np.exp(10.0))
    assert found["fb"] == pytest.approx(1.0 / (1.0 + np.exp(4.8)))
    assert found["cmax ~ weight"] == pytest.approx(0.3)
    assert found["var fold"] == pytest.approx(2.4)
    assert found["cov alpha cmax"] == pytest.approx(0.4)
    assert found["var between infusions cmax"] == pytest.approx(0.2)
    assert found["b"] == pytest.approx(np.exp(-2.0))
    assert "tmax" not in found


def test_the_jacobian_is_how_natural_numbers_move(problem: Problem, numbers: Population) -> None:
    structure = problem.structure
    vector = pack(structure, numbers)
    jacobian = np.asarray(natural_jacobian(structure, numbers, vector))
    step = 1e-6
    way = np.random.default_rng(2).normal(size=len(vector))
    ahead, behind = (naturals(structure, numbers, vector + sign * step * way) for sign in (1, -1))
    moved = np.asarray(ahead - behind) / (2.0 * step)
    assert jacobian @ way == pytest.approx(moved, rel=1e-5, abs=1e-7)


def test_logarithms_are_told_from_other_numbers(problem: Problem) -> None:
    labels = np.asarray(number_labels(problem.structure, problem.assays))
    held = set(labels[logarithms(problem.structure)])
    variances = {f"var {name}" for name in RANDOM}
    assert held == {*variances, "var between infusions cmax", "a", "b"}
