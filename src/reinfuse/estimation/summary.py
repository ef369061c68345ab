"""A few numbers that stand for many draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Ends of the central 90 % and 50 %, and the middle.
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class NotWithin:
    """A day beyond the horizon: not reached within that many days."""

    days: float

    def __str__(self) -> str:
        """In words."""
        return f"not within {self.days:g} days"


Number = float | NotWithin


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Median, central 50 % and central 90 % of a quantity, in its own unit."""

    median: Number
    low_50: Number
    high_50: Number
    low_90: Number
    high_90: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Probability:
    """A probability estimated from draws; `low` to `high` is its Monte-Carlo 95 % interval.

    The interval treats draws as independent, which they nearly are; it says nothing of the model.
    """

    value: float
    low: float
    high: float


def summarise(values: NDArray[np.float64], *, horizon: float = np.inf) -> Summary:
    """The summary of draws; a quantile past `horizon` is not a number but `NotWithin`."""
    low_90, low_50, median, high_50, high_90 = (
        float(number) if number <= horizon else NotWithin(horizon)
        for number in np.quantile(values, LEVELS)
    )
    return Summary(median=median, low_50=low_50, high_50=high_50, low_90=low_90, high_90=high_90)


_Z95 = 1.959963984540054


def probability(happened: NDArray[np.bool_]) -> Probability:
    """Share of draws for which something holds, with Wilson's interval."""
    count, share = happened.size, float(happened.mean())
    shrink = 1.0 + _Z95**2 / count
    middle = (share + _Z95**2 / (2.0 * count)) / shrink
    half = _Z95 / shrink * np.sqrt(share * (1.0 - share) / count + _Z95**2 / (4.0 * count**2))
    low = float(middle - half) if happened.any() else 0.0
    high = 1.0 if happened.all() else float(middle + half)
    return Probability(value=share, low=low, high=high)
