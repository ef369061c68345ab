"""What everything on the timeline is drawn with: sizes, colours, text and plain SVG elements."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

INK = "#1b2430"
MUTED = "#5b6776"
GRID = "#d9dee5"
PALE = "#f4f6f8"
INFUSION_COLOURS = ("#3b6fb6", "#c4572e", "#7a4fa3", "#1f7a8c", "#8a5a00")
TRANSPLANT_COLOURS = ("#2f7d62", "#5f6f1f")
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"

WIDTH = 1100.0
GUTTER = 156.0  # lane names stand left of it
LEFT = 170.0  # the first day is drawn here
RIGHT = 1086.0  # and the last one here
SMALL = 11.0  # the smallest text at full width
NAME = 12.0
HEADING = 13.0

_NARROW = frozenset("iljtfr.,:;|!'()[]/ I·⁰¹²³⁴⁵⁶⁷⁸⁹")
_WIDE = frozenset("mW%@—…")
_NARROW_EM, _USUAL_EM, _CAPITAL_EM, _WIDE_EM = 0.41, 0.63, 0.77, 1.0
_BOLD = 1.12
_BROAD = frozenset("w×≥≤−+±≈")
_FIRST_FULL_WIDTH = 0x2E80  # CJK and other letters as wide as they are high


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at most, in the widest of the fonts we ask for (DejaVu Sans)."""
    ems = sum(_em(letter) for letter in text)
    return ems * size * (_BOLD if bold else 1.0)


def shortened(text: str, width: float, size: float) -> str:
    """The text, cut with an ellipsis where it would be wider than this."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1].rstrip(" ,;:·")
    return f"{text}…"


def draw(parent: Element, tag: str, **attributes: str | float) -> Element:
    """A new SVG element; `font_size=11` becomes `font-size="11"`, `class_` becomes `class`."""
    named = {key.rstrip("_").replace("_", "-"): _shown(value) for key, value in attributes.items()}
    return SubElement(parent, tag, named)


def write(parent: Element, text: str, x: float, y: float, **attributes: str | float) -> Element:
    """A text on one line, small and in ink unless told otherwise."""
    usual: dict[str, str | float] = {"x": x, "y": y, "font_size": SMALL, "fill": INK}
    element = draw(parent, "text", **(usual | attributes))
    element.text = text
    return element


def _em(letter: str) -> float:
    if letter in _NARROW:
        return _NARROW_EM
    if letter in _WIDE or ord(letter) >= _FIRST_FULL_WIDTH:
        return _WIDE_EM
    return _CAPITAL_EM if letter.isupper() or letter in _BROAD else _USUAL_EM


def _shown(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
