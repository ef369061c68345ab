"""The model that an SBML file says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import isfinite

from reinfuse.engine.language.model import Event, Helper, Model, Observable, State
from reinfuse.engine.language.order import circles, in_order
from reinfuse.engine.language.tree import Name, Tree
from reinfuse.engine.sbml.algebraic import without_algebraic
from reinfuse.engine.sbml.building_events import events_of
from reinfuse.engine.sbml.building_species import add_species
from reinfuse.engine.sbml.building_values import add_value
from reinfuse.engine.sbml.changing_rates import add_rates
from reinfuse.engine.sbml.content import Content, Kind
from reinfuse.engine.sbml.draft import Draft
from reinfuse.engine.sbml.naming import Naming
from reinfuse.engine.sbml.overriding import with_numbers
from reinfuse.engine.sbml.reading import content_of
from reinfuse.engine.sbml.refusals import Refusals
from reinfuse.engine.sbml.result import Reading, SbmlModel, Symbol
from reinfuse.engine.sbml.starting import at_start, numbers_of
from reinfuse.errors import ReinfuseError

_PRECISE = 1e-8  # of the smallest amount at the start: an error below it does not matter
_USUAL_TOLERANCE = 1e-9  # where nothing has a size at the start


def read_sbml(
    text: str | bytes, *, source: str = "SBML", overridable: Collection[str] = ()
) -> SbmlModel:
    """The model of an SBML file of Level 2, or of Level 3 without packages.

    Constants, sizes and values at the start are parameters: a constant under its own id, a value
    at the start as `initial_ID`, so that each can be changed. What the file says by a formula (an
    initial assignment) stays that formula of parameters; for ids in `overridable` it becomes a
    parameter too, as the id is read in formulas. What is not supported is refused, all at once.
    Events are conditions; names are those of the file, and `initial_`, `_amount`, `rate_of_` and
    `observed_` stand before or behind them where the model needs a name more.

    Source: SBML Level 2 Version 5 Release 1, doi:10.2390/biecoll-jib-2015-271; Level 3 Version 2
    Core Release 2, doi:10.1515/jib-2019-0021.
    """
    content, naming = content_of(text, source=source)
    refusals = Refusals(source)
    content = without_algebraic(content, refusals)
    draft, events = _drafted(content, naming, refusals)
    if overridable:
        content = with_numbers(content, _start_numbers(draft, overridable))
        draft, events = _drafted(content, naming, refusals)
    return _finished(draft, events)


def _drafted(
    content: Content, naming: Naming, refusals: Refusals
) -> tuple[Draft, tuple[Event, ...]]:
    draft = Draft(content, naming.copied(), refusals)
    # Compartments first: how a species is held hangs on what its compartment is.
    for value in content.values:
        if value.kind is Kind.COMPARTMENT:
            add_value(draft, value)
    for species in content.species:
        add_species(draft, species)
    for value in content.values:
        if value.kind is not Kind.COMPARTMENT:
            add_value(draft, value)
    for reaction in content.reactions:
        name = naming.names[reaction.id]
        draft.add_helper(name, reaction.rate, reaction.at)
        draft.symbols[reaction.id] = Symbol(
            id=reaction.id,
            kind=Kind.REACTION,
            name=name,
            reads_as=Reading.RATE,
            at=reaction.at,
        )
    events = tuple(events_of(draft))
    add_rates(draft, _formulas(events))
    refusals.raise_any()
    return draft, events


def _formulas(events: tuple[Event, ...]) -> Iterator[Tree]:
    for event in events:
        yield from (does.value for does in event.does)
        asked = (event.when, event.delay, event.priority)
        yield from (tree for tree in asked if tree is not None)


def _start_numbers(draft: Draft, ids: Collection[str]) -> dict[str, float]:
    """What ids are at the start, as they are read, for the parameters' own values."""
    names = {}
    for id_ in ids:
        symbol = draft.symbols.get(id_)
        if symbol is None or id_ in draft.assigned or symbol.kind is Kind.REACTION:
            raise ReinfuseError(
                f"`{id_}` has no value at the start that could be set",
                where=draft.refusals.source,
                fix="name a compartment, species or parameter that no rule says at all times",
            )
        names[id_] = symbol.name
    started = at_start(draft.at_start, names.values(), draft.places, draft.refusals)
    draft.refusals.raise_any()
    trees = [started.get(name, Name(name)) for name in names.values()]
    numbers = numbers_of(trees, tuple(draft.parameters.values()))
    return dict(zip(names, numbers, strict=True))


def _finished(draft: Draft, events: tuple[Event, ...]) -> SbmlModel:
    wanted = (*draft.rates, *draft.fixed)
    started = at_start(draft.at_start, wanted, draft.places, draft.refusals)
    helpers = tuple(
        Helper(
            name=name, value=started[name] if name in draft.fixed else value, at=draft.places[name]
        )
        for name, value in draft.helpers.items()
    )
    model = Model(
        name=draft.content.id,
        states=_states(draft, started),
        parameters=tuple(draft.parameters.values()),
        helpers=helpers,
        events=events,
        observables=tuple(_observables(draft)),
        time_unit=draft.content.time_unit,
    )
    for ring in circles(model):
        words = " -> ".join(f"`{name}`" for name in (*ring, ring[0]))
        draft.refusals.add(f"values hang on each other in a ring: {words}", draft.places[ring[0]])
    draft.refusals.raise_any()
    return SbmlModel(
        model=in_order(model),
        symbols=tuple(draft.symbols.values()),
        notes=(*draft.content.notes, *draft.notes),
    )


def _states(draft: Draft, started: Mapping[str, Tree]) -> tuple[State, ...]:
    parameters = tuple(draft.parameters.values())
    sizes = numbers_of([started[name] for name in draft.rates], parameters)
    held = {symbol.state for symbol in draft.symbols.values() if symbol.kind is Kind.SPECIES}
    least = min(
        (abs(size) for name, size in zip(draft.rates, sizes, strict=True)
         if name in held and _sized(size)),
        default=_USUAL_TOLERANCE / _PRECISE,
    )  # fmt: skip
    return tuple(
        State(
            name=name,
            initial=started[name],
            rate=rate,
            tolerance=_PRECISE * (least if name in held or not _sized(size) else abs(size)),
            at=draft.places[name],
        )
        for (name, rate), size in zip(draft.rates.items(), sizes, strict=True)
    )


def _sized(size: float) -> bool:
    return size != 0.0 and isfinite(size)


def _observables(draft: Draft) -> Iterator[Observable]:
    """What may change, as it is read: species, sizes and parameters."""
    for symbol in draft.symbols.values():
        if symbol.kind is not Kind.REACTION and not draft.is_fixed(symbol.name):
            name = draft.naming.fresh.fresh(f"observed_{symbol.name}")
            yield Observable(name=name, value=Name(symbol.name), at=symbol.at)
