"""What a check looks at: a course with its grades, and how its entries lie to one another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reinfuse.grading import Grade
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Entry, Infusion, Observation, Transplant, clock_of, days_of
from reinfuse.record.plausible import analyte_name
from reinfuse.timeline import DayRange, Ending, InOrder, Side

UNKNOWN = DayRange(-math.inf, math.inf)
# More entries than this are counted and not named.
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Case:
    """A course and the grades that were derived from it."""

    course: Course
    grades: tuple[Grade, ...] = ()

    def where(self, *ids: str) -> str:
        """The entries by id, each with its time as it was written."""
        named = list(dict.fromkeys(ids))
        shown = frozenset(named[:_MOST_NAMED])
        times = {entry.id: entry.when for entry in self.course.entries() if entry.id in shown}
        told = [
            f"{ident} ({times[ident]})" if ident in times and times[ident].stated else ident
            for ident in named[:_MOST_NAMED]
        ]
        if len(named) > _MOST_NAMED:
            told.append(f"and {len(named) - _MOST_NAMED} more")
        return "; ".join(told)

    def apart(self, entry: Entry, other: Entry) -> DayRange:
        """How many days after the start of `other` the entry can have begun."""
        clock = clock_of(self.course)
        if clock.knows(other.id):
            return days_of(self.course, entry, other.id)
        if clock.knows(entry.id):
            back = days_of(self.course, other, entry.id)
            return DayRange(-back.high, -back.low)
        return self._apart_by_anchor(entry, other)

    def may_overlap(self, entry: Entry, other: Entry) -> bool:
        """Whether the two can have been there on one day, as far as their times are known."""
        return self._may_last_until(entry, other) and self._may_last_until(other, entry)

    def surely_within(self, entry: Entry, other: Entry, days: int) -> bool:
        """Whether the two certainly began at most so many days from one another."""
        apart = self.apart(entry, other)
        return -days <= apart.low and apart.high <= days

    def surely_after(self, entry: Entry, other: Entry) -> bool:
        """Whether an entry certainly began on a later day, or is told to follow the other."""
        told = (
            isinstance(clue, InOrder) and clue.side is Side.AFTER and clue.event == other.id
            for clue in entry.when.start.clues
        )
        return any(told) or self.apart(entry, other).low > 0

    def falls_in(self, entry: Entry, stated: Entry) -> bool:
        """Whether a statement speaks of an entry's time.

        One about a period, or about no time in particular, speaks of all that can lie inside; one
        about a moment only of what surely was there on that day.
        """
        lasting = stated.when.ending is not Ending.SAME or not stated.when.stated
        return self.may_overlap(entry, stated) if lasting else self.surely_during(stated, entry)

    def surely_during(self, moment: Entry, other: Entry) -> bool:
        """Whether a moment certainly lies between the start and the known end of the other."""
        start, end = self.apart(moment, other), self._after_end(moment, other)
        if other.when.ending is Ending.OPEN:
            return start.low >= 0
        return start.low >= 0 and end.high <= 0

    def surely_over(self, entry: Entry, other: Entry) -> bool:
        """Whether an entry with a known end had certainly ended when the other began."""
        return self._after_end(other, entry).low >= 0

    def follows(self, entry: Entry, anchor: Infusion | Transplant) -> bool:
        """Whether an entry lies after a day 0 and before the next one, whichever days are true."""
        if self.apart(entry, anchor).low < 0:
            return False
        later = (other for other in self.course.anchors() if self.apart(other, anchor).low > 0)
        return all(self.apart(entry, other).high <= 0 for other in later)

    def may_follow(self, entry: Entry, anchor: Entry) -> bool:
        """Whether an entry can lie after a day 0 and before the next one."""
        if self.apart(entry, anchor).high < 0:
            return False
        later = (other for other in self.course.anchors() if self.apart(other, anchor).low > 0)
        return all(self.apart(entry, other).low < 0 for other in later)

    def measured(self, *names: str) -> Iterator[Observation]:
        """Every observation of the analytes so named, in whatever spelling."""
        for entry in self.course.observations:
            if name_of(entry) in names:
                yield entry

    def _may_last_until(self, entry: Entry, other: Entry) -> bool:
        """Whether the entry can end on or after the day on which the other begins."""
        if entry.when.ending is Ending.OPEN:
            return True
        clock = clock_of(self.course)
        if clock.knows(entry.id) and clock.knows(other.id):
            return clock.days(entry.id, other.id, end=True).high >= 0
        return self.apart(entry, other).high >= 0

    def _after_end(self, entry: Entry, other: Entry) -> DayRange:
        clock = clock_of(self.course)
        if not (clock.knows(entry.id) and clock.knows(other.id)):
            return self.apart(entry, other)
        back = clock.days(other.id, entry.id, end=True)
        return DayRange(-back.high, -back.low)

    def _apart_by_anchor(self, entry: Entry, other: Entry) -> DayRange:
        """Two rows of tables: by whatever day 0 bounds both most closely."""
        found = [UNKNOWN]
        for anchor in self.course.anchors():
            one, two = (
                days_of(self.course, entry, anchor.id),
                days_of(self.course, other, anchor.id),
            )
            if one.bounded and two.bounded:
                found.append(DayRange(one.low - two.high, one.high - two.low))
        return min(found, key=lambda days: days.width)


def name_of(entry: Observation) -> str:
    """The analyte by its name in the table of analytes, or as it was written."""
    return analyte_name(entry.analyte)


def number_in(value: Quantity | None, unit: str) -> float | None:
    """The number in a unit, where the value is known and can be written in it."""
    if value is None or not value.exact or value.dimension != Quantity(1, unit).dimension:
        return None
    return value.to(unit).value


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them: `a`, `a and b`, `a, b and c`."""
    *first, last = tuple(words) or ("",)
    return f"{', '.join(first)} and {last}" if first else last
