"""Fits made by hand, for what is drawn and told of a fit."""

from __future__ import annotations

import math

import numpy as np

from reinfuse.estimation.population.checking import Asked, Certainty, Design, FitCheck, check_fit
from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import Likelihood
from reinfuse.estimation.population.result import Outcome, PopulationFit, number_names
from tests.unit.population_decay import POPULATION, START, design

ROUNDS, BURN = 300, 200


def fit_of(made: Design | None = None, **changes: object) -> PopulationFit:
    """A fit of a set that decays, as if it had found POPULATION."""
    used = design(10, limit=2.0) if made is None else made
    subjects = len(used.problem.subjects)
    last = np.concatenate([
        POPULATION.beta, np.diagonal(POPULATION.omega), POPULATION.residual, [-12.0, 0.4]
    ])  # fmt: skip
    falling = np.exp(-np.arange(ROUNDS) / 30.0)[:, None]
    fields: dict[str, object] = {
        "problem": used.problem,
        "population": POPULATION,
        "outcome": Outcome.CONVERGED,
        "likelihood": Likelihood(
            minus_2ll=123.4, objective=31.5, se=0.12, draws=3000,
            subjects=np.full(subjects, 123.4 / subjects),
            shapes=np.linspace(0.0, 0.9, subjects),
        ),
        "conditional": Conditional(
            np.full((1, subjects), math.log(START)), np.full((subjects, 1, 1), 0.01)
        ),
        "trace": last + np.asarray([0.3, 0.3, 0.0, 0.0, 5.0, 0.0]) * falling,
        "trace_names": (
            *number_names(used.problem.structure, used.problem.assays),
            "ln likelihood at the latents", "acceptance",
        ),
        "burn": BURN, "starts": (130.0, 125.0), "seed": 1, "precision": "float64", "chains": 2,
    }  # fmt: skip
    return PopulationFit(**(fields | changes))  # type: ignore[arg-type] # fields by name


def check_of(
    made: Design, *, certainty: Certainty | None = None, asked: tuple[Asked, ...] = (Asked(),),
    **changes: object,
) -> FitCheck:  # fmt: skip
    """Such a fit with its diagnostics, from few replicates."""
    fit = fit_of(made, **changes)
    return check_fit(fit, made.data, seed=1, replicates=100, asked=asked, certainty=certainty)
