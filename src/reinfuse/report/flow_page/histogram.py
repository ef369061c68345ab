"""A gate on one ruler: how many events lie at each place, the control's beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np

from reinfuse.cytometry.pictures import GatePicture, Stretch
from reinfuse.cytometry.sample import Floats
from reinfuse.report.charts.palette import GRID, PAPER
from reinfuse.report.flow_page.plot import (
    BOTTOM_PX,
    CONTROL,
    END_PX,
    EVENTS,
    LEFT_PX,
    TOP_PX,
    Named,
    draw_rulers,
    draw_stretches,
    upright_title,
)
from reinfuse.report.flow_page.window import Counts, Window, window_of
from reinfuse.report.forecast.sheet import TINY_PX, line, rules, words
from reinfuse.report.timeline.paper import draw

MERGED = 2  # steps drawn as one: a line needs fewer than an image
ROOM_PX = 52.0  # kept free above the highest for brackets


def draw_histogram(
    svg: Element, picture: GatePicture, gates: Sequence[Named], control: GatePicture | None
) -> None:
    """The events of the parent by place; the control as a line, for as many events.

    Heights are logarithms of 1 + events, so that ten events are seen beside ten thousand.
    """
    margins = [picture.counts] if control is None else [picture.counts, control.counts]
    stretches = [
        (shape.low, shape.high)
        for outline in picture.outlines
        for shape in (outline.shape, outline.template)
        if isinstance(shape, Stretch)
    ]
    x = window_of(picture.x, margins, stretches, start=LEFT_PX, end=END_PX)
    own = merged(x.folded(picture.counts, 0))
    beside = None if control is None else scaled(control, picture, x)
    most = max(float(own.max(initial=0)), 0.0 if beside is None else float(beside.max()), 1.0)
    _levels(svg, most)
    _steps(svg, own, x, most, filled=True, fill=EVENTS, fill_opacity=0.28, stroke=EVENTS)
    if beside is not None:
        _steps(svg, beside, x, most, filled=False, stroke=CONTROL, fill="none")
    draw_rulers(svg, x, None)
    upright_title(svg, "events")
    draw_stretches(svg, gates, x)


def merged(counts: Counts) -> Floats:
    """Counts of neighbours taken together."""
    padded = np.append(counts.astype(np.float64), np.zeros(-len(counts) % MERGED))
    return np.asarray(padded.reshape(-1, MERGED).sum(axis=1))


def scaled(control: GatePicture, picture: GatePicture, x: Window) -> Floats:
    """The control's counts as they would be for as many parent events as the sample has."""
    share = picture.parent_count / control.parent_count if control.parent_count else 0.0
    return share * merged(x.folded(control.counts, 0))


def _height(events: float, most: float) -> float:
    share = math.log1p(events) / math.log1p(most)
    return BOTTOM_PX - (BOTTOM_PX - TOP_PX - ROOM_PX) * share


def _levels(svg: Element, most: float) -> None:
    powers = [10.0**power for power in range(9) if 10.0**power <= most]
    for events in (0.0, *powers):
        y = _height(events, most)
        rules(svg, [((LEFT_PX, y), (END_PX, y))], stroke=GRID, stroke_width=1.0)
        text = f"{events / 1000:g}k" if events >= 1000 else f"{events:g}"  # noqa: PLR2004
        words(svg, text, LEFT_PX - 8, y, text_anchor="end", font_size=TINY_PX)


def _steps(
    svg: Element, counts: Floats, x: Window, most: float, *, filled: bool, **look: str | float
) -> None:
    width = MERGED * x.ruler.step
    points: list[tuple[float, float]] = []
    for number, events in enumerate(counts):
        y = _height(float(events), most)
        places = (x.low + number * width, x.low + (number + 1) * width)
        points += [(x.at(place), y) for place in places]
    if not points:
        return
    if filled:
        ends = [(points[-1][0], BOTTOM_PX), (points[0][0], BOTTOM_PX)]
        path = "L".join(f"{across:.1f} {up:.1f}" for across, up in (*points, *ends))
        draw(svg, "path", d=f"M{path}Z", stroke_width=1.2, **look)
        return
    line(svg, points, stroke_width=4.0, stroke=PAPER, opacity=0.7)
    line(svg, points, stroke_width=1.6, **look)
