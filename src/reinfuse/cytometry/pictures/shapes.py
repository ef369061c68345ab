"""The outline of a gate as it is drawn, on one ruler or on two of its dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from reinfuse.cytometry.gates.values import (
    Boolean,
    Dimension,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrant,
    Rectangle,
)
from reinfuse.cytometry.pictures.values import Corners, Shape, Stretch

AROUND = 72  # points of an ellipse
Pair = tuple[Dimension, Dimension | None]


def pairs_of(dimensions: Sequence[Dimension]) -> tuple[Pair, ...]:
    """The pictures that a gate of so many dimensions needs: each dimension is seen once or more."""
    asked = tuple(dict.fromkeys(dimensions))
    if len(asked) == 1:
        return ((asked[0], None),)
    found = [(asked[at], asked[at + 1]) for at in range(0, len(asked) - 1, 2)]
    if len(asked) % 2:
        found.append((asked[0], asked[-1]))
    return tuple(found)


def shape_of(gate: Gate, x: Dimension, y: Dimension | None) -> Shape:
    """Where a gate lies on a ruler, or on two; what other dimensions ask is not seen there."""
    if isinstance(gate, Polygon):
        return Corners(points=gate.corners)
    if isinstance(gate, Ellipsoid):
        return _ellipse(gate, x, y)
    left, right = _ends(gate, x)
    if y is None:
        return Stretch(low=left, high=right)
    low, high = _ends(gate, y)
    return Corners(points=((left, low), (right, low), (right, high), (left, high)))


def _ends(gate: Gate, dimension: Dimension) -> tuple[float, float]:
    """The stretch of a gate on one dimension, infinite where it is open."""
    assert not isinstance(gate, Boolean)  # it has no dimensions of its own
    low, high = -math.inf, math.inf
    if isinstance(gate, Rectangle):
        for side in gate.sides:
            if side.dimension == dimension:
                low = low if side.low is None else max(low, side.low)
                high = high if side.high is None else min(high, side.high)
    if isinstance(gate, Quadrant):
        for divider, number in gate.stretches:
            if divider.dimension == dimension:
                low = max(low, divider.cuts[number - 1]) if number > 0 else low
                high = min(high, divider.cuts[number]) if number < len(divider.cuts) else high
    return low, high


def _ellipse(gate: Ellipsoid, x: Dimension, y: Dimension | None) -> Shape:
    """The shadow of an ellipsoid, which has the covariance of the dimensions that are seen."""
    first = gate.dimensions.index(x)
    if y is None:
        half = math.sqrt(gate.covariance[first][first] * gate.distance)
        return Stretch(low=gate.mean[first] - half, high=gate.mean[first] + half)
    seen = [first, gate.dimensions.index(y)]
    covariance = np.array(gate.covariance)[np.ix_(seen, seen)]
    sizes, directions = np.linalg.eigh((covariance + covariance.T) / 2)
    # A matrix that makes no ellipsoid has no outline either; findings tell of it.
    radii = np.sqrt(np.maximum(sizes, 0.0) * gate.distance)
    angles = np.linspace(0.0, 2.0 * math.pi, AROUND, endpoint=False)
    circle = radii[:, None] * np.array([np.cos(angles), np.sin(angles)])
    around = directions @ circle + np.array(gate.mean)[seen][:, None]
    return Corners(points=tuple((float(one), float(two)) for one, two in around.T))
