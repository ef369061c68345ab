"""Every formula of a model with what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reinfuse.engine.language.model import Event, Helper, Model, Observable, Parameter, State
from reinfuse.engine.language.tree import Place, Tree

Part = State | Parameter | Helper | Event | Observable


class Formula(NamedTuple):
    """A formula and its use.

    `part` is what a reader calls it; `role` is `initial`, `rate`, `helper`, `observable`, `time`,
    `when`, `delay`, `priority` or `assignment`; `owner` the name of the part, of an assignment
    that of the state. `unit` is the unit that was declared for it.
    """

    part: str
    role: str
    owner: str
    tree: Tree
    unit: str
    at: Place


def formulas_of(model: Model) -> Iterator[Formula]:
    """Every formula, in the order in which a text would have them."""
    units = {state.name: state.unit for state in model.states}
    for state in model.states:
        part = f"initial value of `{state.name}`"
        yield Formula(part, "initial", state.name, state.initial, state.unit, state.at)
    for helper in model.helpers:
        part = f"helper `{helper.name}`"
        yield Formula(part, "helper", helper.name, helper.value, helper.unit, helper.at)
    for state in model.states:
        part = f"rate of `{state.name}`"
        yield Formula(part, "rate", state.name, state.rate, state.unit, state.at)
    for event in model.events:
        yield from _of_event(event, units)
    for seen in model.observables:
        part = f"observable `{seen.name}`"
        yield Formula(part, "observable", seen.name, seen.value, seen.unit, seen.at)


def named_parts(model: Model) -> Iterator[tuple[str, Part]]:
    """Every part that has a name, with the word for its kind."""
    yield from (("state", state) for state in model.states)
    yield from (("parameter", parameter) for parameter in model.parameters)
    yield from (("helper", helper) for helper in model.helpers)
    yield from (("event", event) for event in model.events)
    yield from (("observable", observable) for observable in model.observables)


def _of_event(event: Event, units: dict[str, str]) -> Iterator[Formula]:
    """The formulas of one event; `units` are those of the states."""
    for role, word, tree in (
        ("time", "time", event.time),
        ("when", "condition", event.when),
        ("delay", "delay", event.delay),
        ("priority", "priority", event.priority),
    ):
        if tree is not None:
            yield Formula(f"{word} of event `{event.name}`", role, event.name, tree, "", event.at)
    for does in event.does:
        part = f"event `{event.name}`, value of `{does.state}`"
        unit = units.get(does.state, "")
        yield Formula(part, "assignment", does.state, does.value, unit, does.at)
