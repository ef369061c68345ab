"""The frame of a gate's picture: its paper, its rulers, and gates with their words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from reinfuse.cytometry.pictures import Corners, Outline, Shape, Stretch
from reinfuse.report.charts.palette import INFUSIONS, INK, MUTED, PAPER
from reinfuse.report.flow_page.window import Window
from reinfuse.report.forecast.sheet import (
    SMALL_PX,
    TINY_PX,
    WIDTH_PX,
    axis_title,
    rules,
    words,
)
from reinfuse.report.timeline.paper import draw, text_width

LEFT_PX, RIGHT_PX, TOP_PX, PLOT_PX, BELOW_PX = 62.0, 10.0, 8.0, 262.0, 44.0
HEIGHT_PX = TOP_PX + PLOT_PX + BELOW_PX
BOTTOM_PX = TOP_PX + PLOT_PX
END_PX = WIDTH_PX - RIGHT_PX
GATE, EVENTS, CONTROL = INFUSIONS[1], INFUSIONS[0], INFUSIONS[2]
TICK_PX, MINOR_PX = 5.0, 2.5
DASHES = "5 3"
_TITLE_X, _LETTER_PX, _ROOM_PX = 14.0, 14.0, 5.0


@dataclass(frozen=True, slots=True)
class Named:
    """A gate with what is written beside it."""

    outline: Outline
    name: str
    share: str

    def lines(self, width: float) -> list[str]:
        """Name and share on one line if that is no wider, else below each other."""
        text = f"{self.name} {self.share}"
        return [text] if label_width(text) <= width else [self.name, self.share]


def draw_rulers(svg: Element, x: Window, y: Window | None) -> None:
    """The lines around the plot, ticks, numbers and titles."""
    for window, upright in ((x, False), (y, True)):
        if window is not None:
            _ticks(svg, window, upright=upright)
    rules(
        svg,
        [((LEFT_PX, TOP_PX), (LEFT_PX, BOTTOM_PX)), ((LEFT_PX, BOTTOM_PX), (END_PX, BOTTOM_PX))],
        stroke=MUTED,
        stroke_width=1.0,
    )
    axis_title(svg, x.ruler.title, (LEFT_PX + END_PX) / 2, BOTTOM_PX + 32)
    if y is not None:
        upright_title(svg, y.ruler.title)


def upright_title(svg: Element, text: str) -> None:
    """What is measured upward."""
    middle = (TOP_PX + BOTTOM_PX) / 2
    # Turned by a transform, which `words` has no place for.
    draw(svg, "text", transform=f"translate({_TITLE_X:g} {middle:g}) rotate(-90)", fill=MUTED,
         text_anchor="middle", font_size=SMALL_PX).text = text  # fmt: skip


def _ticks(svg: Element, window: Window, *, upright: bool) -> None:
    def mark(pixel: float, length: float) -> tuple[tuple[float, float], tuple[float, float]]:
        if upright:
            return (LEFT_PX - length, pixel), (LEFT_PX, pixel)
        return (pixel, BOTTOM_PX), (pixel, BOTTOM_PX + length)

    minor = [window.at(place) for place in window.ruler.minor if window.holds(place)]
    rules(svg, [mark(pixel, MINOR_PX) for pixel in minor], stroke=MUTED, stroke_width=0.7)
    rules(svg, [mark(pixel, TICK_PX) for pixel, _ in window.ticks()], stroke=MUTED,
          stroke_width=1.0)  # fmt: skip
    for pixel, text in window.ticks():
        if upright:
            words(svg, text, LEFT_PX - 8, pixel, text_anchor="end", font_size=TINY_PX)
        else:
            words(svg, text, pixel, BOTTOM_PX + 13, text_anchor="middle", font_size=TINY_PX)


def corners_of(shape: Shape, x: Window, y: Window) -> list[tuple[float, float]]:
    """The pixels of a closed line; where it is open it runs along the end of the plot."""
    assert isinstance(shape, Corners)  # two rulers have no stretches
    return [(x.at(one), y.at(two)) for one, two in shape.points]


def draw_closed(svg: Element, points: Sequence[tuple[float, float]], **look: str | float) -> None:
    """A closed line."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    draw(svg, "path", d=f"M{path}Z", fill="none", stroke_linejoin="round", **look)


