"""Residual disease by the fusion transcript, kept beside flow cytometry and never merged."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.leukemia.looks import FIRST_DAY, last_day, of_marrow
from reinfuse.grading.leukemia.mrd_classes import FLOW, Marker, with_detection
from reinfuse.grading.rules.condition import above, every, no, stated
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.rules.scale import Row, Scale, assess
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "MRD by fusion transcript"
EVER = 10**6
TRANSCRIPT = Marker(
    value="fusion transcript",
    detected="fusion transcript detected",
    limit="fusion transcript limit of detection",
    quantifiable="",
    cells="",
)
DETECTED = stated(TRANSCRIPT.detected)
SCALE = Scale(
    criterion=Criterion(
        name="fusion-transcript MRD",
        title="Residual disease by the fusion transcript",
        levels=("not detected", "not detected, sensitivity too low", "detected"),
        family="leukemia",
        source=Source(cite="kept beside flow cytometry", standing=Standing.OURS),
    ),
    otherwise="not detected",
    rows=(
        Row("not detected", "no transcript", no(DETECTED)),
        Row(
            "not detected, sensitivity too low",
            "no transcript by a test that does not reach 0.01 % of the control gene",
            every(no(DETECTED), above(TRANSCRIPT.limit, 0.01, "%")),
        ),
        Row("detected", "transcript at any level", DETECTED),
    ),
    notes=(
        "per cent of the control gene (a ratio of 0.0002 is 0.02 %): this is no share of cells "
        "and has no cut here (ours)",
        "flow cytometry of the same week is told beside it, and whether the two disagree",
    ),
)
SAME_WEEK_DAYS = 7


def grade_fusion_transcript(chart: Chart) -> Grade:
    """The worst class of the transcript over the samples, with flow cytometry told beside it."""
    sheet, told = Sheet.of(of_marrow(chart)), []
    found, last = [], int(min(last_day(chart), EVER))
    for day in assessed_days(sheet, (TRANSCRIPT.value, TRANSCRIPT.detected), FIRST_DAY, last):
        on = findings_on(sheet, (*SCALE.keys(), TRANSCRIPT.value), day)
        known = with_detection(on.findings, TRANSCRIPT)
        found.append(Assessment(day, assess(SCALE, known), OnDay(known, on.marks)))
        told += _beside(sheet, day, known.get(TRANSCRIPT.detected))
    grade = grade_of(SCALE.criterion, chart.subject, tuple(found), topic=TOPIC, none="not detected")
    return replace(grade, because=(*grade.because, *told))


def _beside(sheet: Sheet, day: int, transcript: object) -> list[Reason]:
    """What flow cytometry found in the same week, and whether it disagrees."""
    days = assessed_days(
        sheet, (FLOW.value, FLOW.detected), day - SAME_WEEK_DAYS, day + SAME_WEEK_DAYS
    )
    nearest = min(days, key=lambda other: abs(other - day), default=None)
    if nearest is None:
        return []
    on = findings_on(sheet, (FLOW.value, FLOW.detected, FLOW.limit), nearest)
    flow = with_detection(on.findings, FLOW).get(FLOW.detected)
    if not isinstance(flow, bool) or not isinstance(transcript, bool):
        return []
    said = {True: "positive", False: "negative"}
    verdict = "agree" if flow == transcript else "disagree"
    text = (
        f"day {day}: transcript {said[transcript]}, flow cytometry {said[flow]} "
        f"(day {nearest}): they {verdict}"
    )
    return [Reason(text=text, entries=tuple(mark.ref for mark in on.marks.values() if mark.ref))]


FUSION_TRANSCRIPT = Entry(
    criterion=SCALE.criterion,
    topic=TOPIC,
    items=tuple(
        dict.fromkeys((*map(name_in, SCALE.keys()), TRANSCRIPT.value, FLOW.value, FLOW.detected))
    ),
    grade=grade_fusion_transcript,
    table=printed_table(SCALE),
    notes=SCALE.notes,
)
