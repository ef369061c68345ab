"""Helpers in an order in which each comes after what it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reinfuse.engine.language.model import Model
from reinfuse.engine.language.tree import names_in

_Uses = Mapping[str, tuple[str, ...]]


def in_order(model: Model) -> Model:
    """The model with helpers that come after what they use; a good order is kept.

    A model in which a helper depends on itself (see `circles`) or a name stands twice comes back
    with all of its helpers too, in some order.
    """
    by_name = {helper.name: helper for helper in model.helpers}
    if len(by_name) != len(model.helpers):
        return model
    uses = _uses(model)
    placed: dict[str, None] = {}
    for start in uses:
        _place(start, uses, placed)
    return replace(model, helpers=tuple(by_name[name] for name in placed))


def circles(model: Model) -> tuple[tuple[str, ...], ...]:
    """Each ring of helpers that depend on each other, from the one that is written first."""
    uses = _uses(model)
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in uses:
        ring = () if start in done else _way_back(start, uses)
        if ring:
            found.append(ring)
            done.update(ring)
    return tuple(found)


def _uses(model: Model) -> _Uses:
    """Which helpers each helper uses."""
    names = {helper.name for helper in model.helpers}
    return {helper.name: tuple(sorted(names_in(helper.value) & names)) for helper in model.helpers}


def _place(start: str, uses: _Uses, placed: dict[str, None]) -> None:
    """Put a helper, and before it all that it depends on, behind those that are placed."""
    seen: set[str] = set()
    waiting = [(start, False)]
    while waiting:
        name, ready = waiting.pop()
        if ready:
            placed.setdefault(name)
        elif name not in seen and name not in placed:
            seen.add(name)
            waiting.append((name, True))
            waiting += [(part, False) for part in reversed(uses[name])]


def _way_back(start: str, uses: _Uses) -> tuple[str, ...]:
    """The shortest way from a helper back to itself; empty if there is none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for name in waiting:  # grows while it is walked: breadth first
        for part in uses[name]:
            if part == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if part not in came_from:
                came_from[part] = name
                waiting.append(part)
    return ()
