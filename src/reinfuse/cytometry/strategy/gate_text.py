"""Reads one gate of a strategy: where its borders are, on which markers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reinfuse.cytometry.gates.values import (
    FROM_FILE,
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
from reinfuse.cytometry.strategy.told import Told, did_you_mean, shortened
from reinfuse.cytometry.strategy.tree import Keys, Listing, Node, Scalar
from reinfuse.cytometry.strategy.values import Light, Marker

FORMS = {
    "sides": "borders on one or more markers, like {CD3: above 0.45, SSC-A: below 0.5}",
    "polygon": "a closed line through corners on two markers",
    "ellipse": "an ellipse on two markers by centre, radii and angle",
    "quadrant": "low or high of two or more dividers, like {CD4: high, CD8: low}",
    "and": "populations that an event is in, all of them; `not NAME` is one that it is not in",
    "or": "populations that an event is in, at least one of them",
    "not": "a population that an event is not in",
}
POLYGON = {"x": "a marker", "y": "a marker", "corners": "three corners or more, like [0.2, 0.3]"}
ELLIPSE = {
    "x": "a marker",
    "y": "a marker",
    "centre": "where its middle lies on both scales",
    "radii": "half of its two axes, in units of the scales",
    "angle": "degrees from the x axis to the first of the radii, against the clock; 0 if absent",
}
_NUMBER = r"([+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)"
_BORDERS = re.compile(rf"above {_NUMBER}|below {_NUMBER}|{_NUMBER} to {_NUMBER}")
_STRETCHES = {"low": 0, "high": 1}
_CORNERS_OF_A_POLYGON = 3


@dataclass(frozen=True, slots=True)
class GateReader:
    """Reads gates on the markers and dividers of one strategy."""

    told: Told
    markers: Mapping[str, Marker]
    dividers: Mapping[str, Divider]

    def gate(self, node: Node, name: str, parent: str | None) -> Gate | None:
        """A gate; None when what is wrong with it has been told."""
        thing = f"the gate of `{shortened(name)}`"
        written = self.told.keys(node, thing, FORMS)
        if len(written) != 1:
            if isinstance(node, Keys):
                fix = f"write one of: {', '.join(FORMS)}"
                self.told.add(node.line, f"{thing} has {len(written)} forms", fix)
            return None
        ((form, child),) = written.items()
        readers: Mapping[str, Callable[[Node, str, str | None], Gate | None]] = {
            "sides": self._sides,
            "polygon": self._polygon,
            "ellipse": self._ellipse,
            "quadrant": self._quadrant,
        }
        if form in readers:
            return readers[form](child, name, parent)
        return self._boolean(child, name, parent, form)

    def dimension(self, node: Node | None, thing: str) -> Dimension | None:
        """The dimension of a marker that is written here."""
        name = self.told.text(node, thing)
        if name is None or node is None:
            return None
        if name not in self.markers:
            what = f"{thing} names the marker `{shortened(name)}`, which `markers` has not"
            self.told.add(node.line, what, did_you_mean(name, self.markers))
            return None
        marker = self.markers[name]
        compensation = FROM_FILE if marker.light is Light.DYE else UNCOMPENSATED
        return Dimension(name=name, compensation=compensation, scale=marker.scale)

    def _sides(self, node: Node, name: str, parent: str | None) -> Gate | None:
        thing = f"the gate of `{shortened(name)}`"
        pairs = self.told.named(node, thing)
        sides = [self._side(key, value, thing) for key, value in pairs]
        whole = tuple(side for side in sides if side is not None)
        if not whole or len(whole) < len(sides):
            if isinstance(node, Keys) and not pairs:
                self.told.add(node.line, f"{thing} has no side", "write it like {CD3: above 0.45}")
            return None
        return Rectangle(name=name, sides=whole, parent=parent)

    def _side(self, key: Scalar, value: Node, thing: str) -> Side | None:
        dimension = self.dimension(key, thing)
        text = self.told.text(value, f"`{shortened(key.text)}` of {thing}")
        if text is None or dimension is None:
            return None
        match = _BORDERS.fullmatch(text)
        if match is None:
            what = f"`{shortened(key.text)}` of {thing} cannot be {shortened(text)!r}"
            self.told.add(value.line, what, "write `above 0.45`, `below 0.5` or `0.2 to 0.6`")
            return None
        above, below, low, high = (None if one is None else float(one) for one in match.groups())
        if low is not None and high is not None and low >= high:
            what = f"`{shortened(key.text)}` of {thing} ends at {high:g}, not above its begin"
            self.told.add(value.line, what, "write the lower border first")
            return None
        return Side(
            dimension=dimension,
            low=above if above is not None else low,
            high=below if below is not None else high,
        )

    def _polygon(self, node: Node, name: str, parent: str | None) -> Gate | None:
        thing = f"the polygon of `{shortened(name)}`"
        written = self.told.keys(node, thing, POLYGON, needed=tuple(POLYGON))
        x = self.dimension(written.get("x"), thing)
        y = self.dimension(written.get("y"), thing)
        listed = written.get("corners")
        if listed is None or x is None or y is None:
            return None
        corners = [
            self.told.numbers(corner, f"a corner of {thing}", 2)
            for corner in self.told.items(listed, f"the corners of {thing}")
        ]
        whole = tuple((one[0], one[1]) for one in corners if one is not None)
        if len(whole) < len(corners):
            return None
        if len(whole) < _CORNERS_OF_A_POLYGON:
            what = f"{thing} has {len(whole)} corners"
            self.told.add(listed.line, what, "give three corners or more")
            return None
        return Polygon(name=name, x=x, y=y, corners=whole, parent=parent)

    def _ellipse(self, node: Node, name: str, parent: str | None) -> Gate | None:
        thing = f"the ellipse of `{shortened(name)}`"
        written = self.told.keys(node, thing, ELLIPSE, needed=("x", "y", "centre", "radii"))
        x = self.dimension(written.get("x"), thing)
        y = self.dimension(written.get("y"), thing)
        centre = self.told.numbers(written.get("centre"), f"the centre of {thing}", 2)
        radii = self.told.numbers(written.get("radii"), f"the radii of {thing}", 2)
        angle = self.told.number(written.get("angle"), f"the angle of {thing}") or 0.0
        if x is None or y is None or centre is None or radii is None:
            return None
        if min(radii) <= 0:
            self.told.add(
                written["radii"].line, f"a radius of {thing} is not above 0", "enlarge it"
            )
            return None
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        first, second = radii[0] ** 2, radii[1] ** 2
        mixed = (first - second) * cos * sin
        return Ellipsoid(
            name=name,
            dimensions=(x, y),
            mean=centre,
            covariance=(
                (first * cos**2 + second * sin**2, mixed),
                (mixed, first * sin**2 + second * cos**2),
            ),
            distance=1.0,
            parent=parent,
        )

    def _quadrant(self, node: Node, name: str, parent: str | None) -> Gate | None:
        thing = f"the quadrant of `{shortened(name)}`"
        pairs = self.told.named(node, thing)
        stretches = [self._stretch(key, value, thing) for key, value in pairs]
        whole = tuple(one for one in stretches if one is not None)
        if not whole or len(whole) < len(stretches):
            return None
        drawn = " x ".join(divider.name for divider, _ in whole)
        of = f"{drawn} of {parent}" if parent else drawn
        return Quadrant(name=name, of=of, stretches=whole, parent=parent)

    def _stretch(self, key: Scalar, value: Node, thing: str) -> tuple[Divider, int] | None:
        divider = self.dividers.get(key.text)
        if divider is None:
            what = f"{thing} names the divider `{shortened(key.text)}`, which `dividers` has not"
            self.told.add(key.line, what, did_you_mean(key.text, self.dividers))
        text = self.told.text(value, f"`{shortened(key.text)}` of {thing}")
        if text is None or divider is None:
            return None
        number = _STRETCHES.get(text, int(text) if text.isascii() and text.isdigit() else -1)
        if not 0 <= number <= len(divider.cuts):
            what = f"`{shortened(key.text)}` of {thing} cannot be {shortened(text)!r}"
            fix = f"write low or high, or the number of a stretch, 0 to {len(divider.cuts)}"
            self.told.add(value.line, what, fix)
            return None
        return divider, number

    def _boolean(self, node: Node, name: str, parent: str | None, form: str) -> Gate | None:
        thing = f"the gate of `{shortened(name)}`"
        if form == "not" and isinstance(node, Listing):
            self.told.add(node.line, f"`not` in {thing} takes one population", "name one")
            return None
        names = self.told.texts(node, f"`{form}` in {thing}")
        if not names:
            return None
        operands = tuple(
            Operand(gate=one.removeprefix("not "), complement=one.startswith("not "))
            for one in names
        )
        return Boolean(name=name, operator=form, operands=operands, parent=parent)
