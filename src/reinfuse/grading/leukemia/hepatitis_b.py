"""Reactivation of hepatitis B, by the American and the Asian-Pacific guidelines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Criterion, Grade, Level
from reinfuse.grading.rules.condition import (
    Condition,
    at_least,
    compared,
    every,
    no,
    some,
    stated,
)
from reinfuse.grading.rules.entry import Entry, PrintedRow, printed_table
from reinfuse.grading.rules.finding import Finding, Span, name_in
from reinfuse.grading.rules.judge import holds
from reinfuse.grading.rules.scale import Row, Scale, assess
from reinfuse.grading.series import rank
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "hepatitis B reactivation"
NONE, REACTIVATED = "no reactivation", "reactivation"
EVER = 10**6
DNA, FOUND = "hepatitis B DNA", "hepatitis B DNA detected"
BASELINE, FOUND_BEFORE = "hepatitis B DNA baseline", "hepatitis B DNA detected at baseline"
CARRIER, UNIT = stated("HBsAg at baseline"), "[IU]/mL"
RISEN = every(stated(FOUND_BEFORE), compared(DNA, "≥", 100, BASELINE, UNIT))
REVIEW = "as tabulated in J Pers Med 2021;11:267, table 2"
RESOLVED = every(no(CARRIER), stated("anti-HBc"), some(stated(FOUND), stated("HBsAg")))


@dataclass(frozen=True, slots=True)
class Guideline:
    """One definition: its table, and what it asks for where the baseline is not available."""

    scale: Scale
    without_baseline: Condition
    words: str


def _guideline(
    name: str,
    source: Source,
    *,
    new: int,
    unknown: int,
    resolved: tuple[Row, ...],
    notes: tuple[str, ...] = (),
) -> Guideline:
    without = at_least(DNA, unknown, UNIT)
    appeared = every(no(stated(FOUND_BEFORE)), at_least(DNA, new, UNIT))
    return Guideline(
        Scale(
            criterion=Criterion(
                name=f"hepatitis B reactivation {name}",
                title=f"Reactivation of hepatitis B, {name}",
                levels=(NONE, REACTIVATED),
                family="B cells",
                source=source,
            ),
            otherwise=NONE,
            rows=(
                Row(
                    REACTIVATED,
                    f"HBsAg before: DNA risen 100-fold, or ≥ {new:,} IU/mL where there was none",
                    every(CARRIER, some(RISEN, appeared)),
                ),
                *resolved,
            ),
            notes=(
                "without a baseline the interval stays open; the published grade then follows "
                "the row for it",
                "DNA in IU/mL only; copies are not converted",
                *notes,
            ),
        ),
        without,
        f"HBsAg before, baseline not available: DNA ≥ {unknown:,} IU/mL",
    )


AASLD = _guideline(
    "AASLD-2018",
    Source(
        cite="Terrault 2018", doi="10.1002/hep.29800", place=REVIEW, standing=Standing.SECONDARY
    ),
    new=1000,
    unknown=10_000,
    resolved=(
        Row(REACTIVATED, "HBsAg negative, anti-HBc positive before: DNA or HBsAg again", RESOLVED),
    ),
)
APASL = _guideline(
    "APASL-2016",
    Source(
        cite="Sarin 2016",
        doi="10.1007/s12072-015-9675-4",
        place=REVIEW,
        standing=Standing.SECONDARY,
    ),
    new=100,
    unknown=20_000,
    resolved=(),
    notes=("it does not clearly define reactivation where HBsAg was negative before: none here",),
)


def grade_hepatitis_b(of: Guideline, chart: Chart) -> Grade:
    """Whether hepatitis B was reactivated on any day, as an interval, with each day in a series.

    DNA above 0 is found and 0 is not; a value below a limit leaves it open.
    """
    sheet, keys = Sheet.of(chart), (*of.scale.keys(), DNA)
    found = []
    for day in assessed_days(sheet, keys, 0, EVER):
        on = findings_on(sheet, keys, day)
        findings = dict(on.findings)
        for value, detected in ((DNA, FOUND), (BASELINE, FOUND_BEFORE)):
            known = _found(findings.get(value))
            if detected not in findings and known is not None:
                findings[detected] = known
        found.append(Assessment(day, assess(of.scale, findings), OnDay(findings, on.marks)))
    criterion = of.scale.criterion
    grade = grade_of(criterion, chart.subject, tuple(found), topic=TOPIC, none=NONE)
    levels = [_published(of, one) for one in found]
    if not levels or None in levels:
        return grade
    worst = max((one for one in levels if one is not None), key=partial(rank, criterion))
    return replace(grade, as_published=worst)


def _published(of: Guideline, one: Assessment) -> Level | None:
    """What the guideline's own row says where the baseline is not available."""
    verdict, findings = one.verdict, one.on.findings
    if verdict.exact:
        return verdict.low
    if {BASELINE, FOUND_BEFORE} & set(findings) or findings.get("HBsAg at baseline") is not True:
        return None
    truth = holds(of.without_baseline, findings)
    return None if truth is None else (REACTIVATED if truth else NONE)


def _found(value: Finding | None) -> bool | None:
    if not isinstance(value, Span):
        return None
    return True if value.low > 0 else (False if value.high == 0 else None)


def _entry(of: Guideline, variant: Guideline) -> Entry:
    return Entry(
        criterion=of.scale.criterion,
        topic=TOPIC,
        items=tuple(dict.fromkeys(map(name_in, (*of.scale.keys(), DNA)))),
        grade=partial(grade_hepatitis_b, of),
        table=(
            *printed_table(of.scale),
            PrintedRow(part="", level=REACTIVATED, words=of.words),
        ),
        notes=of.scale.notes,
        variants=(variant.scale.criterion.name,),
    )


HEPATITIS_B = (_entry(AASLD, APASL), _entry(APASL, AASLD))
