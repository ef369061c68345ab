"""From the scale a measure is pooled on back to the number that a reader knows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reinfuse.pooling.effects.measure import Measure, Scale

Floats = NDArray[np.float64]

_LARGEST_LOG = 700.0  # exp of more is no double


def back_transform(measure: Measure, x: Floats, *, scale: Scale, n: float | None) -> Floats:
    """Each `x` as a rate, ratio, difference, mean or given estimate; same axes as `x`.

    A limit that leaves the possible is brought to its edge: a rate into 0 to 1, a difference of
    rates into -1 to 1. `n` is asked for by the double arcsine alone: the harmonic mean of the
    studies' sizes, by Miller's choice, and the answer depends on it.

    Source: Miller 1978, doi:10.1080/00031305.1978.10479283, for the double arcsine (recalled).
    """
    if measure is Measure.PFT:
        return _from_double_arcsine(x, 1.0 if n is None else n)
    if measure in _BACK:
        return _BACK[measure](x)
    return _exp(x) if scale is Scale.LOG else x


def double_arcsine(events: Floats, n: Floats) -> Floats:
    """The double arcsine of Freeman and Tukey, as half the sum of both angles.

    Source: Freeman and Tukey 1950, doi:10.1214/aoms/1177729756 (recalled).
    """
    lower = np.arcsin(np.sqrt(events / (n + 1)))
    upper = np.arcsin(np.sqrt((events + 1) / (n + 1)))
    return np.asarray((lower + upper) / 2, dtype=np.float64)


def _from_double_arcsine(x: Floats, n: float) -> Floats:
    none, all_of_them = double_arcsine(np.array([0.0, n]), np.array([n, n]))
    # The angles of 0 of n and of n of n are the ends: beyond them Miller's formula turns round.
    inside = np.clip(x, none, all_of_them)
    sine = np.sin(2 * inside)
    share = np.maximum(1 - (sine + (sine - 1 / sine) / n) ** 2, 0.0)
    back = (1 - np.sign(np.cos(2 * inside)) * np.sqrt(share)) / 2
    back = np.where(x <= none, 0.0, np.where(x >= all_of_them, 1.0, back))
    return np.asarray(np.clip(back, 0.0, 1.0), dtype=np.float64)


def _exp(x: Floats) -> Floats:
    return np.exp(np.clip(x, -_LARGEST_LOG, _LARGEST_LOG))


def _rate(x: Floats) -> Floats:
    return np.clip(x, 0.0, 1.0)


def _rate_of_log_odds(x: Floats) -> Floats:
    return 1 / (1 + _exp(-x))


def _rate_of_log(x: Floats) -> Floats:
    return np.minimum(_exp(x), 1.0)


def _rate_of_arcsine(x: Floats) -> Floats:
    return np.asarray(np.sin(np.clip(x, 0.0, np.pi / 2)) ** 2, dtype=np.float64)


def _difference(x: Floats) -> Floats:
    return np.clip(x, -1.0, 1.0)


_BACK: dict[Measure, Callable[[Floats], Floats]] = {
    Measure.PR: _rate,
    Measure.PLO: _rate_of_log_odds,
    Measure.PLN: _rate_of_log,
    Measure.PAS: _rate_of_arcsine,
    Measure.RR: _exp,
    Measure.OR: _exp,
    Measure.RD: _difference,
}
