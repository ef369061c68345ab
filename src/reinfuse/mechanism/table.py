"""The parameters of the mechanism: value, unit, spread between patients, source, and standing."""

from __future__ import annotations

import csv
import math
import os
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from reinfuse.source import Source, Standing

_FILE = os.path.join(os.path.dirname(__file__), "parameters.csv")
_FIRST_LESION = "_1"
_ONLY_WITH_LESIONS = {"into_lesion", "density", "lesion_room", "debris_loss", "kill_volume"}


class Scale(StrEnum):
    """On which scale a parameter spreads between patients."""

    LOG = "log"  # normal on the logarithm
    LOGIT = "logit"  # normal on the log-odds, for shares
    SPIKE = "spike"  # none in some, log-normal in the others: see `draws.IMMUNE_SHARE`
    NONE = "none"  # the same for everybody


class Role(StrEnum):
    """Whose a parameter is."""

    FIXED = "fixed"  # of the model
    PATIENT = "patient"  # the same at each infusion of a patient
    INFUSION = "infusion"  # of a product, or of the disease before one infusion
    LESION = "lesion"  # of one lesion before one infusion
    PRODUCT = "product"  # of what a product binds to
    PLAN = "plan"  # what is given, and when


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One row of the table.

    `value` is the typical one in `unit`; `spread` the standard deviation between patients on
    `scale`, 0 where everybody has the value. A lesion's row is named for the first lesion;
    `of_lesion` names it for another.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    scale: Scale
    spread: float
    role: Role
    informed_by: str
    source: Source
    note: str

    @property
    def recalled(self) -> bool:
        """Whether the value was recalled: a reader is to be told wherever it is used."""
        return self.source.standing is Standing.RECALLED

    def of_lesion(self, number: int) -> Parameter:
        """The same row for lesion `number`, from 1."""
        return replace(self, name=f"{self.name.removesuffix(_FIRST_LESION)}_{number}")


@cache
def shipped_rows() -> tuple[Parameter, ...]:
    """The rows of the table, a lesion's once."""
    with open(_FILE, encoding="utf-8", newline="") as handle:
        return tuple(_parameter(row) for row in csv.DictReader(handle))


@cache
def parameters_of(lesions: int) -> tuple[Parameter, ...]:
    """The parameters of a model with so many lesions, in the order of the model."""
    rows = shipped_rows()
    shared = tuple(
        row for row in rows
        if row.role is not Role.LESION and (lesions or row.name not in _ONLY_WITH_LESIONS)
    )  # fmt: skip
    own = tuple(row for row in rows if row.role is Role.LESION)
    return shared + tuple(row.of_lesion(k) for k in range(1, lesions + 1) for row in own)


def parameter(name: str) -> Parameter:
    """The row of that name; KeyError where there is none."""
    for row in shipped_rows():
        if row.name == name:
            return row
    raise KeyError(name)


def _parameter(row: dict[str, str]) -> Parameter:
    return Parameter(
        name=row["name"], value=float(row["value"]), unit=row["unit"], low=float(row["low"]),
        high=float(row["high"]) if row["high"] else math.inf, scale=Scale(row["scale"]),
        spread=float(row["spread"] or 0.0), role=Role(row["role"]),
        informed_by=row["informed_by"],
        source=Source(
            cite=row["cite"], doi=row["doi"], place=row["place"],
            standing=Standing(row["standing"]),
        ),
        note=row["note"],
    )  # fmt: skip
