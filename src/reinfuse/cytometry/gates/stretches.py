"""Which values lie on a stretch of a scale, without putting every value on the scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.scales.scale import Scale

Linear = NDArray[np.floating]
Inside = NDArray[np.bool_]

# How far, in units of the scale, a value may lie from a border and still be looked at closely.
# It is wider than any scale's own error, and holds one event in many thousands.
CLOSE = 1e-5


def in_stretch(
    linear: Linear, scale: Scale | None, *, low: float | None, high: float | None
) -> Inside:
    """Which values, `"events"`, lie on a stretch of the scale, `low` inside and `high` outside.

    A scale only ever rises, so that its borders are turned back to linear values instead of all
    values to the scale; those near a border are decided on the scale itself. nan lies nowhere.
    """
    if scale is None:
        return _between(linear, low, high)
    below = _near(scale, low)
    above = _near(scale, high)
    one_sided = low is None or high is None
    if below is None or above is None or (one_sided and not _defined(scale, linear)):
        return _between(on_scale(linear, scale), low, high)
    inside = _between(linear, below[1], above[0])
    near = np.flatnonzero(_between(linear, below[0], above[1]) & ~inside)
    if near.size:
        inside[near] = _between(on_scale(linear[near], scale), low, high)
    return inside


def on_scale(linear: Linear, scale: Scale | None) -> NDArray[np.float64]:
    """Linear values, `"events"`, put on a scale; None leaves them as they are."""
    if scale is None:
        return linear.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):  # what overflows lies beyond every border, as it should
        return scale.forward(linear)


def reached(scale: Scale | None, border: float) -> bool:
    """Whether there is a linear value that lies at this border of the scale."""
    if scale is None:
        return True
    with np.errstate(all="ignore"):
        linear = scale.inverse(np.array([border]))
        near = np.abs(scale.forward(linear) - border) <= CLOSE * max(1.0, abs(border))
    return bool(np.isfinite(linear).all() and near.all())


def _between(values: Linear, low: float | None, high: float | None) -> Inside:
    if low is None and high is None:
        return ~np.isnan(values)
    if low is None:
        return values < _ceiling(high, values)
    if high is None:
        return values >= _ceiling(low, values)
    inside = values >= _ceiling(low, values)
    inside &= values < _ceiling(high, values)
    return inside


def _ceiling(border: float | None, values: Linear) -> np.floating:
    """The smallest number of the values' own precision that is not below a border.

    To compare with it is to compare with the border exactly, and no array need be widened.
    """
    assert border is not None  # callers have looked
    with np.errstate(over="ignore"):
        rounded = values.dtype.type(border)
    return rounded if float(rounded) >= border else np.nextafter(rounded, values.dtype.type(np.inf))


def _near(scale: Scale, border: float | None) -> tuple[float | None, float | None] | None:
    """Linear values shortly below and above a border; None where the scale does not get there."""
    if border is None:
        return (None, None)
    width = CLOSE * max(1.0, abs(border))
    with np.errstate(all="ignore"):
        linear = scale.inverse(np.array([border - width, border, border + width]))
        again = scale.forward(linear)
    # The way there and back must end well within the stretch that is looked at closely.
    off = np.abs(again - np.array([border - width, border, border + width]))
    rising = linear[0] < linear[1] < linear[2]
    if not (np.isfinite(linear).all() and rising and (off < width / 4).all()):
        return None
    return float(linear[0]), float(linear[2])


def _defined(scale: Scale, linear: Linear) -> bool:
    """Whether every value has a place on the scale, told from the lowest and the highest."""
    if not linear.size:
        return True
    with np.errstate(all="ignore"):
        ends = scale.forward(np.array([linear.min(), linear.max()]))
    return bool(np.isfinite(ends).all())
