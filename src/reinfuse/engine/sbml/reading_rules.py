"""Initial assignments, rules and events of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reinfuse.engine.language.tree import Tree
from reinfuse.engine.sbml.attributes import told, truth_in
from reinfuse.engine.sbml.conditions import FALSE
from reinfuse.engine.sbml.content import Algebraic, Happening, Said
from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.mathml import Scope, condition_of, number_of
from reinfuse.engine.sbml.reading_reactions import math_in


def initial_of(model: Element, scope: Scope) -> Iterator[Said]:
    """Initial assignments."""
    for element in model.listed("listOfInitialAssignments", "initialAssignment"):
        yield from _said(element, "symbol", scope)


def rules_of(model: Element, tag: str, scope: Scope) -> Iterator[Said]:
    """Assignment rules or rate rules."""
    for element in model.listed("listOfRules", tag):
        yield from _said(element, "variable", scope)


def algebraic_of(model: Element, scope: Scope) -> Iterator[Algebraic]:
    """Algebraic rules."""
    for element in model.listed("listOfRules", "algebraicRule"):
        value = _number(element, told(element), scope)
        if value is not None:
            yield Algebraic(value=value, at=element.at)


def events_of(model: Element, scope: Scope) -> Iterator[Happening]:
    """Events; one without a name is called by its number."""
    events = model.listed("listOfEvents", "event")
    for number, element in enumerate(events, start=1):
        words = told(element) if element.get("id") else f"event {number}"
        trigger = element.first("trigger")
        formula = math_in(trigger)
        within = replace(scope, told=f"the trigger of {words}")
        flags = scope.refusals
        yield Happening(
            id=element.get("id") or f"event_{number}",
            when=FALSE if formula is None else condition_of(formula, within),
            initially=trigger is None or truth_in(trigger, "initialValue", flags, default=True),
            persistent=trigger is None or truth_in(trigger, "persistent", flags, default=True),
            at_trigger=truth_in(element, "useValuesFromTriggerTime", flags, default=True),
            delay=_number(element.first("delay"), f"the delay of {words}", scope),
            priority=_number(element.first("priority"), f"the priority of {words}", scope),
            does=tuple(
                said
                for assignment in element.listed("listOfEventAssignments", "eventAssignment")
                for said in _said(assignment, "variable", scope, of=f" of {words}")
            ),
            at=element.at,
        )


def _said(element: Element, attribute: str, scope: Scope, of: str = "") -> Iterator[Said]:
    name = element.get(attribute) or ""
    if name not in scope.names or "." in name:
        scope.refusals.add(f"{told(element)}{of} sets `{name}`, which is unknown", element.at)
        return
    value = _number(element, told(element) + of, scope)
    if value is not None:
        yield Said(id=name, value=value, at=element.at)


def _number(element: Element | None, words: str, scope: Scope) -> Tree | None:
    """The formula of an element; one without a formula says nothing (Level 3 Version 2)."""
    formula = math_in(element)
    return None if formula is None else number_of(formula, replace(scope, told=words))
