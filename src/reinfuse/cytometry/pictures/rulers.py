"""The rulers of pictures: where they end, and where their numbers stand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from reinfuse.cytometry.gates.inside import Axis
from reinfuse.cytometry.gates.stretches import Linear
from reinfuse.cytometry.gates.values import Dimension
from reinfuse.cytometry.pictures.values import Ruler, Tick
from reinfuse.cytometry.scales.scale import Scale

BINS = 160  # on a screen, a step is about as wide as a thick line
BELOW, ABOVE = 0.01, 1.1  # ends, as parts of the linear value at place 1 of the scale
STRAIGHT = ("", "linear")
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST = 6
_APART = 0.065  # of the ruler: numbers nearer than this would touch
_DECADES = range(1, 9)


def ruler_of(dimension: Dimension, axis: Axis, markers: Mapping[str, str], bins: int) -> Ruler:
    """The ruler of a dimension; `markers` gives the marker of a channel."""
    kind = "" if axis.scale is None else axis.scale.kind
    low, high = _of_values(axis.linear) if axis.scale is None else _of_scale(axis.scale)
    straight = kind in STRAIGHT
    ticks = _round(axis.scale, low, high) if straight else _decades(axis.scale, low, high)
    return Ruler(
        dimension=dimension,
        marker=markers.get(dimension.name, ""),
        kind=kind,
        low=low,
        high=high,
        bins=bins,
        ticks=tuple(ticks),
        minor=() if straight else tuple(_between_decades(axis.scale, low, high)),
    )


def _of_values(linear: Linear) -> tuple[float, float]:
    """The ends of values without a scale, which nothing but the values can tell."""
    finite = linear[np.isfinite(linear)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (low, high) if low < high else (low - 0.5, low + 0.5)


def _of_scale(scale: Scale) -> tuple[float, float]:
    top = float(scale.inverse([1.0])[0])
    low, high = (_place(scale, share * top) for share in (-BELOW, ABOVE))
    # A logarithm has no place for negative values: its ruler begins where its decades do.
    low = 0.0 if math.isnan(low) else low
    return (low, high) if low < high else (0.0, 1.0)


def _round(scale: Scale | None, low: float, high: float) -> Iterator[Tick]:
    first, last = (_linear(scale, end) for end in (low, high))
    power = 10.0 ** math.floor(math.log10((last - first) / _MOST))
    step = next(one * power for one in _STEPS if (last - first) / (one * power) <= _MOST)
    for number in range(math.ceil(first / step), math.floor(last / step) + 1):
        yield Tick(place=_place(scale, number * step), linear=number * step)


def _decades(scale: Scale | None, low: float, high: float) -> Iterator[Tick]:
    """Zero and powers of ten: from the top down, without those that crowd what is above them."""
    kept: list[Tick] = []
    powers = [10.0**power for power in _DECADES]
    # Zero is more worth than the small powers beside it.
    for linear in (*(one for one in reversed(powers) if one >= 1000.0), 0.0,  # noqa: PLR2004
                   *reversed(powers), *(-one for one in powers)):  # fmt: skip
        place = _place(scale, linear)
        near = any(abs(place - tick.place) < _APART * (high - low) for tick in kept)
        if low <= place <= high and not near:
            kept.append(Tick(place=place, linear=linear))
    yield from sorted(kept, key=lambda tick: tick.place)


def _between_decades(scale: Scale | None, low: float, high: float) -> Iterator[float]:
    for power in _DECADES:
        for digit in range(1, 10):
            for sign in (-1.0, 1.0):
                place = _place(scale, sign * digit * 10.0**power)
                if low <= place <= high:
                    yield place


def _place(scale: Scale | None, linear: float) -> float:
    return linear if scale is None else float(scale.forward([linear])[0])


def _linear(scale: Scale | None, place: float) -> float:
    return place if scale is None else float(scale.inverse([place])[0])
