"""How the mechanism fares against published numbers, and what they say of values of our own."""

from reinfuse.trials.calibration.compared import interval_shown, shown
from reinfuse.trials.calibration.drawn import Calibration, Size, calibrate, hold_out
from reinfuse.trials.calibration.plain import result_as_plain
from reinfuse.trials.calibration.result import (
    INFORMED,
    CalibrationResult,
    Compared,
    Explained,
    Learned,
    Population,
    Prediction,
    Pull,
    Tallied,
)
from reinfuse.trials.calibration.scored import run_calibration
from reinfuse.trials.calibration.unknowns import Unknown, shipped_values, unknowns
from reinfuse.trials.calibration.weighing import Rounds

__all__ = [
    "INFORMED",
    "Calibration",
    "CalibrationResult",
    "Compared",
    "Explained",
    "Learned",
    "Population",
    "Prediction",
    "Pull",
    "Rounds",
    "Size",
    "Tallied",
    "Unknown",
    "calibrate",
    "hold_out",
    "interval_shown",
    "result_as_plain",
    "run_calibration",
    "shipped_values",
    "shown",
    "unknowns",
]
