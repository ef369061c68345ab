"""What a registry field is asked of, and the shape of its answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.grading import Grade
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Entry, Infusion, Observation, Sign, days_of
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.moments import UNDATED, dates_of, plain_zero, told, told_dates
from reinfuse.synopsis.periods import surely_after
from reinfuse.synopsis.words import unique
from reinfuse.timeline import DayRange, FromEvent, OnDates


@dataclass(frozen=True, slots=True)
class Scene:
    """A course with its grades, seen from one infusion, or as a whole where it is None."""

    course: Course
    grades: tuple[Grade, ...]
    infusion: Infusion | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was reported, what follows from the record, and what would settle what is open.

    Neither is written over the other; None means that there is none.
    """

    reported: str | None = None
    derived: str | None = None
    entries: tuple[str, ...] = ()
    asks: str | None = None


NOTHING = Answer()


def reported(text: str | None, entries: Iterable[str] = (), asks: str | None = None) -> Answer:
    """An answer that stands in the record as it is."""
    return Answer(text or None, None, unique(entries), asks)


def derived(text: str | None, entries: Iterable[str] = (), asks: str | None = None) -> Answer:
    """An answer that follows from other entries."""
    return Answer(None, text or None, unique(entries), asks)


def days_after(scene: Scene, entry: Entry, *, end: bool = False) -> DayRange:
    """The days from the scene's infusion on which an entry can have begun, or ended."""
    assert scene.infusion is not None  # fields of an infusion are asked only where there is one
    return plain_zero(days_of(scene.course, entry, scene.infusion.id, end=end))


def told_day(scene: Scene, entry: Entry) -> str:
    """`day 8 (2021-10-07)` from the scene's infusion; the calendar alone without one."""
    dates = told_dates(dates_of(scene.course, entry))
    if scene.infusion is None:
        return told(scene.course, entry) if dates == UNDATED else dates
    days = days_after(scene, entry)
    return str(days) if dates == UNDATED else f"{days} ({dates})"


def dated(scene: Scene, entry: Entry) -> Answer:
    """When an entry began: reported if it carries its own day or date, derived if not.

    A date that is open to one side is reported as it is, with what follows for it beside it.
    """
    if not entry.when.stated:
        return NOTHING
    asks = None if dates_of(scene.course, entry).exact else "the exact date"
    for clue in entry.when.start.clues:
        if isinstance(clue, OnDates) and not math.isfinite(clue.last - clue.first):
            return Answer(clue.text, told_day(scene, entry), (entry.id,), asks)
        if isinstance(clue, OnDates) or (isinstance(clue, FromEvent) and _is(clue.anchor, scene)):
            return reported(told_day(scene, entry), [entry.id], asks)
    return derived(told_day(scene, entry), [entry.id], asks)


def in_form_unit(value: Quantity, unit: str, *, when: str, entry: str) -> Answer:
    """A value as reported and, where the form wants another unit, converted beside it."""
    as_is = f"{value.shown()}, {when}"
    if value.unit == unit:
        return Answer(as_is, None, (entry,))
    return Answer(as_is, f"{value.to(unit).shown()}, {when}", (entry,))


def is_after(scene: Scene, item: Entry) -> bool:
    """Whether an entry surely lies after the scene's infusion and before the next."""
    assert scene.infusion is not None
    return surely_after(scene.course, item, scene.infusion)


def signs_after(scene: Scene, names: Iterable[str]) -> list[Sign]:
    """Signs of these names after the scene's infusion."""
    wanted = {name.casefold() for name in names}
    return [item for item in scene.course.signs
            if item.what.casefold() in wanted and is_after(scene, item)]  # fmt: skip


def measured_after(scene: Scene, analyte: str) -> list[Observation]:
    """Measurements of an analyte after the scene's infusion."""
    return [item for item in scene.course.observations
            if analyte_name(item.analyte) == analyte and is_after(scene, item)]  # fmt: skip


def _is(anchor: str, scene: Scene) -> bool:
    return scene.infusion is None or anchor == scene.infusion.id
