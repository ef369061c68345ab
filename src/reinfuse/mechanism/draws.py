"""From standard normal numbers to parameters: patients of the table, or latents of a fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.mechanism.table import Parameter, Scale, parameters_of

# Of patients who had the same binder before, those who reject it. No rate is published: ours, moved
# from 0.4 by the calibration targets.
IMMUNE_SHARE = 0.6
IMMUNE_LOSS = 0.22  # 1/d, the middle of 0.1 to 0.5 in those who do; ours
_ROUNDED = 0.02  # width, in probability, over which the spike gives way to the slab


def parameter_rows(
    lesions: int, patients: int, z: Mapping[str, ArrayLike], given: Mapping[str, ArrayLike]
) -> NDArray[np.float64]:
    """Parameters of `course_model(lesions)`, `"patients parameters"`.

    `z` holds standard normal numbers by name, `given` values by name; what neither holds is as
    usual. A number or one for each patient. A value that `given` holds is what `z` spreads around.
    """
    listed = parameters_of(lesions)
    unknown = sorted((set(z) | set(given)) - {row.name for row in listed})
    if unknown:
        raise ReinfuseError(
            f"the mechanism with {lesions} lesions has no parameter {', '.join(unknown)}",
            fix="name parameters of docs/reference/mechanism.md",
        )
    rows = np.empty((patients, len(listed)))
    for place, row in enumerate(listed):
        middle = np.asarray(given.get(row.name, row.value), np.float64)
        rows[:, place] = spread_values(row, z[row.name], middle) if row.name in z else middle
    return rows


def spread_values(
    row: Parameter, z: ArrayLike, middle: ArrayLike | None = None, spread: float | None = None
) -> NDArray[np.float64]:
    """Values of a parameter at standard normal numbers, kept within its range.

    `middle` is the value at 0 instead of the table's, `spread` its spread. For `SPIKE` the middle
    is the share of those with any.
    """
    numbers = np.asarray(z, np.float64)
    centre = np.asarray(row.value if middle is None else middle, np.float64)
    wide = row.spread if spread is None else spread
    match row.scale:
        case Scale.LOG:
            found = centre * np.exp(wide * numbers)
        case Scale.LOGIT:
            found = 1.0 / (1.0 + (1.0 / centre - 1.0) * np.exp(-wide * numbers))
        case Scale.SPIKE:
            found = _spike(numbers, centre, wide)
        case Scale.NONE:
            found = centre + 0.0 * numbers
    return np.clip(found, row.low, row.high)


def _spike(z: NDArray, share: NDArray, spread: float) -> NDArray:
    """None for the lowest `1 - share` of patients, and log-normal above, without a jump between."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 # heavy, and rarely needed

    over = ndtr(z) - (1.0 - share)
    some = (share > 0) & (over > 0)
    inside = np.where(some, np.clip(over / np.where(share > 0, share, 1.0), 1e-12, 1 - 1e-12), 0.5)
    loss = IMMUNE_LOSS * np.exp(spread * ndtri(inside))
    return np.where(some, loss * np.minimum(over / _ROUNDED, 1.0), 0.0)


def prior_interval(row: Parameter, level: float = 0.9) -> tuple[float, float]:
    """The middle `level` of patients."""
    if row.scale is Scale.SPIKE:
        return 0.0, IMMUNE_LOSS * math.exp(row.spread)
    edge = NormalDist().inv_cdf(0.5 + level / 2)
    low, high = spread_values(row, [-edge, edge])
    return float(low), float(high)
