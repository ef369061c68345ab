"""Lesions with several sizes each: heights on one scale, a small panel per lesion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.report.charts.drawing import Frame, Spec, layer
from reinfuse.report.charts.lesion_inputs import LesionRow
from reinfuse.report.charts.lesion_rows import (
    COLOUR,
    WORD_AREA,
    Days,
    day_bars,
    grounds,
    mark_places,
    shape_of,
    told_as_one,
)
from reinfuse.report.charts.marks import pixel, points, raw, segments, texts
from reinfuse.report.charts.palette import MUTED
from reinfuse.report.charts.words import shown

LINES_ROW_PX = 96.0
HEAD_PX, FOOT_PX = 34.0, 10.0  # room in a row above the tallest height and below the base
TALL_PX = LINES_ROW_PX - HEAD_PX - FOOT_PX
EDGE_PX = 70.0
MOST_NUMBERS = 5  # in a row; more sizes than that speak by their height


def lines_body(
    rows: Sequence[LesionRow], *, frame: Frame, days: Days, axis: str, unit: str
) -> Spec:
    """All layers. What has no size stands above the scale; what is gone, on the base line."""
    largest = max((k.size for row in rows for k in row.looks if k.size is not None), default=1.0)
    layers = [*grounds(rows, frame, days, axis)]
    for number, row in enumerate(rows):
        base = LINES_ROW_PX * (number + 1) - FOOT_PX
        layers += _scale(base, frame.width, f"{shown(largest)} {unit}")
        layers += _row(row, base, largest, days, frame.width)
    return {"layer": layers}


def _scale(base: float, width: float, top: str) -> Iterator[Spec]:
    lines: list[Spec] = [
        {"x": 0, "x2": width, "y": base, "y2": base},
        {"x": -5, "x2": 0, "y": base - TALL_PX, "y2": base - TALL_PX},
        {"x": -5, "x2": 0, "y": base, "y2": base},
        {"x": 0, "x2": 0, "y": base - TALL_PX, "y2": base},
    ]
    yield segments({"type": "rule", "color": MUTED}, lines)
    ticks = [{"x": -8, "y": base - TALL_PX, "text": top}, {"x": -8, "y": base, "text": "0"}]
    yield from texts(ticks, align="right", size=11)


def _row(row: LesionRow, base: float, largest: float, days: Days, width: float) -> Iterator[Spec]:
    sized: list[Spec] = []
    worded: list[Spec] = []
    numbers: list[Spec] = []
    words: list[tuple[float, float, str]] = []
    places = mark_places(row.looks, days, width)
    for look, x, told in zip(row.looks, places, told_as_one(row.looks), strict=True):
        if not told:
            continue
        if look.size is not None:
            y = base - TALL_PX * look.size / largest
            sized.append({"x": x, "y": y, "shape": "circle", "fill": COLOUR})
            numbers.append({"x": x, "y": y - 12, "text": shown(look.size)})
        else:
            gone = look.change in ("resolved", "removed")
            y = base if gone else base - TALL_PX - 16
            worded.append({"x": x, "y": y, **shape_of(look)})
            words.append((x, y - (10 if gone else 0), told))
        yield from day_bars((look,), days, width, y)
    line: Spec = {"type": "line", "color": COLOUR, "strokeWidth": 1.5}
    yield layer(line, sized, x=pixel("x"), y=pixel("y"))
    yield points({"size": 45, "stroke": COLOUR}, sized)
    mark: Spec = {"stroke": COLOUR, "strokeWidth": 2, "size": WORD_AREA}
    yield points(mark, worded, angle=raw("angle"))
    if len(numbers) <= MOST_NUMBERS:
        yield from texts(numbers, align="center", size=11, halo=True)
    # Near the right edge a word stands to the left of its mark.
    for align, away in (("left", 10), ("right", -10)):
        beside = [
            {"x": x + away, "y": y, "text": word}
            for x, y, word in words
            if (align == "right") == (x > width - EDGE_PX)
        ]
        yield from texts(beside, align=align, halo=True)
