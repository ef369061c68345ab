"""Every event on one clock: what each time implies for all the others, and what cannot be.

A simple temporal problem (Dechter, Meiri and Pearl 1991, doi:10.1016/0004-3702(91)90006-6): each
clue bounds the difference of two moments, and shortest paths give the tightest bounds that
follow from all clues together. A negative cycle is an impossible order. Days alone would let
events that each follow the other share one day; such circles are taken out beforehand.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping

from reinfuse.timeline.circles import without_circles
from reinfuse.timeline.schedule import (
    CLOCK,
    Bound,
    Node,
    without_conflicts,
    without_repeats,
)
from reinfuse.timeline.when import DayRange, Ending, FromEvent, InOrder, Moment, OnDates, Side, When


class Clock:
    """The tightest days that follow from all times together.

    Hand in every event by its id. Measurements by the thousand, which no other event is told by,
    need no place on the network: `moment_days` follows them from their clue.
    """

    def __init__(self, times: Mapping[str, When]) -> None:
        self._times = dict(times)
        circles, left = without_circles(times)
        bounds = [bound for event, when in left.items() for bound in _bounds(event, when, left)]
        impossible, kept = without_conflicts(bounds)
        self.conflicts = without_repeats((*circles, *impossible))
        self._forward: dict[Node, list[tuple[Node, float]]] = {}
        self._backward: dict[Node, list[tuple[Node, float]]] = {}
        for bound in kept:
            self._forward.setdefault(bound.earlier, []).append((bound.later, bound.days))
            self._backward.setdefault(bound.later, []).append((bound.earlier, bound.days))
        self._paths: dict[tuple[Node, bool], dict[Node, float]] = {}

    def dates(self, event: str, *, end: bool = False) -> DayRange:
        """The calendar days of an event's start (or end), as day numbers (date.toordinal)."""
        return self._between(CLOCK, (event, "end" if end else "start"))

    def days(self, event: str, anchor: str, *, end: bool = False) -> DayRange:
        """The days from the start of `anchor` to the start (or end) of `event`."""
        return self._between((anchor, "start"), (event, "end" if end else "start"))

    def moment_days(self, moment: Moment, anchor: str) -> DayRange:
        """The days from the start of `anchor` to a moment that belongs to no event."""
        return self._moment(moment, (anchor, "start"))

    def moment_dates(self, moment: Moment) -> DayRange:
        """The calendar days of a moment that belongs to no event, as day numbers."""
        return self._moment(moment, CLOCK)

    def _moment(self, moment: Moment, zero: Node) -> DayRange:
        ranges = [self._clue_days(clue, zero) for clue in moment.clues]
        low = max((days.low for days in ranges), default=-math.inf)
        high = min((days.high for days in ranges), default=math.inf)
        return DayRange(low, high) if low <= high else DayRange(high, low)

    def knows(self, event: str) -> bool:
        """Whether the event is on this clock."""
        return event in self._times

    def _clue_days(self, clue: OnDates | FromEvent | InOrder, zero: Node) -> DayRange:
        if isinstance(clue, OnDates):
            base = self._between(zero, CLOCK)
            return DayRange(base.low + clue.first, base.high + clue.last)
        if isinstance(clue, FromEvent):
            base = self._between(zero, (clue.anchor, "start"))
            return DayRange(base.low + clue.low, base.high + clue.high)
        if clue.side is Side.AFTER:
            return DayRange(self._between(zero, (clue.event, "end")).low, math.inf)
        base = self._between(zero, (clue.event, "start"))
        return base if clue.side is Side.WITH else DayRange(-math.inf, base.high)

    def _between(self, zero: Node, node: Node) -> DayRange:
        if zero == node:
            return DayRange(0.0, 0.0)
        high = self._path(zero, forward=True).get(node, math.inf)
        low = -self._path(zero, forward=False).get(node, math.inf)
        return DayRange(low + 0.0, high + 0.0)  # never a negative zero, which would print as -0

    def _path(self, start: Node, *, forward: bool) -> dict[Node, float]:
        key = (start, forward)
        if key not in self._paths:
            self._paths[key] = _shortest(self._forward if forward else self._backward, start)
        return self._paths[key]


def _bounds(event: str, when: When, times: Mapping[str, When]) -> Iterable[Bound]:
    start, end = (event, "start"), (event, "end")
    yield from _moment_bounds(event, start, when.start, times)
    yield Bound(end, start, 0.0, event)  # the start is not after the end
    if when.ending is Ending.SAME:
        yield Bound(start, end, 0.0, event)
    elif when.ending is Ending.KNOWN:
        yield from _moment_bounds(event, end, when.end, times)


def _moment_bounds(
    event: str, node: Node, moment: Moment, times: Mapping[str, When]
) -> Iterable[Bound]:
    for clue in moment.clues:
        if isinstance(clue, OnDates):
            yield from _within(event, CLOCK, node, clue.first, clue.last)
        elif isinstance(clue, FromEvent):
            if clue.anchor in times:
                yield from _within(event, (clue.anchor, "start"), node, clue.low, clue.high)
        elif clue.event in times:
            other = times[clue.event]
            # Something that lasts with no known end can only be followed from its start on.
            last = "start" if other.ending is Ending.OPEN else "end"
            if clue.side is Side.AFTER:
                yield Bound(node, (clue.event, last), 0.0, event)
            elif clue.side is Side.BEFORE:
                yield Bound((clue.event, "start"), node, 0.0, event)
            else:
                yield from _within(event, (clue.event, "start"), node, 0.0, 0.0)


def _within(owner: str, zero: Node, node: Node, low: float, high: float) -> Iterable[Bound]:
    if math.isfinite(high):
        yield Bound(zero, node, float(high), owner)
    if math.isfinite(low):
        yield Bound(node, zero, -float(low), owner)


def _shortest(edges: Mapping[Node, list[tuple[Node, float]]], start: Node) -> dict[Node, float]:
    reached = {start: 0.0}
    queue = deque([start])
    waiting = {start}
    while queue:
        node = queue.popleft()
        waiting.discard(node)
        for other, days in edges.get(node, ()):
            candidate = reached[node] + days
            if candidate < reached.get(other, math.inf):
                reached[other] = candidate
                if other not in waiting:
                    waiting.add(other)
                    queue.append(other)
    return reached
