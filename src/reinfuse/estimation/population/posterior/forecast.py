"""The curves of posterior draws on days that are asked for, and when they stay below a limit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import jax
import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.new_patient_fit import BelowLimit, LevelBands
from reinfuse.estimation.population.predict import predict
from reinfuse.estimation.population.structure import Arrays, Structure
from reinfuse.estimation.summary import LEVELS, probability, summarise

# Days by which it is asked, and how far a curve is followed: a year. Our own choice, as for the
# report on one patient.
ASKED_DAYS = (28.0, 60.0, 90.0, 180.0, 365.0)
HORIZON_DAYS = 365.0
_CLOSE_DAYS, _CLOSE_STEP = 60.0, 0.5
_FAR_STEPS = 100
_NEVER = 10.0  # stands, in horizons, for a day beyond: quantiles need finite numbers


@partial(jax.jit, static_argnames=("structure",))
def log_curves(structure: Structure, arrays: Arrays, beta: Array, z: Array) -> Array:
    """ln(level), `"draws days subjects"`, of draws `z` (`"draws latents subjects"`)."""
    return jax.lax.map(lambda one: predict(structure, arrays, beta, one)[1], z)


def days_followed(horizon: float) -> NDArray[np.float64]:
    """Days on which curves are looked at for a crossing: half days, then wider apart."""
    close = np.arange(0.0, min(_CLOSE_DAYS, horizon), _CLOSE_STEP)
    if horizon <= _CLOSE_DAYS:
        return np.append(close, horizon)
    return np.concatenate([close, np.geomspace(_CLOSE_DAYS, horizon, _FAR_STEPS)])


def bands_of(days: Sequence[float], logs: NDArray[np.float64]) -> LevelBands:
    """Quantiles of `logs` (`"draws days"`) as levels."""
    level = np.exp(np.quantile(logs, LEVELS, axis=0))
    return LevelBands(days=np.asarray(days, np.float64), levels=LEVELS, level=level)


def below_limit(limit: float, days: NDArray[np.float64], logs: NDArray[np.float64]) -> BelowLimit:
    """From which day each curve of `logs` (`"draws days"`) stays below `limit` until the last."""
    horizon = float(days[-1])
    day = np.minimum(last_day_at(days, logs, float(np.log(limit))), _NEVER * horizon)
    asked = [one for one in ASKED_DAYS if one <= horizon]
    return BelowLimit(
        limit=limit,
        day=summarise(day, horizon=horizon),
        by=tuple((one, probability(day <= one)) for one in asked),
        horizon_days=horizon,
        not_within=probability(day > horizon),
    )


def last_day_at(
    days: NDArray[np.float64], logs: NDArray[np.float64], log_limit: float
) -> NDArray[np.float64]:
    """The last day at or above a limit, `"draws"`: 0 if never, infinite if on the last day."""
    above = logs >= log_limit
    last = days.size - 1 - np.argmax(above[:, ::-1], axis=1)
    rows = np.arange(len(logs))
    after = np.minimum(last + 1, days.size - 1)
    here, there = logs[rows, last], logs[rows, after]
    # Between two looked-at days ln(level) is taken as straight.
    fall = np.where(here > there, here - there, 1.0)
    share = np.clip((here - log_limit) / fall, 0.0, 1.0)
    found = days[last] + share * (days[after] - days[last])
    found = np.where(last == days.size - 1, np.inf, found)
    return np.where(above.any(1), found, 0.0)
