"""A scale or score over the days of a chart: the series, its peak, its episodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Level, Reason, trust_of
from reinfuse.grading.rules.scale import Scale, Verdict, assess
from reinfuse.grading.rules.score import Score, add_up
from reinfuse.grading.series import episodes, rank
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict on one day and the marks that it rests on."""

    day: int
    verdict: Verdict
    on: OnDay


def judged(rule: Scale | Score, on: OnDay) -> Verdict:
    """The verdict of a scale or score on the findings of a day."""
    return assess(rule, on.findings) if isinstance(rule, Scale) else add_up(rule, on.findings)


def assessments(
    rule: Scale | Score, chart: Chart, *, first: int, last: int
) -> tuple[Assessment, ...]:
    """The verdict on each day from `first` to `last` on which an item of the rule was charted."""
    sheet, keys = Sheet.of(chart), rule.keys()
    found = []
    for day in assessed_days(sheet, keys, first, last):
        on = findings_on(sheet, keys, day, pool_days=rule.pool_days, minds_cause=rule.minds_cause)
        found.append(Assessment(day, judged(rule, on), on))
    return tuple(found)


def grade_days(
    rule: Scale | Score, chart: Chart, *, topic: str, first: int = 0, last: int = 10**6
) -> Grade:
    """The peak of a rule over the days of a chart, with its series and episodes.

    Only days on which an item was charted are assessed; a day without any says nothing, and the
    peak is that of the assessed days.
    """
    found = assessments(rule, chart, first=first, last=last)
    none: Level = rule.otherwise if isinstance(rule, Scale) else 0
    return with_class(rule, grade_of(rule.criterion, chart.subject, found, topic=topic, none=none))


def with_class(rule: Scale | Score, grade: Grade) -> Grade:
    """The grade with the name that the points of a score have, such as `low risk`, as a reason."""
    if isinstance(rule, Scale) or not isinstance(grade.low, int) or not isinstance(grade.high, int):
        return grade
    low, high = rule.class_of(grade.low), rule.class_of(grade.high)
    if not low:
        return grade
    words = f"class: {low}" if low == high else f"class: {low} to {high}"
    return replace(grade, because=(Reason(text=words), *grade.because))


def grade_of(
    criterion: Criterion,
    subject: str,
    found: tuple[Assessment, ...],
    *,
    topic: str,
    none: Level = 0,
) -> Grade:
    """One grade from the assessments of some days; `none` is the level of nothing found."""
    if not found:
        return not_assessed(criterion, subject, topic=topic, missing=("every item",))
    peak = max(found, key=lambda one: (rank(criterion, one.verdict.low), -one.day))
    high = max((one.verdict.high for one in found), key=lambda level: rank(criterion, level))
    low = peak.verdict.low
    settling = [one for one in found if rank(criterion, one.verdict.high) > rank(criterion, low)]
    series = tuple(
        DayGrade(day=one.day, low=one.verdict.low, high=one.verdict.high) for one in found
    )
    return Grade(
        criterion=criterion,
        topic=topic,
        subject=subject,
        when=f"day {found[0].day} to {found[-1].day}" if len(found) > 1 else f"day {found[0].day}",
        low=low,
        high=high,
        trust=trust_of(any(one.on.findings for one in found), low == high),
        because=reasons(peak.verdict.because, peak.on),
        missing=tuple(dict.fromkeys(key for one in settling for key in one.verdict.missing)),
        series=series,
        episodes=episodes(criterion, series, none),
        as_published=low if low == high else None,
    )


def not_assessed(
    criterion: Criterion, subject: str, *, topic: str, missing: tuple[str, ...]
) -> Grade:
    """The grade of a chart on which nothing that the criterion needs was charted."""
    return Grade(
        criterion=criterion,
        topic=topic,
        subject=subject,
        when="",
        low=None,
        high=None,
        trust=trust_of(False, False),
        missing=missing,
    )


def reasons(keys: Iterable[str], on: OnDay) -> tuple[Reason, ...]:
    """What was charted of the items that made a grade."""
    return tuple(
        Reason(text=said(on.marks[key]), entries=(on.marks[key].ref,) if on.marks[key].ref else ())
        for key in keys
        if key in on.marks
    )


def said(mark: Mark) -> str:
    """A mark in words: `temperature 39.1 °C (day 3)`."""
    value = mark.value
    if isinstance(value, Quantity):
        text = f"{mark.item} {value.shown()}"
    elif isinstance(value, bool):
        text = mark.item if value else f"no {mark.item}"
    else:
        text = f"{mark.item}: {value}"
    return f"{text} (day {mark.day // 1:.0f})"
