"""Full posteriors: of a small population, and of new patients against a known one."""

from __future__ import annotations

from reinfuse.estimation.population.posterior.chains import Progress
from reinfuse.estimation.population.posterior.convergence import Convergence
from reinfuse.estimation.population.posterior.known_population import NamedPopulation
from reinfuse.estimation.population.posterior.new_patient import (
    Asked,
    fit_new_patient,
    fit_new_patients,
)
from reinfuse.estimation.population.posterior.new_patient_fit import (
    BelowLimit,
    LevelBands,
    NewPatientFit,
    PatientMode,
    PatientParameter,
)
from reinfuse.estimation.population.posterior.nuts import Sampling, sample_population
from reinfuse.estimation.population.posterior.population_posterior import (
    Ended,
    PopulationPosterior,
)
from reinfuse.estimation.population.posterior.prior import (
    Family,
    NumberPrior,
    population_priors,
)

__all__ = [
    "Asked",
    "BelowLimit",
    "Convergence",
    "Ended",
    "Family",
    "LevelBands",
    "NamedPopulation",
    "NewPatientFit",
    "NumberPrior",
    "PatientMode",
    "PatientParameter",
    "PopulationPosterior",
    "Progress",
    "Sampling",
    "fit_new_patient",
    "fit_new_patients",
    "population_priors",
    "sample_population",
]
