"""A gate on two rulers: how many events lie where, and its outline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

import numpy as np

from reinfuse.cytometry.pictures import Corners, GatePicture
from reinfuse.report.flow_page.plot import (
    BOTTOM_PX,
    END_PX,
    EVENTS,
    LEFT_PX,
    TOP_PX,
    Named,
    draw_gates,
    draw_rulers,
)
from reinfuse.report.flow_page.shades import image_address
from reinfuse.report.flow_page.window import Counts, Window, window_of
from reinfuse.report.timeline.paper import draw

FEW = 250  # steps with events: below that, single dots are easier to see than an image
DOT_PX = 3.0


def draw_density(svg: Element, picture: GatePicture, gates: Sequence[Named]) -> None:
    """The events of the parent as an image, or as dots where there are few, and the gates."""
    x, y = windows(picture)
    counts = y.folded(x.folded(picture.counts, 1), 0)
    draw_rulers(svg, x, y)
    if few(picture):
        _dots(svg, counts)
    else:
        draw(svg, "image", href=image_address(counts), x=LEFT_PX, y=TOP_PX,
             width=END_PX - LEFT_PX, height=BOTTOM_PX - TOP_PX, preserveAspectRatio="none",
             style="image-rendering:pixelated")  # fmt: skip
    draw_gates(svg, gates, x, y)


def few(picture: GatePicture) -> bool:
    """Whether so few steps hold events that each is drawn as a dot."""
    return int(np.count_nonzero(picture.counts)) < FEW


def windows(picture: GatePicture) -> tuple[Window, Window]:
    """What is drawn of both rulers."""
    assert picture.y is not None
    shapes = [
        shape.points
        for outline in picture.outlines
        for shape in (outline.shape, outline.template)
        if isinstance(shape, Corners)
    ]
    across = [_ends(x for x, _ in points) for points in shapes]
    up = [_ends(y for _, y in points) for points in shapes]
    x = window_of(picture.x, [picture.counts.sum(axis=0)], across, start=LEFT_PX, end=END_PX)
    y = window_of(picture.y, [picture.counts.sum(axis=1)], up, start=BOTTOM_PX, end=TOP_PX)
    return x, y


def _ends(places: Iterable[float]) -> tuple[float, float]:
    listed = list(places)
    return min(listed), max(listed)


def _dots(svg: Element, counts: Counts) -> None:
    """A square for each step that holds an event, all of them as one line."""
    rows, columns = counts.shape
    wide, high = (END_PX - LEFT_PX) / columns, (BOTTOM_PX - TOP_PX) / rows
    path = "".join(
        f"M{LEFT_PX + (column + 0.5) * wide - DOT_PX / 2:.1f}"
        f" {BOTTOM_PX - (row + 0.5) * high - DOT_PX / 2:.1f}h{DOT_PX:g}v{DOT_PX:g}h-{DOT_PX:g}z"
        for row, column in zip(*np.nonzero(counts), strict=True)
    )
    if path:
        draw(svg, "path", d=path, fill=EVENTS)
