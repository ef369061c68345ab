"""What turns cytokines into signs: thresholds and spreads, each with its source and standing."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from reinfuse.errors import ReinfuseError
from reinfuse.source import Source, Standing

_FILE = os.path.join(os.path.dirname(__file__), "signs.csv")


class Moves(StrEnum):
    """How a constant moves within what is not known of it."""

    SHIFT = "shift"  # normal
    LOG = "log"  # normal on the logarithm; such a constant is above 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignConstant:
    """One row of the table: `spread` is the standard deviation of what is not known of it."""

    name: str
    value: float
    unit: str
    spread: float
    moves: Moves
    source: Source
    note: str

    @property
    def uncalibrated(self) -> bool:
        """Whether no data of patients stand behind it."""
        return self.source.standing is Standing.OURS


@cache
def sign_constants() -> tuple[SignConstant, ...]:
    """The rows of the table."""
    with open(_FILE, encoding="utf-8", newline="") as handle:
        return tuple(_constant(row) for row in csv.DictReader(handle))


# What is needed from low to high: a patient on the second is one who was on the first.
PRESSURE_LADDER = ("hypotension_from", "one_pressor_from", "more_pressors_from")
OXYGEN_LADDER = ("low_flow_from", "high_flow_from", "positive_pressure_from")


@dataclass(frozen=True, slots=True)
class SignRules:
    """A value for every constant, by name; see `shipped_rules`.

    Raises ReinfuseError for names that are missing or unknown, for a threshold below the one
    before it, and for a constant that is not finite or has the wrong sign.
    """

    values: Mapping[str, float]

    def __post_init__(self) -> None:
        """Raise ReinfuseError with every problem."""
        known = {row.name: row for row in sign_constants()}
        odd = sorted(set(known) ^ set(self.values))
        problems = [f"{name} is {'missing' if name in known else 'unknown'}" for name in odd]
        for name in sorted(set(known) & set(self.values)):
            value = self.values[name]
            floor = 0.0 if known[name].moves is Moves.LOG else -math.inf
            if not math.isfinite(value) or value <= floor:
                problems.append(f"{name} is {value:g}, not a finite number above {floor:g}")
        problems += [] if odd else self._disorder()
        if problems:
            raise ReinfuseError(
                "; ".join(problems), where="rules of signs", fix="see mechanism/signs.csv"
            )

    def _disorder(self) -> list[str]:
        found = []
        for ladder in (PRESSURE_LADDER, OXYGEN_LADDER):
            for lower, upper in pairwise(ladder):
                if self.values[upper] < self.values[lower]:
                    found.append(f"{upper} is below {lower}")
        return found

    def __getitem__(self, name: str) -> float:
        """The value of a constant."""
        return self.values[name]

    def ladder(self, names: tuple[str, ...]) -> tuple[float, ...]:
        """The values of some thresholds, in order."""
        return tuple(self.values[name] for name in names)

    def changed(self, **values: float) -> SignRules:
        """The rules with other values; a calibration gives them."""
        return SignRules(MappingProxyType({**self.values, **values}))

    def moved(self, z: Mapping[str, float]) -> SignRules:
        """The rules with constants moved by standard normal numbers within what is not known.

        A threshold that would fall below the one before it stays level with it.
        """
        rows = {row.name: row for row in sign_constants()}
        found = dict(self.values)
        for name, number in z.items():
            if name not in rows:
                raise ReinfuseError(f"no constant of signs is called {name}", fix="see signs.csv")
            step = rows[name].spread * number
            log = rows[name].moves is Moves.LOG
            found[name] = found[name] * math.exp(step) if log else found[name] + step
        for ladder in (PRESSURE_LADDER, OXYGEN_LADDER):
            for lower, upper in pairwise(ladder):
                found[upper] = max(found[upper], found[lower])
        return SignRules(MappingProxyType(found))


@cache
def shipped_rules() -> SignRules:
    """The values of the table."""
    return SignRules(MappingProxyType({row.name: row.value for row in sign_constants()}))


def _constant(row: dict[str, str]) -> SignConstant:
    return SignConstant(
        name=row["name"], value=float(row["value"]), unit=row["unit"],
        spread=float(row["spread"]), moves=Moves(row["scale"]),
        source=Source(
            cite=row["cite"], doi=row["doi"], place=row["place"],
            standing=Standing(row["standing"]),
        ),
        note=row["note"],
    )  # fmt: skip
