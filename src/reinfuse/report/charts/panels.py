"""Panels one above the other on one day axis, with a rule through all of them per treatment."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.quantity import Limit
from reinfuse.report.charts.drawing import WIDTH_PX, Frame, Spec, framed, layer
from reinfuse.report.charts.marks import day_channel, raw, segments, texts
from reinfuse.report.charts.palette import INK, PAPER, WARNING, text_width
from reinfuse.report.charts.panel_scale import PanelScale, panel_scale
from reinfuse.report.charts.series import Given, Panel, Sample

PANEL_PX, BETWEEN_PX, LANE_PX = 84.0, 30.0, 17.0
LEFT_PX, RIGHT_PX, BOTTOM_PX = 62.0, 24.0, 48.0
_BELOW, _ABOVE = {Limit.BELOW, Limit.AT_MOST}, {Limit.ABOVE, Limit.AT_LEAST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How panels are drawn: days, colour, and which neighbours a line may join.

    `joined_days` is the longest gap that a line crosses; a longer one was not recorded.
    """

    first: float
    last: float
    colour: str
    shape: str
    joined_days: float
    log: frozenset[str]
    infused: float = 0.0  # the part of day 0 gone by at the infusion


def panels_frame(panels: Sequence[Panel], given: Sequence[Given], sheet: Sheet) -> Frame:
    """The room that the panels and the names of the treatments take."""
    lanes = 1 + max((lane for _, _, lane in _lanes(given, sheet)), default=-1)
    height = len(panels) * (PANEL_PX + BETWEEN_PX) - BETWEEN_PX
    top = 26.0 + lanes * LANE_PX
    return framed(height=height, left=LEFT_PX, top=top, right=RIGHT_PX, bottom=BOTTOM_PX)


def panels_body(panels: Sequence[Panel], given: Sequence[Given], sheet: Sheet) -> Spec:
    """The views; the day axis has its words under the last."""
    frame = panels_frame(panels, given, sheet)
    views = []
    for number, panel in enumerate(panels):
        last = number == len(panels) - 1
        layers = [*_panel(panel, given, sheet, frame, worded=last)]
        if number == 0:
            layers += _given_words(given, sheet)
        views.append({"width": frame.width, "height": PANEL_PX, "layer": layers})
    return {"vconcat": views, "bounds": "flush", "spacing": BETWEEN_PX}


def _panel(
    panel: Panel, given: Sequence[Given], sheet: Sheet, frame: Frame, *, worded: bool
) -> Iterator[Spec]:
    scale = panel_scale([one.value for one in panel.samples], log=panel.analyte in sheet.log)
    x = day_channel("Day since infusion" if worded else None, sheet.first, sheet.last)
    y = scale.channel()
    yield from _rules(given, sheet, frame)
    rows = _lines(panel.samples, scale, sheet)
    line: Spec = {"type": "line", "color": sheet.colour, "strokeWidth": 1.5}
    channels = {"x": {**x, "field": "day"}, "y": {**y, "field": "level"}}
    yield layer(line, rows, **channels, detail=raw("run"))
    bars = [_spread(one, scale) for one in panel.samples if not one.exact_day]
    rule: Spec = {"type": "rule", "color": sheet.colour, "strokeWidth": 2}
    yield layer(rule, bars, **channels, x2={"field": "day2"})
    spots = [_spot(one, scale, sheet) for one in panel.samples]
    many = len(spots) > 60  # noqa: PLR2004 - a smaller point where they would touch
    mark: Spec = {"type": "point", "opacity": 1, "size": 16 if many else 34, "strokeWidth": 1.5,
                  "stroke": sheet.colour}  # fmt: skip
    yield layer(mark, spots, **channels, shape=raw("shape"), fill=raw("fill"))
    head: Spec = {"x": 0, "y": -11, "text": f"{panel.analyte}, {panel.unit}"}
    yield from texts([head], bold=True, halo=True)


