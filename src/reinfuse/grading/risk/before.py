"""One assessment from a span of days before day 0, one value of each item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from reinfuse.grading.chart.daily import Assessment, grade_of, judged, not_assessed, with_class
from reinfuse.grading.chart.findings import OnDay, Sheet, findings_on
from reinfuse.grading.grade import Grade
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.rules.scale import Scale
from reinfuse.grading.rules.score import Score
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import Kind, items


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last` on which values count; those nearest `aim` come first."""

    first: int
    last: int
    aim: int

    @property
    def days(self) -> int:
        """How many days the window has."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """The window in words."""
        return f"day {self.first} to {self.last}"


def found_before(chart: Chart, keys: Iterable[str], window: Window) -> OnDay:
    """The value of each item nearest to the day aimed at, the earlier of two as near.

    What lasts counts from any day; a comorbidity first recorded after day 0 says nothing of the
    days before.
    """
    keys = tuple(keys)
    sheet = Sheet.of(chart)
    marks = [mark for key in keys for mark in _counted(sheet.by_key.get(key, ()), key, window)]
    kept = Sheet.of(Chart.of(chart.subject, marks))
    return findings_on(kept, keys, window.last, pool_days=window.days)


def _counted(marks: tuple[Mark, ...], key: str, window: Window) -> tuple[Mark, ...]:
    item = items()[name_in(key)]
    if item.lasting:
        return tuple(one for one in marks if item.kind is Kind.NUMBER or one.day < 1)
    inside = [one for one in marks if window.first <= one.day // 1 <= window.last]
    nearest = min(inside, key=lambda one: (abs(one.day // 1 - window.aim), one.day), default=None)
    return () if nearest is None else (nearest,)


def grade_before(rule: Scale | Score, window: Window, topic: str, chart: Chart) -> Grade:
    """The one grade of a rule on the values of a window before day 0.

    Age, weight and limits of normal alone are no assessment.
    """
    on = found_before(chart, rule.keys(), window)
    telling = (items()[mark.item] for mark in on.marks.values())
    if not any(not item.lasting or item.kind is not Kind.NUMBER for item in telling):
        return not_assessed(rule.criterion, chart.subject, topic=topic, missing=("every item",))
    found = Assessment(window.aim, judged(rule, on), on)
    grade = grade_of(rule.criterion, chart.subject, (found,), topic=topic)
    return with_class(rule, replace(grade, when=str(window), series=(), episodes=()))


def listed_before(
    rule: Scale | Score, window: Window, *, topic: str, variants: tuple[str, ...] = ()
) -> Entry:
    """The entry of a rule that is judged once, before day 0."""
    return Entry(
        criterion=rule.criterion,
        topic=topic,
        items=tuple(dict.fromkeys(map(name_in, rule.keys()))),
        grade=partial(grade_before, rule, window, topic),
        table=printed_table(rule),
        notes=rule.notes,
        variants=variants,
        rule=rule,
    )
