"""The shapes that FlowJo draws, as gates on scales."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from reinfuse.cytometry.flowjo.axes import SampleAxes
from reinfuse.cytometry.flowjo.displays import Display
from reinfuse.cytometry.gates.values import Dimension, Ellipsoid, Gate, Polygon, Rectangle, Side
from reinfuse.cytometry.gatingml.elements import (
    Element,
    Unreadable,
    child,
    number_or_none,
    required,
)
from reinfuse.cytometry.gatingml.gates import FEWEST_CORNERS, PLANE, coordinates

EDGES = 4  # the ends of the long axis, then those of the short one


def shape_of(element: Element, axes: SampleAxes, *, name: str, parent: str | None) -> Gate:
    """The gate of an element such as `PolygonGate`; Unreadable says why there is none."""
    if element.tag not in READERS:
        raise Unreadable(f"a gate of kind {element.tag} is not read")
    return READERS[element.tag](element, axes, name, parent)


def _rectangle(element: Element, axes: SampleAxes, name: str, parent: str | None) -> Gate:
    sides = []
    for each in element.all("dimension"):
        # Without an axis the borders still are what they are on linear values.
        dimension, display, _ = axes.dimension(_channel(each))
        shown = display or Display()
        low, high = number_or_none(each, "min"), number_or_none(each, "max")
        sides.append(
            Side(
                dimension=dimension,
                low=_border(low, shown, shown.low, open_when=lambda at, end: at <= end),
                high=_border(high, shown, shown.high, open_when=lambda at, end: at >= end),
            )
        )
    if not sides:
        raise Unreadable("it has no dimension")
    return Rectangle(name=name, sides=tuple(sides), parent=parent)


def _polygon(element: Element, axes: SampleAxes, name: str, parent: str | None) -> Gate:
    (x, across), (y, up) = _plane(element, axes)
    corners = [coordinates(each) for each in element.all("vertex")]
    if len(corners) < FEWEST_CORNERS or any(len(corner) != PLANE for corner in corners):
        raise Unreadable("it needs three or more corners, with two numbers each")
    return Polygon(
        name=name,
        x=x,
        y=y,
        corners=tuple((across.placed(corner[0]), up.placed(corner[1])) for corner in corners),
        parent=parent,
    )


def _ellipse(element: Element, axes: SampleAxes, name: str, parent: str | None) -> Gate:
    """An ellipse told by its foci and the ends of its axes, in bins of the display.

    The ends are whole bins and the foci are not, so that the long axis gives the length and the
    foci all else.
    """
    (x, across), (y, up) = _plane(element, axes)
    foci = np.array(_points(child(element, "foci"), PLANE))
    ends = np.array(_points(child(element, "edge"), EDGES))
    lengths = [math.dist(ends[0], ends[1]) / 2, math.dist(ends[2], ends[3]) / 2]
    long, apart = max(lengths), math.dist(foci[0], foci[1]) / 2
    if long <= apart:
        raise Unreadable("its foci are farther apart than its ends")
    along = (foci[1] - foci[0]) / (2 * apart) if apart else np.array([1.0, 0.0])
    # Squared half axes: long^2 along the foci, long^2 - apart^2 across.
    bins = (long**2 - apart**2) * np.eye(PLANE) + apart**2 * np.outer(along, along)
    widths = np.array([across.bin_width, up.bin_width])
    covariance = bins * np.outer(widths, widths)
    centre = foci.mean(axis=0)
    return Ellipsoid(
        name=name,
        dimensions=(x, y),
        mean=(across.binned(float(centre[0])), up.binned(float(centre[1]))),
        covariance=tuple(tuple(map(float, row)) for row in covariance),
        distance=1.0,
        parent=parent,
    )


READERS: Mapping[str, Callable[[Element, SampleAxes, str, str | None], Gate]] = {
    "RectangleGate": _rectangle,
    "PolygonGate": _polygon,
    "EllipsoidGate": _ellipse,
}


def _plane(element: Element, axes: SampleAxes) -> Sequence[tuple[Dimension, Display]]:
    found = []
    for each in element.all("dimension"):
        dimension, display, why = axes.dimension(_channel(each))
        if display is None:
            raise Unreadable(f"{dimension.name} cannot be drawn: {why}")
        found.append((dimension, display))
    if len(found) != PLANE:
        raise Unreadable(f"it has {len(found)} dimensions, not two")
    return found


def _channel(dimension: Element) -> str:
    return required(child(dimension, "fcs-dimension"), "name")


def _points(element: Element, count: int) -> list[tuple[float, ...]]:
    points = [coordinates(each) for each in element.all("vertex")]
    if len(points) != count or any(len(point) != PLANE for point in points):
        raise Unreadable(f"{element.tag} needs {count} points of two numbers")
    return points


def _border(
    value: float | None,
    display: Display,
    end: float,
    *,
    open_when: Callable[[float, float], bool],
) -> float | None:
    if value is None:
        return None
    place = display.placed(value)
    return None if display.ended and open_when(place, end) else place
