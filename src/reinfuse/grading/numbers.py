"""The number of a quantity, where its unit is of the kind that a criterion asks for."""

from __future__ import annotations

import math

from reinfuse.quantity import Limit, Quantity

# A value beyond a limit lies this much beyond it at least: enough to be on its side of a cut.
BEYOND = 1e-9


def number_in(quantity: Quantity | None, unit: str) -> float | None:
    """The number in a unit; None where there is no value, or one of another kind of unit.

    A value in a wrong kind of unit is a finding for a reader and no number for a criterion. One
    beyond a limit is taken just beyond it; where the far side matters ask `range_in`.
    """
    found = range_in(quantity, unit)
    if found is None:
        return None
    low, high = found
    return low if math.isinf(high) else high


def range_in(quantity: Quantity | None, unit: str) -> tuple[float, float] | None:
    """The lowest and highest number that the quantity can be, in a unit; never below 0."""
    if quantity is None or not quantity.fits(unit):
        return None
    value = quantity.to(unit).value
    beyond = abs(value) * BEYOND
    return {
        Limit.EXACT: (value, value),
        Limit.BELOW: (0.0, value - beyond),
        Limit.AT_MOST: (0.0, value),
        Limit.ABOVE: (value + beyond, math.inf),
        Limit.AT_LEAST: (value, math.inf),
    }[quantity.limit]
