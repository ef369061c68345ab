"""Dots with intervals: options one below the other, each with a few lines; nothing is sorted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from reinfuse.report.charts.palette import GRID, INK, MUTED, PAPER, infusion_colour
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import shown, within
from reinfuse.report.forecast.sheet import (
    LINE_PX,
    SMALL_PX,
    TINY_PX,
    WIDTH_PX,
    as_text,
    axis_title,
    dots,
    grid,
    lines_of,
    new_sheet,
    rules,
    words,
)
from reinfuse.report.timeline.paper import text_width

_TOP_PX, _BELOW_PX = 6.0, 34.0
_MARGIN_PX, _TOLD_PX = 2.0, 10.0
_BETWEEN_PX, _RANGE_PX = 9.0, 7.0
_TICKS = 5


class Look(StrEnum):
    """How a line with a middle is drawn."""

    FILLED = "filled"
    HOLLOW = "hollow"
    BEYOND = "hollow, on a broken line"  # beyond what was followed
    PUBLISHED = "square"  # not a model's


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a block: from `low` to `high`, with a dot at `middle`.

    Without a middle it is a range, drawn hollow. Without `low` there is only `told`, which is what
    stands at the right in any case.
    """

    label: str
    told: str
    low: float | None = None
    high: float | None = None
    middle: float | None = None
    look: Look = Look.FILLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An option with its lines."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """The axis: its ends, its ticks, what it measures; `zero` draws a line at 0."""

    low: float
    high: float
    ticks: tuple[float, ...]
    title: str
    zero: bool = False


PROBABILITY = Across(
    low=0.0, high=100.0, ticks=(0, 25, 50, 75, 100), title="chance in the model, %"
)
POINTS = Across(
    low=-100.0,
    high=100.0,
    ticks=(-100, -50, 0, 50, 100),
    title="percentage points in the model",
    zero=True,
)


def draw_intervals(
    blocks: Sequence[Block], across: Across, *, name: str, title: str, notes: tuple[str, ...] = ()
) -> Chart:
    """The chart, with a table of what stands at the right of each line."""
    left = _left(blocks)
    height = sum(_height(block) for block in blocks) + _TOP_PX + _BELOW_PX
    description = " ".join(f"{block.heading}: {_said(block)}." for block in blocks)
    svg = new_sheet(height=height, name=name, title=title, description=description)
    plane = _Plane(across=across, left=left, right=_right(blocks))
    bottom = height - _BELOW_PX
    grid(svg, [(plane.x(tick), shown(tick).replace("-", "−")) for tick in across.ticks],
         _TOP_PX, bottom)  # fmt: skip
    axis_title(svg, across.title, (left + plane.right) / 2, bottom + 25)
    if across.zero:
        rules(svg, [((plane.x(0.0), _TOP_PX), (plane.x(0.0), bottom))], stroke=MUTED)
    y = _TOP_PX
    for block in blocks:
        _draw_block(svg, block, plane, y)
        y += _height(block)
    return Chart(
        name=name, title=title, svg=as_text(svg), description=description,
        table=Table(("Option", "What", across.title.capitalize()), tuple(_rows(blocks))),
        notes=notes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plane:
    across: Across
    left: float
    right: float

    def x(self, value: float) -> float:
        low, high = self.across.low, self.across.high
        return self.left + (self.right - self.left) * (within(value, low, high) - low) / (
            high - low
        )


def _left(blocks: Sequence[Block]) -> float:
    labels = [line.label for block in blocks for line in block.lines]
    return 20.0 + max((text_width(label, SMALL_PX) for label in labels), default=0.0)


def _right(blocks: Sequence[Block]) -> float:
    """Where the plot ends, so that what is told of each line fits beside it."""
    told = [line.told for block in blocks for line in block.lines]
    widest = max((text_width(text, TINY_PX) for text in told), default=0.0)
    return WIDTH_PX - _MARGIN_PX - _TOLD_PX - widest


def _heading(block: Block) -> list[str]:
    return lines_of(block.heading, WIDTH_PX - 8, bold=True)


def _height(block: Block) -> float:
    return LINE_PX * (len(_heading(block)) + len(block.lines)) + _BETWEEN_PX


def _draw_block(svg: Element, block: Block, plane: _Plane, top: float) -> None:
    y = top + LINE_PX / 2
    heading = _heading(block)
    # The name of an option stands on a strip of paper, so that no grid line runs through it.
    strip = {"fill": PAPER, "stroke": "none"}
    path = f"M0 {top:g}H{WIDTH_PX:g}V{top + LINE_PX * len(heading):g}H0Z"
    svg.append(Element("path", {"d": path, **strip}))
    for text in heading:
        words(svg, text, 2, y, font_weight="600")
        y += LINE_PX
    for one in block.lines:
        words(svg, one.label, 8, y, fill=MUTED)
        words(svg, one.told, plane.right + _TOLD_PX, y, font_size=TINY_PX)
        _draw_line(svg, one, plane, y)
        y += LINE_PX
    rules(svg, [((0, y + 4), (WIDTH_PX, y + 4))], stroke=GRID, stroke_width=1.0)


def _draw_line(svg: Element, one: Line, plane: _Plane, y: float) -> None:
    if one.low is None or one.high is None:
        return
    left, right = plane.x(one.low), plane.x(one.high)
    if one.middle is None:
        half = _RANGE_PX / 2
        sides = [((left, y - half), (right, y - half)), ((left, y + half), (right, y + half))]
        sides += [((end, y - half), (end, y + half)) for end in (left, right)]
        rules(svg, sides, stroke=MUTED, stroke_dasharray="3 2", stroke_width=1.2)
        return
    colour = INK if one.look is Look.PUBLISHED else infusion_colour(0)
    dashes = {"stroke_dasharray": "4 3"} if one.look is Look.BEYOND else {}
    rules(svg, [((left, y), (right, y))], stroke=colour, stroke_width=2.0, **dashes)
    rules(svg, [((end, y - 3), (end, y + 3)) for end in (left, right)], stroke=colour)
    middle = plane.x(one.middle)
    if one.look is Look.PUBLISHED:
        rules(svg, [((middle - 4, y), (middle + 4, y))], stroke=colour, stroke_width=8.0)
        return
    fill = colour if one.look is Look.FILLED else PAPER
    dots(svg, [(middle, y)], r=3.6, stroke=colour, fill=fill)


def _said(block: Block) -> str:
    return "; ".join(f"{line.label} {line.told}".strip() for line in block.lines)


def _rows(blocks: Sequence[Block]) -> Iterator[tuple[str, ...]]:
    for block in blocks:
        for one in block.lines:
            yield block.heading, one.label, one.told


def quantity_axis(values: Sequence[float], title: str, *, zero: bool = False) -> Across:
    """A linear axis from 0, or from the lowest value below it, that holds every value."""
    low, high = min([0.0, *values]), max([0.0, *values]) or 1.0
    step = next(
        one * 10.0**power
        for power in range(-6, 12)
        for one in (1.0, 2.0, 5.0)
        if (high - low) / (one * 10.0**power) <= _TICKS
    )
    first, last = int(low // step), -int(-high // step)
    ticks = tuple(step * place for place in range(first, last + 1))
    return Across(low=ticks[0], high=ticks[-1], ticks=ticks, title=title, zero=zero)
