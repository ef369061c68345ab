"""Chronic GVHD by the NIH consensus 2014: the score of each organ, the global severity."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion, Grade
from reinfuse.grading.gvhd.cause import blamed_on_gvhd
from reinfuse.grading.gvhd.nih_organs import LUNG, NOT_LUNG, ORGANS
from reinfuse.grading.gvhd.staged import grade_staged
from reinfuse.grading.rules.condition import Condition, at_least, count_of, some
from reinfuse.grading.rules.finding import Findings
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "chronic GVHD"
NIH_SOURCE = Source(
    cite="Jagasia 2015",
    doi="10.1016/j.bbmt.2014.12.001",
    place="organ scores as in GvHDtrackR; global severity as in notes that quote it",
    standing=Standing.SECONDARY,
)
NIH = Criterion(
    name="NIH-2014-cGVHD",
    title="Chronic GVHD, NIH 2014: organ scores and global severity",
    levels=("none", "mild", "moderate", "severe"),
    family="GVHD",
    source=NIH_SOURCE,
)
# An examination and its tests are seldom of one day (ours).
VISIT_DAYS = 28


def score(organ: str, least: int) -> Condition:
    """The organ has this score or a worse one."""
    return at_least(organ, least, "1")


def any_of(organs: tuple[str, ...], least: int) -> Condition:
    """One of the organs has this score or a worse one."""
    return some(*(score(organ, least) for organ in organs))


_ALL = (*NOT_LUNG, LUNG)
RULE = Scale(
    criterion=NIH,
    otherwise="none",
    parts=ORGANS,
    rows=(
        Row("mild", "one or two organs with score 1, not the lung", any_of(_ALL, 1)),
        Row(
            "moderate",
            "three or more organs with score 1, another organ with 2, or the lung with 1",
            some(
                count_of(3, *(score(organ, 1) for organ in _ALL)),
                any_of(NOT_LUNG, 2),
                score(LUNG, 1),
            ),
        ),
        Row(
            "severe",
            "any organ with score 3, or the lung with 2",
            some(any_of(NOT_LUNG, 3), score(LUNG, 2)),
        ),
    ),
    pool_days=VISIT_DAYS,
    minds_cause=True,
    notes=(
        "Severity is told of a patient whose chronic GVHD is diagnosed; day 100 is no criterion.",
        "Performance status is not used.",
        "An organ wholly explained by another cause is left out; a mixed cause is scored in full.",
        "FEV1 goes before symptoms; symptoms serve where it was not measured, as in a child who "
        "cannot be tested.",
        "A low platelet count is no part of the severity.",
        "What lies between two printed figures belongs to the worse score (ours).",
        "One examination gathers what was charted in 28 days, the worst of each (ours).",
    ),
)


def grade_chronic(chart: Chart) -> Grade:
    """The worst global severity of a chart with the organ scores of that day.

    Source: Jagasia 2015, doi:10.1016/j.bbmt.2014.12.001, read in secondary sources.
    """
    return grade_staged(RULE, blamed_on_gvhd(chart), topic=TOPIC, ways=_lung_function_first)


def _lung_function_first(findings: Findings) -> tuple[Findings, ...]:
    """The findings without the symptoms of the lung where its function was measured."""
    if "FEV1" not in findings:
        return (findings,)
    return ({key: found for key, found in findings.items() if key != "dyspnea"},)


ENTRY = replace(listed(RULE, topic=TOPIC), grade=grade_chronic)
