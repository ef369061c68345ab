"""A schedule of one subject from plain lists, and levels with a floor for their logarithm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reinfuse.kinetics.curves.curve import Array, Curve, Parameters, Schedule
from reinfuse.kinetics.curves.joints import library

# The level that stands for none at all where a logarithm is asked for.
FLOOR = 1e-30

# One dose: when, how much, over how long (0 for a bolus).
Dose = tuple[float, float, float]


def sampled(
    times: Sequence[float],
    doses: Sequence[Dose] = ((0.0, 1.0, 0.0),),
    inputs: Mapping[str, float] | None = None,
) -> Schedule:
    """The schedule of one subject: `"times 1"`; time since the infusion is time itself."""
    time = np.asarray(times, dtype=np.float64)[:, None]
    given = np.asarray(doses, dtype=np.float64).reshape(-1, 3)
    return Schedule(
        time=time,
        since=time,
        dose_time=given[:, :1],
        dose_amount=given[:, 1:2],
        dose_duration=given[:, 2:],
        inputs={name: np.array([value]) for name, value in (inputs or {}).items()},
    )


def level_of(curve: Curve, p: Parameters, schedule: Schedule) -> Array:
    """The level, whichever way the curve gives it."""
    value = curve.value(p, schedule)
    return library(p, schedule).exp(value) if curve.logarithmic else value


def log_level_of(curve: Curve, p: Parameters, schedule: Schedule) -> Array:
    """ln of the level; of 1e-30 where there is none, such as before the first dose."""
    value = curve.value(p, schedule)
    if curve.logarithmic:
        return value
    xp = library(p, schedule)
    return xp.log(xp.maximum(value, FLOOR))
