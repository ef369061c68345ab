"""What an SBML file says, in the words of SBML, with formulas as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.engine.language.tree import Place, Tree


class Kind(StrEnum):
    """What an id of the file stands for."""

    COMPARTMENT = "compartment"
    SPECIES = "species"
    PARAMETER = "parameter"
    LOCAL = "local parameter"
    STOICHIOMETRY = "stoichiometry"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A compartment, a parameter, or a stoichiometry with an id: something that has a value.

    `value` is none where the file gives no number.
    """

    id: str
    kind: Kind
    value: float | None
    constant: bool
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """A species; `as_amount` tells whether its id is an amount in formulas, not a concentration.

    `initial` is none where the file gives no number; `initial_is_amount` says what it would be.
    A `pointlike` species is in a compartment without a size.
    """

    id: str
    compartment: str
    initial: float | None
    initial_is_amount: bool
    as_amount: bool
    pointlike: bool
    boundary: bool
    constant: bool
    factor: str | None
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A species' part in a reaction: how much of it one extent makes, below 0 if it is used up."""

    species: str
    change: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A reaction and its rate, extents per time."""

    id: str
    parts: tuple[Part, ...]
    rate: Tree
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """That something has a value: by an initial assignment, a rule, or an event."""

    id: str
    value: Tree
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Algebraic:
    """A formula that is 0 at all times."""

    value: Tree
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event."""

    id: str
    when: Tree
    initially: bool
    persistent: bool
    at_trigger: bool
    delay: Tree | None
    priority: Tree | None
    does: tuple[Said, ...]
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a file says. In formulas ids stand as `names` has them.

    `rates` are what the rate of change of each name is called where a formula asks for it.
    """

    id: str
    time_unit: str
    values: tuple[Value, ...]
    species: tuple[Species, ...]
    reactions: tuple[Reaction, ...]
    initial: tuple[Said, ...]
    assigned: tuple[Said, ...]
    rated: tuple[Said, ...]
    algebraic: tuple[Algebraic, ...]
    events: tuple[Happening, ...]
    names: Mapping[str, str]
    rates: Mapping[str, str]
    kinds: Mapping[str, Kind]
    notes: tuple[str, ...]
