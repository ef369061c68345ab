"""The gates of a Gating-ML file, one element at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reinfuse.cytometry.gates.values import (
    UNCOMPENSATED,
    Boolean,
    Dimension,
    Divider,
    Ellipsoid,
    Gate,
    Operand,
    Polygon,
    Quadrant,
    Rectangle,
    Side,
)
from reinfuse.cytometry.gatingml.elements import (
    Element,
    Unreadable,
    child,
    finite,
    number,
    number_or_none,
    required,
)

PLANE = 2
FEWEST_CORNERS = 3
Named = Callable[[str], str]  # an id of the file to the name it stands for


def gates_of(element: Element, named: Named) -> tuple[Gate, ...]:
    """What a gate element stands for: one gate, or each of its quadrants.

    Unreadable says why it cannot be read.
    """
    if element.tag not in READERS:
        raise Unreadable(f"{element.told()} is a kind of gate that is not read")
    return READERS[element.tag](element, named)


def dimension_of(element: Element, named: Named) -> Dimension:
    """The dimension of a `dimension` or `divider` element."""
    scale = element.get("transformation-ref")
    new = element.first("new-dimension")
    name = (
        required(child(element, "fcs-dimension"), "name")
        if new is None
        else named(required(new, "transformation-ref"))
    )
    return Dimension(
        name=name,
        compensation=named(element.get("compensation-ref") or UNCOMPENSATED),
        scale=None if scale is None else named(scale),
    )


def coordinates(element: Element) -> tuple[float, ...]:
    """The numbers of the `coordinate` children."""
    return tuple(number(each, "value") for each in element.all("coordinate"))


def _rectangle(element: Element, named: Named) -> tuple[Gate, ...]:
    sides = tuple(
        Side(
            dimension=dimension_of(each, named),
            low=number_or_none(each, "min"),
            high=number_or_none(each, "max"),
        )
        for each in element.all("dimension")
    )
    if not sides:
        raise Unreadable(f"{element.told()} has no dimension")
    return (Rectangle(name=_name(element, named), sides=sides, parent=_parent(element, named)),)


def _polygon(element: Element, named: Named) -> tuple[Gate, ...]:
    dimensions = [dimension_of(each, named) for each in element.all("dimension")]
    corners = [coordinates(each) for each in element.all("vertex")]
    if len(dimensions) != PLANE or any(len(corner) != PLANE for corner in corners):
        raise Unreadable(f"{element.told()} needs two dimensions, and two numbers for each corner")
    if len(corners) < FEWEST_CORNERS:
        raise Unreadable(f"{element.told()} has {len(corners)} corners, fewer than three")
    return (
        Polygon(
            name=_name(element, named),
            x=dimensions[0],
            y=dimensions[1],
            corners=tuple((corner[0], corner[1]) for corner in corners),
            parent=_parent(element, named),
        ),
    )


def _ellipsoid(element: Element, named: Named) -> tuple[Gate, ...]:
    dimensions = tuple(dimension_of(each, named) for each in element.all("dimension"))
    mean = coordinates(child(element, "mean"))
    covariance = tuple(
        tuple(number(each, "value") for each in row.all("entry"))
        for row in child(element, "covarianceMatrix").all("row")
    )
    size = len(dimensions)
    if size < PLANE or len(mean) != size or [len(row) for row in covariance] != [size] * size:
        raise Unreadable(
            f"{element.told()} needs two or more dimensions, and a mean and covariances for each"
        )
    return (
        Ellipsoid(
            name=_name(element, named),
            dimensions=dimensions,
            mean=mean,
            covariance=covariance,
            distance=number(child(element, "distanceSquare"), "value"),
            parent=_parent(element, named),
        ),
    )


def _quadrants(element: Element, named: Named) -> tuple[Gate, ...]:
    dividers: dict[str, Divider] = {}
    for each in element.all("divider"):
        cuts = sorted(finite(cut.text, f"a value of {each.told()}") for cut in each.all("value"))
        divider = required(each, "id")
        dividers[divider] = Divider(
            name=named(divider), dimension=dimension_of(each, named), cuts=tuple(cuts)
        )
    quadrants = tuple(element.all("Quadrant"))
    if not quadrants:
        raise Unreadable(f"{element.told()} has no Quadrant")
    return tuple(
        Quadrant(
            name=_name(quadrant, named),
            of=_name(element, named),
            stretches=_stretches(quadrant, dividers),
            parent=_parent(element, named),
        )
        for quadrant in quadrants
    )


def _stretches(
    quadrant: Element, dividers: Mapping[str, Divider]
) -> tuple[tuple[Divider, int], ...]:
    stretches = []
    for position in quadrant.all("position"):
        name = required(position, "divider_ref")
        if name not in dividers:
            raise Unreadable(f"{quadrant.told()} names a divider {name}, which is not there")
        location = number(position, "location")
        stretch = sum(cut <= location for cut in dividers[name].cuts)
        stretches.append((dividers[name], stretch))
    if not stretches:
        raise Unreadable(f"{quadrant.told()} has no position")
    return tuple(stretches)


def _boolean(element: Element, named: Named) -> tuple[Gate, ...]:
    operations = [each for each in element.children if each.tag in ("and", "or", "not")]
    if len(operations) != 1:
        raise Unreadable(f"{element.told()} needs one of and, or, not")
    operands = tuple(
        Operand(
            gate=named(required(each, "ref")),
            complement=each.get("use-as-complement") in ("true", "1"),
        )
        for each in operations[0].all("gateReference")
    )
    operator = operations[0].tag
    if not operands or (operator == "not" and len(operands) > 1):
        raise Unreadable(f"{element.told()} joins {len(operands)} gates by {operator}")
    return (
        Boolean(
            name=_name(element, named),
            operator=operator,
            operands=operands,
            parent=_parent(element, named),
        ),
    )


def _name(element: Element, named: Named) -> str:
    return named(required(element, "id"))


def _parent(element: Element, named: Named) -> str | None:
    parent = element.get("parent_id")
    return None if parent is None else named(parent)


READERS: Mapping[str, Callable[[Element, Named], tuple[Gate, ...]]] = {
    "RectangleGate": _rectangle,
    "PolygonGate": _polygon,
    "EllipsoidGate": _ellipsoid,
    "QuadrantGate": _quadrants,
    "BooleanGate": _boolean,
}