def _lines(samples: Sequence[Sample], scale: PanelScale, sheet: Sheet) -> list[Spec]:
    """Runs of neighbours near enough to be joined; a limit or an unknown day ends a run."""
    rows: list[Spec] = []
    run, before = 0, -math.inf
    for one in samples:
        if not one.exact_day or one.limit is not Limit.EXACT or _off_scale(one, scale):
            before = -math.inf
            continue
        run += one.moment - before > sheet.joined_days
        before = one.moment
        rows.append({"day": one.moment, "level": scale.place(one.value), "run": run})
    return rows


def _spread(one: Sample, scale: PanelScale) -> Spec:
    return {"day": one.low_day, "day2": one.high_day, "level": scale.place(one.value)}


def _spot(one: Sample, scale: PanelScale, sheet: Sheet) -> Spec:
    shape, fill = sheet.shape, sheet.colour
    if one.limit in _BELOW or _off_scale(one, scale):
        shape, fill = "triangle-down", PAPER
    elif one.limit in _ABOVE:
        shape, fill = "triangle-up", PAPER
    elif not one.exact_day:
        fill = PAPER
    return {"day": one.moment, "level": scale.place(one.value), "shape": shape, "fill": fill}


def _off_scale(one: Sample, scale: PanelScale) -> bool:
    """Whether a logarithm cannot show it."""
    return scale.log and one.value <= 0


def _rules(given: Sequence[Given], sheet: Sheet, frame: Frame) -> Iterator[Spec]:
    """A rule where a treatment began; it reaches up to the panel above."""
    at = [x for _, x, _ in _lanes(given, sheet)]
    values = [{"x": x, "x2": x, "y": -BETWEEN_PX, "y2": PANEL_PX} for x in at]
    mark: Spec = {"type": "rule", "color": WARNING, "strokeDash": [4, 3]}
    yield segments(mark, values)
    spans = [_span(one, sheet, frame) for one in given if one.high_day > one.low_day]
    yield segments({"type": "rect", "color": WARNING, "opacity": 0.1}, spans)
    if sheet.first < 0 < sheet.last:
        zero = frame.width * (sheet.infused - sheet.first) / (sheet.last - sheet.first)
        line: Spec = {"type": "rule", "color": INK}
        yield segments(line, [{"x": zero, "x2": zero, "y": 0, "y2": PANEL_PX}])


def _span(one: Given, sheet: Sheet, frame: Frame) -> Spec:
    """The days on which it can have begun."""
    day_px = frame.width / (sheet.last - sheet.first)
    left, right = one.low_day - sheet.first, min(one.high_day, sheet.last) - sheet.first
    return {"x": left * day_px, "x2": right * day_px, "y": 0, "y2": PANEL_PX}


def _given_words(given: Sequence[Given], sheet: Sheet) -> Iterator[Spec]:
    lanes = _lanes(given, sheet)
    foot = -26.0
    stems = [
        {"x": x, "x2": x, "y": foot - LANE_PX * lane, "y2": -BETWEEN_PX} for _, x, lane in lanes
    ]
    yield segments({"type": "rule", "color": WARNING, "strokeDash": [4, 3]}, stems)
    for align, shift in (("left", 4.0), ("right", -4.0)):
        words = [
            {"x": x + shift, "y": foot - LANE_PX * lane - 4, "text": one.words}
            for one, x, lane in lanes
            if (align == "right") == _leftward(one, x)
        ]
        yield from texts(words, colour=WARNING, align=align, halo=True)


def _leftward(one: Given, x: float) -> bool:
    return x + text_width(one.words) > WIDTH_PX - LEFT_PX


def _lanes(given: Sequence[Given], sheet: Sheet) -> list[tuple[Given, float, int]]:
    """Each treatment with its place in pixels and the lane its words stand in."""
    width = WIDTH_PX - LEFT_PX - RIGHT_PX
    ends: list[float] = []
    placed = []
    for one in given:
        x = width * (one.moment - sheet.first) / (sheet.last - sheet.first)
        start = x - text_width(one.words) - 8 if _leftward(one, x) else x
        lane = next((k for k, end in enumerate(ends) if end <= start), len(ends))
        if lane == len(ends):
            ends.append(0.0)
        ends[lane] = max(x, start + text_width(one.words) + 12)
        placed.append((one, x, lane))
    return placed
