"""ASTCT ICANS 2019 at any age: the ICE table from 12 years on, the CAPD table below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay, Sheet, findings_on
from reinfuse.grading.grade import Grade
from reinfuse.grading.icans import CHILD_YEARS
from reinfuse.grading.rules.condition import at_least
from reinfuse.grading.rules.entry import Entry, PrintedRow, printed_table
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.rules.judge import Truth, holds
from reinfuse.grading.rules.scale import Verdict, assess
from reinfuse.grading.toxicity import icans_child, icans_ice
from reinfuse.grading.toxicity.icans_signs import ICANS_2019
from reinfuse.grading.toxicity.prepared import DEATH_CAUSE, days_of, death_row, with_death
from reinfuse.record.chart import Chart

TOPIC = "ICANS"
OLDER = at_least("age", CHILD_YEARS, "a")
NOTES = (
    "from the day of the twelfth birthday on by the ICE score, before by CAPD",
    "without an age both stay possible",
)


def grade_icans_chart(chart: Chart) -> Grade:
    """Grade ICANS over the assessed days of a chart, each by the table of that day's age.

    Without an age a day has every grade that either table allows.

    Source: ASTCT consensus 2019, doi:10.1016/j.bbmt.2018.12.758, Tables 4 to 7.
    """
    found = tuple(_assessments(chart))
    grade = grade_of(ICANS_2019, chart.subject, found, topic=TOPIC)
    return with_death(grade, chart, icans_ice.TABLE.cause)


def _assessments(chart: Chart) -> Iterator[Assessment]:
    sheet = Sheet.of(chart)
    by_ice, by_capd = dict(days_of(icans_ice.TABLE, chart)), dict(days_of(icans_child.TABLE, chart))
    for day in sorted({*by_ice, *by_capd}):
        age = findings_on(sheet, ("age",), day)
        nothing = OnDay({}, {})
        older, younger = by_ice.get(day, nothing), by_capd.get(day, nothing)
        verdict = _chosen(
            holds(OLDER, age.findings),
            assess(icans_ice.SCALE, older.findings),
            assess(icans_child.SCALE, younger.findings),
        )
        on = OnDay({**older.findings, **younger.findings}, {**older.marks, **younger.marks})
        yield Assessment(day, verdict, on)


def _chosen(older: Truth, by_ice: Verdict, by_capd: Verdict) -> Verdict:
    if older is not None:
        return by_ice if older else by_capd
    milder = by_ice if int(by_ice.low) <= int(by_capd.low) else by_capd
    low, high = int(milder.low), max(int(by_ice.high), int(by_capd.high))
    wanted = dict.fromkeys(("age", *by_ice.missing, *by_capd.missing)) if low != high else {}
    return Verdict(low=low, high=high, because=milder.because, missing=tuple(wanted))


def icans_entry() -> Entry:
    """The catalogue's entry that chooses the table by age."""
    tables = (("12 years and over", icans_ice.TABLE), ("under 12 years", icans_child.TABLE))
    keys = (*icans_ice.TABLE.keys(), *icans_child.TABLE.keys())
    return Entry(
        criterion=ICANS_2019,
        topic=TOPIC,
        items=(*dict.fromkeys(("age", *map(name_in, keys))), DEATH_CAUSE),
        grade=grade_icans_chart,
        table=(
            *(_under(ages, row) for ages, table in tables for row in printed_table(table.scale)),
            death_row(TOPIC),
        ),
        notes=(*NOTES, *dict.fromkeys((*icans_ice.SCALE.notes, *icans_child.SCALE.notes))),
        variants=(icans_ice.SCALE.criterion.name, icans_child.SCALE.criterion.name),
    )


def _under(ages: str, row: PrintedRow) -> PrintedRow:
    return replace(row, part=f"{ages}: {row.part}" if row.part else ages)
