"""Puts the sections of a cohort into one self-contained page."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from markupsafe import Markup

from reinfuse.cohort.distribution import Distribution
from reinfuse.report.charts import chart_css
from reinfuse.report.charts.swimmer import draw_swimmer
from reinfuse.report.cohort_page.endpoints import endpoint_chart, endpoint_row
from reinfuse.report.cohort_page.inputs import CohortInputs
from reinfuse.report.page.templating import environment, own_text

MOST_COUNTS = 8  # of different results in one cell; the tidy table has them all


def render_cohort(inputs: CohortInputs) -> str:
    """The page of a cohort as one HTML text that asks nothing of a network."""
    figures = [
        (endpoint_row(one, inputs.anchor), endpoint_chart(one, inputs.anchor))
        for one in inputs.endpoints
    ]
    return (
        environment()
        .get_template("cohort.html")
        .render(
            inputs=inputs,
            provenance=inputs.provenance,
            swimmer=draw_swimmer(inputs.lanes, anchor=inputs.anchor),
            grades=[_grade_row(one) for one in inputs.distributions],
            criteria=list(
                {one.criterion.name: one.criterion for one in inputs.distributions}.values()
            ),
            endpoints=figures,
            css=Markup("\n".join([own_text("page.css"), chart_css()])),  # our own files
        )
    )


def _grade_row(one: Distribution) -> dict[str, object]:
    return {
        "topic": one.topic,
        "criterion": one.criterion.name,
        "patients": one.patients,
        "not_evaluable": one.not_evaluable,
        "counts": _shared(one.counts, one.graded),
        "published": _shared(one.published, sum(count for _, count in one.published)),
        "onset": _middle(one.onset_days),
        "to_peak": _middle(one.days_to_peak),
    }


def _shared(counts: Sequence[tuple[str, int]], of: int) -> list[tuple[str, int, str]]:
    """Each grade with its patients and their share."""
    return [(shown, count, f"{100 * count / of:.0f} %") for shown, count in _few(counts)]


def _few(counts: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """The counts, or one line for many different results, as those of a continuous score are."""
    if len(counts) <= MOST_COUNTS:
        return counts
    words = f"{len(counts)} different, {counts[0][0]} … {counts[-1][0]}"
    return [(words, sum(count for _, count in counts))]


def _middle(days: tuple[int, ...]) -> str:
    """Median and range in words; empty for nobody."""
    if not days:
        return ""
    return f"{statistics.median(days):g} ({min(days)} to {max(days)}), n = {len(days)}"
