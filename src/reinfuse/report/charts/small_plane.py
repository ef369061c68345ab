"""One small panel on a sheet: its frame, and marks placed by their values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.axis import Axis
from reinfuse.report.charts.drawing import WIDTH_PX, Frame, Spec, layer, render_svg
from reinfuse.report.charts.key import Entry, key_layers
from reinfuse.report.charts.marks import pixel, points, segments, texts
from reinfuse.report.charts.palette import GRID, INK, MUTED, PAPER, folded

TICK_PX, SMALL_PX = 11, 11
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A panel whose plot begins at `left`, `top`; `show_x` and `show_y` say where numbers stand."""

    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis
    title: str = ""
    show_x: bool = True
    show_y: bool = True

    def at(self, x: float, y: float) -> Point:
        """The pixel of a value."""
        return (
            self.left + self.width * self.x.share(x),
            self.top + self.height * (1.0 - self.y.share(y)),
        )

    def frame(self) -> Iterator[Spec]:
        """Grid lines, numbers and titles."""
        right, bottom = self.left + self.width, self.top + self.height
        grid: list[Spec] = []
        for tick, _ in self.x.labels():
            x, _y = self.at(tick, self.y.low)
            grid.append({"x": x, "x2": x, "y": self.top, "y2": bottom})
        for tick, _ in self.y.labels():
            _x, y = self.at(self.x.low, tick)
            grid.append({"x": self.left, "x2": right, "y": y, "y2": y})
        yield segments({"type": "rule", "color": GRID}, grid)
        edges: list[Spec] = [
            {"x": self.left, "x2": right, "y": bottom, "y2": bottom},
            {"x": self.left, "x2": self.left, "y": self.top, "y2": bottom},
        ]
        yield segments({"type": "rule", "color": MUTED}, edges)
        yield from self._words(bottom)

    def _words(self, bottom: float) -> Iterator[Spec]:
        middle = self.left + self.width / 2
        if self.title:
            yield from texts([{"x": self.left, "y": self.top - 9, "text": self.title}],
                             bold=True, size=SMALL_PX)  # fmt: skip
        if self.show_x:
            yield from texts(
                [{"x": self.at(tick, self.y.low)[0], "y": bottom + 11, "text": words}
                 for tick, words in self.x.labels()], align="center", size=TICK_PX,
            )  # fmt: skip
            yield from texts([{"x": middle, "y": bottom + 27, "text": self.x.title}],
                             align="center", size=SMALL_PX)  # fmt: skip
        if self.show_y:
            yield from texts(
                [{"x": self.left - 6, "y": self.at(self.x.low, tick)[1], "text": words}
                 for tick, words in self.y.labels()], align="right", size=TICK_PX,
            )  # fmt: skip
            yield from self._upright()

    def _upright(self) -> Iterator[Spec]:
        lines = folded(self.y.title, self.height, SMALL_PX) if self.y.title else []
        for number, line in enumerate(lines):
            mark: Spec = {"type": "text", "angle": -90, "align": "center", "baseline": "middle",
                          "fontSize": SMALL_PX, "color": INK}  # fmt: skip
            place: Spec = {
                "x": self.left - 50 - 13 * (len(lines) - 1 - number),
                "y": self.top + self.height / 2, "text": line,
            }  # fmt: skip
            yield layer(mark, [place], x=pixel("x"), y=pixel("y"),
                        text={"field": "text", "type": "nominal"})  # fmt: skip

    def dots(
        self, values: Sequence[Point], *, colour: str, shape: str = "circle", size: int = 14,
        hollow: bool = False, opacity: float = 0.6,
    ) -> Iterator[Spec]:  # fmt: skip
        """Marks at values; those beyond the axes stand at their ends."""
        placed = [
            {"x": x, "y": y, "shape": shape, "fill": PAPER if hollow else colour}
            for x, y in (self.at(*one) for one in values)
        ]
        if placed:
            mark: Spec = {"size": size, "opacity": opacity, "stroke": colour,
                          "strokeWidth": 1 if hollow else 0}  # fmt: skip
            yield points(mark, placed)

    def line(
        self, values: Sequence[Point], *, colour: str, width: float = 1.6, dash: str = "",
        opacity: float = 1.0,
    ) -> Iterator[Spec]:  # fmt: skip
        """A line through values in order of x, broken where one is not finite."""
        pieces: list[Spec] = []
        number = 0
        for x, y in values:
            if not (math.isfinite(x) and math.isfinite(y)):
                number += 1
                continue
            across, up = self.at(x, y)
            pieces.append({"x": across, "y": up, "piece": str(number)})
        if pieces:
            mark: Spec = {"type": "line", "color": colour, "strokeWidth": width, "clip": True,
                          "opacity": opacity, "interpolate": "linear"}  # fmt: skip
            if dash:
                mark["strokeDash"] = [int(one) for one in dash.split()]
            yield layer(mark, pieces, x=pixel("x"), y=pixel("y"),
                        detail={"field": "piece", "type": "nominal"})  # fmt: skip

    def boxes(
        self, values: Sequence[tuple[float, float, float, float]], *, colour: str, opacity: float
    ) -> Iterator[Spec]:
        """Rectangles from `x`, `y` to `x2`, `y2`."""
        placed: list[Spec] = []
        for x, y, x2, y2 in values:
            (left, low), (right, high) = self.at(x, y), self.at(x2, y2)
            placed.append({"x": left, "x2": right, "y": low, "y2": high})
        if placed:
            yield segments({"type": "rect", "color": colour, "opacity": opacity}, placed)

    def rules(
        self, values: Sequence[tuple[float, float, float, float]], *, colour: str,
        width: float = 1.2, dash: str = "",
    ) -> Iterator[Spec]:  # fmt: skip
        """Straight lines from `x`, `y` to `x2`, `y2`."""
        placed: list[Spec] = []
        for x, y, x2, y2 in values:
            (left, low), (right, high) = self.at(x, y), self.at(x2, y2)
            placed.append({"x": left, "x2": right, "y": low, "y2": high})
        mark: Spec = {"type": "rule", "color": colour, "strokeWidth": width}
        if dash:
            mark["strokeDash"] = [int(one) for one in dash.split()]
        if placed:
            yield segments(mark, placed)

    def level(self, y: float, *, colour: str = MUTED, dash: str = "4 3") -> Iterator[Spec]:
        """A line across the whole plot."""
        yield from self.rules([(self.x.low, y, self.x.high, y)], colour=colour, dash=dash)

    def note(self, text: str, *, colour: str = MUTED) -> Iterator[Spec]:
        """Small words in the upper right corner of the plot."""
        place: Spec = {"x": self.left + self.width - 3, "y": self.top + 9, "text": text}
        yield from texts([place], align="right", size=SMALL_PX, colour=colour, halo=True)


