"""The key of the picture: what each shape, bar and line says."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from reinfuse.report.timeline.glyphs import draw_glyph
from reinfuse.report.timeline.paper import MUTED, SMALL, draw, text_width, write
from reinfuse.report.timeline.vocabulary import Shape

KEY_HEIGHT = 46.0
_SHAPES = tuple(shape for shape in Shape if shape is not Shape.ANCHOR)
_LEFT = 4.0


def draw_key(parent: Element, top: float) -> None:
    """Two lines: how well times are known, and what the shapes mean."""
    x, y = _LEFT, top + 12
    draw_glyph(parent, Shape.DOT, x + 6, y, MUTED, True)
    x = _say(parent, "day known", x + 16, y)
    draw(parent, "rect", x=x, y=y - 6.5, width=40.0, height=13.0, rx=6.5, fill=MUTED, opacity=0.18)
    draw_glyph(parent, Shape.DOT, x + 20, y, MUTED, False)
    x = _say(parent, "some day on the pale bar, hollow marks in the known order", x + 46, y)
    draw(parent, "rect", x=x, y=y - 1.5, width=24.0, height=3.0, fill=MUTED)
    x = _say(parent, "lasted", x + 30, y)
    draw(parent, "path", d=f"M{x:.1f},{y:g}h22m-4,-4l4,4l-4,4", fill="none", stroke=MUTED,
         stroke_width=1.5)  # fmt: skip
    x = _say(parent, "end not known", x + 28, y)
    draw(parent, "path", d=f"M{x:.1f},{y:g}h26", stroke=MUTED, stroke_width=1.5,
         stroke_dasharray="4 3")  # fmt: skip
    x = _say(parent, "between two looks", x + 32, y)
    draw(parent, "path", d=f"M{x:.1f},{y:g}h4l2.5,-5l5,10l2.5,-5h4", fill="none", stroke=MUTED,
         stroke_width=1.2)  # fmt: skip
    _say(parent, "scale changes; grey: narrow months", x + 24, y)
    x, y = _LEFT, y + 20
    for shape in _SHAPES:
        draw_glyph(parent, shape, x + 6, y, MUTED, True)
        x = _say(parent, shape.value, x + 18, y)


def _say(parent: Element, text: str, x: float, y: float) -> float:
    write(parent, text, x, y + 4, fill=MUTED)
    return x + text_width(text, SMALL) + 8
