"""Recovery of neutrophils and platelets after a transplant: the first of three good counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from reinfuse.grading.blood.series import (
    ENDS_FOLLOW_UP,
    DailyCounts,
    daily_lowest,
    window_until,
)
from reinfuse.grading.chart.daily import not_assessed, said
from reinfuse.grading.grade import Criterion, Grade, Level, Reason, trust_of
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

UNIT, TRANSFUSION = "10*9/L", "platelet transfusion"
NOT_APPLICABLE, NOT_REACHED = "not applicable", "not reached"
FIRST, LAST = 0, 100
IN_A_ROW = 3
NADIR_BY = 30  # the day by which the lowest count is taken for the nadir of the transplant (ours)
# From the soonest to the latest: counts that never fell, the days, counts that never came back.
LEVELS: tuple[Level, ...] = (NOT_APPLICABLE, *range(FIRST, LAST + 1), NOT_REACHED)
CIBMTR = Source(
    cite="CIBMTR forms manual",
    place="initial ANC and platelet recovery",
    standing=Standing.SECONDARY,
)
EBMT = Source(
    cite="Sureda 2024 (EBMT, ASTCT, CIBMTR, APBMT)",
    doi="10.1038/s41409-024-02251-0",
    place="Table 1, after Kharfan-Dabaja 2021",
    standing=Standing.SECONDARY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What must come back: an item at a level, three times in a row after it had fallen.

    With `day_by_day` the three counts must be of three successive days, else of three days that
    have a count. `free_days` is for how long there must have been no platelet transfusion, up to
    the day of each count; 0 asks for nothing.
    """

    criterion: Criterion
    item: str
    level: float  # 10*9/L
    day_by_day: bool
    free_days: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """The counts of a window and the days on which platelets were, or were not, transfused."""

    counts: DailyCounts
    window: range
    transfused: frozenset[int]
    not_transfused: frozenset[int]


