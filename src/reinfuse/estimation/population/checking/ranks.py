"""Quantiles of values some of which are only known to lie beyond a limit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def quantiles_of(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Quantiles along the last axis, which comes out first: `"shares ..."`.

    Linear between order statistics, as in NumPy; infinite where either of the two is.
    """
    count = values.shape[-1]
    places = [(count - 1) * share for share in shares]
    needed = sorted({int(one) for one in places} | {min(int(one) + 1, count - 1) for one in places})
    ordered = np.partition(values, needed, axis=-1)
    return np.stack([_between(ordered, one) for one in places])


def known_quantiles(
    values: np.ndarray, shares: Sequence[float], below: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """The same where limits differ: -inf (or +inf) where a limit leaves the quantile open.

    `below` and `above` are the limits of the last axis. A measurement below a limit could be
    anything under it, so a quantile is known only above the highest limit that one lies below.
    """
    found = quantiles_of(values, shares)
    count = values.shape[-1]
    if below.min() < below.max():
        highest = np.where(np.isneginf(values), below, -np.inf).max(-1)
        lower = np.stack([_order(values, int((count - 1) * share)) for share in shares])
        found = np.where(lower < highest, -np.inf, found)
    if above.min() < above.max():
        lowest = np.where(np.isposinf(values), above, np.inf).min(-1)
        upper = np.stack([
            _order(values, min(int((count - 1) * share) + 1, count - 1)) for share in shares
        ])  # fmt: skip
        found = np.where(upper > lowest, np.inf, found)
    return found


def _order(values: np.ndarray, place: int) -> np.ndarray:
    return np.partition(values, place, axis=-1)[..., place]


def _between(ordered: np.ndarray, place: float) -> np.ndarray:
    low = int(place)
    share = place - low
    first = ordered[..., low]
    if share == 0:
        return first
    second = ordered[..., min(low + 1, ordered.shape[-1] - 1)]
    with np.errstate(invalid="ignore"):
        mixed = first + share * (second - first)
    mixed = np.where(np.isposinf(second), np.inf, mixed)
    return np.where(np.isneginf(first), -np.inf, mixed)
