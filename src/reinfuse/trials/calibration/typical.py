"""The typical patient of the model, who is held against a published population value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Endpoint, Target
from reinfuse.mechanism.products import Failure
from reinfuse.mechanism.table import Role, Scale, shipped_rows
from reinfuse.trials.calibration.settings import at_burden, strata_of
from reinfuse.trials.calibration.unknowns import Values
from reinfuse.trials.population import (
    Around,
    Between,
    Changed,
    Setting,
    simulate_patients,
    virtual_patients,
)

Floats = NDArray[np.float64]

BURDENS = (0.7, 0.2)  # of the marrow, whose peaks are compared
LAST_DAY, STEP = 90.0, 0.25
FALLEN = 0.1  # of the peak, down to which the first decline is measured
DOUBLED = (0.05, 0.5)  # of the peak, between which growth is measured


def typical_value(target: Target, values: Values) -> float:
    """The value of the typical patient in the unit of the target; nan where there is none.

    Everything that patients differ in is as in the middle of them, and blasts are in the middle,
    on the log-odds, of those of the setting. Half-life and doubling are by straight lines of the
    logarithm: from the peak to a tenth of it, and from a twentieth to a half. Raises ReinfuseError
    for a target that is a count.
    """
    if target.endpoint not in _OF_CURVES:
        raise ReinfuseError(f"{target.endpoint} is no value of a typical patient", where=target.id)
    (stratum,) = strata_of(target, values)
    return _OF_CURVES[target.endpoint](stratum.setting)


def level_of(setting: Setting) -> tuple[Floats, Floats]:
    """Days from the infusion on, and CAR-T cells per uL of the typical patient of a setting."""
    days = np.arange(0.0, LAST_DAY + STEP / 2, STEP)
    course = simulate_patients(virtual_patients(typical(setting), 0, 0, 1), days)
    return days, np.asarray(course.simulated.of("car_per_ul"), np.float64)[0]


def typical(setting: Setting) -> Setting:
    """The same setting with nobody but its typical patient."""
    changed = {
        row.name: replace(setting.parameters.get(row.name, Changed()), spread=0.0)
        for row in shipped_rows()
        if row.role in (Role.PATIENT, Role.INFUSION)
        and row.scale is not Scale.NONE
        and row.name
        not in ("marrow_start", *(() if setting.lesions else ("density", "debris_loss")))
    }
    marrow = setting.marrow
    if isinstance(marrow, Between):
        odds = math.sqrt(_odds(marrow.low) * _odds(marrow.high))
        marrow = Around(median=odds / (1 + odds), spread=0.0)
    return replace(
        setting,
        marrow=replace(marrow, spread=0.0),
        people=replace(setting.people, spread=0.0),
        parameters={**setting.parameters, **changed},
        failures=Failure(share=0.0, fitness=1.0),
    )


def _odds(share: float) -> float:
    return share / (1 - share)


def _tmax(setting: Setting) -> float:
    days, level = level_of(setting)
    return _vertex(days, level)


def _vertex(days: Floats, level: Floats) -> float:
    """The day of the highest level, between samples by a parabola of the logarithm."""
    top = int(level.argmax())
    if not 0 < top < len(level) - 1:
        return math.nan
    before, here, after = np.log(level[top - 1 : top + 2])
    bend = before - 2 * here + after
    return float(days[top] + STEP * 0.5 * (before - after) / bend) if bend < 0 else float(days[top])


def _contraction(setting: Setting) -> float:
    days, level = level_of(setting)
    top = int(level.argmax())
    low = np.flatnonzero(level[top:] <= FALLEN * level[top])
    if not top or not len(low):
        return math.nan
    return -math.log(2.0) / _slope(days, level, top, top + int(low[0]))


def _doubling(setting: Setting) -> float:
    days, level = level_of(setting)
    top = int(level.argmax())
    rising = level[: top + 1]
    below = np.flatnonzero(rising <= DOUBLED[0] * level[top])
    first = int(below[-1]) if len(below) else int(rising.argmin())
    last = first + int(np.argmax(rising[first:] >= DOUBLED[1] * level[top]))
    return math.log(2.0) / _slope(days, level, first, last) if last > first else math.nan


def _slope(days: Floats, level: Floats, first: int, last: int) -> float:
    """By least squares of the logarithm."""
    return float(np.polyfit(days[first : last + 1], np.log(level[first : last + 1]), 1)[0])


def _burden_ratio(setting: Setting) -> float:
    high, low = (level_of(at_burden(setting, share))[1].max() for share in BURDENS)
    return float(high / low)


_OF_CURVES: dict[Endpoint, Callable[[Setting], float]] = {
    Endpoint.TMAX: _tmax,
    Endpoint.DOUBLING: _doubling,
    Endpoint.CONTRACTION: _contraction,
    Endpoint.BURDEN_ON_CMAX: _burden_ratio,
}
