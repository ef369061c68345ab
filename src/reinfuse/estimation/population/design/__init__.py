"""Which samples tell most: of a population, and of one patient given a population."""

from __future__ import annotations

from reinfuse.estimation.population.design.asked import Asked
from reinfuse.estimation.population.design.known import known_of
from reinfuse.estimation.population.design.patient_schedule import (
    Question,
    Schedule,
    ScheduleDesign,
    design_schedule,
)
from reinfuse.estimation.population.design.population_information import (
    Arm,
    PopulationDesign,
    population_design,
)

__all__ = [
    "Arm",
    "Asked",
    "PopulationDesign",
    "Question",
    "Schedule",
    "ScheduleDesign",
    "design_schedule",
    "known_of",
    "population_design",
]
