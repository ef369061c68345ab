"""A small drawing as SVG, as wide as a phone: what panels of the forecast are drawn on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, tostring

from reinfuse.report.charts.palette import GRID, INK, LETTERS, MUTED, PAPER
from reinfuse.report.timeline.paper import draw, text_width, write

WIDTH_PX = 380.0
SMALL_PX, TINY_PX = 11.0, 10.0
LINE_PX = 14.0
Point = tuple[float, float]


def new_sheet(*, height: float, name: str, title: str, description: str) -> Element:
    """An empty sheet with its title and its description."""
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    svg.attrib |= {
        "width": f"{WIDTH_PX:g}", "viewBox": f"0 0 {WIDTH_PX:g} {height:g}",
        "aria-labelledby": f"{name}-title {name}-description", "font-family": LETTERS,
    }  # fmt: skip
    draw(svg, "title", id=f"{name}-title").text = title
    draw(svg, "desc", id=f"{name}-description").text = description
    draw(svg, "rect", width=WIDTH_PX, height=height, fill=PAPER)
    return svg


def as_text(svg: Element) -> str:
    """The drawing as text that can stand in a page; whatever was written in it is escaped."""
    return tostring(svg, encoding="unicode")


def rules(svg: Element, lines: Iterable[tuple[Point, Point]], **look: str | float) -> None:
    """Straight lines of one look as one element."""
    path = "".join(f"M{_at(start)}L{_at(end)}" for start, end in lines)
    if path:
        usual: dict[str, str | float] = {"fill": "none", "stroke": INK, "stroke_width": 1.5}
        draw(svg, "path", d=path, **(usual | look))


def line(svg: Element, points: Sequence[Point], **look: str | float) -> None:
    """One line through points."""
    usual: dict[str, str | float] = {"fill": "none", "stroke": INK, "stroke_width": 1.5}
    draw(svg, "path", d=f"M{'L'.join(map(_at, points))}", **(usual | look))


def area(svg: Element, low: Sequence[Point], high: Sequence[Point], **look: str | float) -> None:
    """What lies between two lines."""
    around = "L".join(_at(point) for point in (*low, *reversed(high)))
    draw(svg, "path", d=f"M{around}Z", **look)


def dots(svg: Element, places: Iterable[Point], **look: str | float) -> None:
    """Round marks."""
    usual: dict[str, str | float] = {"r": 4.0, "fill": INK, "stroke": INK, "stroke_width": 1.5}
    for x, y in places:
        draw(svg, "circle", cx=x, cy=y, **(usual | look))


def words(svg: Element, text: str, x: float, y: float, **look: str | float) -> None:
    """A text whose middle stands at this height."""
    write(svg, text, x, y + 0.35 * float(look.get("font_size", SMALL_PX)), **look)


def grid(svg: Element, at: Iterable[tuple[float, str]], top: float, bottom: float) -> None:
    """Upright lines at some places, with their numbers below."""
    listed = list(at)
    rules(svg, [((x, top), (x, bottom)) for x, _ in listed], stroke=GRID, stroke_width=1.0)
    for x, text in listed:
        words(svg, text, x, bottom + 10, text_anchor="middle", font_size=TINY_PX)


def axis_title(svg: Element, text: str, middle: float, y: float) -> None:
    """What an axis measures, below its numbers."""
    words(svg, text, middle, y, text_anchor="middle", fill=MUTED)


def lines_of(text: str, width: float, size: float = SMALL_PX, *, bold: bool = False) -> list[str]:
    """A text on as many lines as it needs."""
    found: list[str] = []
    for word in text.split():
        joined = f"{found[-1]} {word}" if found else word
        if found and text_width(joined, size, bold=bold) > width:
            found.append(word)
        else:
            found[-1:] = [joined]
    return found or [""]


def _at(point: Point) -> str:
    return f"{_short(point[0])} {_short(point[1])}"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
