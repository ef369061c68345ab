"""The marks of a forest plot, and the text on both sides of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reinfuse.report.charts.drawing import Frame, Spec, framed, layer
from reinfuse.report.charts.forest_row import ForestRow
from reinfuse.report.charts.marks import points, segments, texts
from reinfuse.report.charts.palette import INK, MUTED, PAPER, folded

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 262.0, 236.0, 24.0, 48.0
LABEL_PX, LINE_PX, ROOM_PX, HEAD_PX, SMALL_PX = 244.0, 15.0, 11.0, 30.0, 11
COUNTS_X, RATE_X = 14.0, 68.0
PERCENT_TICKS = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its lines of text and the height of its middle, in pixels from the top."""

    row: ForestRow
    label: list[str]
    outcome: list[str]
    middle: float


def forest_frame(rows: Sequence[ForestRow]) -> Frame:
    """The room that rows and headings take."""
    _, _, height = _laid_out(rows)
    return framed(height=height, left=LEFT_PX, top=TOP_PX, right=RIGHT_PX, bottom=BOTTOM_PX)


def forest_body(rows: Sequence[ForestRow]) -> Spec:
    """All layers."""
    placed, heads, _ = _laid_out(rows)
    frame = forest_frame(rows)
    return {
        "layer": [
            *_grounds(heads, frame),
            *_bars(placed, frame),
            *_left_side(placed, heads, frame),
            *_right_side(placed, frame),
        ]
    }


def _laid_out(rows: Sequence[ForestRow]) -> tuple[list[Placed], list[tuple[str, float]], float]:
    placed: list[Placed] = []
    heads: list[tuple[str, float]] = []
    y = 0.0
    for group, members in groupby(rows, key=lambda row: row.group):
        heads.append((group, y + HEAD_PX / 2 + 2))
        y += HEAD_PX
        for row in members:
            label = folded(row.label, LABEL_PX)
            outcome = folded(row.outcome, LABEL_PX, SMALL_PX)
            high = LINE_PX * max(len(label) + len(outcome), 2) + ROOM_PX
            placed.append(Placed(row, label, outcome, y + high / 2))
            y += high
    return placed, heads, y


def _grounds(heads: Sequence[tuple[str, float]], frame: Frame) -> Iterator[Spec]:
    axis: Spec = {"title": "With the outcome, %", "titleY": 34, "titleBaseline": "middle",
                  "values": PERCENT_TICKS, "labelFlush": False}  # fmt: skip
    x: Spec = {"field": "x", "type": "quantitative", "axis": axis,
               "scale": {"domain": [0, 100], "nice": False}}  # fmt: skip
    yield layer({"type": "point", "opacity": 0}, [{"x": 0}], x=x)
    # A heading's strip covers the grid, so that groups are seen apart.
    strips = [
        {"x": -frame.left, "x2": frame.width + frame.right, "y": y - 13, "y2": y + 12}
        for _, y in heads
    ]
    yield segments({"type": "rect", "color": "#eef1f5"}, strips)


def _bars(placed: Sequence[Placed], frame: Frame) -> Iterator[Spec]:
    px = frame.width / 100.0
    exact: list[Spec] = []
    printed: list[Spec] = []
    spots: list[Spec] = []
    for one in placed:
        y, row = one.middle, one.row
        if row.interval is not None:
            low, high = row.interval
            exact.append({"x": low * px, "x2": high * px, "y": y, "y2": y})
            spots.append({"x": (row.percent or 0.0) * px, "y": y, "shape": "square", "fill": INK})
        elif row.is_percentage_alone:
            spots.append({"x": (row.percent or 0.0) * px, "y": y, "shape": "diamond",
                          "fill": PAPER})  # fmt: skip
        elif row.is_range:
            low, high = (end if end is not None else edge for end, edge in
                         zip(row.printed_range, (0.0, 100.0), strict=True))  # fmt: skip
            printed.append({"x": low * px, "x2": high * px, "y": y, "y2": y})
            known = [end * px for end in row.printed_range if end is not None]
            printed += [{"x": end, "x2": end, "y": y - 5, "y2": y + 5} for end in known]
    yield segments({"type": "rule", "color": INK, "strokeWidth": 2.5}, exact)
    yield segments({"type": "rule", "color": MUTED, "strokeWidth": 1.2}, printed)
    yield points({"size": 70, "stroke": INK, "strokeWidth": 1.5}, spots)
    words = [
        {"x": 6, "y": one.middle, "text": one.row.printed or "no number"}
        for one in placed
        if one.row.is_words
    ]
    yield from texts(words, colour=MUTED, halo=True)


def _left_side(
    placed: Sequence[Placed], heads: Sequence[tuple[str, float]], frame: Frame
) -> Iterator[Spec]:
    x = -frame.left + 8
    yield from texts([{"x": x, "y": y, "text": group} for group, y in heads], bold=True)
    labels: list[Spec] = []
    outcomes: list[Spec] = []
    for one in placed:
        lines = len(one.label) + len(one.outcome)
        first = one.middle - LINE_PX * (lines - 1) / 2
        labels.append({"x": x, "y": first, "text": one.label})
        outcomes.append({"x": x, "y": first + LINE_PX * len(one.label), "text": one.outcome})
    yield from texts(labels)
    yield from texts(outcomes, colour=MUTED, size=SMALL_PX)


def _right_side(placed: Sequence[Placed], frame: Frame) -> Iterator[Spec]:
    counts: list[Spec] = []
    rates: list[Spec] = []
    standings: list[Spec] = []
    for one in placed:
        row, y = one.row, one.middle - LINE_PX / 2
        counts.append({"x": frame.width + COUNTS_X, "y": y, "text": row.counts_words()})
        rate = row.percent_words()
        if row.interval is not None:
            rate = f"{rate} ({row.interval_words()})"
        rates.append({"x": frame.width + RATE_X, "y": y, "text": rate})
        per = "" if row.counted == "patients" else f"; {row.counted}, not patients"
        standings.append({"x": frame.width + COUNTS_X, "y": y + LINE_PX,
                          "text": f"{row.standing}{per}"})  # fmt: skip
    yield from texts(counts)
    yield from texts(rates)
    heads = ((COUNTS_X, "x/n"), (RATE_X, "% (exact 95 %)"))
    named = [{"x": frame.width + x, "y": -12, "text": words} for x, words in heads]
    yield from texts(named, colour=MUTED, size=SMALL_PX)
    yield from texts(standings, colour=MUTED, size=SMALL_PX)
