"""The marks of a forest plot with pooled rows, and the words on both sides of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Frame, Spec, layer
from reinfuse.report.charts.forest_pooled_rows import By, CohortRow, OwnRow, PooledRow
from reinfuse.report.charts.marks import pixel, points, segments, texts
from reinfuse.report.charts.palette import INFUSIONS, INK, MUTED, PAPER, folded, text_width
from reinfuse.report.charts.plane import Plane, Ruler

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 232.0, 206.0, 26.0, 48.0
LABEL_PX, LINE_PX, ROOM_PX, HEAD_PX, SMALL_PX = 214.0, 15.0, 12.0, 30.0, 11
MOST_FULL, MOST_NAMED = 20, 60  # cohorts with two lines each; with one; beyond, with none
ONE_LINE_PX, BARE_PX, MOST_BARE_PX = 18.0, 4.0, 900.0
SQUARE = (26.0, 230.0)  # areas of the squares of no weight and of all of it
LEADING, OTHER_PRIOR = INFUSIONS[0], "#8fb0dd"
ONE_PATIENT = INFUSIONS[1]
HALF_PX = 7.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its lines of label and the height of its middle, in pixels from the top."""

    row: CohortRow | PooledRow | OwnRow
    label: list[str]
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Rows and headings where they stand; `bare` cohorts have no words, `step` pixels each."""

    cohorts: tuple[Placed, ...]
    others: tuple[Placed, ...]
    heads: tuple[tuple[str, float], ...]
    height: float
    full: bool
    bare: bool
    step: float


def lay_out(
    cohorts: Sequence[CohortRow], pooled: Sequence[PooledRow], own: Sequence[OwnRow]
) -> Laid:
    """Cohorts as high as their number allows, then what pools them, then the course itself."""
    full, bare = len(cohorts) <= MOST_FULL, len(cohorts) > MOST_NAMED
    step = min(BARE_PX, MOST_BARE_PX / len(cohorts)) if bare else ONE_LINE_PX
    heads, placed, y = [(f"Cohorts: {len(cohorts)}", HEAD_PX / 2)], [], HEAD_PX
    for row in cohorts:
        label = folded(row.label, LABEL_PX) if full else [_cut(row.label)]
        high = LINE_PX * max(len(label) + 1, 2) + ROOM_PX if full else step
        placed.append(Placed(row, label, y + high / 2))
        y += high
    y += ROOM_PX if bare else 0.0
    others: list[Placed] = []
    for head, rows in (("Pooled", pooled), ("This course", own)):
        if not rows:
            continue
        heads.append((head, y + HEAD_PX / 2))
        y += HEAD_PX
        for one in rows:
            label = folded(one.label, LABEL_PX)
            high = LINE_PX * max(len(label), 2) + ROOM_PX
            others.append(Placed(one, label, y + high / 2))
            y += high
    return Laid(cohorts=tuple(placed), others=tuple(others), heads=tuple(heads), height=y,
                full=full, bare=bare, step=step)  # fmt: skip


def _cut(label: str) -> str:
    """The label on one line, ended by an ellipsis where it would be too long."""
    kept = label
    while kept and text_width(kept) > LABEL_PX:
        kept = kept[:-1]
    return label if kept == label else f"{kept[:-1].rstrip(' ,;:')}…"


def forest_layers(
    laid: Laid, ruler: Ruler, frame: Frame, *, head: str, null: float | None
) -> Iterator[Spec]:
    """All layers, from the grid up."""
    plane = Plane(left=0.0, top=0.0, width=frame.width, height=frame.height, x=ruler)
    yield from plane.frame()
    strips = [{"x": -frame.left, "x2": frame.width + frame.right, "y": y - 13, "y2": y + 12}
              for _, y in laid.heads]  # fmt: skip
    yield segments({"type": "rect", "color": "#eef1f5"}, strips)
    yield from _guides(laid, plane, null)
    yield from _cohorts(laid, plane)
    for one in laid.others:
        if isinstance(one.row, PooledRow):
            yield from _pooled(one.row, one.middle, plane)
        elif isinstance(one.row, OwnRow):
            x, _ = plane.at(one.row.place, 0.0)
            mark: Spec = {"x": x, "y": one.middle, "shape": "triangle-up", "fill": ONE_PATIENT}
            yield points({"size": 110, "stroke": ONE_PATIENT}, [mark])
    yield from _left_side(laid, frame)
    yield from _right_side(laid, frame, head)


def _guides(laid: Laid, plane: Plane, null: float | None) -> Iterator[Spec]:
    """A broken line at the leading pooled number, and a whole one where nothing would differ."""
    leading = [one.row.middle for one in laid.others
               if isinstance(one.row, PooledRow) and one.row.leading]  # fmt: skip
    if null is not None and plane.x.holds(null):
        yield from plane.line([(null, 0.0), (null, 1.0)], colour=MUTED, width=1.2)
    for middle in leading:
        yield from plane.line([(middle, 0.0), (middle, 1.0)], colour=LEADING, width=1.0, dash="3 3")


def _cohorts(laid: Laid, plane: Plane) -> Iterator[Spec]:
    bars: list[Spec] = []
    pale: list[Spec] = []
    hollow: list[Spec] = []
    squares: dict[float, list[Spec]] = {}
    least, most = SQUARE
    for one in laid.cohorts:
        row, y = one.row, one.middle
        if not isinstance(row, CohortRow):
            continue
        low, middle, high = (plane.at(value, 0.0)[0] for value in (row.low, row.middle, row.high))
        bars.append({"x": low, "x2": high, "y": y, "y2": y})
        size = least + (most - least) * (row.weight if row.weight is not None else 0.2)
        if not laid.full:
            size = min(size, 40.0)
        squares.setdefault(round(size), []).append(
            {"x": middle, "y": y, "shape": "square", "fill": INK}
        )
        if laid.full and row.drawn is not None:
            left, spot, right = (plane.at(value, 0.0)[0] for value in row.drawn)
            pale.append({"x": left, "x2": right, "y": y + 9, "y2": y + 9})
            hollow.append({"x": spot, "y": y + 9, "shape": "circle", "fill": PAPER})
    width = max(0.5, min(2.0, 0.5 * laid.step)) if laid.bare else 2.0
    yield segments({"type": "rule", "color": OTHER_PRIOR, "strokeWidth": 2.5}, pale)
    yield segments({"type": "rule", "color": INK if not laid.bare else MUTED,
                    "strokeWidth": width}, bars)  # fmt: skip
    yield points({"size": 34, "stroke": LEADING, "strokeWidth": 1.5}, hollow)
    if laid.bare:
        every = [spot for spots in squares.values() for spot in spots]
        yield points({"size": max(2.0, 2.0 * laid.step), "strokeWidth": 0}, every)
        return
    for area, spots in squares.items():
        yield points({"size": area, "stroke": INK, "strokeWidth": 0}, spots)


def _pooled(row: PooledRow, y: float, plane: Plane) -> Iterator[Spec]:
    low, middle, high = (plane.at(value, 0.0)[0] for value in (row.low, row.middle, row.high))
    if row.predicted is not None:
        left, right = (plane.at(value, 0.0)[0] for value in row.predicted)
        bar: list[Spec] = [{"x": left, "x2": right, "y": y, "y2": y}]
        bar += [{"x": end, "x2": end, "y": y - 4, "y2": y + 4} for end in (left, right)]
        yield segments({"type": "rule", "color": MUTED, "strokeWidth": 1.2}, bar)
    edge = LEADING if row.by is By.PRIOR else INK
    fill = PAPER if row.by is not By.PRIOR else LEADING if row.leading else OTHER_PRIOR
    corners: list[Spec] = [{"x": low, "y": y, "y2": y},
                           {"x": middle, "y": y - HALF_PX, "y2": y + HALF_PX},
                           {"x": high, "y": y, "y2": y}]  # fmt: skip
    yield layer({"type": "area", "color": fill, "opacity": 1, "interpolate": "linear"}, corners,
                x=pixel("x"), y=pixel("y"), y2={"field": "y2"})  # fmt: skip
    around = [(low, y), (middle, y - HALF_PX), (high, y), (middle, y + HALF_PX), (low, y)]
    outline = [{"x": x, "y": at, "order": k} for k, (x, at) in enumerate(around)]
    yield layer({"type": "line", "color": edge, "strokeWidth": 1.4}, outline, x=pixel("x"),
                y=pixel("y"), order={"field": "order", "type": "quantitative"})  # fmt: skip


def _left_side(laid: Laid, frame: Frame) -> Iterator[Spec]:
    x = -frame.left + 8
    yield from texts([{"x": x, "y": y, "text": head} for head, y in laid.heads], bold=True)
    labels: list[Spec] = []
    small: list[Spec] = []
    for one in () if laid.bare else laid.cohorts:
        lines = len(one.label) + laid.full
        first = one.middle - LINE_PX * (lines - 1) / 2
        labels += [{"x": x, "y": first + LINE_PX * k, "text": line}
                   for k, line in enumerate(one.label)]  # fmt: skip
        if laid.full and isinstance(one.row, CohortRow):
            small.append({"x": x, "y": first + LINE_PX * (lines - 1), "text": one.row.standing})
    for one in laid.others:
        first = one.middle - LINE_PX * (len(one.label) - 1) / 2
        labels += [{"x": x, "y": first + LINE_PX * k, "text": line}
                   for k, line in enumerate(one.label)]  # fmt: skip
    yield from texts(labels)
    yield from texts(small, colour=MUTED, size=SMALL_PX)


def _right_side(laid: Laid, frame: Frame, head: str) -> Iterator[Spec]:
    x = frame.width + 14.0
    plain: list[Spec] = []
    small: list[Spec] = []
    for one in () if laid.bare else laid.cohorts:
        row = one.row
        if not isinstance(row, CohortRow):
            continue
        weight = "" if row.weight is None else f"weight {100 * row.weight:.1f} %"
        plain.append({"x": x, "y": one.middle - (LINE_PX / 2 if laid.full else 0.0),
                      "text": row.told})  # fmt: skip
        if laid.full:
            beside = " · ".join(part for part in (row.counts, weight) if part)
            small.append({"x": x, "y": one.middle + LINE_PX / 2, "text": beside})
    for one in laid.others:
        under = one.row.predicted_told if isinstance(one.row, PooledRow) else ""
        y = one.middle - (LINE_PX / 2 if under else 0.0)
        told = folded(one.row.told, frame.right - 20.0)
        if isinstance(one.row, OwnRow):
            y -= LINE_PX * (len(told) - 1) / 2
        plain += [{"x": x, "y": y + LINE_PX * k, "text": line} for k, line in enumerate(told)]
        small.append({"x": x, "y": one.middle + LINE_PX / 2, "text": under})
    yield from texts(plain)
    yield from texts(small, colour=MUTED, size=SMALL_PX)
    yield from texts([{"x": x, "y": -12, "text": head}], colour=MUTED, size=SMALL_PX)
