"""A PEtab problem as data: what was measured, under which conditions, and what is to be estimated.

Source: PEtab version 1, doi:10.1371/journal.pcbi.1008646 and the format's own documentation.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.engine.language.tree import Tree
from reinfuse.engine.sbml.result import SbmlModel


class Scale(StrEnum):
    """The scale of a parameter, or of what is compared with a measurement."""

    LIN = "lin"
    LOG = "log"  # natural logarithm
    LOG10 = "log10"


class Noise(StrEnum):
    """How measurements scatter around what was simulated."""

    NORMAL = "normal"
    LAPLACE = "laplace"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value was written: row 1 of a table is its header."""

    file: str
    row: int
    column: str = ""

    def __str__(self) -> str:
        """The place in words."""
        where = f"{self.file} row {self.row}"
        return f"{where} column {self.column}" if self.column else where


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is thought of a parameter beforehand; kept, and no part of the likelihood."""

    kind: str
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PetabParameter:
    """A row of the parameter table; bounds and nominal value are not on `scale`, but linear."""

    name: str
    scale: Scale = Scale.LIN
    lower: float | None = None
    upper: float | None = None
    nominal: float | None = None
    estimated: bool = True
    prior: Prior | None = None
    start_prior: Prior | None = None
    at: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PetabObservable:
    """A row of the observable table.

    `placeholders` and `noise_placeholders` are the names that each measurement fills, in the order
    in which it lists what fills them.
    """

    name: str
    formula: Tree
    noise_formula: Tree
    scale: Scale = Scale.LIN
    noise: Noise = Noise.NORMAL
    placeholders: tuple[str, ...] = ()
    noise_placeholders: tuple[str, ...] = ()
    at: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A row of the condition table: what is set, to a number or to the value of a parameter.

    None stands for NaN: what the model says, or what preequilibration left.
    """

    name: str
    settings: tuple[tuple[str, float | str | None], ...]
    at: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A row of the measurement table; a time of infinity is the steady state.

    `observable_values` and `noise_values` fill the placeholders of the observable.
    """

    observable: str
    condition: str
    preequilibration: str | None = None
    time: float
    value: float
    observable_values: tuple[float | str, ...] = ()
    noise_values: tuple[float | str, ...] = ()
    at: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PetabProblem:
    """A problem that has been checked: every name in it is known.

    Names of things in the model are the ids of its SBML file, in formulas too. `freed` holds
    the model again for sets of ids that some condition sets and `model` has a formula for, such as
    an initial assignment: there they are parameters.
    """

    name: str
    model: SbmlModel
    parameters: tuple[PetabParameter, ...]
    observables: tuple[PetabObservable, ...]
    conditions: tuple[Condition, ...]
    measurements: tuple[Measurement, ...]
    freed: tuple[tuple[frozenset[str], SbmlModel], ...] = ()

    def model_that_sets(self, ids: Collection[str]) -> SbmlModel:
        """The model with a parameter for each of the ids that it has."""
        known = dict(self.freed)
        return known.get(frozenset().union(*known).intersection(ids), self.model)

    @property
    def estimated(self) -> tuple[PetabParameter, ...]:
        """Parameters that are to be estimated, in the order of the table."""
        return tuple(parameter for parameter in self.parameters if parameter.estimated)
