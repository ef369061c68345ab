"""A forest plot of one outcome: each cohort, and below them what every method makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.report.charts.drawing import Spec, framed, render_svg
from reinfuse.report.charts.forest_pooled_marks import (
    BOTTOM_PX,
    LEFT_PX,
    MOST_FULL,
    MOST_NAMED,
    RIGHT_PX,
    TOP_PX,
    forest_layers,
    lay_out,
)
from reinfuse.report.charts.forest_pooled_rows import CohortRow, OwnRow, PooledRow
from reinfuse.report.charts.plane import Ruler
from reinfuse.report.charts.values import Chart, NoChart, Table

Row = CohortRow | PooledRow | OwnRow


def draw_pooled_forest(
    cohorts: Sequence[CohortRow],
    pooled: Sequence[PooledRow],
    ruler: Ruler,
    *,
    name: str,
    title: str,
    heading: str = "Rate (95 % interval)",
    own: Sequence[OwnRow] = (),
    null: float | None = None,
) -> Chart | NoChart:
    """Cohorts in the order given, pooled rows in the order in which they should be read.

    `heading` names what is pooled and its interval, `null` is where two arms would be alike.
    Beyond 20 cohorts each has one line, beyond 60 a thin bar without a name: the table has them.
    """
    if not cohorts:
        return NoChart(name=name, title=title, why="No cohort has a number to draw.")
    laid = lay_out(cohorts, pooled, own)
    frame = framed(height=laid.height, left=LEFT_PX, top=TOP_PX, right=RIGHT_PX, bottom=BOTTOM_PX)
    every: tuple[Row, ...] = (*cohorts, *pooled, *own)
    description = " ".join(_described((*pooled, *own), cohorts))
    layers = forest_layers(laid, ruler, frame, head=heading, null=null)
    body: Spec = {"layer": list(layers)}
    return Chart(
        name=name,
        title=title,
        svg=render_svg(body, frame, name=name, title=title, description=description),
        description=description,
        table=Table(
            ("Row", "Kind", "Counts", heading, "Weight", "New cohort; cohort drawn to the middle",
             "Standing"),
            tuple(_table_row(row) for row in every),
        ),
        notes=tuple(_notes(cohorts, pooled, own)),
    )  # fmt: skip


def _described(others: Sequence[PooledRow | OwnRow], cohorts: Sequence[CohortRow]) -> Iterator[str]:
    for row in others:
        predicted = row.predicted_told if isinstance(row, PooledRow) else ""
        yield f"{row.label}: {row.told}{f'; {predicted}' if predicted else ''}."
    if len(cohorts) > MOST_FULL:
        yield f"{len(cohorts)} cohorts, all in the table."
        return
    for one in cohorts:
        yield f"{one.label}: {f'{one.counts}, ' if one.counts else ''}{one.told}."


def _table_row(row: Row) -> tuple[str, ...]:
    match row:
        case CohortRow():
            weight = "" if row.weight is None else _percent(row.weight)
            return (row.label, "cohort", row.counts, row.told, weight, row.drawn_told, row.standing)
        case PooledRow():
            return (row.label, f"pooled {row.by}", "", row.told, "", row.predicted_told, "")
        case OwnRow():
            return (row.label, "one patient", "", row.told, "", "", "")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _notes(
    cohorts: Sequence[CohortRow],
    pooled: Sequence[PooledRow],
    own: Sequence[OwnRow],
) -> Iterator[str]:
    weighed = any(one.weight is not None for one in cohorts)
    yield (
        "Square and bar: a cohort with its own interval"
        + ("; a larger square weighs more in the mean by inverse variance." if weighed else ".")
    )
    if len(cohorts) > MOST_NAMED:
        yield (
            f"{len(cohorts)} cohorts do not fit with their names: each is a thin bar, in the order "
            "of the table below, which names them all."
        )
    elif len(cohorts) <= MOST_FULL and any(one.drawn for one in cohorts):
        yield (
            "Hollow dot on a pale bar: the cohort's own rate once the others are known, drawn "
            "towards the middle by the leading prior."
        )
    if pooled:
        yield (
            "Diamond: the pooled number with its interval; filled with a prior, hollow "
            "without one. The first is the one to read."
        )
    if any(one.predicted for one in pooled):
        yield "Thin bar through a diamond: where a new cohort's number lies, spread included."
    if own:
        yield "Triangle: one patient, a yes or a no. One patient cannot contradict a rate."
