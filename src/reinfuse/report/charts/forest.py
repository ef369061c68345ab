"""Published rates with exact intervals, a row each, in the order given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.report.charts.drawing import render_svg
from reinfuse.report.charts.forest_marks import forest_body, forest_frame
from reinfuse.report.charts.forest_row import ForestRow
from reinfuse.report.charts.values import Chart, NoChart, Table


def draw_forest(
    rows: Sequence[ForestRow], *, name: str = "published-rates", title: str = "Published rates"
) -> Chart | NoChart:
    """Rows under the headings of their groups; nothing is pooled and nothing is sorted."""
    if not rows:
        return NoChart(name=name, title=title, why="No published rate is given.")
    frame = forest_frame(rows)
    description = " ".join(f"{row.label}, {row.outcome}: {row.value_words()}." for row in rows)
    headers = ("Cohort", "Outcome", "Group", "Events of n", "Counted", "Per cent",
               "95 % interval", "Printed", "Standing")  # fmt: skip
    return Chart(
        name=name,
        title=title,
        svg=render_svg(forest_body(rows), frame, name=name, title=title, description=description),
        description=description,
        table=Table(headers, tuple(_table_row(row) for row in rows)),
        notes=tuple(_notes(rows)),
    )


def _table_row(row: ForestRow) -> tuple[str, ...]:
    return (
        row.label,
        row.outcome,
        row.group,
        row.counts_words() or "not printed",
        row.counted if row.counts_words() else "",
        row.percent_words(),
        row.interval_words(),
        row.printed,
        row.standing,
    )


def _notes(rows: Sequence[ForestRow]) -> Iterator[str]:
    if any(row.interval for row in rows):
        yield (
            "Square and thick bar: rate with exact (Clopper-Pearson) 95 % interval from counts. "
            "Small cohorts have wide intervals; rows may share patients and are not pooled."
        )
    if any(row.is_range for row in rows):
        yield "Thin bar without a square: a range as printed. It is no confidence interval."
    if any(row.is_percentage_alone for row in rows):
        yield "Hollow diamond: a percentage without counts; how sure it is cannot be said."
    if any(row.is_words for row in rows):
        yield "A row of words has no count and no denominator: “none reported” is not 0 of n."
