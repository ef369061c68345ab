"""The charts of a course: what it holds on certain days, counted from each infusion and transplant.

An entry whose day is not certain has no place on a chart; the graders that read the course itself
keep it as a possibility.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources

from reinfuse.grading.chart.course_lesions import lesion_marks
from reinfuse.grading.names import is_blood, is_marrow, measures
from reinfuse.grading.window import age_years
from reinfuse.quantity import Quantity
from reinfuse.record import (
    Alive,
    BloodProduct,
    Course,
    Entry,
    Infusion,
    Observation,
    Presence,
    Purpose,
    Regimen,
    Sign,
    Transplant,
    clock_of,
    days_of,
)
from reinfuse.record.chart import Chart, Mark, MarkValue
from reinfuse.record.vocabulary import Item, Kind, item_named, items

TRANSFUSED = {
    BloodProduct.PLATELETS: "platelet transfusion",
    BloodProduct.RED_CELLS: "red cell transfusion",
}
# A sign or treatment of unknown end is charted on its first day only.
_LONGEST_DAYS = 400


def charts_of_course(course: Course) -> tuple[Chart, ...]:
    """One chart for each infusion and transplant of a course, in its order."""
    return tuple(chart_of(course, anchor) for anchor in course.anchors())


def chart_of(course: Course, anchor: Infusion | Transplant) -> Chart:
    """What the course holds on certain days, counted from one infusion or transplant."""
    marks = [*_lasting(course, anchor), *_anchors(course, anchor)]
    for observation in course.observations:
        marks += _observed(course, observation, anchor)
    for sign in course.signs:
        marks += _signs(course, sign, anchor)
    for regimen in course.regimens:
        marks += _given(course, regimen, anchor)
    for transfusion in course.transfusions:
        if transfusion.product in TRANSFUSED:
            name = TRANSFUSED[transfusion.product]
            marks += _every_day(course, transfusion, anchor, name, True)
    marks += _fate(course, anchor)
    marks += lesion_marks(course, anchor)
    return Chart.of(anchor.id, marks)


def _lasting(course: Course, anchor: Infusion | Transplant) -> Iterator[Mark]:
    patient = course.patient
    for name, value in (("weight", patient.weight), ("height", patient.height)):
        if value is not None:
            yield Mark(item=name, day=0.0, value=value, ref="patient")
    age = age_years(course, anchor) if isinstance(anchor, Infusion) else None
    if age is not None and math.floor(age[0]) == math.ceil(age[1]) - 1:
        yield Mark(item="age", day=0.0, value=Quantity(math.floor(age[0]), "a"), ref="patient")


def _anchors(course: Course, anchor: Infusion | Transplant) -> Iterator[Mark]:
    for other in course.anchors():
        name = "infusion" if isinstance(other, Infusion) else "transplant"
        yield from _every_day(course, other, anchor, name, True)


def _observed(course: Course, entry: Observation, anchor: Infusion | Transplant) -> Iterator[Mark]:
    item = _item_of(entry)
    days = _span(course, entry, anchor)
    if item is None or days is None or days[0] != days[1]:
        return
    day = days[0] + (entry.when.start.minute or 0) / (24 * 60)
    where = {"site": entry.site, "method": entry.method, "attributed_to": entry.attributed_to}
    if item.kind is Kind.NUMBER and entry.value is not None and item.takes(entry.value.unit):
        yield Mark(item=item.name, day=day, value=entry.value, ref=entry.id, **where)
    device = None if entry.device is None else _devices().get(entry.device.casefold().strip())
    if device is not None:
        yield Mark(item="oxygen device", day=day, value=device, ref=entry.id, **where)


def _item_of(entry: Observation) -> Item | None:
    """The item that a measurement is of; blasts are one thing in the marrow, another in blood."""
    if measures(entry, "blasts") is None:
        return item_named(entry.analyte)
    if is_marrow(entry.site):
        return items()["marrow blasts"]
    if not is_blood(entry.site) or entry.value is None:
        return None
    return items()["blood blasts" if entry.value.fits("%") else "blood blast count"]


def _signs(course: Course, entry: Sign, anchor: Infusion | Transplant) -> Iterator[Mark]:
    item = item_named(entry.what)
    if item is None:
        return
    value: MarkValue | None = None
    if item.kind is Kind.YES_NO:
        value = entry.presence is Presence.PRESENT
    elif item.kind is Kind.WORD and "none" in item.words and entry.presence is Presence.ABSENT:
        value = "none"  # that it was there does not say which word fits
    elif entry.value is not None and item.takes(entry.value.unit):
        value = entry.value
    if value is not None:
        yield from (
            replace(mark, attributed_to=entry.attributed_to, site=entry.site)
            for mark in _every_day(course, entry, anchor, item.name, value)
        )


def _given(course: Course, entry: Regimen, anchor: Infusion | Transplant) -> Iterator[Mark]:
    drugs = {drug.name.casefold() for drug in entry.drugs}
    for purpose, drug, name in _rows():
        if entry.purpose.value == purpose and (drug in drugs or drug == "any") and name in items():
            yield from _every_day(course, entry, anchor, name, True)
    if entry.purpose is Purpose.VASOPRESSOR and drugs:
        count = Quantity(float(len(drugs - {"vasopressin"})), "1")
        name = "vasopressors other than vasopressin"
        if name in items():
            yield from _every_day(course, entry, anchor, name, count)


def _fate(course: Course, anchor: Infusion | Transplant) -> Iterator[Mark]:
    for entry in course.follow_up:
        if entry.status is Alive.DEAD and entry.cause is not None:
            word = _word(items().get("death cause"), entry.cause)
            if word is not None:
                yield from _every_day(course, entry, anchor, "death cause", word)


def _every_day(
    course: Course, entry: Entry, anchor: Infusion | Transplant, item: str, value: MarkValue
) -> Iterator[Mark]:
    """A mark on each day on which the entry surely was."""
    days = _span(course, entry, anchor)
    if days is not None:
        for day in range(days[0], min(days[1], days[0] + _LONGEST_DAYS) + 1):
            yield Mark(item=item, day=float(day), value=value, ref=entry.id)


def _span(course: Course, entry: Entry, anchor: Infusion | Transplant) -> tuple[int, int] | None:
    """The first and the last day of an entry, if its first day is certain."""
    start = days_of(course, entry, anchor.id)
    # What a CSV table holds has one time, and no place in the network of times.
    timed = clock_of(course).knows(entry.id)
    end = days_of(course, entry, anchor.id, end=True) if timed else start
    if not math.isfinite(start.low) or start.low != start.high:
        return None
    last = end.low if math.isfinite(end.low) else start.low
    return int(start.low), int(max(last, start.low))


def _word(item: Item | None, text: str) -> str | None:
    """The one word of an item that a free text names; None if it names none or several."""
    named = [
        word
        for word in (() if item is None else item.words)
        if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    ]
    return named[0] if len(named) == 1 else None


@cache
def _devices() -> dict[str, str]:
    """The word of the oxygen device that a course's own word for it means."""
    text = resources.files(__package__).joinpath("devices.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["course word"].casefold(): row["word"] for row in rows}


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    text = resources.files(__package__).joinpath("given.csv").read_text(encoding="utf-8")
    return tuple(
        (row["purpose"], row["drug"], row["item"]) for row in csv.DictReader(text.splitlines())
    )
