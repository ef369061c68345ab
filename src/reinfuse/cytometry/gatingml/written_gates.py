"""Gates as elements of a Gating-ML file."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from reinfuse.cytometry.gates.values import (
    Boolean,
    Divider,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrant,
    Rectangle,
)
from reinfuse.cytometry.gatingml.elements import readable
from reinfuse.cytometry.gatingml.identifiers import Key
from reinfuse.cytometry.gatingml.written import (
    GATING,
    Names,
    add_dimension,
    add_value,
    identified,
    written,
)


def gate_element(gate: Gate, names: Names) -> Element:
    """A gate that is no quadrant."""
    key = ("gate", gate.name)
    if isinstance(gate, Rectangle):
        return _rectangle(_begun("RectangleGate", key, gate.parent, names), gate, names)
    if isinstance(gate, Polygon):
        return _polygon(_begun("PolygonGate", key, gate.parent, names), gate, names)
    if isinstance(gate, Ellipsoid):
        return _ellipsoid(_begun("EllipsoidGate", key, gate.parent, names), gate, names)
    assert isinstance(gate, Boolean)  # quadrants are written as a whole
    return _boolean(_begun("BooleanGate", key, gate.parent, names), gate, names)


def quadrants_element(quadrants: Sequence[Quadrant], names: Names) -> Element:
    """The quadrants that were drawn as one."""
    whole, parent = quadrants[0].of, quadrants[0].parent
    element = _begun("QuadrantGate", ("whole", whole), parent, names)
    dividers = {divider.name: divider for each in quadrants for divider, _ in each.stretches}
    for divider in dividers.values():
        key = ("divider", whole, divider.name)
        inner = add_dimension(
            element,
            divider.dimension,
            names,
            tag="divider",
            attributes={f"{GATING}id": names.ids[key]},
        )
        for cut in divider.cuts:
            SubElement(inner, f"{GATING}value").text = written(cut)
    for quadrant in quadrants:
        inner = identified(f"{GATING}Quadrant", ("gate", quadrant.name), names)
        element.append(inner)
        for divider, number in quadrant.stretches:
            said = {
                f"{GATING}divider_ref": names.ids["divider", whole, divider.name],
                f"{GATING}location": written(_place_in(divider, number)),
            }
            SubElement(inner, f"{GATING}position", said)
    return element


def _begun(tag: str, key: Key, parent: str | None, names: Names) -> Element:
    element = identified(f"{GATING}{tag}", key, names)
    if parent is not None:
        element.set(f"{GATING}parent_id", names.ids["gate", parent])
    return element


def _rectangle(element: Element, gate: Rectangle, names: Names) -> Element:
    for side in gate.sides:
        borders = {"min": side.low, "max": side.high}
        said = {
            f"{GATING}{name}": written(value)
            for name, value in borders.items()
            if value is not None
        }
        add_dimension(element, side.dimension, names, attributes=said)
    return element


def _polygon(element: Element, gate: Polygon, names: Names) -> Element:
    for dimension in (gate.x, gate.y):
        add_dimension(element, dimension, names)
    for corner in gate.corners:
        vertex = SubElement(element, f"{GATING}vertex")
        for value in corner:
            add_value(vertex, "coordinate", value)
    return element


def _ellipsoid(element: Element, gate: Ellipsoid, names: Names) -> Element:
    for dimension in gate.dimensions:
        add_dimension(element, dimension, names)
    mean = SubElement(element, f"{GATING}mean")
    for value in gate.mean:
        add_value(mean, "coordinate", value)
    covariance = SubElement(element, f"{GATING}covarianceMatrix")
    for row in gate.covariance:
        inner = SubElement(covariance, f"{GATING}row")
        for value in row:
            add_value(inner, "entry", value)
    add_value(element, "distanceSquare", gate.distance)
    return element


def _boolean(element: Element, gate: Boolean, names: Names) -> Element:
    joined = SubElement(element, f"{GATING}{gate.operator}")
    for operand in gate.operands:
        said = {f"{GATING}ref": names.ids["gate", operand.gate]}
        if operand.complement:
            said[f"{GATING}use-as-complement"] = "true"
        SubElement(joined, f"{GATING}gateReference", said)
    return element


def _place_in(divider: Divider, number: int) -> float:
    """A value inside a stretch, away from its ends, as the schema has cuts in single precision."""
    cuts = divider.cuts
    if number == 0:
        return cuts[0] - max(1.0, abs(cuts[0]))
    lower = cuts[number - 1]  # a cut belongs to the stretch above it
    if number == len(cuts):
        return lower + max(1.0, abs(lower))
    middle = lower / 2 + cuts[number] / 2
    return middle if readable(middle) and middle < cuts[number] else lower
