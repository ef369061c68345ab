"""Which entries of the record belong to one occasion."""

from __future__ import annotations

from collections.abc import Iterable

from reinfuse.record import (
    Assessment,
    Course,
    Entry,
    LesionLook,
    Observation,
    Pathology,
    Procedure,
    Sign,
)
from reinfuse.timeline import FromEvent, InOrder, OnDates, Side

# A time written more widely than a month names no occasion.
WIDEST_DAYS = 31


class Groups:
    """Names that are joined into groups; joining is for good."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, names: Iterable[str]) -> None:
        """Make one group of all the names and of the groups they are in."""
        first, *others = names
        for name in others:
            one, other = self.root(first), self.root(name)
            if one != other:
                self._above[other] = one

    def root(self, name: str) -> str:
        """The name that stands for a name's group."""
        while name in self._above:
            name = self._above[name]
        return name


def keys_of(entry: Entry) -> list[str]:
    """What an entry shares with others of its occasion: a name, a partner, a time in words."""
    keys = [f"id:{entry.id}"]
    occasion = entry.occasion if isinstance(entry, Observation) else None
    if occasion is not None:
        keys.append(f"occasion:{occasion}")
    clues = entry.when.start.clues
    partners = [clue for clue in clues if isinstance(clue, InOrder) and clue.side is Side.WITH]
    keys += [f"id:{clue.event}" for clue in partners]
    narrow = [clue for clue in clues if _is_narrow(clue)]
    keys += [f"time:{clue}" for clue in narrow]
    rest = sorted(str(clue) for clue in clues if clue not in partners)
    if rest and not narrow:
        keys.append(f"time:{', '.join(rest)}")
    return keys


def work_up_keys(course: Course, entry: Entry) -> list[str]:
    """The entries that an entry's own time hangs on as part of one work-up.

    What is known only to follow an operation or a biopsy belongs to its occasion, and an
    operation known only to follow a finding belongs to that finding's.
    """
    clues = entry.when.start.clues
    if any(_is_narrow(clue) for clue in clues):
        return []
    steps = {item.id for item in course.procedures if item.site is not None}
    steps |= {item.id for item in course.pathology}
    findings = {item.id for item in (*course.observations, *course.signs, *course.assessments)}
    is_step = isinstance(entry, Pathology) or (
        isinstance(entry, Procedure) and entry.site is not None
    )
    allowed = steps | findings if is_step else steps
    if not isinstance(entry, Pathology | Procedure | LesionLook | Observation | Assessment | Sign):
        return []
    return [
        f"id:{clue.event}"
        for clue in clues
        if isinstance(clue, InOrder) and clue.side is Side.AFTER and clue.event in allowed
    ]


def _is_narrow(clue: object) -> bool:
    if isinstance(clue, OnDates):
        return clue.last - clue.first <= WIDEST_DAYS
    return isinstance(clue, FromEvent) and clue.high - clue.low <= WIDEST_DAYS
