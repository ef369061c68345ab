"""What was measured of the CAR-T cells after each infusion, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from reinfuse.quantity import Limit
from reinfuse.record import Course, Infusion, Observation, Result, clock_of, days_of
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.moments import anchor_names, dates_of, ordered, plain_zero
from reinfuse.synopsis.periods import surely_after, told_by_infusions
from reinfuse.synopsis.vocabulary import BLOOD, group_site, number_in
from reinfuse.timeline import DayRange

CART = ("CAR-T cells", "CAR transgene")
# A dimension that CAR-T cells are measured in, with the one unit that its values are given in.
UNIT_OF = {
    "fraction": "%",
    "cells per volume": "{cells}/uL",
    "copies per DNA mass": "{copies}/ug",
    "copies per volume": "{copies}/mL",
    "copies per cell": "{copies}/{cell}",
}
_BELOW = (Limit.BELOW, Limit.AT_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPoint:
    """One measurement of CAR-T cells on the days it can have been taken after an infusion.

    `value` is None where only a word was written, or where the cells were not detected; then
    `limit` is the limit of detection, or None where nobody stated it. `unit` is a UCUM code,
    None where no number was written. `at_least` marks a value that ran out of range upwards.
    `surely` is False where the sample can have been taken before the infusion or after the next.
    """

    entry: str
    days: DayRange
    unit: str | None
    value: float | None
    detected: bool
    limit: float | None
    at_least: bool
    peak: bool
    surely: bool
    site: str | None
    method: str | None
    denominator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartSeries:
    """The CAR-T measurements of one infusion, oldest first.

    `dates` are the calendar days of its day 0; `ends_with` is the next infusion, which no sample
    of this series can have been taken after.
    """

    infusion: str
    label: str
    dates: DayRange
    ends_with: str | None
    points: tuple[CartPoint, ...]


@lru_cache(maxsize=8)
def cart_measurements(course: Course) -> tuple[CartSeries, ...]:
    """The CAR-T measurements of each infusion: on or after its day 0, before the next infusion."""
    infusions = ordered(course, course.infusions)
    names = anchor_names(course)
    following = (*infusions[1:], None)[: len(infusions)]
    return tuple(
        CartSeries(
            infusion=infusion.id,
            label=names[infusion.id],
            dates=dates_of(course, infusion),
            ends_with=after.id if after is not None else None,
            points=tuple(
                sorted(
                    _points(course, infusion, after),
                    key=lambda point: (point.days.low, point.days.high, point.entry),
                )
            ),
        )
        for infusion, after in zip(infusions, following, strict=True)
    )


def highest(series: CartSeries) -> CartPoint | None:
    """The peak in blood: the value marked as one, else the highest that was measured."""
    seen = [point for point in _in_blood(series) if point.value is not None]
    marked = [point for point in seen if point.peak]
    same = [point for point in marked or seen if point.unit == (marked or seen)[0].unit]
    return max(same, key=lambda point: point.value or 0.0, default=None)


def is_peak(series: CartSeries, top: CartPoint) -> bool:
    """Whether the highest level stands for a peak: marked as one, or higher than another."""
    others = [point for point in _in_blood(series) if point is not top]
    return top.peak or any(point.unit == top.unit for point in others)


def latest(series: CartSeries) -> CartPoint | None:
    """The last time the cells were looked for in blood, in the series of the peak."""
    top = highest(series)
    seen = [
        point
        for point in _in_blood(series)
        if top is None or point.unit in (top.unit, None) or point.method == top.method
    ]
    return max(seen, key=lambda point: (point.days.high, point.days.low), default=None)


def _in_blood(series: CartSeries) -> list[CartPoint]:
    return [
        point
        for point in series.points
        if point.surely and (point.site is None or group_site(point.site) == BLOOD)
    ]


def _points(course: Course, infusion: Infusion, after: Infusion | None) -> list[CartPoint]:
    found = []
    for item in course.observations:
        if analyte_name(item.analyte) not in CART:
            continue
        days = days_of(course, item, infusion.id)
        if after is not None:
            days = _before(course, item, days, infusion, after)
        if days.high < 0 or days.low > days.high or _told_by_another(course, item, infusion):
            continue
        surely = surely_after(course, item, infusion)
        clipped = plain_zero(DayRange(max(0.0, days.low), days.high))
        found.append(_point(item, clipped, surely=surely))
    return found


def _told_by_another(course: Course, item: Observation, infusion: Infusion) -> bool:
    """Whether its day is written as that of another infusion, and it need not lie after this."""
    others = told_by_infusions(course, item) - {infusion.id}
    return bool(others) and days_of(course, item, infusion.id).low < 0


def _before(
    course: Course, item: Observation, days: DayRange, infusion: Infusion, after: Infusion
) -> DayRange:
    """The days clipped so that they end before the next infusion; empty if none is left."""
    if days_of(course, item, after.id).low >= 0:
        return DayRange(0.0, -1.0)
    last = clock_of(course).days(after.id, infusion.id).high - 1
    return DayRange(days.low, min(days.high, last))


def _point(item: Observation, days: DayRange, *, surely: bool) -> CartPoint:
    written = item.value if item.value is not None else item.limit
    unit = None if written is None else UNIT_OF.get(written.dimension)
    value, limit = (
        (number_in(item.value, unit), number_in(item.limit, unit)) if unit else (None, None)
    )
    below = item.result in (Result.NOT_DETECTED, Result.NEGATIVE)
    if item.value is not None and (item.value.limit in _BELOW or item.value.value == 0):
        below = True
        limit = value if item.value.value > 0 else limit
    return CartPoint(
        entry=item.id,
        days=days,
        unit=unit,
        value=None if below else value,
        detected=not below,
        limit=limit if below else None,
        at_least=item.value is not None and item.value.limit in (Limit.ABOVE, Limit.AT_LEAST),
        peak=item.peak,
        surely=surely,
        site=item.site,
        method=item.method,
        denominator=item.denominator,
    )
