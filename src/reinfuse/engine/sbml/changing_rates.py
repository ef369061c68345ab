"""Rates of change that formulas ask for by name (`rateOf`)."""

from __future__ import annotations

from collections.abc import Iterable

from reinfuse.engine.language.model import ZERO
from reinfuse.engine.language.tree import Name, Tree, names_in
from reinfuse.engine.sbml.content import Kind
from reinfuse.engine.sbml.draft import Draft
from reinfuse.engine.sbml.special import div, mul, sub


def add_rates(draft: Draft, others: Iterable[Tree]) -> None:
    """A helper for each rate that a formula of the draft, or one of the others, asks for."""
    ids = {draft.naming.rates[symbol.name]: id_ for id_, symbol in draft.symbols.items()}
    waiting = [*draft.rates.values(), *draft.helpers.values(), *draft.at_start.values(), *others]
    while waiting:
        asked = [name for name in names_in(waiting.pop()) if name in ids]
        for name in sorted(name for name in asked if name not in draft.helpers):
            rate, at = _rate(draft, ids[name]), draft.symbols[ids[name]].at
            if rate is None:
                draft.refusals.add(f"rateOf(`{ids[name]}`), for which no rule or reaction is", at)
            draft.add_helper(name, ZERO if rate is None else rate, at)
            waiting.append(draft.helpers[name])


def _rate(draft: Draft, id_: str) -> Tree | None:
    symbol = draft.symbols[id_]
    if draft.is_fixed(symbol.name):
        return ZERO
    if symbol.state is None:
        return None
    if symbol.state == symbol.name or symbol.kind is not Kind.SPECIES:
        return draft.rates[symbol.state]
    size = draft.naming.names[draft.compartments[id_]]
    if not draft.is_fixed(size) and size not in draft.rates:
        return None
    swelling = draft.rate_of(size)
    rate = draft.rates[symbol.state]
    left = rate if swelling == ZERO else sub(rate, mul(Name(symbol.name), swelling))
    return div(left, Name(size))
