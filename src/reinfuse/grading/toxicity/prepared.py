"""A scale over the days of a chart, each day completed by what it implies; death set above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Grade, Reason, Trust
from reinfuse.grading.rules.entry import Entry, PrintedRow, printed_table
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.rules.scale import Scale, assess
from reinfuse.record.chart import Chart

DEATH_CAUSE, DEATH_GRADE = "death cause", 5
LAST_DAY = 10**6
DEATH_NOTE = (
    "grade 5 needs a stated death from it; a chart that states none is read as that of somebody "
    "alive (ours)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A scale with what completes its days: further items, and what they imply.

    `cause` is the cause of death that makes grade 5.
    """

    scale: Scale
    complete: Callable[[OnDay], OnDay]
    further: tuple[str, ...] = ()
    cause: str = "CRS"

    def keys(self) -> tuple[str, ...]:
        """Every key that the scale or what completes it looks at, each once."""
        return tuple(dict.fromkeys((*self.scale.keys(), *self.further)))


def days_of(rule: Prepared, chart: Chart) -> tuple[tuple[int, OnDay], ...]:
    """Each assessed day with its completed findings."""
    sheet, keys = Sheet.of(chart), rule.keys()
    minds = rule.scale.minds_cause
    return tuple(
        (day, rule.complete(findings_on(sheet, keys, day, minds_cause=minds)))
        for day in assessed_days(sheet, keys, 0, LAST_DAY)
    )


def grade_prepared(rule: Prepared, chart: Chart, *, topic: str) -> Grade:
    """The peak of the scale over the assessed days; 5 where it was the cause of death."""
    found = tuple(
        Assessment(day, assess(rule.scale, on.findings), on) for day, on in days_of(rule, chart)
    )
    grade = grade_of(rule.scale.criterion, chart.subject, found, topic=topic)
    return with_death(grade, chart, rule.cause)


def with_death(grade: Grade, chart: Chart, cause: str) -> Grade:
    """The grade, or grade 5 where a mark states death from this cause."""
    deaths = [mark for mark in chart.of_item(DEATH_CAUSE) if mark.value == cause]
    if not deaths:
        return grade
    first = deaths[0]
    text = f"death from {cause} (day {first.day:g})"
    return replace(
        grade,
        when=grade.when or f"day {first.day:g}",
        low=DEATH_GRADE,
        high=DEATH_GRADE,
        trust=Trust.DERIVED,
        because=(Reason(text=text, entries=(first.ref,) if first.ref else ()), *grade.because),
        missing=(),
        as_published=DEATH_GRADE,
    )


def death_row(cause: str) -> PrintedRow:
    """The line of grade 5 as a reader sees it."""
    return PrintedRow(
        part="", level="5", words=f"death from {cause}", asks=f"{DEATH_CAUSE}: {cause}"
    )


def prepared_entry(
    rule: Prepared,
    *,
    topic: str,
    variants: tuple[str, ...] = (),
    further_rows: tuple[PrintedRow, ...] = (),
) -> Entry:
    """The catalogue's entry of a completed scale."""
    return Entry(
        criterion=rule.scale.criterion,
        topic=topic,
        items=(*dict.fromkeys(map(name_in, rule.keys())), DEATH_CAUSE),
        grade=partial(grade_prepared, rule, topic=topic),
        table=(*printed_table(rule.scale), death_row(rule.cause), *further_rows),
        notes=(*rule.scale.notes, DEATH_NOTE),
        variants=variants,
        rule=rule.scale,
    )
