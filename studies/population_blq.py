"""What becomes of a fit when values below the limit are dropped or replaced.

One simulated set of 100 patients, 15 % of its levels below the limit, fitted under each rule. All
likelihoods are of the measurements as they are: -2LL with M3 at the numbers that the rule led to.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.conditional import conditional_of
from reinfuse.estimation.population.fit import Settings, fit_population
from reinfuse.estimation.population.importance import likelihood_of
from reinfuse.estimation.population.model import Censoring, PopulationModel
from reinfuse.estimation.population.problem import make_problem
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

SET = "tests/judge/cart_sim/cart_stein.csv"
INPUTS = (
    SET,
    *(f"src/reinfuse/estimation/population/{name}.py" for name in (
        "density", "fit", "idle", "importance", "maximise", "moves", "numerics", "predict",
        "problem", "proposal", "saem", "starting",
    )),
    "src/reinfuse/kinetics/curves/cart.py",
    "src/reinfuse/kinetics/curves/joints.py",
)  # fmt: skip
HEADER = ("rule", "seed", "number", "estimate", "minus_2ll", "monte_carlo_se")
SEEDS = (1, 2, 3)
DRAWS = 5000


def chunks() -> Sequence[str]:
    """One rule each."""
    return ("M3", "M1", "M5")


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each number of the fit from each seed."""
    rows: list[tuple[object, ...]] = []
    for seed in SEEDS:
        rows += _rows(chunk, seed)
    return rows


def _rows(rule: str, seed: int) -> list[tuple[object, ...]]:
    model = PopulationModel(curve=STEIN, censoring=Censoring(rule))
    fit = fit_population(read_set(), model, seed=seed, settings=Settings(starts=1))
    assert isinstance(fit, PopulationFit)
    numbers = fit.typical | {f"var {name}": value for name, value in fit.variances.items()}
    said = _as_it_is(fit, seed)
    return [
        (rule, seed, name, f"{value:.5g}", f"{said[0]:.2f}", f"{said[1]:.2f}")
        for name, value in (numbers | fit.residual).items()
    ]


def _as_it_is(fit: PopulationFit, seed: int) -> tuple[float, float]:
    """-2LL of the measurements with their limits, at the fitted numbers, and its error."""
    exact = make_problem(read_set(), replace(fit.problem.model, censoring=Censoring.M3))
    population = Population(*(jnp.asarray(part) for part in fit.population))
    key = jax.random.key(seed)
    conditional = conditional_of(
        exact.structure, exact.arrays, population, key=key, chains=2, rounds=300
    )
    likelihood = likelihood_of(
        exact.structure, exact.arrays, population, conditional, key=key, draws=DRAWS
    )
    return likelihood.minus_2ll, likelihood.se


def read_set() -> DataSet:
    """The simulated set: natural logarithms of copies/ug."""
    rows: dict[str, list[Sample]] = {}
    with (Path(__file__).resolve().parent.parent / SET).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            below = row["CENS"] == "1"
            rows.setdefault(row["ID"], []).append(Sample(
                time=float(row["TIME"]),
                value=None if below else float(row["DV"]),
                high=float(row["LLOQ"]) if below else None,
            ))  # fmt: skip
    subjects = tuple(Subject(name=name, samples=tuple(some)) for name, some in rows.items())
    return DataSet(subjects=subjects, assays=(Assay(label="qPCR"),), logarithms=True)
