"""Events that are each told to come after the other, which no day can make true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reinfuse.timeline.schedule import Bound, Conflict, Node, Schedule, conflict_of
from reinfuse.timeline.when import InOrder, Side, When

# The least by which an event comes after another: one place in an order, and no day at all.
_ONE_PLACE = 1.0


def without_circles(times: Mapping[str, When]) -> tuple[list[Conflict], dict[str, When]]:
    """The circles of orders, and the times without the clue that closed each of them.

    Every start gets a place: `after` and `before` are at least one place apart, `with` is the
    same place. Only orders count here, so that two events of one date may follow one another.
    Times are taken in the order of the file: the clue written last gives way.
    """
    conflicts: list[Conflict] = []
    left: dict[str, When] = {}
    places = Schedule()
    for event, when in times.items():
        clues = []
        for clue in when.start.clues:
            circle = None
            if isinstance(clue, InOrder) and clue.event in times:
                circle = _circle_closed_by(event, clue, places)
            if circle is None:
                clues.append(clue)
            else:
                conflicts.append(circle)
        cut = len(clues) < len(when.start.clues)
        left[event] = replace(when, start=replace(when.start, clues=tuple(clues))) if cut else when
    return conflicts, left


def _circle_closed_by(event: str, clue: InOrder, places: Schedule) -> Conflict | None:
    """Give the clue its places; or leave it out, and name the circle that it would close."""
    for bound in _places(event, clue):
        cycle = places.admit(bound)
        if cycle:
            return conflict_of(cycle)
    return None


def _places(event: str, clue: InOrder) -> Iterable[Bound]:
    one: Node = (event, "start")
    other: Node = (clue.event, "start")
    if clue.side is Side.AFTER:
        yield Bound(one, other, -_ONE_PLACE, event)
    elif clue.side is Side.BEFORE:
        yield Bound(other, one, -_ONE_PLACE, event)
    else:
        yield Bound(one, other, 0.0, event)
        yield Bound(other, one, 0.0, event)
