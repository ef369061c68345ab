"""An axis for tau on which its posterior is smooth and dies away quickly at both ends.

tau = scale exp(t - exp(-t)): towards 0 it falls doubly exponentially, so that a posterior that is
highest at tau = 0 is summed over even steps of t as exactly as one that is far from it.

Source: Takahasi and Mori 1974, doi:10.2977/prims/1195192451 (recalled).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DROP = 30.0  # of the log density: e^-30 of the highest is nothing

PLACES = 89  # of the axis, where its ends are first looked for

_FIRST, _LAST = -3.6, 14.0
_FINER = 22  # places of a further look
_NARROW = 10  # places: with fewer inside, the ends are looked for once more with finer steps
_MOST_LOOKS = 5  # each narrows the axis two times or more


def tau_at(t: Floats, scale: float) -> Floats:
    """tau at each place of the axis."""
    found: Floats = scale * np.exp(t - np.exp(-t))
    return found


def slope_at(t: Floats, scale: float) -> Floats:
    """How tau changes with t."""
    found: Floats = tau_at(t, scale) * (1 + np.exp(-t))
    return found


def bound_axis(
    log_density: Callable[[Floats], Floats],
    scale: float,
    *,
    largest: float,
    places: int = PLACES,
) -> tuple[float, float]:
    """The ends of t beyond which the density of t is nothing; `log_density` is of tau.

    tau above `largest` is not looked at. `places` are those of the first look; where few of them
    lie inside, further looks are finer.
    """
    t = np.linspace(_FIRST, _LAST, places)
    first, last, held = _ends(log_density, scale, t[tau_at(t, scale) <= largest])
    for _ in range(_MOST_LOOKS):
        if held >= _NARROW:
            break
        finer = np.linspace(first, last, _FINER)
        first, last, held = _ends(log_density, scale, finer)
    return first, last


def _ends(
    log_density: Callable[[Floats], Floats], scale: float, t: Floats
) -> tuple[float, float, int]:
    """The ends among places of the axis, and how many places lie between them."""
    height = log_density(tau_at(t, scale)) + np.log(slope_at(t, scale))
    inside = np.flatnonzero(height > height.max() - DROP)
    return float(t[max(inside[0] - 1, 0)]), float(t[min(inside[-1] + 1, len(t) - 1)]), len(inside)
