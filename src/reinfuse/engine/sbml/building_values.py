"""Compartments, parameters and stoichiometries as parameters, states or helpers."""

from __future__ import annotations

import math

from reinfuse.engine.language.model import ZERO
from reinfuse.engine.sbml.content import Kind, Value
from reinfuse.engine.sbml.draft import Draft
from reinfuse.engine.sbml.result import Reading, Symbol


def add_value(draft: Draft, value: Value) -> None:
    """Put something with a value of its own into the model.

    It is a helper if a rule says it or if it is said once by a formula, a state if it has a rate
    or events set it, else a parameter.
    """
    name, at = draft.naming.names[value.id], value.at
    state: str | None = None
    initial: str | None = None
    _refuse_changed_constant(draft, value)
    if value.id in draft.assigned:
        draft.add_helper(name, draft.assigned[value.id], at)
    elif value.id in draft.rated or value.id in draft.evented:
        state = name
        start = draft.initial.get(value.id)
        if start is None:
            initial = draft.naming.fresh.fresh(f"initial_{name}")
            start = draft.add_parameter(initial, _number(draft, value), at)
        draft.add_state(name, start, draft.rated.get(value.id, ZERO), at)
    elif value.id in draft.initial:
        draft.add_fixed(name, draft.initial[value.id], at)
    else:
        initial = name
        draft.add_parameter(name, _number(draft, value), at)
    draft.symbols[value.id] = Symbol(
        id=value.id,
        kind=value.kind,
        name=name,
        reads_as=Reading.VALUE,
        state=state,
        initial=initial,
        initial_as=Reading.VALUE if initial else None,
        at=at,
    )


def _number(draft: Draft, value: Value) -> float:
    if value.value is not None:
        return value.value
    words = f"{value.kind} `{value.id}` (line {value.at.line}) has no value"
    if value.kind is Kind.COMPARTMENT:
        draft.notes.append(f"{words}: its size is taken as 1")
        return 1.0
    draft.notes.append(f"{words}: it is not a number until one is given")
    return math.nan


def _refuse_changed_constant(draft: Draft, value: Value) -> None:
    changed = value.id in draft.assigned or value.id in draft.rated or value.id in draft.evented
    if value.constant and changed:
        draft.refusals.add(
            f"{value.kind} `{value.id}` is constant and a rule or an event changes it", value.at
        )
