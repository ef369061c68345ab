"""Colours, shapes and letters of every drawing."""

from __future__ import annotations

INK = "#1b2430"
MUTED = "#5b6776"
GRID = "#d9dee5"
PAPER = "#ffffff"
TRANSPLANT = "#2f7d62"
WARNING = "#8a5a00"

# The first two are the house's; the others go on so that every pair differs to normal, protan,
# deutan and tritan eyes (Lab distance 11 or more). Marks only: the second has a contrast of 4.4
# on white, too little for letters. After the last they start again; a shape stands beside each.
INFUSIONS = ("#3b6fb6", "#c4572e", "#4b2379", "#c02f8a", "#0f5c6e")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")

LETTERS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
LETTER_PX = 12
# Width of a letter as a share of its size, on the broad side: DejaVu Sans is the broadest of
# LETTERS, and what fits in it fits in all.
LETTER_WIDTH = 0.6


def infusion_colour(place: int) -> str:
    """The colour of the infusion that stands at this place, counted from 0."""
    return INFUSIONS[place % len(INFUSIONS)]


def infusion_shape(place: int) -> str:
    """The shape of the infusion that stands at this place, counted from 0."""
    return SHAPES[place % len(SHAPES)]


def text_width(text: str, size_px: float = LETTER_PX) -> float:
    """About how many pixels a line of text is wide, rather too many than too few."""
    return len(text) * size_px * LETTER_WIDTH


def folded(text: str, width_px: float, size_px: float = LETTER_PX) -> list[str]:
    """The text on as many lines as it needs in a column; a long word stands out of it."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size_px) > width_px:
            lines.append(word)
        else:
            lines[-1:] = [joined]
    return lines or [""]
