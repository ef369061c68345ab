"""CNS status of ALL by the Children's Oncology Group, from one lumbar puncture."""

from __future__ import annotations

import math
from dataclasses import replace

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.rules.condition import above, at_least, below, every, stated
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import Findings, Span, name_in
from reinfuse.grading.rules.scale import Row, Scale, assess
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "CNS status"
EVER = 10**6
WHITE, RED = "cerebrospinal fluid white cells", "cerebrospinal fluid red cells"
BLOOD_WHITE, BLOOD_RED = "white blood cells", "red blood cells"
SIGNS, FLOW = "clinical signs of CNS leukemia", "cerebrospinal fluid leukemia by flow"
CELLS, RATIO = "{cells}/uL", "Steinherz-Bleyer ratio"
RED_PER_WHITE_UNIT = 1000  # 10*12/L of red cells in units of 10*9/L
CYTOSPIN = "blasts on cytospin"
OF_RATIO = (WHITE, RED, BLOOD_WHITE, BLOOD_RED)
BLASTS = stated(CYTOSPIN)
TRAUMATIC = at_least(RED, 10, CELLS)

SCALE = Scale(
    criterion=Criterion(
        name="COG CNS status",
        title="CNS status of ALL, Children's Oncology Group",
        levels=("CNS1", "CNS2a", "CNS2b", "CNS2c", "CNS3a", "CNS3b", "CNS3c"),
        family="leukemia",
        source=Source(
            cite="COG CNS classification",
            place="as listed in a point-of-care guideline on ALL, criteria",
            standing=Standing.SECONDARY,
        ),
    ),
    otherwise="CNS1",
    rows=(
        Row("CNS2a", "blasts; white cells < 5, red cells < 10 per uL", BLASTS),
        Row("CNS2b", "blasts; white cells < 5, red cells ≥ 10", every(BLASTS, TRAUMATIC)),
        Row(
            "CNS2c",
            "blasts; white cells ≥ 5, red cells ≥ 10; Steinherz/Bleyer ratio not above 2",
            every(BLASTS, at_least(WHITE, 5, CELLS)),
            standing=Standing.RECALLED,
        ),
        Row(
            "CNS3a",
            "blasts; white cells ≥ 5, red cells < 10",
            every(BLASTS, at_least(WHITE, 5, CELLS), below(RED, 10, CELLS)),
        ),
        Row(
            "CNS3b",
            "blasts; white cells ≥ 5, red cells ≥ 10; Steinherz/Bleyer ratio above 2",
            every(BLASTS, at_least(WHITE, 5, CELLS), TRAUMATIC, above(RATIO, 2, "{ratio}")),
            standing=Standing.RECALLED,
        ),
        Row("CNS3c", "clinical signs of leukemia of the CNS", stated(SIGNS)),
    ),
    notes=(
        "the last row that holds counts; no blasts is CNS1 whatever the cells",
        "the ratio is white to red cells of the fluid over white to red cells of the blood of "
        "that day; a source that was read prints white cells only (recalled)",
        "without the blood counts a traumatic puncture is CNS2c or CNS3b",
        "blasts are those on a cytospin: leukemia seen by flow cytometry alone is not CNS2 "
        "(recalled)",
    ),
)  # fmt: skip


def grade_cns(chart: Chart) -> Grade:
    """The worst CNS status of the lumbar punctures of a chart, with each in the series."""
    sheet, asked = Sheet.of(chart), SCALE.keys()
    keys = (*asked, BLOOD_WHITE, BLOOD_RED)
    wanted = [key for key in asked if key != RATIO]
    found = []
    for day in assessed_days(sheet, wanted, 0, EVER):
        on = findings_on(sheet, keys, day)
        findings = dict(on.findings)
        ratio = steinherz_bleyer(findings)
        if RATIO not in findings and ratio is not None:
            findings[RATIO] = ratio
        found.append(Assessment(day, assess(SCALE, findings), OnDay(findings, on.marks)))
    grade = grade_of(SCALE.criterion, chart.subject, tuple(found), topic=TOPIC, none="CNS1")
    counts = [key for key in OF_RATIO if not any(key in one.on.findings for one in found)]
    missing = [name for key in grade.missing for name in (counts if key == RATIO else (key,))]
    return replace(
        grade,
        because=(*grade.because, *_by_flow_alone(sheet)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _by_flow_alone(sheet: Sheet) -> tuple[Reason, ...]:
    """Leukemia that flow cytometry saw in the fluid of a day without blasts on the cytospin."""
    found = []
    for mark in sheet.by_key.get(FLOW, ()):
        day = int(mark.day // 1)
        blasts = findings_on(sheet, (CYTOSPIN,), day).findings.get(CYTOSPIN)
        if mark.value is True and blasts is False:
            text = f"leukemia by flow cytometry alone on day {day}: it does not count"
            found.append(Reason(text=text, entries=(mark.ref,) if mark.ref else ()))
    return tuple(found)


def steinherz_bleyer(findings: Findings) -> Span | None:
    """White to red cells of the fluid over white to red cells of the blood.

    None where a count is missing; counts that are spans give a span. Red cells of 0 in the fluid
    make it endless, which no row asks for.
    """
    spans = [findings.get(key) for key in OF_RATIO]
    if not all(isinstance(span, Span) for span in spans):
        return None
    white, red, blood_white, blood_red = (span for span in spans if isinstance(span, Span))
    low = _ratio(white.low, red.high, blood_white.high, blood_red.low)
    high = _ratio(white.high, red.low, blood_white.low, blood_red.high)
    return Span(low, high)


def _ratio(white: float, red: float, blood_white: float, blood_red: float) -> float:
    divisor = red * blood_white
    if divisor == 0:
        return math.inf if white > 0 else 0.0
    return white * blood_red * RED_PER_WHITE_UNIT / divisor


CNS = Entry(
    criterion=SCALE.criterion,
    topic=TOPIC,
    items=tuple(dict.fromkeys(map(name_in, (*SCALE.keys(), BLOOD_WHITE, BLOOD_RED, FLOW)))),
    grade=grade_cns,
    table=printed_table(SCALE),
    notes=SCALE.notes,
)
