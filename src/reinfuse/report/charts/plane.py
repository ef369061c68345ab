"""A plot with a ruler below and one at its side, and marks placed by their values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Spec, layer
from reinfuse.report.charts.marks import pixel, points, segments, texts
from reinfuse.report.charts.palette import GRID, INK, MUTED, PAPER
from reinfuse.report.charts.words import shown, within

SMALL_PX = 11
_ROOM = 0.04  # of the span, beyond the values at both ends
_STEPS = (1.0, 2.0, 5.0, 10.0)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """From `low` to `high`; `ticks` are values with their words. `falling` puts `low` on top."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    falling: bool = False

    def share(self, value: float) -> float:
        """Where a value stands, 0 at the low end and 1 at the high one; beyond them at the end."""
        return (within(value, self.low, self.high) - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        """Whether the value lies between the ends."""
        return self.low <= value <= self.high


def plain_ruler(
    values: Sequence[float], title: str, *, most: int = 6, zero: bool = False, falling: bool = False
) -> Ruler:
    """A linear ruler with round ticks that holds every finite value; with `zero` it begins at 0."""
    finite = [one for one in values if math.isfinite(one)] or [0.0, 1.0]
    low, high = (0.0 if zero else min(finite)), max(finite)
    if high <= low:
        low, high = (low, low + 1.0) if zero else (low - 0.5, high + 0.5)
    room = _ROOM * (high - low)
    first, last = low if zero else low - room, high + room
    power = 10.0 ** math.floor(math.log10((last - first) / most))
    step = next(one * power for one in _STEPS if (last - first) / (one * power) <= most)
    start, stop = math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9)
    ticks = tuple((round(step * k, 12), shown(round(step * k, 12))) for k in range(start, stop + 1))
    return Ruler(low=first, high=last, ticks=ticks, title=title, falling=falling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A plot whose upper left corner is at `left`, `top` of the frame it stands in, in pixels."""

    left: float
    top: float
    width: float
    height: float
    x: Ruler
    y: Ruler | None = None  # without it heights are shares of the plot, from 0 below to 1

    def at(self, x: float, y: float) -> Point:
        """The pixel of a value."""
        share = within(y, 0.0, 1.0) if self.y is None else self.y.share(y)
        if self.y is None or not self.y.falling:
            share = 1.0 - share
        return self.left + self.width * self.x.share(x), self.top + self.height * share

    def frame(self, *, words: bool = True) -> Iterator[Spec]:
        """Grid lines, edges, and numbers with titles."""
        right, bottom = self.left + self.width, self.top + self.height
        grid: list[Spec] = [
            {"x": (x := self.at(tick, 0.0)[0]), "x2": x, "y": self.top, "y2": bottom}
            for tick, _ in self.x.ticks
        ]
        for tick, _ in self.y.ticks if self.y is not None else ():
            y = self.at(self.x.low, tick)[1]
            grid.append({"x": self.left, "x2": right, "y": y, "y2": y})
        yield segments({"type": "rule", "color": GRID}, grid)
        edges: list[Spec] = [{"x": self.left, "x2": right, "y": bottom, "y2": bottom}]
        if self.y is not None:
            edges.append({"x": self.left, "x2": self.left, "y": self.top, "y2": bottom})
        yield segments({"type": "rule", "color": MUTED}, edges)
        if words:
            yield from self._words(bottom)

    def _words(self, bottom: float) -> Iterator[Spec]:
        under = [{"x": self.at(tick, 0.0)[0], "y": bottom + 12, "text": text}
                 for tick, text in self.x.ticks]  # fmt: skip
        yield from texts(under, align="center", size=SMALL_PX)
        title: Spec = {"x": self.left + self.width / 2, "y": bottom + 30, "text": self.x.title}
        yield from texts([title], align="center")
        if self.y is None:
            return
        beside = [{"x": self.left - 7, "y": self.at(self.x.low, tick)[1], "text": text}
                  for tick, text in self.y.ticks]  # fmt: skip
        yield from texts(beside, align="right", size=SMALL_PX)
        upright: Spec = {"type": "text", "angle": -90, "align": "center", "baseline": "middle",
                         "fontSize": 12, "color": INK}  # fmt: skip
        place: Spec = {"x": self.left - 48, "y": self.top + self.height / 2, "text": self.y.title}
        yield layer(upright, [place], x=pixel("x"), y=pixel("y"),
                    text={"field": "text", "type": "nominal"})  # fmt: skip

    def dots(
        self, places: Sequence[Point], *, colour: str, shape: str = "circle", size: int = 46,
        hollow: bool = False,
    ) -> Iterator[Spec]:  # fmt: skip
        """Marks at values; those beyond a ruler stand at its end."""
        placed = [{"x": x, "y": y, "shape": shape, "fill": PAPER if hollow else colour}
                  for x, y in (self.at(*one) for one in places)]  # fmt: skip
        if placed:
            yield points({"size": size, "stroke": colour, "strokeWidth": 1.4}, placed)

    def line(
        self, places: Sequence[Point], *, colour: str, width: float = 1.6, dash: str = ""
    ) -> Iterator[Spec]:
        """A line through values, in their order."""
        placed = [{"x": x, "y": y, "order": order}
                  for order, (x, y) in enumerate(self.at(*one) for one in places)]  # fmt: skip
        if not placed:
            return
        mark: Spec = {"type": "line", "color": colour, "strokeWidth": width}
        if dash:
            mark["strokeDash"] = [int(one) for one in dash.split()]
        yield layer(mark, placed, x=pixel("x"), y=pixel("y"),
                    order={"field": "order", "type": "quantitative"})  # fmt: skip

    def area(
        self, low: Sequence[Point], high: Sequence[Point], *, colour: str, opacity: float
    ) -> Iterator[Spec]:
        """What lies between two lines over the same values, upright or lying."""
        placed: list[Spec] = []
        upright = all(one[0] == other[0] for one, other in zip(low, high, strict=True))
        for one, other in zip(low, high, strict=True):
            (x, y), (x2, y2) = self.at(*one), self.at(*other)
            placed.append({"x": x, "y": y, **({"y2": y2} if upright else {"x2": x2})})
        if not placed:
            return
        mark: Spec = {"type": "area", "color": colour, "opacity": opacity,
                      "orient": "vertical" if upright else "horizontal"}  # fmt: skip
        ends: Spec = {"y2": {"field": "y2"}} if upright else {"x2": {"field": "x2"}}
        yield layer(mark, placed, x=pixel("x"), y=pixel("y"), **ends)
