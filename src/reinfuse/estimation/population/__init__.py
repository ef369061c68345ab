"""Populations: one curve fitted to many patients, and everything that follows from the fit."""

from __future__ import annotations

from reinfuse.estimation.population.fit import (
    Settings,
    fit_population,
)
from reinfuse.estimation.population.model import (
    Censoring,
    Effect,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.result import (
    NotFitted,
    Outcome,
    PopulationFit,
)

__all__ = [
    "Censoring",
    "Effect",
    "EffectKind",
    "NotFitted",
    "Outcome",
    "PopulationFit",
    "PopulationModel",
    "Residual",
    "Settings",
    "fit_population",
]
