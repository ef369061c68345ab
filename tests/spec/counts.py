"""Charts of daily counts, and what must hold of every criterion that is graded on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from reinfuse.grading.blood import CRITERIA
from reinfuse.grading.grade import Grade, Level
from reinfuse.grading.series import rank
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark, MarkValue

ENTRIES = {entry.criterion.name: entry for entry in CRITERIA}
PER_UL, PER_NL = "{cells}/uL", "10*9/L"
EXAMPLES = 300  # how often a property of these criteria is tried


def chart_of(
    counts: Mapping[int, float],
    *more: tuple[str, int, MarkValue],
    item: str = "neutrophils",
    unit: str = PER_UL,
) -> Chart:
    """A chart of one count a day, and of whatever else is given as (item, day, value)."""
    marks = [Mark(item=item, day=day, value=Quantity(count, unit)) for day, count in counts.items()]
    return Chart.of("a patient", (*marks, *(Mark(item=i, day=d, value=v) for i, d, v in more)))


def published(name: str, chart: Chart) -> Level | None:
    """The grade by the criterion's own rule for gaps."""
    return ENTRIES[name].grade(chart).as_published


def bounds(name: str, chart: Chart) -> tuple[Level | None, Level | None]:
    """The lowest and the highest grade."""
    grade = ENTRIES[name].grade(chart)
    return grade.low, grade.high


def ranks(grade: Grade) -> tuple[float, float]:
    """The places of the bounds; what is not evaluable can be anything."""
    if grade.low is None or grade.high is None:
        return float("-inf"), float("inf")
    return rank(grade.criterion, grade.low), rank(grade.criterion, grade.high)


def without_days(chart: Chart, days: Iterable[int], *items: str) -> Chart:
    """The chart with nothing charted of some items on some days."""
    gone = set(days)
    kept = [mark for mark in chart.marks if mark.item not in items or int(mark.day) not in gone]
    return Chart.of(chart.subject, kept)


def check_that_knowing_less_widens(
    grade: Callable[[Chart], Grade], full: Chart, less: Chart
) -> None:
    """What is taken away leaves bounds that hold the bounds of the full chart."""
    whole, part = ranks(grade(full)), ranks(grade(less))
    assert part[0] <= whole[0], "the lowest grade rose"
    assert whole[1] <= part[1], "the highest grade fell"


def check_that_the_published_grade_is_possible(grade: Grade) -> None:
    """The grade by the criterion's own rule for gaps lies within the bounds."""
    if grade.as_published is not None:
        low, high = ranks(grade)
        assert low <= rank(grade.criterion, grade.as_published) <= high
