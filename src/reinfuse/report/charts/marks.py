"""Pieces that several drawings are put together from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reinfuse.report.charts.drawing import Spec, layer
from reinfuse.report.charts.palette import INK, LETTER_PX, PAPER

LABEL_LINE_PX = 15
_DAY_STEPS = (1, 2, 5, 7, 10, 20, 30, 60, 90, 180, 360, 720)
_MOST_TICKS = 14
TITLE_BELOW_PX = 34


def pixel(field: str) -> Spec:
    """A channel whose values are pixels from the plot's upper left corner."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def raw(field: str) -> Spec:
    """A channel whose values are colours or shapes themselves."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def segments(mark: Spec, values: Sequence[Mapping[str, object]]) -> Spec:
    """Rules or rectangles from pixels `x`, `y` to `x2`, `y2`."""
    ends = {"x": pixel("x"), "y": pixel("y"), "x2": pixel("x2"), "y2": pixel("y2")}
    return layer(mark, values, **ends)


def points(mark: Spec, values: Sequence[Mapping[str, object]], **more: Spec) -> Spec:
    """Points at pixels `x` and `y`, each with its own `shape` and `fill`."""
    where = {"x": pixel("x"), "y": pixel("y"), "shape": raw("shape"), "fill": raw("fill")}
    return layer({"type": "point", "opacity": 1, **mark}, values, **where, **more)


def day_ticks(first: float, last: float, most: int = _MOST_TICKS) -> list[float]:
    """Whole steps of days from `first` to `last`, day 0 among them if it lies between."""
    step = next((one for one in _DAY_STEPS if (last - first) / one <= most), 3600)
    start = int(-(-first // step))
    return [float(step * k) for k in range(start, int(last // step) + 1)]


def day_channel(title: str | None, first: float, last: float, most: int = _MOST_TICKS) -> Spec:
    """The horizontal axis; `field` is added by each layer. Without a title it has no numbers."""
    return {
        "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": {
            "title": title,
            "titleY": TITLE_BELOW_PX,
            "titleBaseline": "middle",
            "labelFlush": False,
            "labels": title is not None,
            "values": day_ticks(first, last, most),
        },
    }


def texts(
    values: Sequence[Mapping[str, object]],
    *,
    colour: str = INK,
    align: str = "left",
    size: int = LETTER_PX,
    bold: bool = False,
    halo: bool = False,
) -> Iterator[Spec]:
    """Text at pixels `x` and `y`; with a halo it can be read across a line."""
    mark: Spec = {
        "type": "text",
        "align": align,
        "fontSize": size,
        "fontWeight": "bold" if bold else "normal",
        "lineHeight": LABEL_LINE_PX,
        "baseline": "middle",
    }
    channels = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "text", "type": "nominal"}}
    if halo:
        ring: Spec = {**mark, "color": PAPER, "stroke": PAPER, "strokeWidth": 4, "opacity": 0.92,
                      "strokeJoin": "round"}  # fmt: skip
        yield layer(ring, values, **channels)
    yield layer({**mark, "color": colour}, values, **channels)
