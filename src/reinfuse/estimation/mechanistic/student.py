"""Student's distribution with 5 degrees of freedom, scaled to a standard deviation of 1.

A sample that was swapped, or a gate that was drawn elsewhere, costs little more than one that is
merely off. Closed forms, so that nothing but NumPy is needed.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.scatter import DEGREES

Array = NDArray[np.float64]

_SD = math.sqrt(DEGREES / (DEGREES - 2.0))  # of the distribution before it is scaled
_LOG_HEIGHT = math.log(8.0 / (3.0 * math.pi * math.sqrt(5.0)) * _SD)
_HALF_POWER = (DEGREES + 1.0) / 2.0
_FAR = -40.0  # beyond it the closed form cancels, and a series is exact
_ROOT = math.sqrt(DEGREES)
_FAR_HEIGHT = 125.0 * 8.0 / (3.0 * math.pi * math.sqrt(5.0))

# How much less than a normal one a value tells of its middle, in units of 1 / variance.
INFORMATION = (DEGREES + 1.0) / (DEGREES + 3.0) * _SD**2


def log_density(z: Array) -> Array:
    """Log density at `z`, in standard deviations."""
    t = z * _SD
    return _LOG_HEIGHT - _HALF_POWER * np.log1p(t * t / DEGREES)


def log_below(z: Array) -> Array:
    """Log of the probability to lie below `z`, in standard deviations; exact in both tails."""
    t = z * _SD
    near = np.maximum(t, _FAR)
    cosine_squared = DEGREES / (DEGREES + near * near)
    swing = near / _ROOT * cosine_squared * (1.0 + 2.0 / 3.0 * cosine_squared)
    inside = np.log(0.5 + (np.arctan(near / _ROOT) + swing) / math.pi)
    far = t < _FAR
    if far.any():
        inside[far] = _log_far_below(t[far])
    return np.asarray(inside)


def _log_far_below(t: Array) -> Array:
    series = 1.0 / 5.0 - 15.0 / 7.0 / t**2 + 150.0 / 9.0 / t**4
    return np.asarray(np.log(_FAR_HEIGHT * series) - 5.0 * np.log(-t))


def draws(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Draws of standard deviation 1."""
    return rng.standard_t(DEGREES, shape) / _SD
