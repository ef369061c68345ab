"""Where within its range an event is marked, so that what is known of the order can be seen.

A mark that is not on a known day is hollow and lies on a pale bar of all its possible days: its
seat says before and after what it came, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from reinfuse.report.timeline.reach import Reach

_APART = 5.0  # at least, between two that are known to follow each other


def find_seats(
    reaches: Mapping[str, Reach],
    *,
    orders: Iterable[tuple[str, str]],
    together: Iterable[tuple[str, str]],
) -> dict[str, float]:
    """The seat of each event: those known to come one after the other share their range evenly.

    `orders` are pairs (earlier, later), `together` pairs on the same day. Events that follow each
    other in a circle are seated as if nothing were known of their order.
    """
    leader = _leaders(reaches, together)
    shared = _shared(reaches, leader)
    later: dict[str, set[str]] = {name: set() for name in shared}
    earlier: dict[str, set[str]] = {name: set() for name in shared}
    for first, second in orders:
        if first in leader and second in leader and leader[first] != leader[second]:
            later[leader[first]].add(leader[second])
            earlier[leader[second]].add(leader[first])
    try:
        ordered = list(TopologicalSorter(earlier).static_order())
    except CycleError:
        return {name: sum(shared[leader[name]]) / 2 for name in reaches}
    before = _ranks(ordered, earlier, shared)
    after = _ranks(ordered[::-1], later, shared)
    seats: dict[str, float] = {}
    for name in ordered:
        left, right = shared[name]
        share = (before[name] + 1) / (before[name] + after[name] + 2)
        wanted = left + share * (right - left)
        for one in earlier[name]:
            wanted = max(wanted, seats[one] + _APART if right > left else wanted)
        seats[name] = min(wanted, right)
    return {name: seats[leader[name]] for name in reaches}


def _leaders(reaches: Mapping[str, Reach], together: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each event the one that stands for all events of its day."""
    leader = {name: name for name in reaches}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for first, second in together:
        if first in leader and second in leader:
            leader[find(second)] = find(first)
    return {name: find(name) for name in reaches}


def _shared(reaches: Mapping[str, Reach], leader: Mapping[str, str]) -> dict[str, Reach]:
    """The range that all events of one day have in common."""
    shared: dict[str, Reach] = {}
    for name, (left, right) in reaches.items():
        low, high = shared.get(leader[name], (left, right))
        low, high = max(low, left), min(high, right)
        shared[leader[name]] = (low, high) if low <= high else (left, right)
    return shared


def _ranks(
    ordered: list[str], nearer: Mapping[str, set[str]], shared: Mapping[str, Reach]
) -> dict[str, int]:
    """How many events in a row lie between this one and the edge of its range."""
    ranks: dict[str, int] = {}
    for name in ordered:
        left, right = shared[name]
        crossing = [
            ranks[one] + 1
            for one in nearer[name]
            if shared[one][1] > left and shared[one][0] < right
        ]
        ranks[name] = max(crossing, default=0)
    return ranks
