"""The shapes of the marks: filled on a known day, hollow where the day is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from reinfuse.record import LesionLook
from reinfuse.report.timeline.marks import Mark
from reinfuse.report.timeline.paper import MUTED, draw, write
from reinfuse.report.timeline.rows import Seated
from reinfuse.report.timeline.strips import Strip
from reinfuse.report.timeline.vocabulary import Shape
from reinfuse.timeline import Ending

_PILL = 13.0  # height of the pale bar of possible days
_LINE = 3.0  # of something that lasted, drawn below its label
_BELOW = 7.5
_OUTLINES = {
    Shape.SQUARE: "M-4.5,-4.5H4.5V4.5H-4.5Z",
    Shape.TRIANGLE: "M0,-5.6L5.6,4.4H-5.6Z",
    Shape.DOWN: "M0,5.6L5.6,-4.4H-5.6Z",
    Shape.BELOW: "M-6,-5.6H6M0,6L4.6,-2H-4.6Z",  # a small triangle under a line
    Shape.DIAMOND: "M0,-6.2L6.2,0L0,6.2L-6.2,0Z",
}


def draw_glyph(parent: Element, shape: Shape, x: float, y: float, colour: str, exact: bool) -> None:
    """One mark at its place."""
    place = {"transform": f"translate({x:.1f} {y:.1f})"}
    fill = colour if exact else "#ffffff"
    if shape in _OUTLINES:
        draw(
            parent, "path", d=_OUTLINES[shape], fill=fill, stroke=colour, stroke_width=1.6,
            stroke_linejoin="round", **place,
        )  # fmt: skip
        return
    if shape is Shape.CROSS:
        draw(parent, "path", d="M-4.5,-4.5L4.5,4.5M4.5,-4.5L-4.5,4.5", fill="none",
             stroke=colour, stroke_width=3.0 if exact else 1.8, **place)  # fmt: skip
        return
    radius = 6.6 if shape is Shape.CHECK else 4.8
    draw(parent, "circle", r=radius, fill=fill, stroke=colour, stroke_width=1.6, **place)
    if shape is Shape.CHECK:
        draw(parent, "path", d="M-3.2,0.2L-0.9,2.7L3.3,-2.6", fill="none",
             stroke="#ffffff" if exact else colour, stroke_width=1.8, **place)  # fmt: skip


def draw_badge(parent: Element, mark: Mark, badge: str, infusion: bool, y: float) -> None:
    """The large mark of a day 0."""
    if infusion:
        draw(parent, "circle", cx=mark.seat, cy=y, r=11.0, fill=mark.colour)
    else:
        draw(parent, "rect", x=mark.seat - 10, y=y - 10, width=20.0, height=20.0, rx=3.0,
             fill=mark.colour)  # fmt: skip
    write(parent, badge, mark.seat, y + 4.3, fill="#ffffff", font_size=12.5, font_weight="700",
          text_anchor="middle")  # fmt: skip


def draw_times(parent: Element, mark: Mark, y: float) -> None:
    """The pale bar of where it may lie, and the line of how long it lasted."""
    start = mark.span.start
    left, right = mark.reach
    if not start.exact:
        fade = "" if start.bounded else ("right" if start.high == math.inf else "left")
        _pill(parent, left, right, y, mark.colour, fade)
    if mark.until is None:
        return
    low, high = mark.until
    open_end = mark.span.ending is Ending.OPEN or mark.span.end.high == math.inf
    fill = f"url(#{fade_id(mark.colour, 'line')})" if open_end else mark.colour
    below = y + _BELOW
    if low > mark.seat:
        draw(parent, "rect", x=mark.seat, y=below - _LINE / 2, width=low - mark.seat,
             height=_LINE, fill=fill)  # fmt: skip
    if high > low:
        draw(parent, "rect", x=low, y=below - _LINE, width=high - low, height=2 * _LINE,
             fill=mark.colour, opacity=0.35)  # fmt: skip
    if open_end:
        draw(parent, "path", d=f"M{low - 4:.1f},{below - 4:.1f}l4,4l-4,4", fill="none",
             stroke=mark.colour, stroke_width=1.5)  # fmt: skip


def draw_between_looks(parent: Element, seated: Sequence[Seated], y: float) -> None:
    """A dashed line from one look at a lesion to the next."""
    seats = [one.mark.seat for one in seated if _is_look(one.mark)]
    if len(seats) > 1:
        draw(parent, "path", d=f"M{seats[0]:.1f},{y + _BELOW:g}H{seats[-1]:.1f}", stroke=MUTED,
             stroke_width=1.5, stroke_dasharray="4 3")  # fmt: skip


def _is_look(mark: Mark) -> bool:
    return any(isinstance(one.entry, LesionLook) for one in mark.told)


def draw_strip(parent: Element, strip: Strip, y: float) -> None:
    """A long series as ticks, pale where a day is not known."""
    for left, right in strip.ranges:
        draw(parent, "rect", x=left, y=y - 5, width=max(right - left, 2), height=10.0, fill=MUTED,
             opacity=0.18)  # fmt: skip
    if strip.ticks:
        path = "".join(f"M{x:g},{y - 6:g}v12" for x in strip.ticks)
        draw(parent, "path", d=path, stroke="#3f4b5a", stroke_width=1.2, fill="none")


def fade_id(colour: str, side: str) -> str:
    """The id of the gradient that lets a colour fade away to one side."""
    return f"tl-fade-{side}-{colour.lstrip('#')}"


def draw_fades(defs: Element, colours: list[str]) -> None:
    """The gradients that `fade_id` names."""
    for colour in colours:
        for side, (begin, end) in {
            "right": (0.34, 0.0), "left": (0.0, 0.34), "line": (1.0, 0.15),
        }.items():  # fmt: skip
            gradient = draw(defs, "linearGradient", id=fade_id(colour, side))
            draw(gradient, "stop", offset="0", stop_color=colour, stop_opacity=f"{begin}")
            draw(gradient, "stop", offset="1", stop_color=colour, stop_opacity=f"{end}")


def _pill(parent: Element, left: float, right: float, y: float, colour: str, fade: str) -> None:
    size = {"x": left, "y": y - _PILL / 2, "width": max(right - left, 3.0), "height": _PILL}
    if fade:
        draw(parent, "rect", fill=f"url(#{fade_id(colour, fade)})", **size)
    else:
        draw(parent, "rect", rx=_PILL / 2, fill=colour, opacity=0.18, **size)
