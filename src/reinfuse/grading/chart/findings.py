"""What a chart says of each item on one day, in the form that conditions are judged on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reinfuse.grading.numbers import range_in
from reinfuse.grading.rules.finding import (
    ELSEWHERE,
    Finding,
    Span,
    key_of,
    name_in,
    unit_in,
)
from reinfuse.grading.window import is_own_cause
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.itself import Itself
from reinfuse.record.vocabulary import Item, Kind, Worse, items


@dataclass(frozen=True, slots=True)
class OnDay:
    """The findings of one day and the mark that each rests on, by the same keys."""

    findings: Mapping[str, Finding]
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart with its marks looked up by key, each list in order of time."""

    chart: Chart
    by_key: Mapping[str, tuple[Mark, ...]]

    @classmethod
    def of(cls, chart: Chart) -> Sheet:
        """The sheet of a chart."""
        return _sheet(Itself(chart))


def findings_on(
    sheet: Sheet, keys: Iterable[str], day: int, *, pool_days: int = 1, minds_cause: bool = False
) -> OnDay:
    """What a chart says of some items on a day, or in the `pool_days` that end with it.

    Of several values the worst counts, by the vocabulary. What lasts (age, weight, a limit of
    normal) is taken from the last day before, else from the first day after. With `minds_cause`,
    a sign put down to another cause is `ELSEWHERE` unless another mark of it is not.
    """
    findings: dict[str, Finding] = {}
    marks: dict[str, Mark] = {}
    for key in keys:
        item = items()[name_in(key)]
        found = _chosen(item, sheet.by_key.get(key, ()), day, pool_days)
        own = [mark for mark in found if not minds_cause or is_own_cause(mark.attributed_to)]
        if own:
            marks[key] = _worst(item, key, own)
            findings[key] = finding_of(item, marks[key], unit_in(key))
        elif found:
            marks[key], findings[key] = found[-1], ELSEWHERE
    return OnDay(findings, marks)


def finding_of(item: Item, mark: Mark, unit: str) -> Finding:
    """The finding that one mark makes; a value beyond a limit is a span."""
    value = mark.value
    if isinstance(value, Quantity):
        kept = Quantity(item.converted(value.value, value.unit, unit), unit, value.limit)
        low, high = range_in(kept, unit) or (0.0, 0.0)
        return Span(low, high)
    if isinstance(value, bool):
        return value
    return frozenset({value})


def assessed_days(sheet: Sheet, keys: Iterable[str], first: int, last: int) -> tuple[int, ...]:
    """The days from `first` to `last` on which any item that does not last was charted."""
    wanted = [key for key in keys if not items()[name_in(key)].lasting]
    days = {int(mark.day // 1) for key in wanted for mark in sheet.by_key.get(key, ())}
    return tuple(sorted(day for day in days if first <= day <= last))


def _chosen(item: Item, marks: tuple[Mark, ...], day: int, pool_days: int) -> tuple[Mark, ...]:
    if not item.lasting:
        return tuple(mark for mark in marks if day - pool_days < mark.day // 1 <= day)
    before = tuple(mark for mark in marks if mark.day // 1 <= day)
    return before[-1:] or marks[:1]


def _worst(item: Item, key: str, marks: list[Mark]) -> Mark:
    if item.worse is Worse.LAST:
        return marks[-1]
    if item.kind is Kind.YES_NO:
        return max(marks, key=lambda mark: mark.value is True)
    if item.kind is Kind.WORD:
        return max(marks, key=lambda mark: item.words.index(str(mark.value)))
    unit = unit_in(key)

    def height(mark: Mark) -> float:
        span = finding_of(item, mark, unit)
        if not isinstance(span, Span):
            return 0.0
        return span.high if item.worse is Worse.HIGH else -span.low

    return max(marks, key=height)


@lru_cache(maxsize=16)
def _sheet(itself: Itself[Chart]) -> Sheet:
    chart = itself.held
    found: dict[str, list[Mark]] = {}
    for mark in chart.marks:
        unit = mark.value.unit if isinstance(mark.value, Quantity) else ""
        found.setdefault(key_of(mark.item, unit), []).append(mark)
    return Sheet(chart, {key: tuple(marks) for key, marks in found.items()})
