"""Residual disease of a marrow in five classes, each with its limit of detection."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.grading.chart.daily import not_assessed, reasons
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Criterion, DayGrade, Grade, trust_of
from reinfuse.grading.leukemia.looks import FIRST_DAY, last_day, of_marrow
from reinfuse.grading.mrd import poisson_interval
from reinfuse.grading.rules.condition import above, at_least, at_most, compared, every, no, stated
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import Findings, Span, name_in
from reinfuse.grading.rules.scale import Row, Scale, assess
from reinfuse.grading.series import rank
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "MRD"
EVER = 10**6
CUT = 0.01  # per cent, 1e-4
# A population of so many events is one that flow cytometry can tell (ours).
EVENTS_TO_DETECT = 30
NONE_SEEN_BOUND = 3  # cells: the 95 % upper bound where none was seen, the rule of three


@dataclass(frozen=True, slots=True)
class Marker:
    """The items of one way to look for residual disease; they are never merged with another's."""

    value: str
    detected: str
    limit: str
    quantifiable: str
    cells: str


FLOW = Marker(
    value="MRD",
    detected="MRD detected",
    limit="MRD limit of detection",
    quantifiable="MRD lower limit of quantification",
    cells="MRD cells acquired",
)
DETECTED = stated(FLOW.detected)
SCALE = Scale(
    criterion=Criterion(
        name="ELN-2024 MRD classes",
        title="Residual disease of ALL in five classes, European LeukemiaNet 2024",
        levels=(
            "undetectable",
            "negative, sensitivity too low",
            "positive below 0.01 %, not quantifiable",
            "positive below 0.01 %, quantifiable",
            "MRD failure",
        ),
        family="leukemia",
        source=Source(
            cite="Gökbuget 2024",
            place="Blood 143:1891, table of response criteria, MRD",
            standing=Standing.SECONDARY,
        ),
    ),
    otherwise="undetectable",
    rows=(
        Row(
            "undetectable",
            "nothing found by a test that reaches 0.01 % (1e-4)",
            every(no(DETECTED), at_most(FLOW.limit, CUT, "%")),
        ),
        Row(
            "negative, sensitivity too low",
            "nothing found, and the test does not reach 0.01 %",
            every(no(DETECTED), above(FLOW.limit, CUT, "%")),
        ),
        Row(
            "positive below 0.01 %, not quantifiable",
            "found below 0.01 % and below the limit of quantification",
            DETECTED,
        ),
        Row(
            "positive below 0.01 %, quantifiable",
            "found below 0.01 %, at the limit of quantification or above",
            every(DETECTED, compared(FLOW.value, "≥", 1, FLOW.quantifiable, "%")),
        ),
        Row("MRD failure", "0.01 % or more", every(DETECTED, at_least(FLOW.value, CUT, "%"))),
    ),
    notes=(
        "exactly 0.01 % is failure, as in the 2021 terms of the same group; the 2024 table "
        "prints `above`",
        "a number above 0 is found, 0 or a value below the limit of detection is not; a value "
        "below another number leaves it open (ours)",
        f"where no limit is charted the class stays open; what {EVENTS_TO_DETECT} events of the "
        "cells acquired would make of it is told and does not narrow it (ours)",
        "the grade of a chart is the lowest class of all samples of the marrow from day 1 to the "
        "next infusion or transplant (ours)",
    ),
)


def grade_mrd_classes(chart: Chart) -> Grade:
    """The best MRD class of the samples of a chart, as an interval, with each in the series."""
    sheet, criterion = Sheet.of(of_marrow(chart)), SCALE.criterion
    keys, last = (*SCALE.keys(), FLOW.cells), int(min(last_day(chart), EVER))
    samples = []
    for day in assessed_days(sheet, (FLOW.value, FLOW.detected), FIRST_DAY, last):
        on = findings_on(sheet, keys, day)
        known = with_detection(on.findings, FLOW)
        samples.append((day, OnDay(known, on.marks), assess(SCALE, known)))
    if not samples:
        return not_assessed(criterion, chart.subject, topic=TOPIC, missing=(FLOW.value,))
    low = min((verdict.low for _, _, verdict in samples), key=lambda one: rank(criterion, one))
    day, on, best = min(samples, key=lambda sample: rank(criterion, sample[2].high))
    return Grade(
        criterion=criterion,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day {day}",
        low=low,
        high=best.high,
        trust=trust_of(True, low == best.high),
        because=reasons(on.marks, on),
        missing=best.missing,
        assumed=_assumed(on.findings),
        series=tuple(DayGrade(day=at, low=one.low, high=one.high) for at, _, one in samples),
        as_published=low if low == best.high else None,
    )


def with_detection(findings: Findings, marker: Marker) -> Findings:
    """The findings, with whether the marker was found at all where its number tells it."""
    value, limit = findings.get(marker.value), findings.get(marker.limit)
    if marker.detected in findings or not isinstance(value, Span):
        return findings
    if value.low > 0:
        return {**findings, marker.detected: True}
    below_limit = isinstance(limit, Span) and value.high <= limit.low
    if value.high == 0 or below_limit:
        return {**findings, marker.detected: False}
    return findings


def _assumed(findings: Findings) -> tuple[str, ...]:
    cells, value = findings.get(FLOW.cells), findings.get(FLOW.value)
    if not isinstance(cells, Span) or not cells.exact or cells.low <= 0:
        return ()
    found = findings.get(FLOW.detected)
    if found is True and isinstance(value, Span) and value.exact:
        low, high = poisson_interval(value.low, int(cells.low))
        return (f"95 % interval {low:.2g} to {high:.2g} % by cells acquired",)
    if found is not False:
        return ()
    bound = NONE_SEEN_BOUND / cells.low * 100
    texts = [f"none of {cells.low:,.0f} cells: up to {bound:.2g} % by the rule of three"]
    if FLOW.limit not in findings:
        limit = EVENTS_TO_DETECT / cells.low * 100
        supposed = assess(SCALE, {**findings, FLOW.limit: Span(limit, limit)})
        texts.append(
            f"{EVENTS_TO_DETECT} events of the cells acquired would be a limit of {limit:.2g} %: "
            f"{supposed.low}"
        )
    return tuple(texts)


MRD_CLASSES = Entry(
    criterion=SCALE.criterion,
    topic=TOPIC,
    items=tuple(dict.fromkeys((*map(name_in, SCALE.keys()), FLOW.cells))),
    grade=grade_mrd_classes,
    table=printed_table(SCALE),
    notes=SCALE.notes,
)
