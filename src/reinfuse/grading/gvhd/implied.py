"""What a chart says without writing it: a surface under erythroderma, a volume per weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reinfuse.grading.gvhd.stool import ADULT_ABOVE_KG
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark

RASH, ERYTHRODERMA = "skin rash body surface", "erythroderma with bullae"
PER_DAY, PER_WEIGHT = "stool volume", "stool volume per weight"
GENERALIZED = Quantity(50.0, "%", Limit.ABOVE)


def with_implied(chart: Chart) -> Chart:
    """The chart with what follows from it, each only where nothing of the kind was charted.

    Generalized erythroderma covers more than half of the body. A volume per day gives a child's
    volume per kg, and a volume per kg an adult's per day, by the weight of that time.
    """
    return Chart.of(chart.subject, (*chart.marks, *_surfaces(chart), *_volumes(chart)))


def _surfaces(chart: Chart) -> Iterator[Mark]:
    known = _days(chart, RASH)
    for mark in chart.of_item(ERYTHRODERMA):
        if mark.value is True and mark.day // 1 not in known:
            yield replace(mark, item=RASH, value=GENERALIZED)


def _volumes(chart: Chart) -> Iterator[Mark]:
    for given, given_unit, wanted, unit in (
        (PER_DAY, "mL/d", PER_WEIGHT, "mL/kg/d"),
        (PER_WEIGHT, "mL/kg/d", PER_DAY, "mL/d"),
    ):
        known = _days(chart, wanted)
        for mark in chart.of_item(given):
            weight = _weight_kg(chart, mark.day)
            if weight is None or mark.day // 1 in known or not isinstance(mark.value, Quantity):
                continue
            if (weight > ADULT_ABOVE_KG) is (wanted == PER_DAY):
                amount = mark.value.to(given_unit)
                factor = weight if wanted == PER_DAY else 1 / weight
                value = float(f"{amount.value * factor:.12g}")
                yield replace(mark, item=wanted, value=Quantity(value, unit, amount.limit))


def _weight_kg(chart: Chart, day: float) -> float | None:
    """The weight as it lasts: the last one up to that day, else the first one after."""
    marks = list(chart.of_item("weight"))
    before = [mark for mark in marks if mark.day // 1 <= day // 1]
    value = (before[-1:] or marks[:1])[0].value if marks else None
    if not isinstance(value, Quantity) or value.limit is not Limit.EXACT:
        return None
    return value.to("kg").value


def _days(chart: Chart, item: str) -> set[float]:
    return {mark.day // 1 for mark in chart.of_item(item)}