def draw_sheet(
    layers: Iterator[Spec], *, height: float, name: str, title: str, description: str
) -> str:
    """All layers of a sheet of the house's width as one SVG."""
    sheet = Frame(width=WIDTH_PX, height=height, left=0.0, top=0.0, right=0.0, bottom=0.0)
    body: Spec = {"layer": list(layers)}
    return render_svg(body, sheet, name=name, title=title, description=description)


def key_above(rows: Sequence[Sequence[Entry]], height: float) -> Iterator[Spec]:
    """A key on the uppermost `height` pixels of a sheet."""
    sheet = Frame(width=WIDTH_PX, height=height, left=0.0, top=0.0, right=0.0, bottom=0.0)
    yield from key_layers(rows, sheet, above=-height)


def seats(
    count: int, *, columns: int, height: float, left: float = 62.0, top: float = 22.0,
    gap: float = 62.0, below: float = 44.0, first: float = 10.0,
) -> tuple[list[tuple[float, float, float]], float]:  # fmt: skip
    """Left, top and width of so many panels in columns, and how high their sheet is."""
    width = (WIDTH_PX - left - 22.0 - gap * (columns - 1)) / columns
    found = [
        (left + (number % columns) * (width + gap),
         first + top + (number // columns) * (height + top + below), width)
        for number in range(count)
    ]  # fmt: skip
    rows = math.ceil(count / columns)
    return found, first + rows * (height + top + below)