def course_of(rule: Recovery, chart: Chart) -> Course:
    """What a chart holds for a recovery."""
    window = window_until(chart, FIRST, LAST, ENDS_FOLLOW_UP)
    counts = daily_lowest(chart, rule.item, UNIT, window)
    given = {int(mark.day // 1) for mark in chart.of_item(TRANSFUSION) if mark.value is True}
    held = {int(mark.day // 1) for mark in chart.of_item(TRANSFUSION) if mark.value is False}
    return Course(counts, window, frozenset(given), frozenset(held - given))


def grade_recovery(rule: Recovery, chart: Chart) -> Grade:
    """The day of recovery: `as_published` by the counts there are, and the days that it can be.

    `low` is the earliest day, `high` the latest, supposing a count (and for platelets a
    transfusion) on every day that has none. Days count from the transplant.

    Source: CIBMTR forms manual; PMC11161398 Table 1.
    """
    course = course_of(rule, chart)
    topic = f"{rule.item} recovery"
    if not course.counts:
        missing = (f"{rule.item} day by day",)
        return not_assessed(rule.criterion, chart.subject, topic=topic, missing=missing)
    low, high, published = earliest(rule, course), latest(rule, course), recorded(rule, course)
    return Grade(
        criterion=rule.criterion,
        topic=topic,
        subject=chart.subject,
        when=f"day {course.window.start} to {course.window.stop - 1}",
        low=low,
        high=high,
        trust=trust_of(True, low == high),
        because=_because(course, published),
        missing=() if low == high else tuple(_missing(rule, course)),
        as_published=published,
    )


def recorded(rule: Recovery, course: Course) -> Level:
    """The day of recovery by the counts that were recorded, and transfusions only if recorded."""
    counts, days = course.counts.most, sorted(course.counts.marks)
    nadir = _nadir(rule, course)
    if nadir is None:
        return NOT_APPLICABLE
    after = [day for day in days if day >= nadir]
    for place in range(len(after) - IN_A_ROW + 1):
        run = after[place : place + IN_A_ROW]
        successive = run[-1] - run[0] == IN_A_ROW - 1
        good = all(counts[day] >= rule.level and _free(rule, course, day) for day in run)
        if good and (successive or not rule.day_by_day):
            return run[0]
    return NOT_REACHED


def earliest(rule: Recovery, course: Course) -> Level:
    """The soonest that recovery can have been, were every open day as good as it can be."""
    if not any(_surely_fell(rule, course, day) for day in course.window):
        return NOT_APPLICABLE
    fell = False
    for day in course.window:
        run = range(day, day + IN_A_ROW)
        if fell and all(_possibly_good(rule, course, one) for one in run):
            return day
        fell = fell or _possibly_fell(rule, course, day)
    return NOT_REACHED


def latest(rule: Recovery, course: Course) -> Level:
    """The latest that recovery can have been, were every open day as bad as it can be.

    The nadir can be any day by day 30 on which the counts can have been low, or the first on which
    they surely were; what was good before it does not count.
    """
    falls = list(_possible_nadirs(rule, course))
    if not falls:
        return NOT_APPLICABLE
    for day in range(falls[-1] + 1, course.window.stop):
        if all(_surely_good(rule, course, one) for one in range(day, day + IN_A_ROW)):
            return day
    return NOT_REACHED


def _nadir(rule: Recovery, course: Course) -> int | None:
    """The first day of the lowest count by day 30, else the first day on which the counts fell."""
    fell = next((day for day in course.window if _surely_fell(rule, course, day)), None)
    counts = {
        day: count
        for day, count in course.counts.most.items()
        if day <= NADIR_BY and count < rule.level
    }
    return min(counts, key=lambda day: (counts[day], day)) if counts else fell


def _possible_nadirs(rule: Recovery, course: Course) -> Iterator[int]:
    """The days that can have been the nadir: no later than the last count, or than the fall."""
    surely = False
    until = min(NADIR_BY, max(course.counts.marks))
    for day in course.window:
        if surely and day > until:
            return
        if _possibly_fell(rule, course, day):
            yield day
        surely = surely or _surely_fell(rule, course, day)


def _surely_fell(rule: Recovery, course: Course, day: int) -> bool:
    low = course.counts.most.get(day, rule.level) < rule.level
    return low or (rule.free_days > 0 and day in course.transfused)


def _possibly_fell(rule: Recovery, course: Course, day: int) -> bool:
    low = course.counts.least.get(day, 0.0) < rule.level
    return low or (rule.free_days > 0 and day not in course.not_transfused)


def _surely_good(rule: Recovery, course: Course, day: int) -> bool:
    free = range(day - rule.free_days + 1, day + 1)
    high = course.counts.least.get(day, 0.0) >= rule.level
    return high and all(one in course.not_transfused for one in free)


def _possibly_good(rule: Recovery, course: Course, day: int) -> bool:
    if day not in course.window:
        return False
    return course.counts.most.get(day, rule.level) >= rule.level and _free(rule, course, day)


def _free(rule: Recovery, course: Course, day: int) -> bool:
    return not any(one in course.transfused for one in range(day - rule.free_days + 1, day + 1))


def _because(course: Course, published: Level) -> tuple[Reason, ...]:
    mark = course.counts.marks.get(published) if isinstance(published, int) else None
    if mark is None:
        return ()
    text = f"{said(mark)}, the first of three"
    return (Reason(text=text, entries=(mark.ref,) if mark.ref else ()),)


def _missing(rule: Recovery, course: Course) -> Iterator[str]:
    open_days = [day for day in course.window if day not in course.counts.marks]
    if open_days:
        yield f"{rule.item} on {len(open_days)} of {len(course.window)} days"
    if rule.free_days and not course.not_transfused >= set(course.window) - course.transfused:
        yield f"{TRANSFUSION}, yes or no on every day"


def _rule(name: str, source: Source, item: str, level: float, *, day_by_day: bool) -> Recovery:
    platelets = item == "platelets"
    return Recovery(
        criterion=Criterion(
            name=name,
            title=f"Day of {item.removesuffix('s')} recovery to {level:g} ×10⁹/L",
            levels=LEVELS,
            source=source,
            family="blood",
        ),
        item=item,
        level=level,
        day_by_day=day_by_day,
        free_days=7 if platelets else 0,
    )


def _entry(rule: Recovery, others: tuple[Recovery, ...]) -> Entry:
    row = "days in succession" if rule.day_by_day else "counts of different days"
    words = f"the first of {IN_A_ROW} {row} at {rule.level:g} ×10⁹/L or above, after the nadir"
    free = f"; no platelet transfusion for {rule.free_days} days" if rule.free_days else ""
    never = f"never below {rule.level:g} ×10⁹/L" + (" and never transfused" if free else "")
    return Entry(
        criterion=rule.criterion,
        topic=f"{rule.item} recovery",
        items=(rule.item, *((TRANSFUSION,) if rule.free_days else ()), *ENDS_FOLLOW_UP),
        grade=partial(grade_recovery, rule),
        table=(
            PrintedRow(part="", level="day", words=words + free),
            PrintedRow(part="", level=NOT_APPLICABLE, words=never),
            PrintedRow(part="", level=NOT_REACHED, words=f"not by day {LAST}"),
        ),
        notes=(
            "The lowest count of a day counts. Days count from the transplant.",
            f"The nadir is the lowest count by day {NADIR_BY}; the bounds allow every day by then,"
            " up to the last count, on which the count can have been low (ours)."
            f" Followed to day {LAST}, the last follow-up or death (ours).",
            "As published, a day without a charted transfusion had none; the bounds leave it open.",
        ),
        variants=tuple(
            one.criterion.name for one in others if one.item == rule.item and one is not rule
        ),
    )


NEUTROPHILS_CIBMTR = _rule(
    "neutrophil recovery CIBMTR", CIBMTR, "neutrophils", 0.5, day_by_day=False
)
RULES = (
    NEUTROPHILS_CIBMTR,
    _rule("neutrophil recovery EBMT", EBMT, "neutrophils", 0.5, day_by_day=True),
    _rule("platelet recovery CIBMTR 20", CIBMTR, "platelets", 20.0, day_by_day=False),
    _rule("platelet recovery CIBMTR 50", CIBMTR, "platelets", 50.0, day_by_day=False),
    _rule("platelet recovery EBMT", EBMT, "platelets", 20.0, day_by_day=True),
)
ENTRIES = tuple(_entry(rule, RULES) for rule in RULES)
