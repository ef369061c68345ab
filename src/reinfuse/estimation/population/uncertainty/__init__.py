"""How well the data fix each number of a fitted population."""

from __future__ import annotations

from reinfuse.estimation.population.uncertainty.bootstrap import bootstrap
from reinfuse.estimation.population.uncertainty.climb import Climbed, climb
from reinfuse.estimation.population.uncertainty.observed import (
    Method,
    uncertainty_at,
    uncertainty_of,
)
from reinfuse.estimation.population.uncertainty.resampling import resample
from reinfuse.estimation.population.uncertainty.result import Loose, Uncertainty

__all__ = [
    "Climbed",
    "Loose",
    "Method",
    "Uncertainty",
    "bootstrap",
    "climb",
    "resample",
    "uncertainty_at",
    "uncertainty_of",
]
