"""The quick gates against a slow twin: the definitions, one event at a time, in exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import pytest

from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import (
    Boolean,
    Dimension,
    Divider,
    Ellipsoid,
    Gate,
    GateSet,
    Operand,
    Polygon,
    Quadrant,
    Rectangle,
    Side,
)
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.scales.arithmetic import Asinh, Linear, Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.hyperlog import Hyperlog
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.cytometry.scales.scale import Scale
from tests.unit.cytometry_gated_tubes import tube

Event = Callable[[Dimension], Fraction | None]  # where an event is; None is nowhere


def slow_inside(gate: Gate, event: Event, found: Mapping[str, bool]) -> bool:
    if gate.parent is not None and not found[gate.parent]:
        return False
    if isinstance(gate, Boolean):
        sides = [found[each.gate] != each.complement for each in gate.operands]
        return {"and": all(sides), "or": any(sides), "not": not sides[0]}[gate.operator]
    if isinstance(gate, Rectangle):
        return all(slow_between(event(side.dimension), side.low, side.high) for side in gate.sides)
    if isinstance(gate, Quadrant):
        return all(
            slow_stretch(event(divider.dimension), divider) == number
            for divider, number in gate.stretches
        )
    if isinstance(gate, Polygon):
        return slow_polygon(event(gate.x), event(gate.y), gate)
    return slow_ellipsoid([event(each) for each in gate.dimensions], gate)


def slow_between(value: Fraction | None, low: float | None, high: float | None) -> bool:
    if value is None:
        return False
    return (low is None or value >= Fraction(low)) and (high is None or value < Fraction(high))


def slow_stretch(value: Fraction | None, divider: Divider) -> int | None:
    return None if value is None else sum(value >= Fraction(cut) for cut in divider.cuts)


def slow_polygon(x: Fraction | None, y: Fraction | None, gate: Polygon) -> bool:
    if x is None or y is None:
        return False
    corners = [(Fraction(a), Fraction(b)) for a, b in gate.corners]
    crossings = 0
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        on_its_line = (x1 - x0) * (y - y0) == (x - x0) * (y1 - y0)
        if on_its_line and min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
            return True
        if (y0 > y) != (y1 > y):
            crossings += x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return crossings % 2 == 1


def slow_ellipsoid(values: list[Fraction | None], gate: Ellipsoid) -> bool:
    offsets = []
    for value, mean in zip(values, gate.mean, strict=True):
        if value is None:
            return False
        offsets.append(value - Fraction(mean))
    solved = slow_solve([[Fraction(each) for each in row] for row in gate.covariance], offsets)
    distance = sum(a * b for a, b in zip(offsets, solved, strict=True))
    return distance <= Fraction(gate.distance)


def slow_solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for step in range(len(rows)):
        pivot = [each / rows[step][step] for each in rows[step]]
        rows = [
            pivot
            if number == step
            else [each - row[step] * taken for each, taken in zip(row, pivot, strict=True)]
            for number, row in enumerate(rows)
        ]
    return [row[-1] for row in rows]


def slow_members(gate_set: GateSet, sample: Sample) -> dict[str, list[bool]]:
    """By the order of the gates, in which parents and operands must come first."""
    inside: dict[str, list[bool]] = {gate.name: [] for gate in gate_set.gates}
    for number in range(sample.count):

        def event(dimension: Dimension, number: int = number) -> Fraction | None:
            value = float(sample.values(dimension.name)[number])
            if dimension.scale is not None:
                value = float(gate_set.scales[dimension.scale].forward(np.array([value]))[0])
            return None if np.isnan(value) else Fraction(value)

        found: dict[str, bool] = {}
        for gate in gate_set.gates:
            found[gate.name] = slow_inside(gate, event, found)
            inside[gate.name].append(found[gate.name])
    return inside


def same_as_slow(gate_set: GateSet, sample: Sample) -> None:
    quick, slow = members(gate_set, sample), slow_members(gate_set, sample)
    for gate in gate_set.gates:
        assert quick.inside[gate.name].tolist() == slow[gate.name], gate.name
        assert quick.counts[gate.name] == sum(slow[gate.name])
        above = sample.count if gate.parent is None else sum(slow[gate.parent])
        assert quick.parent_counts[gate.name] == above


X, Y, Z = (Dimension(name=name) for name in "XYZ")
BOW = ((1.0, 1.0), (9.0, 9.0), (9.0, 1.0), (1.0, 9.0))  # crosses itself in the middle
STAR = ((5.0, 0.0), (8.0, 10.0), (0.0, 4.0), (10.0, 4.0), (2.0, 10.0))  # with a hole
COVARIANCE = ((6.0, 2.5, 1.0), (2.5, 4.0, 0.5), (1.0, 0.5, 3.0))
BY_X = Divider(name="x", dimension=X, cuts=(3.0, 7.0))
BY_Y = Divider(name="y", dimension=Y, cuts=(5.0,))

ALL_KINDS = GateSet(
    gates=(
        Rectangle(
            name="box",
            sides=(Side(dimension=X, low=2.0, high=8.0), Side(dimension=Y, low=1.0)),
        ),
        Polygon(name="bow", x=X, y=Y, corners=BOW),
        Polygon(name="star", x=X, y=Z, corners=STAR, parent="box"),
        Ellipsoid(
            name="ball",
            dimensions=(X, Y, Z),
            mean=(5.0, 4.0, 5.0),
            covariance=COVARIANCE,
            distance=1.37,
        ),
        Ellipsoid(
            name="disc",
            dimensions=(Z, X),
            mean=(5.0, 5.0),
            covariance=((4.0, -1.0), (-1.0, 2.0)),
            distance=2.13,
            parent="star",
        ),
        Quadrant(name="left", of="cross", stretches=((BY_X, 0),)),
        Quadrant(name="middle low", of="cross", stretches=((BY_X, 1), (BY_Y, 0))),
        Quadrant(name="right high", of="cross", stretches=((BY_X, 2), (BY_Y, 1)), parent="box"),
        Boolean(
            name="either",
            operator="or",
            operands=(Operand(gate="disc"), Operand(gate="bow", complement=True)),
        ),
        Boolean(
            name="both",
            operator="and",
            operands=(Operand(gate="either"), Operand(gate="ball", complement=True)),
            parent="box",
        ),
        Boolean(name="neither", operator="not", operands=(Operand(gate="both"),), parent="bow"),
    )
)


def test_events_on_whole_numbers_and_so_on_borders_and_corners_too() -> None:
    whole = np.arange(11)
    x, y = (each.ravel() for each in np.meshgrid(whole, whole))
    same_as_slow(ALL_KINDS, tube(X=x, Y=y, Z=(3 * x + y) % 11))


@pytest.mark.parametrize("seed", range(5))
def test_events_anywhere_and_some_without_a_number(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, z = rng.uniform(-1, 11, size=(3, 300))
    x[:5], y[5:10], z[10:15] = np.nan, np.nan, np.nan
    same_as_slow(ALL_KINDS, tube(X=x, Y=y, Z=z))


@pytest.mark.parametrize("seed", range(5))
def test_polygons_of_any_shape(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = tuple((float(x), float(y)) for x, y in rng.integers(0, 12, size=(9, 2)))
    gates = GateSet(gates=(Polygon(name="any", x=X, y=Y, corners=corners),))
    x, y = (each.ravel() for each in np.meshgrid(np.arange(-1, 13), np.arange(-1, 13)))
    same_as_slow(gates, tube(X=x, Y=y))


SCALES: Mapping[str, Scale] = {
    "linear": Linear(top=262_144.0, shift=100.0),
    "log": Log(top=262_144.0, decades=4.5),
    "ended log": Bounded(scale=Log(top=262_144.0, decades=4.5), low=0.0, high=1.0),
    "asinh": Asinh(top=262_144.0, decades=4.5, negative=1.0),
    "logicle": Logicle(top=262_144.0, width=0.5, decades=4.5),
    "hyperlog": Hyperlog(top=262_144.0, width=0.5, decades=4.5),
    "biexponential": Biexponential(top=262_144.0),
}


@pytest.mark.parametrize("kind", SCALES)
def test_borders_on_a_scale_whichever_way_they_are_looked_at(kind: str) -> None:
    """Borders go to linear values for speed; here every event is put on the scale instead."""
    scale = SCALES[kind]
    rng = np.random.default_rng(3)
    x, y = (
        np.concatenate([rng.normal(0, 400, 150), 10 ** rng.uniform(-1, 5.6, 150)]) for _ in "XY"
    )
    x[:8] = (0.0, -1.0, np.nan, 262_144.0, 300_000.0, 1.0, 8.29, -50_000.0)
    sample = tube(X=x, Y=y)
    on = Dimension(name="X", scale=kind)
    other = Dimension(name="Y", scale=kind)
    # Borders exactly where events are, and one float beside them.
    placed = np.sort(scale.forward(sample.values("X")[50:250]))
    placed = placed[(placed > 0.05) & (placed < 0.95)]
    quarter, half = float(placed[placed.size // 4]), float(placed[placed.size // 2])
    corners = ((quarter, 0.1), (half, 0.2), (0.9, 0.8), (half, 0.9), (0.1, half))
    gates = GateSet(
        gates=(
            Rectangle(name="up", sides=(Side(dimension=on, low=half),)),
            Rectangle(name="down", sides=(Side(dimension=on, high=half),)),
            Rectangle(name="next", sides=(Side(dimension=on, low=np.nextafter(half, 2.0)),)),
            Rectangle(name="part", sides=(Side(dimension=on, low=quarter, high=half),)),
            Rectangle(name="open", sides=(Side(dimension=on),)),
            Rectangle(name="ends", sides=(Side(dimension=on, low=0.0, high=1.0),)),
            Polygon(name="shape", x=on, y=other, corners=corners),
            Ellipsoid(
                name="disc",
                dimensions=(on, other),
                mean=(half, 0.5),
                covariance=((0.04, 0.01), (0.01, 0.09)),
                distance=1.0,
                parent="ends",
            ),
        ),
        scales={kind: scale},
    )
    same_as_slow(gates, sample)


def test_an_ellipse_holds_the_very_ends_of_its_axes() -> None:
    disc = Ellipsoid(
        name="disc",
        dimensions=(X, Y),
        mean=(5.0, 5.0),
        covariance=((4.0, 0.0), (0.0, 1.0)),
        distance=1.0,
    )
    same_as_slow(GateSet(gates=(disc,)), tube(X=[3, 7, 5, 5, 7.001], Y=[5, 5, 4, 6, 5]))