def draw_gates(svg: Element, gates: Sequence[Named], x: Window, y: Window) -> None:
    """Gates on two rulers: the template dashed where the gate was moved, then the gate."""
    for gate in gates:
        outline = gate.outline
        if outline.template is not None:
            draw_closed(svg, corners_of(outline.template, x, y), stroke=INK, stroke_width=1.3,
                        stroke_dasharray=DASHES)  # fmt: skip
        points = corners_of(outline.shape, x, y)
        # White beneath, so that the line is seen on the darkest shade as well.
        draw_closed(svg, points, stroke=PAPER, stroke_width=4.5, opacity=0.85)
        draw_closed(svg, points, stroke=GATE, stroke_width=2.0)
    for gate in gates:
        _label(svg, gate, corners_of(gate.outline.shape, x, y))


def _label(svg: Element, gate: Named, points: Sequence[tuple[float, float]]) -> None:
    """The words of a gate, inside it at the corner that is nearest to the plot's."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    at_right = END_PX - right < left - LEFT_PX
    at_bottom = BOTTOM_PX - bottom < top - TOP_PX
    lines = gate.lines(right - left - 2 * _ROOM_PX)
    width = max(label_width(line) for line in lines)
    anchor = "end" if at_right else "start"
    x = (
        max(right - _ROOM_PX, LEFT_PX + _ROOM_PX + width)
        if at_right
        else min(left + _ROOM_PX, END_PX - _ROOM_PX - width)
    )
    y = bottom - 9 - _LETTER_PX * (len(lines) - 1) if at_bottom else top + 10
    for number, text in enumerate(lines):
        haloed(svg, text, x, y + _LETTER_PX * number, text_anchor=anchor)


def label_width(text: str) -> float:
    """How wide the words of a gate are."""
    return text_width(text, SMALL_PX, bold=True)


def haloed(svg: Element, text: str, x: float, y: float, **look: str | float) -> None:
    """Words that can be read across whatever is drawn under them."""
    words(svg, text, x, y, font_weight="600", stroke=PAPER, stroke_width=3.5,
          stroke_linejoin="round", paint_order="stroke", **look)  # fmt: skip


def draw_stretches(svg: Element, gates: Sequence[Named], x: Window) -> None:
    """Gates on one ruler: borders from bottom to top, and a bracket with the name on each."""
    for row, gate in enumerate(gates):
        outline = gate.outline
        _borders(svg, outline.template, x, stroke=INK, stroke_width=1.3, stroke_dasharray=DASHES)
        _borders(svg, outline.shape, x, stroke=GATE, stroke_width=2.0)
        _bracket(svg, gate, x, TOP_PX + 6 + 22.0 * row)


def _borders(svg: Element, shape: Shape | None, x: Window, **look: str | float) -> None:
    if isinstance(shape, Stretch):
        ends = [end for end in (shape.low, shape.high) if math.isfinite(end)]
        rules(svg, [((x.at(end), TOP_PX), (x.at(end), BOTTOM_PX)) for end in ends], **look)


def _bracket(svg: Element, gate: Named, x: Window, y: float) -> None:
    shape = gate.outline.shape
    assert isinstance(shape, Stretch)  # one ruler has no corners
    left, right = x.at(shape.low), x.at(shape.high)
    rules(svg, [((left, y), (right, y))], stroke=GATE, stroke_width=2.0)
    # An open end points on.
    for end, pixel, way in ((shape.low, left, 1.0), (shape.high, right, -1.0)):
        if not math.isfinite(end):
            tip, inward = (pixel, y), pixel + 6 * way
            rules(svg, [((inward, y - 4), tip), (tip, (inward, y + 4))], stroke=GATE,
                  stroke_width=2.0)  # fmt: skip
    text = f"{gate.name} {gate.share}"
    width = label_width(text)
    middle = min(max((left + right) / 2, LEFT_PX + 4 + width / 2), END_PX - 3 - width / 2)
    haloed(svg, text, middle, y + _LETTER_PX - 3, text_anchor="middle")
