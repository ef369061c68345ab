"""A scale of organ stages over the days of a chart, with the stage of each organ as a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from reinfuse.grading.chart.daily import Assessment, assessments, grade_of
from reinfuse.grading.grade import Grade, Level, Reason
from reinfuse.grading.rules.finding import Findings, Span
from reinfuse.grading.rules.judge import leaves
from reinfuse.grading.rules.scale import Part, Row, Scale, Verdict, assess
from reinfuse.grading.series import rank
from reinfuse.record.chart import Chart

# The ways to read the findings of one day; the first is the one that is taken as published.
Ways = Callable[[Findings], tuple[Findings, ...]]
_EVER = 10**6


def one_way(findings: Findings) -> tuple[Findings, ...]:
    """All findings together, none left aside."""
    return (findings,)


def grade_staged(rule: Scale, chart: Chart, *, topic: str, ways: Ways = one_way) -> Grade:
    """The peak of a scale over the days of a chart; the stages of that day stand first.

    Where findings can be read in several `ways` that disagree, the bounds hold them all.
    """
    found = tuple(
        replace(one, verdict=_hull(rule, ways(one.on.findings)))
        for one in assessments(rule, chart, first=0, last=_EVER)
    )
    grade = grade_of(rule.criterion, chart.subject, found, topic=topic, none=rule.otherwise)
    if not found:
        return grade
    return replace(
        grade,
        because=(*stage_reasons(rule, _peak(rule, found)), *grade.because),
        as_published=_as_published(rule, found, ways),
    )


def stage_reasons(rule: Scale, one: Assessment) -> Iterator[Reason]:
    """The stage of each organ on a day: `skin stage 2 (day 12)`, `liver stage 0 to 4 (day 12)`.

    One told by the second way alone says so: `lung score 1, by dyspnea (day 40)`.
    """
    for part in rule.parts:
        span = one.verdict.stages[part.name]
        yield Reason(text=f"{part.name} {_shown(span)}{_by(part, one.on.findings)} (day {one.day})")


def _peak(rule: Scale, found: tuple[Assessment, ...]) -> Assessment:
    """The first day of the highest low, the day that the grade is explained by."""
    return max(found, key=lambda one: (rank(rule.criterion, one.verdict.low), -one.day))


def _hull(rule: Scale, read: tuple[Findings, ...]) -> Verdict:
    """The bounds that hold the verdicts of all ways."""
    verdicts = [assess(rule, findings) for findings in read]
    mildest = min(verdicts, key=lambda one: rank(rule.criterion, one.low))
    worst = max(verdicts, key=lambda one: rank(rule.criterion, one.high))
    stages = mildest.stages
    for other in verdicts:
        stages = {name: span.with_(other.stages[name]) for name, span in stages.items()}
    missing = dict.fromkeys(key for one in verdicts for key in one.missing)
    return Verdict(
        low=mildest.low,
        high=worst.high,
        because=mildest.because,
        missing=tuple(missing),
        stages=stages,
    )


def _as_published(rule: Scale, found: tuple[Assessment, ...], ways: Ways) -> Level | None:
    def place(level: Level) -> float:
        return rank(rule.criterion, level)

    verdicts = [assess(rule, ways(one.on.findings)[0]) for one in found]
    low = max((one.low for one in verdicts), key=place)
    high = max((one.high for one in verdicts), key=place)
    return low if low == high else None


def _by(part: Part, findings: Findings) -> str:
    first, second = _keys(part.rows), _keys(part.instead)
    seen = [key for key in second if key in findings and key not in first]
    if not seen or any(key in findings and key not in second for key in first):
        return ""
    return f", by {' and '.join(seen)}"


def _keys(rows: tuple[Row, ...]) -> dict[str, None]:
    return dict.fromkeys(key for row in rows for key in leaves(row.when))


def _shown(span: Span) -> str:
    return f"{span.low:g}" if span.exact else f"{span.low:g} to {span.high:g}"
