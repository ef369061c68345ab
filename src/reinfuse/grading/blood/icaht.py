"""Immune effector cell-associated hematotoxicity by neutrophils (ICAHT), early and late."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from operator import ge

from reinfuse.grading.blood.runs import completed, interpolated, longest, runs
from reinfuse.grading.blood.series import (
    ENDS_ATTRIBUTION,
    ENDS_FOLLOW_UP,
    DailyCounts,
    daily_lowest,
    window_until,
)
from reinfuse.grading.chart.daily import not_assessed, said
from reinfuse.grading.grade import Criterion, Grade, Reason, trust_of
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

ITEM, UNIT, TOPIC = "neutrophils", "{cells}/uL", "ICAHT"
SEVERE, PROFOUND = 500.0, 100.0  # cells/uL, each counted in
# Early: (grade, least days at or below 500, least days at or below 100), the highest grade first.
# Day 0 to 30 are 31 days: a run of all of them never rose above 500.
EARLY_ROWS = ((4, 31, 14), (3, 14, 7), (2, 7, math.inf), (1, 1, math.inf))
EARLY_FIRST, EARLY_LAST = 0, 30
# Late: (grade, highest count), the highest grade first.
LATE_ROWS = ((4, 100.0), (3, 500.0), (2, 1000.0), (1, 1500.0))
LATE_FIRST, LATE_LAST = 31, 100
LATE_ONSET = 1500.0  # the second lowest count must be this low for the fall not to be transient
BRIDGED_DAYS = 2  # a recovery of fewer than 3 days ends no run
FILLED_GAP_DAYS = 7
ROUNDED_TO = 10  # cells/uL
NEVER_RECOVERED_FROM_DAY = 3

_SOURCE = Source(
    cite="Rejeski 2023",
    place="grading table, by the algorithm of Liang (automatedicahtgrading)",
    standing=Standing.PORT,
)
EARLY = Criterion(
    name="ICAHT-2023 early",
    title="Early hematotoxicity: neutropenia on day 0 to 30",
    levels=(0, 1, 2, 3, 4),
    source=_SOURCE,
    family="blood",
)
LATE = Criterion(
    name="ICAHT-2023 late",
    title="Late hematotoxicity: neutropenia from day 31 to 100",
    levels=(0, 1, 2, 3, 4),
    source=_SOURCE,
    family="blood",
)
_EARLY_NOTES = (
    "The lowest count of a day counts; counts are rounded to the nearest 10.",
    "As published: up to 7 days without a count are filled on a straight line and the ends are"
    " carried; longer gaps count as recovered.",
    "The bounds fill nothing: a day without a count could be anything.",
    "A run goes on over a recovery of fewer than 3 days; the longest run counts, not the sum.",
    "Grade 4 also: a run at or below 500 that starts by day 3 and lasts to the last count.",
    "Counts are followed to day 30, the last follow-up or death, whichever is first.",
)
_LATE_NOTES = (
    "The lowest count grades, if the second lowest is at or below 1500 as well; a single count"
    " grades alone.",
    "Counts are followed to day 100, the next therapy, progression, the last follow-up or death,"
    " whichever is first.",
    "Without a count after day 30 it is not evaluable, which is not grade 0.",
)


def grade_early(chart: Chart) -> Grade:
    """The grade of day 0 to 30.

    `as_published` follows the algorithm with its filled gaps; the bounds leave every day without
    a count open. Without any count it is not evaluable.

    Source: Rejeski 2023 as computed by emilyliangmd/automatedicahtgrading, index.Rmd.
    """
    window = window_until(chart, EARLY_FIRST, EARLY_LAST, ENDS_FOLLOW_UP)
    counts = daily_lowest(chart, ITEM, UNIT, window)
    if not counts:
        return not_assessed(EARLY, chart.subject, topic=TOPIC, missing=(ITEM,))
    filled = _rounded(interpolated(counts.most, window, gap=FILLED_GAP_DAYS))
    return _graded(
        EARLY,
        chart,
        counts,
        window,
        low=early_level(completed(_rounded(counts.most), window, math.inf)),
        high=early_level(completed(_rounded(counts.least), window, 0.0)),
        as_published=early_level(filled),
        because=_early_reasons(filled),
    )


def early_level(counts: Mapping[int, float]) -> int:
    """The early grade of daily counts in cells/uL; a day that is not there is not low."""
    severe = runs(counts, partial(ge, SEVERE), bridged=BRIDGED_DAYS)
    profound = runs(counts, partial(ge, PROFOUND), bridged=BRIDGED_DAYS)
    last = max(counts)
    if any(run.first <= NEVER_RECOVERED_FROM_DAY and run.last == last for run in severe):
        return EARLY_ROWS[0][0]
    lengths = longest(severe), longest(profound)
    met = (row[0] for row in EARLY_ROWS if lengths[0] >= row[1] or lengths[1] >= row[2])
    return next(met, 0)


def grade_late(chart: Chart) -> Grade:
    """The grade of day 31 until day 100 or an earlier end; not evaluable without a count.

    Source: Rejeski 2023 as computed by emilyliangmd/automatedicahtgrading, index.Rmd.
    """
    window = window_until(chart, LATE_FIRST, LATE_LAST, ENDS_ATTRIBUTION)
    counts = daily_lowest(chart, ITEM, UNIT, window)
    if not counts:
        missing = (f"{ITEM} after day {EARLY_LAST}",)
        return not_assessed(LATE, chart.subject, topic=TOPIC, missing=missing)
    lowest = min(counts.most, key=lambda day: counts.most[day])
    return _graded(
        LATE,
        chart,
        counts,
        window,
        low=late_level(completed(counts.most, window, math.inf)),
        high=late_level(completed(counts.least, window, 0.0)),
        as_published=late_level(counts.most),
        because=(_reason(counts, lowest),),
    )


def late_level(counts: Mapping[int, float]) -> int:
    """The late grade of daily counts in cells/uL, from the lowest and the second lowest."""
    lowest, *others = sorted(counts.values())
    if others and others[0] > LATE_ONSET:
        return 0
    return next((grade for grade, highest in LATE_ROWS if lowest <= highest), 0)


def _graded(
    criterion: Criterion,
    chart: Chart,
    counts: DailyCounts,
    window: range,
    *,
    low: int,
    high: int,
    as_published: int,
    because: tuple[Reason, ...],
) -> Grade:
    unmeasured = [day for day in window if day not in counts.marks]
    missing = (f"{ITEM} on {len(unmeasured)} of {len(window)} days",) if unmeasured else ()
    return Grade(
        criterion=criterion,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day {window.start} to {window.stop - 1}",
        low=low,
        high=high,
        trust=trust_of(True, low == high),
        because=because,
        missing=missing if low != high else (),
        as_published=as_published,
    )


def _early_reasons(filled: Mapping[int, float]) -> tuple[Reason, ...]:
    """The longest run at or below each threshold, in words."""
    found = []
    for threshold in (SEVERE, PROFOUND):
        lasting = runs(filled, partial(ge, threshold), bridged=BRIDGED_DAYS)
        if lasting:
            run = max(lasting, key=lambda one: one.days)
            days = "1 day" if run.days == 1 else f"{run.days} days"
            found.append(f"{ITEM} ≤ {threshold:g}/µL for {days} (day {run.first} to {run.last})")
    return tuple(Reason(text=text) for text in found or (f"{ITEM} never ≤ {SEVERE:g}/µL",))


def _reason(counts: DailyCounts, day: int) -> Reason:
    mark = counts.marks[day]
    return Reason(text=said(mark), entries=(mark.ref,) if mark.ref else ())


def _rounded(counts: Mapping[int, float]) -> dict[int, float]:
    """Counts to the nearest 10, half to even, as the published algorithm rounds them.

    A count that was only said to be above a limit stays without one, and so does a line to it.
    """
    return {
        day: float(round(count / ROUNDED_TO) * ROUNDED_TO) if math.isfinite(count) else count
        for day, count in counts.items()
    }


_EARLY_TABLE = (
    PrintedRow(part="", level="1", words="≤ 500/µL for 1 to 6 days"),
    PrintedRow(part="", level="2", words="≤ 500/µL for 7 to 13 days"),
    PrintedRow(part="", level="3", words="≤ 500/µL for 14 days or more, or ≤ 100/µL for 7 or more"),
    PrintedRow(part="", level="4", words="never above 500/µL, or ≤ 100/µL for 14 days or more"),
)
_LATE_TABLE = tuple(
    PrintedRow(part="", level=f"{grade}", words=f"≤ {highest:g}/µL, not transient")
    for grade, highest in reversed(LATE_ROWS)
)
ENTRIES = (
    Entry(
        criterion=EARLY,
        topic=TOPIC,
        items=(ITEM, *ENDS_FOLLOW_UP),
        grade=grade_early,
        table=_EARLY_TABLE,
        notes=_EARLY_NOTES,
    ),
    Entry(
        criterion=LATE,
        topic=TOPIC,
        items=(ITEM, *ENDS_ATTRIBUTION),
        grade=grade_late,
        table=_LATE_TABLE,
        notes=_LATE_NOTES,
    ),
)
