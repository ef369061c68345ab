"""Likelihoods by linearisation and by Laplace's approximation: objectives, and fits by them."""

from __future__ import annotations

from reinfuse.estimation.population.linearised.fit import fit_linearised, objective_at
from reinfuse.estimation.population.linearised.objective import Objective
from reinfuse.estimation.population.linearised.result import LinearisedFit, ObjectiveValue
from reinfuse.estimation.population.linearised.standard_errors import (
    Covariance,
    NoErrors,
    StandardErrors,
)

__all__ = [
    "Covariance",
    "LinearisedFit",
    "NoErrors",
    "Objective",
    "ObjectiveValue",
    "StandardErrors",
    "fit_linearised",
    "objective_at",
]
