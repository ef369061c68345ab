"""Which cohorts make the others disagree, and which move the pooled number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Spec, framed, render_svg
from reinfuse.report.charts.marks import texts
from reinfuse.report.charts.palette import INK
from reinfuse.report.charts.placing import Box, Label, place_labels
from reinfuse.report.charts.plane import Plane, plain_ruler
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import listed, shown

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX, PLOT_PX = 76.0, 28.0, 16.0, 48.0, 280.0
MOST_NAMED = 8  # further out than the others; more names would cover the marks
RADIUS_PX = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulling:
    """One cohort: what it adds to the spread, and how far it moves the pooled number."""

    label: str
    spread: float
    moves: float


def draw_baujat(
    cohorts: Sequence[Pulling],
    *,
    name: str = "baujat",
    title: str = "Which cohorts disagree, and which matter",
    notes: tuple[str, ...] = (),
) -> Chart | NoChart:
    """A mark for each cohort; those farthest from the corner are named."""
    if not cohorts:
        return NoChart(name=name, title=title, why="No cohort can be left out and looked at alone.")
    frame = framed(height=PLOT_PX, left=LEFT_PX, top=TOP_PX, right=RIGHT_PX, bottom=BOTTOM_PX)
    x = plain_ruler([one.spread for one in cohorts], "Adds to the spread between cohorts (squared "
                    "residual over its variance)", zero=True)  # fmt: skip
    y = plain_ruler([one.moves for one in cohorts], "Moves the pooled number", zero=True)
    plane = Plane(left=0.0, top=0.0, width=frame.width, height=frame.height, x=x, y=y)
    farthest = _farthest(cohorts)
    named = [cohorts[place] for place in farthest]
    description = (
        f"{len(cohorts)} cohorts. Farthest from the corner: "
        f"{listed(tuple(one.label for one in named))}."
    )
    layers = [*plane.frame(), *_marks(plane, cohorts), *_names(plane, named)]
    return Chart(
        name=name,
        title=title,
        svg=render_svg({"layer": layers}, frame, name=name, title=title, description=description),
        description=description,
        table=Table(
            ("Cohort", "Adds to the spread", "Moves the pooled number"),
            tuple((one.label, shown(one.spread), shown(one.moves)) for one in cohorts),
        ),
        notes=notes,
    )


def _farthest(cohorts: Sequence[Pulling]) -> list[int]:
    """Those with the largest share of either axis, in the order of the table."""
    most_spread = max(one.spread for one in cohorts) or 1.0
    most_moves = max(one.moves for one in cohorts) or 1.0

    def out(place: int) -> float:
        return max(cohorts[place].spread / most_spread, cohorts[place].moves / most_moves)

    order = sorted(range(len(cohorts)), key=lambda place: (-out(place), place))
    return sorted(order[:MOST_NAMED])


def _marks(plane: Plane, cohorts: Sequence[Pulling]) -> Iterator[Spec]:
    yield from plane.dots([(one.spread, one.moves) for one in cohorts], colour=INK, size=40)


def _names(plane: Plane, named: Sequence[Pulling]) -> Iterator[Spec]:
    labels = []
    for one in named:
        x, y = plane.at(one.spread, one.moves)
        mark = Box(x - RADIUS_PX, y - RADIUS_PX, x + RADIUS_PX, y + RADIUS_PX)
        labels.append(Label(lines=(one.label,), mark=mark))
    boxes = place_labels(labels, (), Box(0.0, 0.0, plane.width, plane.height))
    words: list[Spec] = [
        {"x": box.left, "y": (box.top + box.bottom) / 2, "text": label.lines[0]}
        for label, box in zip(labels, boxes, strict=True)
    ]
    yield from texts(words, halo=True)
