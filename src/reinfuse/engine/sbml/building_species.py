"""Species as amounts, read as amounts or as concentrations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.engine.language.model import ZERO
from reinfuse.engine.language.tree import Name, Tree
from reinfuse.engine.sbml.conditions import ONE, folded
from reinfuse.engine.sbml.content import Kind, Species
from reinfuse.engine.sbml.draft import Draft
from reinfuse.engine.sbml.result import Reading, Symbol
from reinfuse.engine.sbml.special import add, div, mul


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What a species is at the start: as an amount, as it is read, and by which parameter."""

    amount: Tree
    reading: Tree
    parameter: str | None
    same: bool  # whether the parameter is the reading itself


def add_species(draft: Draft, species: Species) -> None:
    """Put a species into the model.

    What reactions or events change is held as an amount, which a change of the compartment leaves
    as it is; so is what a rate rule changes if events set the compartment, else as it is read.
    """
    name, at = draft.naming.names[species.id], species.at
    size: Tree = Name(draft.naming.names.get(species.compartment, ""))
    factor = ONE if species.as_amount else size
    state: str | None = None
    state_factor: Tree = ONE
    start: _Start | None = None
    if species.id in draft.assigned:
        draft.add_helper(name, draft.assigned[species.id], at)
    elif species.id in draft.rated and not _in_a_jumping_size(draft, species):
        state, start = name, _start(draft, species, size)
        draft.add_state(name, start.reading, draft.rated[species.id], at)
    elif _changes(draft, species):
        state = name if species.as_amount else draft.naming.fresh.fresh(f"{name}_amount")
        state_factor, start = factor, _start(draft, species, size)
        draft.add_state(state, start.amount, _rate(draft, species, name), at)
        if state != name:
            draft.add_helper(name, div(Name(state), size), at, start=start.reading)
    else:
        start = _add_unchanging(draft, species, size)
    parameter = start.parameter if start else None
    draft.symbols[species.id] = Symbol(
        id=species.id,
        kind=Kind.SPECIES,
        name=name,
        reads_as=Reading.AMOUNT if species.as_amount else Reading.CONCENTRATION,
        state=state,
        state_factor=state_factor,
        initial=parameter,
        initial_as=_initial_as(species) if parameter else None,
        amount=mul(Name(name), factor),
        concentration=None if species.pointlike else _concentration(species, name, size),
        at=at,
    )


def _concentration(species: Species, name: str, size: Tree) -> Tree:
    return div(Name(name), size) if species.as_amount else Name(name)


def _initial_as(species: Species) -> Reading:
    return Reading.AMOUNT if species.initial_is_amount else Reading.CONCENTRATION


def _changes(draft: Draft, species: Species) -> bool:
    return (
        species.id in draft.rated
        or species.id in draft.evented
        or (not species.boundary and species.id in draft.reacting)
    )


def _in_a_jumping_size(draft: Draft, species: Species) -> bool:
    """Whether it is read as a concentration in a compartment that events set."""
    return not species.as_amount and species.compartment in draft.evented


def _rate(draft: Draft, species: Species, name: str) -> Tree:
    """The rate of the amount."""
    rule = draft.rated.get(species.id)
    if rule is not None:
        size = draft.naming.names[species.compartment]
        swelling = draft.rate_of(size)
        held = mul(rule, Name(size))
        return held if swelling == ZERO else add(held, mul(Name(name), swelling))
    if species.boundary:
        return ZERO
    total = folded("add", draft.reacting.get(species.id, []), ZERO)
    factor = species.factor
    return total if factor is None else mul(Name(draft.naming.names[factor]), total)


def _start(draft: Draft, species: Species, size: Tree, *, own_name: bool = False) -> _Start:
    """The value at the start; `own_name` gives its parameter the name of the species itself."""
    said = draft.initial.get(species.id)
    if said is not None:
        amount = said if species.as_amount else mul(said, size)
        return _Start(amount=amount, reading=said, parameter=None, same=False)
    name = draft.naming.names[species.id]
    parameter = name if own_name else draft.naming.fresh.fresh(f"initial_{name}")
    given = draft.add_parameter(parameter, _number(draft, species), species.at)
    amount = given if species.initial_is_amount else mul(given, size)
    if species.as_amount:
        reading = amount
    else:
        reading = div(given, size) if species.initial_is_amount else given
    return _Start(amount=amount, reading=reading, parameter=parameter, same=own_name)


def _add_unchanging(draft: Draft, species: Species, size: Tree) -> _Start:
    """A species that nothing changes: one amount at all times."""
    name, at = draft.naming.names[species.id], species.at
    steady = isinstance(size, Name) and draft.is_fixed(size.name)
    plain = species.as_amount == species.initial_is_amount and (species.as_amount or steady)
    start = _start(draft, species, size, own_name=plain and species.id not in draft.initial)
    if start.same:
        return start
    if species.as_amount or steady:
        draft.add_fixed(name, start.reading, at)
    else:
        amount = draft.add_fixed(draft.naming.fresh.fresh(f"{name}_amount"), start.amount, at)
        draft.add_helper(name, div(amount, size), at, start=start.reading)
    return start


def _number(draft: Draft, species: Species) -> float:
    if species.initial is not None:
        return species.initial
    draft.notes.append(
        f"species `{species.id}` (line {species.at.line}) has no value at the start: it is not a "
        "number until one is given"
    )
    return math.nan
