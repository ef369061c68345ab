"""Immune effector cell-associated hematotoxicity by platelets (T-ICAHT), early and late."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from reinfuse.grading.blood.runs import averaged, completed, longest, runs
from reinfuse.grading.blood.series import (
    ENDS_ATTRIBUTION,
    ENDS_FOLLOW_UP,
    PROGRESSION,
    DailyCounts,
    daily_lowest,
    window_until,
)
from reinfuse.grading.chart.daily import not_assessed, said
from reinfuse.grading.grade import Criterion, Grade, Level, Reason, trust_of
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

ITEM, UNIT, TOPIC = "platelets", "10*9/L", "T-ICAHT"
MILD, SEVERE, PROFOUND = 100.0, 50.0, 20.0  # 10*9/L
LONG_SEVERE_DAYS, LONG_PROFOUND_DAYS = 7, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read the table: what is printed, or what the authors' program does.

    With `at_bound` a count on a threshold is low. `bridged` is the longest recovery that ends no
    run, `least_values` how many low counts a late grade needs. `fills` says that gaps are filled
    with the mean of the counts around them.
    """

    name: str
    early: tuple[int, int]
    late: tuple[int, int] = (31, 100)
    ends_early: tuple[str, ...] = ENDS_FOLLOW_UP
    ends_late: tuple[str, ...] = ENDS_ATTRIBUTION
    at_bound: bool
    bridged: int
    least_values: int
    fills: bool
    standing: Standing
    notes: tuple[str, ...]

    def is_low(self, threshold: float, count: float) -> bool:
        """Whether a count is low."""
        return count <= threshold if self.at_bound else count < threshold

    def longest_low(self, counts: Mapping[int, float], threshold: float) -> int:
        """The length of the longest run of low counts."""
        return longest(runs(counts, partial(self.is_low, threshold), bridged=self.bridged))


PRINTED = Reading(
    name="",
    early=(0, 30),
    at_bound=False,
    bridged=2,
    least_values=1,
    fills=False,
    standing=Standing.SECONDARY,
    notes=(
        "A run goes on over a recovery of fewer than 3 days; the longest run counts.",
        "The table has no rule for days without a count: they stay open.",
        "Transfusions are not taken out: a count counts as it was measured.",
    ),
)
PROGRAM = Reading(
    name=", authors' program",
    early=(0, 37),
    ends_early=(*PROGRESSION, *ENDS_FOLLOW_UP),
    ends_late=(*PROGRESSION, *ENDS_FOLLOW_UP),
    at_bound=True,
    bridged=6,
    least_values=2,
    fills=True,
    standing=Standing.PORT,
    notes=(
        "Not the printed table: thresholds are counted in, a run goes on over a recovery of up to"
        " 6 days, days 31 to 37 are looked at too, and a late grade needs two low counts.",
        "As published: a gap is filled with the mean of the counts before and after it; the ends"
        " are carried for the early grade.",
        "The lowest count of a day counts (ours: the program drops days with several counts).",
    ),
)


def grade_early(reading: Reading, criterion: Criterion, chart: Chart) -> Grade:
    """The early grade; not evaluable without a count.

    Source: Rejeski 2025, table of T-ICAHT.
    """
    window = window_until(chart, *reading.early, reading.ends_early)
    counts = daily_lowest(chart, ITEM, UNIT, window)
    if not counts:
        return not_assessed(criterion, chart.subject, topic=TOPIC, missing=(ITEM,))
    low = early_level(reading, completed(counts.most, window, math.inf))
    high = early_level(reading, completed(counts.least, window, 0.0))
    filled = averaged(counts.most, window, carry_ends=True)
    published = early_level(reading, filled) if reading.fills else None
    return _graded(criterion, chart, counts, window, (low, high, published))


def early_level(reading: Reading, counts: Mapping[int, float]) -> int:
    """The early grade of daily counts in 10*9/L."""
    profound = reading.longest_low(counts, PROFOUND)
    if profound:
        return 4 if profound >= LONG_PROFOUND_DAYS else 3
    severe = reading.longest_low(counts, SEVERE)
    if severe:
        return 2 if severe >= LONG_SEVERE_DAYS else 1
    return 0


