"""Events of a file as events that set states."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.engine.language.model import Assignment, Event
from reinfuse.engine.language.tree import Name
from reinfuse.engine.sbml.conditions import FALSE
from reinfuse.engine.sbml.content import Happening, Said
from reinfuse.engine.sbml.draft import Draft
from reinfuse.engine.sbml.special import mul


def events_of(draft: Draft) -> Iterator[Event]:
    """The events that can happen and do something."""
    for happening in draft.content.events:
        if happening.when == FALSE or not happening.does:
            draft.notes.append(f"event `{happening.id}` never does anything and is left out")
            continue
        yield Event(
            name=draft.naming.fresh.fresh(happening.id),
            does=tuple(_assignments(draft, happening)),
            when=happening.when,
            delay=happening.delay,
            at_trigger=happening.at_trigger,
            persistent=happening.persistent,
            initially=happening.initially,
            priority=happening.priority,
            at=happening.at,
        )


def _assignments(draft: Draft, happening: Happening) -> Iterator[Assignment]:
    seen: set[str] = set()
    for said in happening.does:
        if said.id in seen:
            draft.refusals.add(f"event `{happening.id}` sets `{said.id}` twice", said.at)
        seen.add(said.id)
        symbol = draft.symbols.get(said.id)
        if symbol is None or symbol.state is None:
            draft.refusals.add(
                f"event `{happening.id}` sets `{said.id}`, which a rule or a reaction says", said.at
            )
            continue
        _refuse_late_concentration(draft, happening, said)
        # An amount is held: it becomes what is assigned times the size before the event, also
        # where the event sets that size too (cases 01506 and 01779 of the SBML Test Suite).
        value = mul(said.value, symbol.state_factor)
        yield Assignment(state=symbol.state, value=value, at=said.at)


def _refuse_late_concentration(draft: Draft, happening: Happening, said: Said) -> None:
    """Refuse what would need a value of the trigger times a size of the moment it happens."""
    symbol = draft.symbols[said.id]
    if not (isinstance(symbol.state_factor, Name) and happening.delay and happening.at_trigger):
        return
    if not draft.is_fixed(symbol.state_factor.name):
        draft.refusals.add(
            f"event `{happening.id}` sets the concentration of species `{said.id}` after a delay, "
            f"by values from before it, while compartment `{draft.compartments[said.id]}` may "
            "change its size; this is not supported",
            said.at,
        )
