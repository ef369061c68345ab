"""Lesions over the days: volume with its interval, and the highest uptake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reinfuse.imaging.pictures import Figures, LookNumbers
from reinfuse.report.charts.axis import Axis, linear_axis, log_axis
from reinfuse.report.charts.drawing import WIDTH_PX, Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.marks import points, segments, texts
from reinfuse.report.charts.palette import (
    INK,
    MUTED,
    PAPER,
    SHAPES,
    infusion_colour,
    infusion_shape,
)
from reinfuse.report.charts.small_plane import Plane, draw_sheet, key_above
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.petct_page.look_words import HEADERS, described, notes_of, table_rows

TITLE = "Lesions over time"
MOST_LESIONS = 12
LEFT_PX, RIGHT_PX, PLOT_PX = 78.0, 18.0, 190.0
KEY_ROW_PX, STRIP_PX, BETWEEN_PX, BELOW_PX = 20.0, 30.0, 34.0, 44.0
A_ROW = 3  # of the key
CROWDED = 0.04  # of the axis
APART_PX, BORDER_PX = 8.0, 16.0


@dataclass(frozen=True, slots=True)
class _Row:
    """One lesion with its looks, its colour and shape, and how far it is moved aside, in days."""

    name: str
    looks: tuple[LookNumbers, ...]
    colour: str
    shape: str
    aside: float


def lesions_chart(figures: Figures, name: str = "petct-lesions") -> Chart | NoChart:
    """Every lesion at every scan. What is not drawn has no volume, and never one of 0."""
    names = tuple(dict.fromkeys(look.lesion for look in figures.looks))
    if not names:
        return NoChart(name=name, title=TITLE, why="No lesion was asked for.")
    if all(look.volume_ml is None for look in figures.looks):
        return NoChart(name=name, title=TITLE, why="No border was drawn in any scan.")
    chosen = _heaviest(figures, names)
    looks = [look for look in figures.looks if look.lesion in chosen]
    key = _key(chosen, looks, figures)
    top = _key_px(key) + 18.0
    planes = _planes(looks, figures, top)
    rows = tuple(_rows_of(chosen, figures, planes[0]))
    description = " ".join(described(row.name, row.looks, figures.unit) for row in rows)
    height = planes[1].top + PLOT_PX + BELOW_PX
    layers = _layers(planes, rows, key, figures)
    return Chart(
        name=name,
        title=TITLE,
        svg=draw_sheet(layers, height=height, name=name, title=TITLE, description=description),
        description=description,
        table=Table(HEADERS, tuple(table_rows(figures))),
        notes=tuple(notes_of(names, chosen, looks, figures)),
    )


def _heaviest(figures: Figures, names: Sequence[str]) -> tuple[str, ...]:
    """The lesions that are drawn, in the order of the boxes."""
    most = {
        name: max(look.volume_ml or 0.0 for look in figures.looks if look.lesion == name)
        for name in names
    }
    kept = sorted(names, key=lambda one: -most[one])[:MOST_LESIONS]
    return tuple(name for name in names if name in kept)


def _planes(looks: Sequence[LookNumbers], figures: Figures, top: float) -> tuple[Plane, Plane]:
    days = [float(look.day) for look in looks]
    first = [0.0] if figures.days_from != "the first scan" else []
    x = linear_axis([*days, *first], f"Days from {figures.days_from}", most=10, room=0.06)
    x = _with_ticks_at(x, sorted({*days, *first}))
    volumes = [
        one
        for look in looks
        for one in (look.volume_ml, *(look.volume_interval_ml or ()))
        if one is not None
    ]
    hot = [one for look in looks for one in (look.suv_max, look.suv_max_left) if one is not None]
    width = WIDTH_PX - LEFT_PX - RIGHT_PX
    upper = Plane(left=LEFT_PX, top=top, width=width, height=PLOT_PX, x=x, show_x=False,
                  y=log_axis(volumes, "Volume, mL (logarithmic)"))  # fmt: skip
    lower = Plane(left=LEFT_PX, top=top + PLOT_PX + STRIP_PX + BETWEEN_PX, width=width,
                  height=PLOT_PX, x=x,
                  y=linear_axis([0.0, *hot], f"Highest {figures.unit}"))  # fmt: skip
    return upper, lower


def _with_ticks_at(axis: Axis, days: Sequence[float]) -> Axis:
    """The axis with numbers at the days of the scans, where they do not crowd."""
    apart = [axis.share(later) - axis.share(earlier) for earlier, later in pairwise(days)]
    return replace(axis, ticks=tuple(days)) if min(apart, default=1.0) >= CROWDED else axis


def _rows_of(names: Sequence[str], figures: Figures, plane: Plane) -> Iterator[_Row]:
    a_pixel = (plane.x.high - plane.x.low) / plane.width
    for place, name in enumerate(names):
        looks = [look for look in figures.looks if look.lesion == name and not look.earlier]
        yield _Row(
            name=name,
            looks=tuple(sorted(looks, key=lambda one: one.day)),
            colour=infusion_colour(place),
            shape=_shape(place),
            aside=a_pixel * APART_PX * (place - (len(names) - 1) / 2),
        )


def _shape(place: int) -> str:
    """Another one when the colours begin again."""
    return infusion_shape(place + place // len(SHAPES))


def _layers(
    planes: tuple[Plane, Plane],
    rows: Sequence[_Row],
    key: list[list[Entry]],
    figures: Figures,
) -> Iterator[Spec]:
    upper, lower = planes
    for plane in planes:
        yield from plane.frame()
        if figures.days_from != "the first scan":
            yield from plane.rules([(0.0, plane.y.low, 0.0, plane.y.high)], colour=INK, width=1.0)
    if figures.days_from != "the first scan":
        x, _ = upper.at(0.0, upper.y.low)
        yield from texts([{"x": x + 4, "y": upper.top - 8, "text": figures.days_from}], size=11)
    for row in rows:
        yield from _volumes(upper, row)
        yield from _uptake(lower, row)
    yield from _strip(upper, rows)
    yield from key_above(key, _key_px(key))


def _volumes(plane: Plane, row: _Row) -> Iterator[Spec]:
    drawn = [look for look in row.looks if look.volume_ml is not None]
    low = plane.y.low
    yield from plane.rules(
        [
            (look.day + row.aside, max(look.volume_interval_ml[0], low), look.day + row.aside,
             look.volume_interval_ml[1])
            for look in drawn if look.volume_interval_ml is not None
        ],
        colour=row.colour, width=1.8,
    )  # fmt: skip
    placed = [(look.day + row.aside, look.volume_ml or low) for look in drawn]
    yield from plane.line(placed, colour=row.colour, width=1.0)
    yield from plane.dots(placed, colour=row.colour, shape=row.shape, size=70, opacity=1.0)


def _uptake(plane: Plane, row: _Row) -> Iterator[Spec]:
    known = [(look, look.suv_max if look.suv_max is not None else look.suv_max_left)
             for look in row.looks]  # fmt: skip
    path = [(look.day + row.aside, hot) for look, hot in known if hot is not None]
    yield from plane.line(path, colour=row.colour, width=1.0)
    half = (plane.x.high - plane.x.low) * BORDER_PX / plane.width / 2
    yield from plane.rules(
        [
            (look.day + row.aside - half, look.threshold, look.day + row.aside + half,
             look.threshold)
            for look in row.looks if look.threshold is not None
        ],
        colour=row.colour, width=1.6, dash="4 2",
    )  # fmt: skip
    drawn = [(look.day + row.aside, look.suv_max) for look in row.looks
             if look.suv_max is not None]  # fmt: skip
    left = [(look.day + row.aside, look.suv_max_left) for look in row.looks
            if look.suv_max is None and look.suv_max_left is not None]  # fmt: skip
    yield from plane.dots(drawn, colour=row.colour, shape=row.shape, size=70, opacity=1.0)
    yield from plane.dots(left, colour=row.colour, shape="triangle-down", size=80, hollow=True,
                          opacity=1.0)  # fmt: skip


def _strip(plane: Plane, rows: Sequence[_Row]) -> Iterator[Spec]:
    """Below the volumes and off their axis: scans in which no border was drawn."""
    top, bottom = plane.top + plane.height, plane.top + plane.height + STRIP_PX
    edge = plane.left + plane.width
    box = [{"x": plane.left, "x2": edge, "y": top, "y2": bottom}]
    yield segments({"type": "rect", "color": "#f4f6f8"}, box)
    yield segments({"type": "rule", "color": MUTED, "strokeDash": [3, 3]},
                   [{"x": plane.left, "x2": edge, "y": top, "y2": top}])  # fmt: skip
    yield from texts(
        [{"x": plane.left - 6, "y": (top + bottom) / 2, "text": "not drawn"}],
        align="right", size=11,
    )  # fmt: skip
    for row in rows:
        empty = [
            {"x": plane.at(look.day + row.aside, plane.y.low)[0], "y": (top + bottom) / 2,
             "shape": "triangle-down", "fill": PAPER}
            for look in row.looks if look.volume_ml is None
        ]  # fmt: skip
        if empty:
            yield points({"size": 80, "stroke": row.colour, "strokeWidth": 1.5}, empty)


def _key(names: Sequence[str], looks: Sequence[LookNumbers], figures: Figures) -> list[list[Entry]]:
    lesions = [
        Entry("point", name, infusion_colour(place), _shape(place))
        for place, name in enumerate(names)
    ]
    rows = [lesions[start : start + A_ROW] for start in range(0, len(lesions), A_ROW)]
    signs = [Entry("line", "interval", MUTED)]
    if any(look.volume_ml is None and not look.earlier for look in looks):
        signs.append(Entry("point", "not drawn: what is left in its place", MUTED,
                           "triangle-down", fill=PAPER))  # fmt: skip
    if any(look.threshold is not None for look in looks):
        signs.append(Entry("line", f"border, {figures.unit}", MUTED, dash=[4, 2]))
    return [*rows, signs]


def _key_px(key: list[list[Entry]]) -> float:
    return KEY_ROW_PX * len(key) + 8.0
