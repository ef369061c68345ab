"""The key above a drawing: what each mark means, in rows of small samples with words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reinfuse.report.charts.drawing import Frame, Spec
from reinfuse.report.charts.marks import points, segments, texts
from reinfuse.report.charts.palette import MUTED, PAPER, text_width

ROW_PX, SAMPLE_PX, GAP_PX = 20.0, 30.0, 22.0
_OPACITY = {"dark": 0.42, "pale": 0.18}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sample with its words.

    `kind` is line, dark, pale, bar, arrow, or point; a line may carry a shape.
    """

    kind: str
    words: str
    colour: str = MUTED
    shape: str = ""
    dash: list[int] = field(default_factory=lambda: [1, 0])
    fill: str = ""


def key_layers(
    rows: Sequence[Sequence[Entry]], frame: Frame, *, above: float = 0.0
) -> Iterator[Spec]:
    """The key as layers; the last row stands so many pixels above the plot."""
    filled = [row for row in rows if row]
    for number, row in enumerate(filled):
        y = -above - ROW_PX * (len(filled) - number) + 4.0
        x = -frame.left + 8.0
        for entry in row:
            yield from _sample(entry, x, y)
            words: Spec = {"x": x + SAMPLE_PX + 6, "y": y, "text": entry.words}
            yield from texts([words])
            x += SAMPLE_PX + 6 + text_width(entry.words) + GAP_PX


def _sample(entry: Entry, x: float, y: float) -> Iterator[Spec]:
    right, middle = x + SAMPLE_PX, x + SAMPLE_PX / 2
    if entry.kind in _OPACITY:
        mark: Spec = {"type": "rect", "color": entry.colour, "opacity": _OPACITY[entry.kind]}
        yield segments(mark, [{"x": x, "x2": right, "y": y - 6, "y2": y + 6}])
        return
    rule: Spec = {"type": "rule", "color": entry.colour, "strokeWidth": 2, "strokeDash": entry.dash}
    if entry.kind != "point":
        yield segments(rule, _strokes(entry.kind, x, right, y))
    shape = "triangle-down" if entry.kind == "arrow" else entry.shape
    if shape:
        spot: Spec = {"x": middle, "y": y + (6 if entry.kind == "arrow" else 0), "shape": shape,
                      "fill": entry.fill or entry.colour}  # fmt: skip
        yield points({"size": 70, "stroke": entry.colour}, [spot])
    elif entry.kind == "bar":
        hollow: Spec = {"x": middle, "y": y, "shape": "circle", "fill": PAPER}
        yield points({"size": 50, "stroke": entry.colour, "strokeWidth": 2}, [hollow])


def _strokes(kind: str, left: float, right: float, y: float) -> list[Spec]:
    middle = (left + right) / 2
    if kind == "arrow":
        return [
            {"x": middle, "x2": middle, "y": y - 7, "y2": y + 6},
            {"x": middle - 5, "x2": middle + 5, "y": y - 7, "y2": y - 7},
        ]
    line: list[Spec] = [{"x": left, "x2": right, "y": y, "y2": y}]
    if kind == "bar":
        line += [{"x": end, "x2": end, "y": y - 5, "y2": y + 5} for end in (left, right)]
    return line
