"""What was found in the marrow and the blood on one occasion."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.grading.names import is_marrow, measures
from reinfuse.grading.numbers import number_in, range_in
from reinfuse.record import Assessment, Course, Entry, Observation, Result, Topic, clock_of, days_of
from reinfuse.timeline import DayRange, InOrder, Side

# Counts of a blood sample serve a marrow taken within this many days (ours).
COUNTS_WITHIN_DAYS = 7
LEUKEMIA_MEASURES = ("blasts", "abnormal cells", "MRD")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One look at the marrow: its measurements and what was reported of it, named by `entry`."""

    entry: Entry
    measurements: tuple[Observation, ...]
    said: tuple[Assessment, ...]


def marrow_occasions(course: Course) -> tuple[Occasion, ...]:
    """Every occasion on which the marrow was looked at or judged, in time order.

    Entries belong together if they share an `occasion`, are written `with` one another, or give
    the same time in the same words.
    """
    looked: list[Entry] = [
        item
        for item in course.observations
        if is_marrow(item.site) and measures(item, *LEUKEMIA_MEASURES)
    ]
    looked += [
        item for item in course.assessments if item.topic is Topic.RESPONSE and is_marrow(item.site)
    ]
    groups: list[list[Entry]] = []
    for entry in looked:
        home = next((group for group in groups if any(_together(entry, of) for of in group)), None)
        if home is None:
            groups.append([entry])
        else:
            home.append(entry)
    clock = clock_of(course)
    occasions = [_occasion(group) for group in groups]
    return tuple(sorted(occasions, key=lambda item: _place(clock.dates(item.entry.id))))


def _place(dates: DayRange) -> tuple[float, float]:
    return dates.low, dates.high


def _together(one: Entry, other: Entry) -> bool:
    shared = getattr(one, "occasion", None)
    if shared is not None and shared == getattr(other, "occasion", None):
        return True
    for entry, partner in ((one, other), (other, one)):
        for clue in entry.when.start.clues:
            if isinstance(clue, InOrder) and clue.side is Side.WITH and clue.event == partner.id:
                return True
    dated = not all(isinstance(clue, InOrder) for clue in one.when.start.clues)
    return dated and one.when == other.when


def _occasion(group: list[Entry]) -> Occasion:
    measured = tuple(entry for entry in group if isinstance(entry, Observation))
    said = tuple(entry for entry in group if isinstance(entry, Assessment))
    return Occasion(group[0], measured, said)


@dataclass(frozen=True, slots=True)
class Counts:
    """Blood counts around an occasion, in 10*9/L; None where none was recorded."""

    neutrophils: float | None
    platelets: float | None
    entries: tuple[str, ...]


def counts_near(course: Course, entry: Entry) -> Counts:
    """The neutrophils and platelets of the nearest sample surely within a week of an entry.

    Of several samples equally near the lowest counts.
    """
    found: dict[str, tuple[float, float, str]] = {}
    for item in course.observations:
        counted = measures(item, "neutrophils", "platelets")
        value = number_in(item.value, "10*9/L") if counted else None
        if counted and value is not None and surely_near(course, item, entry):
            apart = _apart(course, item, entry)
            row = (max(abs(apart.low), abs(apart.high)), value, item.id)
            found[counted] = min(found.get(counted, row), row)
    return Counts(
        neutrophils=found["neutrophils"][1] if "neutrophils" in found else None,
        platelets=found["platelets"][1] if "platelets" in found else None,
        entries=tuple(ident for _, _, ident in found.values()),
    )


def surely_near(course: Course, item: Entry, entry: Entry, days: int = COUNTS_WITHIN_DAYS) -> bool:
    """Whether two entries certainly lie within so many days of each other."""
    apart = _apart(course, item, entry)
    return -days <= apart.low and apart.high <= days


def _apart(course: Course, item: Entry, entry: Entry) -> DayRange:
    clock = clock_of(course)
    if clock.knows(entry.id):
        return days_of(course, item, entry.id)
    return DayRange(0, 0) if item.when == entry.when else DayRange(-math.inf, math.inf)


def marrow_percent(occasion: Occasion) -> tuple[float, float, Observation] | None:
    """The highest share of leukemic cells measured, in per cent, as a range; a negative is 0."""
    found: list[tuple[float, float, Observation]] = []
    for item in occasion.measurements:
        percent = range_in(item.value, "%")
        if percent is not None:
            found.append((*percent, item))
        elif item.result in (Result.NEGATIVE, Result.NOT_DETECTED):
            found.append((0.0, 0.0, item))
    return max(found, key=lambda row: row[:2]) if found else None
