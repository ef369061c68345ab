"""One output of one window: what was measured over what the fitted model would have measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from reinfuse.report.charts.curve_marks import WIDEST_WITH_POINT_DAYS
from reinfuse.report.charts.level_scale import LevelScale
from reinfuse.report.charts.marks import day_ticks
from reinfuse.report.charts.palette import INK, MUTED, PAPER, infusion_colour
from reinfuse.report.charts.words import shown, within
from reinfuse.report.forecast.sheet import (
    TINY_PX,
    WIDTH_PX,
    area,
    axis_title,
    dots,
    grid,
    line,
    rules,
    words,
)

HEIGHT_PX, STRIP_PX = 150.0, 20.0
_LEFT_PX, _RIGHT_PX, _TOP_PX, _BELOW_PX = 46.0, 12.0, 22.0, 36.0
_CAP_PX, _ARROW_PX, _HALF_LETTERS_PX = 4.0, 14.0, 22.0
_MOST_TICKS = 7
_OPACITY = {"90": 0.16, "50": 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something measured on one of `days`.

    A level has `level`; a limit has `limit` (one number, or the range in which an unstated one
    lies) and `up` where the value lies above it; a look at a lesion has only `said`.
    """

    days: tuple[float, float]
    level: float | None = None
    limit: tuple[float, float] | None = None
    up: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Days with five quantiles each, lowest first: of measurements, the middle of the model."""

    days: Sequence[float]
    low_90: Sequence[float]
    low_50: Sequence[float]
    middle: Sequence[float]
    high_50: Sequence[float]
    high_90: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What one panel shows; `place` is that of the window, for its colour."""

    curve: Curve
    marks: tuple[Mark, ...]
    scale: LevelScale
    first: float
    last: float
    place: int

    @property
    def top(self) -> float:
        """Where the plot begins: below the strip of looks, if there is one."""
        return _TOP_PX + (STRIP_PX if any(mark.said for mark in self.marks) else 0.0)

    @property
    def height(self) -> float:
        """Of the whole sheet."""
        return self.top + HEIGHT_PX + _BELOW_PX

    def x(self, day: float) -> float:
        """Pixels from the left."""
        wide = WIDTH_PX - _LEFT_PX - _RIGHT_PX
        inside = within(day, self.first, self.last)
        return _LEFT_PX + wide * (inside - self.first) / (self.last - self.first)

    def y(self, level: float) -> float:
        """Pixels from above; a level below the scale stands at its lower end."""
        scale = self.scale
        bottom, top = scale.place(scale.low), scale.place(scale.high)
        return self.top + HEIGHT_PX * (top - scale.place(max(level, scale.low))) / (top - bottom)


def draw_panel(svg: Element, panel: Panel, axis: str) -> None:
    """The axes, the bands, and the marks over them."""
    bottom = panel.top + HEIGHT_PX
    words(svg, axis, 2, 9, fill=MUTED)
    days = day_ticks(panel.first, panel.last, _MOST_TICKS)
    grid(svg, [(panel.x(day), f"{day:g}".replace("-", "−")) for day in days], panel.top, bottom)
    for tick in panel.scale.ticks:
        words(svg, shown(tick), _LEFT_PX - 5, panel.y(tick), text_anchor="end", font_size=TINY_PX)
        rules(svg, [((_LEFT_PX - 3, panel.y(tick)), (_LEFT_PX, panel.y(tick)))], stroke=MUTED)
    axis_title(svg, "day since infusion", (_LEFT_PX + WIDTH_PX) / 2, bottom + 26)
    _draw_curve(svg, panel)
    zero = panel.x(0.0)
    rules(svg, [((zero, panel.top), (zero, bottom))], stroke=INK, stroke_width=1.0)
    for mark in panel.marks:
        _draw_mark(svg, panel, mark)


def _draw_curve(svg: Element, panel: Panel) -> None:
    curve, colour = panel.curve, infusion_colour(panel.place)

    def placed(levels: Sequence[float]) -> list[tuple[float, float]]:
        return [(panel.x(day), panel.y(level)) for day, level in zip(curve.days, levels,
                                                                     strict=True)]  # fmt: skip

    for name, low, high in (("90", curve.low_90, curve.high_90), ("50", curve.low_50,
                                                                  curve.high_50)):  # fmt: skip
        area(svg, placed(low), placed(high), fill=colour, fill_opacity=f"{_OPACITY[name]}")
    line(svg, placed(curve.middle), stroke=colour)


def _draw_mark(svg: Element, panel: Panel, mark: Mark) -> None:
    left, right = panel.x(mark.days[0]), panel.x(mark.days[1])
    middle = (left + right) / 2
    if mark.said:
        _draw_look(svg, panel, mark)
        return
    level = mark.level if mark.level is not None else (mark.limit or (0.0, 0.0))[1]
    y = panel.y(level)
    strokes = [((left, y), (right, y))]
    if right > left:
        strokes += [((end, y - _CAP_PX), (end, y + _CAP_PX)) for end in (left, right)]
    if mark.limit is not None:
        strokes += _arrow(middle, y, _tip(panel, mark.limit, y, up=mark.up))
        strokes += [((middle - 6, y), (middle + 6, y))]
    rules(svg, strokes, stroke=PAPER, stroke_width=4.5, stroke_opacity="0.8")
    rules(svg, strokes)
    # On a wide bar no point stands: its middle would be read as the day.
    if mark.level is not None and mark.days[1] - mark.days[0] <= WIDEST_WITH_POINT_DAYS:
        dots(svg, [(middle, y)], fill=PAPER if right > left else INK)


def _tip(panel: Panel, limit: tuple[float, float], y: float, *, up: bool) -> float:
    """Where the arrow of a limit ends: an unstated one spans the range that is assumed."""
    if up:
        return max(y - _ARROW_PX, panel.top)
    foot = panel.y(limit[0])
    return min(max(foot, y + _ARROW_PX), panel.top + HEIGHT_PX)


def _arrow(
    x: float, start: float, end: float
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    back = end - 5.0 if end > start else end + 5.0
    return [((x, start), (x, end)), ((x - 4, back), (x, end)), ((x + 4, back), (x, end))]


def _draw_look(svg: Element, panel: Panel, mark: Mark) -> None:
    """What a look says, above the plot, over the days on which it can have been."""
    left, right = panel.x(mark.days[0]), panel.x(mark.days[1])
    y = panel.top - 5
    rules(svg, [((left, y), (right, y)), ((left, y - 3), (left, y + 3)),
                ((right, y - 3), (right, y + 3))])  # fmt: skip
    middle = within((left + right) / 2, _HALF_LETTERS_PX, WIDTH_PX - _HALF_LETTERS_PX)
    words(svg, mark.said, middle, y - 9, text_anchor="middle", font_size=TINY_PX)
