"""The parts of a gate that can be moved, and the gate with them moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reinfuse.cytometry.gates.values import (
    Dimension,
    Divider,
    Ellipsoid,
    Polygon,
    Quadrant,
    Rectangle,
    Side,
)

Bordered = Rectangle | Quadrant | Divider
FLAT = 2  # dimensions that a cluster is sought in


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """One border of a gate, by name, on the scale of its dimension."""

    dimension: Dimension
    name: str
    place: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A gate of two dimensions seen from afar: its centre of gravity and half its extents."""

    x: Dimension
    y: Dimension
    centre: tuple[float, float]
    half: tuple[float, float]


def borders(gate: Bordered) -> tuple[Border, ...]:
    """The borders of a gate that has them along single dimensions, in its own order."""
    if isinstance(gate, Rectangle):
        return tuple(
            Border(dimension=side.dimension, name=name, place=place)
            for side in gate.sides
            for name, place in (("low", side.low), ("high", side.high))
            if place is not None
        )
    return tuple(
        Border(dimension=divider.dimension, name=f"cut {number}", place=cut)
        for divider in _dividers(gate)
        for number, cut in enumerate(divider.cuts, start=1)
    )


def with_borders(gate: Bordered, places: Sequence[float]) -> Bordered:
    """The gate with its borders at these places, in the order of `borders`."""
    left = iter(places)
    if isinstance(gate, Rectangle):
        sides = tuple(
            Side(
                dimension=side.dimension,
                low=None if side.low is None else next(left),
                high=None if side.high is None else next(left),
            )
            for side in gate.sides
        )
        return replace(gate, sides=sides)
    moved = tuple(replace(one, cuts=tuple(next(left) for _ in one.cuts)) for one in _dividers(gate))
    if isinstance(gate, Divider):
        return moved[0]
    stretches = tuple(
        (divider, number) for divider, (_, number) in zip(moved, gate.stretches, strict=True)
    )
    return replace(gate, stretches=stretches)


def in_order(gate: Bordered) -> bool:
    """Whether low lies below high, and cuts ascend."""
    if isinstance(gate, Rectangle):
        return all(
            side.low is None or side.high is None or side.low < side.high for side in gate.sides
        )
    return all(low < high for one in _dividers(gate) for low, high in pairwise(one.cuts))


def outline(gate: Rectangle | Polygon | Ellipsoid) -> Outline | None:
    """The gate seen from afar; None if it is not a closed shape of two dimensions."""
    if isinstance(gate, Polygon):
        return _polygon_outline(gate)
    if isinstance(gate, Ellipsoid):
        return _ellipse_outline(gate)
    spans = tuple((side.low, side.high) for side in gate.sides)
    closed = [(low, high) for low, high in spans if low is not None and high is not None]
    if len(closed) != FLAT or len(spans) != FLAT:
        return None
    (left, right), (low, high) = closed
    return Outline(
        x=gate.sides[0].dimension,
        y=gate.sides[1].dimension,
        centre=((left + right) / 2, (low + high) / 2),
        half=((right - left) / 2, (high - low) / 2),
    )


def shifted(
    gate: Rectangle | Polygon | Ellipsoid, by: tuple[float, float]
) -> Rectangle | Polygon | Ellipsoid:
    """A closed gate of two dimensions, moved as it is."""
    dx, dy = by
    if isinstance(gate, Polygon):
        return replace(gate, corners=tuple((x + dx, y + dy) for x, y in gate.corners))
    if isinstance(gate, Ellipsoid):
        return replace(gate, mean=(gate.mean[0] + dx, gate.mean[1] + dy))
    places = [
        border.place + (dx if border.dimension == gate.sides[0].dimension else dy)
        for border in borders(gate)
    ]
    moved = with_borders(gate, places)
    assert isinstance(moved, Rectangle)  # what went in as one comes out as one
    return moved


def _dividers(gate: Quadrant | Divider) -> tuple[Divider, ...]:
    if isinstance(gate, Divider):
        return (gate,)
    return tuple(divider for divider, _ in gate.stretches)


def _polygon_outline(gate: Polygon) -> Outline | None:
    xs = [x for x, _ in gate.corners]
    ys = [y for _, y in gate.corners]
    half = ((max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2)
    if min(half) <= 0:
        return None
    # Moments by the shoelace rule, about the first corner to lose no digits on large scales.
    x0, y0 = gate.corners[0]
    area = moment_x = moment_y = 0.0
    closed = [(x - x0, y - y0) for x, y in (*gate.corners, gate.corners[0])]
    for (xa, ya), (xb, yb) in pairwise(closed):
        cross = xa * yb - xb * ya
        area += cross / 2
        moment_x += cross * (xa + xb) / 6
        moment_y += cross * (ya + yb) / 6
    if area == 0:
        return None
    centre = (x0 + moment_x / area, y0 + moment_y / area)
    return Outline(x=gate.x, y=gate.y, centre=centre, half=half)


def _ellipse_outline(gate: Ellipsoid) -> Outline | None:
    if len(gate.dimensions) != FLAT:
        return None
    return Outline(
        x=gate.dimensions[0],
        y=gate.dimensions[1],
        centre=(gate.mean[0], gate.mean[1]),
        half=(
            (gate.covariance[0][0] * gate.distance) ** 0.5,
            (gate.covariance[1][1] * gate.distance) ** 0.5,
        ),
    )
