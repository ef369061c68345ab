"""A model that was read from SBML, with what its ids mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.engine.language.model import Model
from reinfuse.engine.language.tree import NOWHERE, Place, Tree
from reinfuse.engine.sbml.conditions import ONE
from reinfuse.engine.sbml.content import Kind
from reinfuse.errors import ReinfuseError


class Reading(StrEnum):
    """What the number behind an id is."""

    AMOUNT = "amount"
    CONCENTRATION = "concentration"
    VALUE = "value"  # of a compartment, a parameter or a stoichiometry
    RATE = "rate"  # of a reaction, extents per time


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """What an id of the file is in the model.

    `name` is a name of the model (a parameter, a state or a helper) and means in formulas exactly
    what the id means in formulas of SBML: `reads_as`. If the thing changes by rates or events,
    `state` is what holds it, and the state is the reading times `state_factor` (1, or the size of
    the compartment where an amount is held and a concentration is read).

    `initial` is the parameter that sets its value, or its value at the start, in the sense of
    `initial_as`; none where the file says it by a formula. `amount` and `concentration` are
    formulas for species.
    """

    id: str
    kind: Kind
    name: str
    reads_as: Reading
    state: str | None = None
    state_factor: Tree = ONE
    initial: str | None = None
    initial_as: Reading | None = None
    amount: Tree | None = None
    concentration: Tree | None = None
    at: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class SbmlModel:
    """A model, what the ids of its file are in it, and what was changed or left out."""

    model: Model
    symbols: tuple[Symbol, ...]
    notes: tuple[str, ...]

    def symbol(self, id_: str) -> Symbol:
        """What an id is; a local parameter is asked for as `reaction.parameter`."""
        found = next((symbol for symbol in self.symbols if symbol.id == id_), None)
        if found is None:
            raise ReinfuseError(
                f"the SBML model has no `{id_}`",
                fix="ask for an id of a compartment, species, parameter or reaction of the file",
            )
        return found
