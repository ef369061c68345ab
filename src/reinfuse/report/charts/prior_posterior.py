"""What was believed before the cohorts were looked at, and what is after, prior by prior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Frame, Spec, framed, render_svg
from reinfuse.report.charts.key import Entry, key_layers
from reinfuse.report.charts.marks import texts
from reinfuse.report.charts.palette import INFUSIONS, MUTED, folded
from reinfuse.report.charts.plane import Plane, Point, Ruler
from reinfuse.report.charts.values import Chart, NoChart, Table

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 128.0, 20.0, 36.0, 48.0
PANEL_PX, BETWEEN_PX, ASIDE_PX, TOLD_PX = 86.0, 46.0, 44.0, 16.0
PRIOR, AFTER, NEW = "#b9c2cd", INFUSIONS[0], INFUSIONS[1]
_CLEAR = 0.95  # of a panel's height: the highest point of any line


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Densities over the same `values` of a ruler; `new` is that of a new cohort, if it has one."""

    values: tuple[float, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    middle: float
    told: str
    new: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """One prior: its name, how it is written, and what it leads to."""

    name: str
    written: str
    number: Density
    spread: Density


def draw_prior_posterior(
    beliefs: Sequence[Belief],
    number: Ruler,
    spread: Ruler,
    *,
    name: str = "priors",
    title: str = "What the prior said, and what the cohorts made of it",
    notes: tuple[str, ...] = (),
) -> Chart | NoChart:
    """A row of two panels for each prior: the pooled number and the spread between cohorts."""
    if not beliefs:
        return NoChart(name=name, title=title, why="Nothing was pooled with a prior.")
    step = PANEL_PX + BETWEEN_PX
    height = step * len(beliefs) - BETWEEN_PX
    frame = framed(height=height, left=LEFT_PX, top=TOP_PX + TOLD_PX, right=RIGHT_PX,
                   bottom=BOTTOM_PX)  # fmt: skip
    layers: list[Spec] = []
    for place, belief in enumerate(beliefs):
        last = place == len(beliefs) - 1
        layers += _row(belief, (number, spread), step * place, frame, words=last)
    layers += key_layers([_key(any(one.number.new for one in beliefs))], frame,
                         above=TOLD_PX + 4.0)  # fmt: skip
    description = " ".join(
        f"Prior {one.name} ({one.written}): {one.number.told}; {one.spread.told}."
        for one in beliefs
    )
    return Chart(
        name=name,
        title=title,
        svg=render_svg({"layer": layers}, frame, name=name, title=title, description=description),
        description=description,
        table=Table(
            ("Prior", "Written", number.title, spread.title),
            tuple((one.name, one.written, one.number.told, one.spread.told) for one in beliefs),
        ),
        notes=(
            "Each panel has its own height: areas, and not heights, can be compared.",
            *notes,
        ),
    )


def _key(new: bool) -> tuple[Entry, ...]:
    found = [Entry("dark", "prior", colour=MUTED),
             Entry("line", "once the cohorts are known", colour=AFTER)]  # fmt: skip
    if new:
        found.append(Entry("line", "rate of a new cohort", colour=NEW, dash=[4, 3]))
    return tuple(found)


def _row(
    belief: Belief, rulers: tuple[Ruler, Ruler], top: float, frame: Frame, *, words: bool
) -> Iterator[Spec]:
    width = (frame.width - ASIDE_PX) / 2
    for place, (one, ruler) in enumerate(zip((belief.number, belief.spread), rulers, strict=True)):
        plane = Plane(left=place * (width + ASIDE_PX), top=top, width=width, height=PANEL_PX,
                      x=ruler)  # fmt: skip
        yield from _panel(one, plane, words=words)
    x = -frame.left + 8.0
    yield from texts([{"x": x, "y": top + 12, "text": belief.name}], bold=True)
    lines = folded(belief.written, frame.left - 16.0, 11)
    yield from texts([{"x": x, "y": top + 30 + 14 * k, "text": line}
                      for k, line in enumerate(lines)], colour=MUTED, size=11)  # fmt: skip


def _panel(one: Density, plane: Plane, *, words: bool) -> Iterator[Spec]:
    yield from plane.frame(words=words)
    # A prior may run up at an end; what was learned is what the height is made for.
    top = max((*one.after, *one.new), default=1.0) / _CLEAR
    top = max(top, min(max(one.before, default=0.0) / _CLEAR, 2.0 * top))

    def placed(heights: Sequence[float]) -> list[Point]:
        return [(value, height / top) for value, height in
                zip(one.values, heights, strict=True) if plane.x.holds(value)]  # fmt: skip

    before = placed(one.before)
    yield from plane.area([(x, 0.0) for x, _ in before], before, colour=PRIOR, opacity=0.6)
    if one.new:
        yield from plane.line(placed(one.new), colour=NEW, dash="4 3")
    yield from plane.line(placed(one.after), colour=AFTER, width=2.2)
    at = [point for point in placed(one.after) if point[0] <= one.middle]
    if at:
        yield from plane.line([(one.middle, 0.0), (one.middle, at[-1][1])], colour=AFTER, width=1.1)
    told: Spec = {"x": plane.left, "y": plane.top - 9, "text": one.told}
    yield from texts([told], size=11)
