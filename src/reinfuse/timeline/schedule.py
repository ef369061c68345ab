"""Which bounds between moments can all hold, and which close an impossible circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

Node = tuple[str, str]  # (event, "start" or "end")
CLOCK: Node = ("", "clock")

# Nothing is known of an event at first: it may be later than every date of the calendar.
_FAR = 4e6


@dataclass(frozen=True, slots=True)
class Bound:
    """`later` is at most `days` after `earlier`, because of the time written for `owner`."""

    earlier: Node
    later: Node
    days: float
    owner: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Events whose times cannot all be true."""

    events: tuple[str, ...]


def conflict_of(cycle: Iterable[Bound]) -> Conflict:
    """The events of an impossible circle: first those whose times say so, then the others."""
    bounds = tuple(cycle)
    named = [bound.owner for bound in bounds]
    named += [node[0] for bound in bounds for node in (bound.earlier, bound.later)]
    return Conflict(tuple(dict.fromkeys(name for name in named if name)))


def without_repeats(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Each set of events once."""
    found: dict[frozenset[str], Conflict] = {}
    for conflict in conflicts:
        found.setdefault(frozenset(conflict.events), conflict)
    return tuple(found.values())


def without_conflicts(bounds: Iterable[Bound]) -> tuple[list[Conflict], list[Bound]]:
    """The impossible orders, and the bounds that are left without what closed each of them.

    Bounds are taken in the order of the file, so that of an impossible circle the event written
    last gives way, and one wrong time does not take the rest of the course with it.
    """
    conflicts: list[Conflict] = []
    kept: list[Bound] = []
    schedule = Schedule()
    for bound in bounds:
        cycle = schedule.admit(bound)
        if cycle:
            conflicts.append(conflict_of(cycle))
        else:
            kept.append(bound)
    return conflicts, kept


class Schedule:
    """One day for each moment that fits all bounds admitted so far.

    A bound that the days do not fit pulls its later moment back, and those that hang on it; if
    that reaches its own earlier moment, the bound closes an impossible circle and is refused.

    Source: Cotton and Maler 2006, doi:10.1007/11814948_19, section 2 (recalled).
    """

    def __init__(self) -> None:
        self._days: dict[Node, float] = {CLOCK: 0.0}
        self._from: dict[Node, list[Bound]] = {}

    def admit(self, bound: Bound) -> list[Bound]:
        """Take a bound in; or leave all as it was and give the impossible circle it closes."""
        days = self._days
        if bound.later in days:
            days.setdefault(bound.earlier, days[bound.later] - bound.days)
        else:
            days[bound.later] = days.setdefault(bound.earlier, _FAR) + bound.days
        if bound.earlier == bound.later:
            return [bound] if bound.days < 0 else []
        fits = days[bound.earlier] + bound.days >= days[bound.later]
        cycle = [] if fits else self._pull_back(bound)
        if not cycle:
            self._from.setdefault(bound.earlier, []).append(bound)
        return cycle

    def _pull_back(self, bound: Bound) -> list[Bound]:
        """Move the later moment, and what hangs on it, back; most moved first, each only once."""
        days, came = self._days, {bound.later: bound}
        moves = {bound.later: days[bound.earlier] + bound.days - days[bound.later]}
        waiting = [(moves[bound.later], bound.later)]
        moved: dict[Node, float] = {}
        while waiting:
            move, node = heappop(waiting)
            if node in moved:
                continue
            moved[node] = days[node] + move
            for other in self._from.get(node, ()):
                step = moved[node] + other.days - days[other.later]
                if other.later in moved or step >= moves.get(other.later, 0.0):
                    continue
                moves[other.later], came[other.later] = step, other
                if other.later == bound.earlier:
                    return _circle(came, bound)
                heappush(waiting, (step, other.later))
        days.update(moved)
        return []


def _circle(came: Mapping[Node, Bound], closing: Bound) -> list[Bound]:
    """The bounds that led from the closing bound's later moment to its earlier one, and it."""
    found = [closing]
    node = closing.earlier
    while node != closing.later:
        found.append(came[node])
        node = came[node].earlier
    return [closing, *reversed(found[1:])]
