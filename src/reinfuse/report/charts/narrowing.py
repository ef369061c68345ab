"""Before and after the data: how much each parameter of each curve was narrowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Frame, Spec, framed, layer, render_svg
from reinfuse.report.charts.key import Entry, key_layers
from reinfuse.report.charts.marks import points, segments, texts
from reinfuse.report.charts.palette import MUTED, PAPER, infusion_colour, infusion_shape
from reinfuse.report.charts.panel_scale import PanelScale, panel_scale
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import listed, shown

TITLE = "How much the data narrowed the prior"
COLUMNS, PANEL_WIDTH_PX, SIDE_PX, RATIO_PX = 2, 198.0, 84.0, 98.0
ROW_PX, HEAD_PX, AXIS_PX, TOP_PX = 24.0, 26.0, 26.0, 36.0
PRIOR = "#b9c2cd"


@dataclass(frozen=True, slots=True)
class Span:
    """Central 90 % of a distribution, and its middle."""

    low: float
    median: float
    high: float

    def __str__(self) -> str:
        """In words."""
        return f"{shown(self.median)} ({shown(self.low)} to {shown(self.high)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """One parameter of one curve before and after the data.

    `ratio` is posterior over prior SD; `informed` is the verdict of whoever computed it.
    """

    parameter: str
    unit: str
    curve: str
    before: Span
    after: Span
    ratio: float
    informed: bool
    log: bool = True


def draw_narrowing(rows: Sequence[Narrowing], *, name: str = "narrowing") -> Chart | NoChart:
    """A small panel per parameter, each on its own scale; in it a pair of bars per curve."""
    if not rows:
        return NoChart(name=name, title=TITLE, why="No curve was fitted.")
    curves = tuple(dict.fromkeys(row.curve for row in rows))
    groups = _by_parameter(rows)
    tallest = max(len(group) for group in groups)
    body, frame = _body(groups, curves, tallest)
    description = _described(rows)
    return Chart(
        name=name,
        title=TITLE,
        svg=render_svg(body, frame, name=name, title=TITLE, description=description),
        description=description,
        table=Table(
            ("Parameter", "Unit", "Curve", "Prior: median (90 %)", "Posterior: median (90 %)",
             "Posterior over prior SD", "Learned from this patient"),
            tuple(_table_row(row) for row in rows),
        ),
        notes=(
            "Each panel has its own scale. The number at the right is posterior over prior "
            "standard deviation: 1 is nothing learned.",
            "Where it says “assumed”, the interval comes from other patients, not from this one.",
        ),
    )  # fmt: skip


def _by_parameter(rows: Sequence[Narrowing]) -> list[list[Narrowing]]:
    names = dict.fromkeys(row.parameter for row in rows)
    return [[row for row in rows if row.parameter == name] for name in names]


def _body(
    groups: Sequence[Sequence[Narrowing]], curves: Sequence[str], tallest: int
) -> tuple[Spec, Frame]:
    lines = -(-len(groups) // COLUMNS)
    panel = ROW_PX * tallest
    step = HEAD_PX + panel + AXIS_PX
    frame = framed(height=lines * step - HEAD_PX - AXIS_PX, left=SIDE_PX,
                   top=TOP_PX + HEAD_PX, right=RATIO_PX, bottom=AXIS_PX + 6)  # fmt: skip
    views: list[Spec] = []
    for number, group in enumerate(groups):
        layers = [*_panel(group, curves, panel)]
        if number == 0:
            layers += key_layers([_key(curves)], frame, above=HEAD_PX)
        views.append({"width": PANEL_WIDTH_PX, "height": panel, "layer": layers})
    between = frame.width - COLUMNS * PANEL_WIDTH_PX
    spacing = {"row": HEAD_PX + AXIS_PX, "column": between}
    return {"concat": views, "columns": COLUMNS, "bounds": "flush", "spacing": spacing}, frame


def _key(curves: Sequence[str]) -> tuple[Entry, ...]:
    after = tuple(
        Entry("line", f"{curve}: posterior", colour=infusion_colour(k), shape=infusion_shape(k))
        for k, curve in enumerate(curves)
    )
    return (Entry("dark", "prior (central 90 %)", colour=MUTED), *after)


def _panel(group: Sequence[Narrowing], curves: Sequence[str], high: float) -> Iterator[Spec]:
    ends_of = [end for row in group for end in (row.before.low, row.before.high,
                                                row.after.low, row.after.high)]  # fmt: skip
    scale = panel_scale(ends_of, log=group[0].log)
    yield layer({"type": "point", "opacity": 0}, [{"x": scale.place(scale.low)}],
                x={**scale.channel(), "field": "x"})  # fmt: skip
    for number, row in enumerate(group):
        y = ROW_PX * (number + 0.5)
        place = curves.index(row.curve)
        yield from _pair(row, scale, y, place)
    unit = f", {group[0].unit}" if group[0].unit else ""
    yield from texts([{"x": 0, "y": -13, "text": f"{group[0].parameter}{unit}"}], bold=True)
    sides = [{"x": -8, "y": ROW_PX * (k + 0.5), "text": row.curve} for k, row in enumerate(group)]
    yield from texts(sides, align="right", size=11)
    ratios: list[Spec] = [
        {"x": PANEL_WIDTH_PX + 8, "y": ROW_PX * (k + 0.5),
         "text": f"{row.ratio:.2f}{'' if row.informed else ' assumed'}"}
        for k, row in enumerate(group)
    ]  # fmt: skip
    yield from texts(ratios, size=11)


def _pair(row: Narrowing, scale: PanelScale, y: float, place: int) -> Iterator[Spec]:
    def px(value: float) -> float:
        first, last = scale.place(scale.low), scale.place(scale.high)
        return PANEL_WIDTH_PX * (scale.place(value) - first) / (last - first)

    before, after = row.before, row.after
    colour = infusion_colour(place)
    bar: Spec = {"x": px(before.low), "x2": px(before.high), "y": y - 8, "y2": y + 8}
    yield segments({"type": "rect", "color": PRIOR, "opacity": 0.6}, [bar])
    middle: Spec = {"x": px(before.median), "x2": px(before.median), "y": y - 8, "y2": y + 8}
    yield segments({"type": "rule", "color": MUTED, "strokeWidth": 1.5}, [middle])
    line: Spec = {"x": px(after.low), "x2": px(after.high), "y": y, "y2": y}
    yield segments({"type": "rule", "color": colour, "strokeWidth": 3}, [line])
    spot: Spec = {"x": px(after.median), "y": y, "shape": infusion_shape(place), "fill": PAPER}
    yield points({"size": 60, "stroke": colour, "strokeWidth": 2}, [spot])


def _table_row(row: Narrowing) -> tuple[str, ...]:
    learned = "yes" if row.informed else "no: assumed"
    return (row.parameter, row.unit, row.curve, str(row.before), str(row.after),
            f"{row.ratio:.2f}", learned)  # fmt: skip


def _described(rows: Sequence[Narrowing]) -> str:
    parts = []
    for curve in dict.fromkeys(row.curve for row in rows):
        own = [row for row in rows if row.curve == curve]
        learned = listed(tuple(row.parameter for row in own if row.informed)) or "nothing"
        assumed = listed(tuple(row.parameter for row in own if not row.informed)) or "nothing"
        parts.append(f"{curve}: narrowed by the data: {learned}; assumed: {assumed}.")
    return " ".join(parts)
