"""The body mass index of a chart, from weight and height where nobody recorded it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from reinfuse.grading.grade import Grade
from reinfuse.grading.rules.entry import Entry
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark

BODY_MASS_INDEX, WEIGHT, HEIGHT = "body mass index", "weight", "height"


def with_body_mass(entry: Entry) -> Entry:
    """The entry, graded on charts that hold a body mass index if they hold what makes it."""
    return replace(
        entry,
        items=(*entry.items, WEIGHT, HEIGHT),
        grade=partial(_with_body_mass, entry.grade),
    )


def body_mass_added(chart: Chart) -> Chart:
    """The chart with a body mass index, by the last weight and height up to day 0.

    Nothing is added beside a recorded one, nor from a value beyond a limit.
    """
    weight, height = _last(chart, WEIGHT, "kg"), _last(chart, HEIGHT, "m")
    recorded = any(chart.of_item(BODY_MASS_INDEX))
    if recorded or weight is None or height is None or height[1] <= 0:
        return chart
    mark, kilograms = weight
    value = Quantity(kilograms / height[1] ** 2, "kg/m2")
    made = replace(mark, item=BODY_MASS_INDEX, value=value)
    return Chart.of(chart.subject, (*chart.marks, made))


def _with_body_mass(grade: Callable[[Chart], Grade], chart: Chart) -> Grade:
    return grade(body_mass_added(chart))


def _last(chart: Chart, item: str, unit: str) -> tuple[Mark, float] | None:
    found: tuple[Mark, float] | None = None
    for mark in chart.of_item(item):
        value = mark.value
        usable = isinstance(value, Quantity) and value.limit is Limit.EXACT
        if usable and isinstance(value, Quantity) and (found is None or mark.day < 1):
            found = mark, value.to(unit).value
    return found
