"""Virtual patients: who they are by their number, and how they fare through the mechanism."""

from reinfuse.trials.population.chances import Purpose, arms_of
from reinfuse.trials.population.patients import VirtualPatients, virtual_patients
from reinfuse.trials.population.setting import (
    FIRST_DAY,
    MOST_LESIONS,
    PEOPLE,
    USUAL_DEPLETION,
    Again,
    Around,
    Between,
    Changed,
    Dose,
    LesionSetting,
    On,
    People,
    Rule,
    Setting,
    SteroidRule,
    TocilizumabRule,
    why_not,
)
from reinfuse.trials.population.simulated import Course, Given, simulate_patients

__all__ = [
    "FIRST_DAY",
    "MOST_LESIONS",
    "PEOPLE",
    "USUAL_DEPLETION",
    "Again",
    "Around",
    "Between",
    "Changed",
    "Course",
    "Dose",
    "Given",
    "LesionSetting",
    "On",
    "People",
    "Purpose",
    "Rule",
    "Setting",
    "SteroidRule",
    "TocilizumabRule",
    "VirtualPatients",
    "arms_of",
    "simulate_patients",
    "virtual_patients",
    "why_not",
]