def grade_late(reading: Reading, criterion: Criterion, chart: Chart) -> Grade:
    """The late grade; not evaluable without a count after day 30.

    Source: Rejeski 2025, table of T-ICAHT.
    """
    window = window_until(chart, *reading.late, reading.ends_late)
    counts = daily_lowest(chart, ITEM, UNIT, window)
    if len(counts.marks) < reading.least_values:
        missing = (f"{ITEM} after day {reading.late[0] - 1}",)
        return not_assessed(criterion, chart.subject, topic=TOPIC, missing=missing)
    best = completed(counts.most, window, math.inf)
    worst = completed(counts.least, window, 0.0)
    published = None
    if reading.fills:
        published = late_level(
            reading, counts.most, averaged(counts.most, window, carry_ends=False)
        )
    low, high = late_level(reading, best, best), late_level(reading, worst, worst)
    return _graded(criterion, chart, counts, window, (low, high, published))


def late_level(reading: Reading, counts: Mapping[int, float], filled: Mapping[int, float]) -> int:
    """The late grade of counts in 10*9/L; the run at grade 4 is looked for in `filled`."""
    if reading.longest_low(filled, PROFOUND) >= LONG_PROFOUND_DAYS:
        return 4
    for grade, threshold in ((3, PROFOUND), (2, SEVERE), (1, MILD)):
        found = sum(reading.is_low(threshold, count) for count in counts.values())
        if found >= reading.least_values:
            return grade
    return 0


def _graded(
    criterion: Criterion,
    chart: Chart,
    counts: DailyCounts,
    window: range,
    levels: tuple[int, int, int | None],
) -> Grade:
    low, high, published = levels
    unmeasured = [day for day in window if day not in counts.marks]
    mark = counts.marks[min(counts.most, key=lambda day: counts.most[day])]
    as_published: Level | None = low if published is None and low == high else published
    return Grade(
        criterion=criterion,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day {window.start} to {window.stop - 1}",
        low=low,
        high=high,
        trust=trust_of(True, low == high),
        because=(Reason(text=f"lowest {said(mark)}", entries=(mark.ref,) if mark.ref else ()),),
        missing=(
            (f"{ITEM} on {len(unmeasured)} of {len(window)} days",)
            if unmeasured and low != high
            else ()
        ),
        as_published=as_published,
    )


def _table(reading: Reading, *, early: bool) -> tuple[PrintedRow, ...]:
    sign = "≤" if reading.at_bound else "<"
    severe = f"{sign} {SEVERE:g} ×10⁹/L"
    profound = f"{sign} {PROFOUND:g} ×10⁹/L"
    words = (
        (f"{severe} for 1 to 6 days", f"{severe} for 7 days or more")
        if early
        else (f"{sign} {MILD:g} ×10⁹/L", severe)
    )
    last = (f"{profound} for 1 to 13 days", f"{profound} for 14 days or more")
    return tuple(
        PrintedRow(part="", level=str(level), words=text)
        for level, text in enumerate((*words, *last), start=1)
    )


def _entry(reading: Reading, *, early: bool) -> Entry:
    when = "early" if early else "late"
    days = reading.early if early else reading.late
    criterion = Criterion(
        name=f"T-ICAHT-2025 {when}{reading.name}",
        title=f"{when.capitalize()} hematotoxicity: platelets on day {days[0]} to {days[1]}",
        levels=(0, 1, 2, 3, 4),
        source=Source(
            cite="Rejeski 2025", place="table of T-ICAHT grades", standing=reading.standing
        ),
        family="blood",
    )
    others = (PRINTED, PROGRAM)
    return Entry(
        criterion=criterion,
        topic=TOPIC,
        items=(ITEM, *(reading.ends_early if early else reading.ends_late)),
        grade=partial(grade_early if early else grade_late, reading, criterion),
        table=_table(reading, early=early),
        notes=reading.notes,
        variants=tuple(f"T-ICAHT-2025 {when}{one.name}" for one in others if one is not reading),
    )


ENTRIES = tuple(
    _entry(reading, early=early) for reading in (PRINTED, PROGRAM) for early in (True, False)
)
