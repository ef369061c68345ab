"""From a Vega-Lite specification to an SVG that can stand in a page.

vl-convert works offline; nothing is fetched. Its SVG speaks to a screen reader mark by mark and
names its clip paths by a counter that runs on from drawing to drawing. Here it is written anew:
one title, one description, ids that begin with the drawing's name, the same bytes every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree

from reinfuse.report.charts.palette import GRID, INK, LETTER_PX, LETTERS, MUTED, PAPER

Spec = dict[str, object]

VEGA_LITE = "5.20"  # in every release of vl-convert from 1.7 on
WIDTH_PX = 760
# vl-convert carries this font with it, so text is measured alike on every machine.
MEASURED_IN = "Liberation Sans"

CONFIG: Spec = {
    "aria": False,
    "font": MEASURED_IN,
    "view": {"stroke": None},
    "axis": {
        "domainColor": MUTED,
        "gridColor": GRID,
        "tickColor": MUTED,
        "labelColor": INK,
        "labelFontSize": LETTER_PX,
        "labelOverlap": False,
        "titleColor": INK,
        "titleFontSize": LETTER_PX,
        "titleFontWeight": "normal",
    },
    "text": {"color": INK, "fontSize": LETTER_PX, "align": "left", "baseline": "middle"},
}

_LENGTH = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_KEPT_OUT = {"class", "role", "pointer-events", "font-family", "aria-hidden", "cursor"}
_DEFAULTS = {("opacity", "1"), ("text-anchor", "start"), ("fill-opacity", "1")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the plot stands on its sheet: its own size, and the room around it, in pixels."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def total_width(self) -> float:
        """Of the sheet."""
        return self.left + self.width + self.right

    @property
    def total_height(self) -> float:
        """Of the sheet."""
        return self.top + self.height + self.bottom


def framed(*, height: float, left: float, top: float, right: float, bottom: float) -> Frame:
    """A plot of this height on a sheet as wide as every drawing."""
    width = WIDTH_PX - left - right
    return Frame(width=width, height=height, left=left, top=top, right=right, bottom=bottom)


def render_svg(body: Spec, frame: Frame, *, name: str, title: str, description: str) -> str:
    """The drawing as SVG text, with one title and one description.

    `body` is what is peculiar to the drawing (layers, or views one above the other); sizes,
    letters and colours of the axes are the house's. Nothing is sized by its text, so a reader's
    font cannot shift or cut anything.
    """
    import vl_convert

    size = {} if "vconcat" in body or "concat" in body else {
        "width": frame.width, "height": frame.height,
    }  # fmt: skip
    sides = {"left": frame.left, "top": frame.top, "right": frame.right, "bottom": frame.bottom}
    spec = {
        "autosize": "none",
        "background": PAPER,
        "padding": sides,
        "config": CONFIG,
        **size,
        **body,
    }
    raw = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    root = ElementTree.fromstring(raw)
    drawn = "".join(_written(child, _ids(root, name)) for child in root if _tag(child) != "rect")
    wide, high = f"{frame.total_width:g}", f"{frame.total_height:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" viewBox="0 0 {wide} {high}" '
        f'role="img" aria-labelledby="{name}-title {name}-description" '
        f'font-family="{escape(LETTERS)}">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-description">{escape(description)}</desc>'
        f'<rect width="{wide}" height="{high}" fill="{PAPER}"/>{drawn}</svg>'
    )


def _ids(root: ElementTree.Element, name: str) -> Mapping[str, str]:
    """New ids, numbered by where they stand in the drawing."""
    old = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    return {one: f"{name}-{number}" for number, one in enumerate(old, start=1)}


def _written(element: ElementTree.Element, ids: Mapping[str, str]) -> str:
    """An element as text, without what is empty, hidden, or said to a screen reader."""
    tag = _tag(element)
    inner = "".join(_written(child, ids) for child in element)
    text = escape(element.text or "", quote=False)
    if not (inner or text) and (tag in ("g", "defs", "text") or _draws_nothing(element)):
        return ""
    attributes = "".join(
        f' {key}="{escape(value)}"' for key, value in _attributes(element.attrib, ids)
    )
    if tag == "g" and not attributes:
        return inner
    tail = escape(element.tail or "", quote=False) if tag == "tspan" else ""
    return f"<{tag}{attributes}>{text}{inner}</{tag}>{tail}" if inner or text else (
        f"<{tag}{attributes}/>"
    )  # fmt: skip


def _attributes(given: Mapping[str, str], ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        if key in _KEPT_OUT or key.startswith("aria-") or (key, value) in _DEFAULTS:
            continue
        if key == "id":
            yield key, ids[value]
        elif found := _REFERENCE.fullmatch(value):
            yield key, f"url(#{ids[found[1]]})"
        else:
            yield key, _LENGTH.sub(lambda number: f"{float(number[0]):.2f}", value)


def _draws_nothing(element: ElementTree.Element) -> bool:
    """Vega gives each group a frame, painted or not; a mark that only brings axes is unseen."""
    if element.attrib.get("display") == "none" or element.attrib.get("opacity") == "0":
        return True
    unpainted = not {"fill", "stroke"} & element.attrib.keys()
    return _tag(element) == "path" and unpainted


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def layer(mark: Spec, values: Sequence[Mapping[str, object]], **channels: object) -> Spec:
    """One layer: a mark, its data, and which field goes where."""
    return {"data": {"values": list(values)}, "mark": mark, "encoding": channels}
