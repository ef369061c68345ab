"""Clones that die out: how many cells a clone has if it lives, and whether it lives.

A model of smooth numbers never reaches 0, and grows a patient's relapse out of 1e-30 cells. Cells
come one by one. For cells that divide at rate b and are lost at a rate that changes over time,
Kendall 1948 (doi:10.1214/aoms/1177730285) gives the chance that a clone is gone. In numbers that
the model has, N(t) expected cells out of many, it is exp(-left), with

    left(t) = 1 / (1/N(t) + integral of b/N from the start to t)

the expected number of first cells with offspring at t. A clone that lives has on average
N / (1 - exp(-left)) cells: one that came close to its end and escaped is ahead of the average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def chance_gone(left: ArrayLike) -> NDArray[np.float64]:
    """The chance that a clone has no cell, from the model's `..._left_...` outputs."""
    return np.exp(-np.maximum(np.asarray(left, np.float64), 0.0))


def cells_if_living(cells: ArrayLike, left: ArrayLike) -> NDArray[np.float64]:
    """Expected cells of a clone that lives: at least 1."""
    expected = np.maximum(np.asarray(cells, np.float64), 0.0)
    lives = -np.expm1(-np.maximum(np.asarray(left, np.float64), 0.0))
    return np.maximum(1.0, expected / np.maximum(lives, 1e-300))


def living_cells(cells: ArrayLike, left: ArrayLike, luck: ArrayLike) -> NDArray[np.float64]:
    """Cells of clones of single patients, 0 from the moment at which a clone is gone.

    `luck` is one uniform number for each clone: it is gone once its chance to be gone exceeds it.
    Over time that chance only rises, so that no clone comes back.
    """
    gone = np.maximum.accumulate(chance_gone(left), axis=-1)
    return np.where(gone > np.asarray(luck)[..., None], 0.0, cells_if_living(cells, left))
