"""The cells of the CTCAE table as conditions: `> 3 x ULN if baseline normal; ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reinfuse.grading.rules.condition import (
    Amount,
    Compare,
    Condition,
    Fixed,
    Measured,
    Relation,
    Times,
    every,
    no,
    some,
    stated,
)

_CELL = re.compile(r"(?P<relation>[<>]=?) (?:(?P<number>[\d.]+)(?: x )?)?(?P<of>ULN|LLN|baseline)?")
_RELATIONS = {
    "<": Relation.BELOW,
    "<=": Relation.AT_MOST,
    ">": Relation.ABOVE,
    ">=": Relation.AT_LEAST,
}
ABNORMAL = "baseline abnormal"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a term is graded on: an item in a unit, with its limits of normal and its baseline."""

    item: str
    unit: str

    def upper(self) -> Measured:
        """The upper limit of normal."""
        return Measured(f"{self.item} upper limit of normal", self.unit)

    def lower(self) -> Measured:
        """The lower limit of normal."""
        return Measured(f"{self.item} lower limit of normal", self.unit)

    def before(self) -> Measured:
        """The value at baseline."""
        return Measured(f"{self.item} baseline", self.unit)

    def value(self) -> Measured:
        """The value that is graded."""
        return Measured(self.item, self.unit)


def condition_of(cell: str, measured: Measurement) -> Condition:
    """What a cell asks for; `;` separates ways to meet it, ` if ` what must hold besides."""
    ways = tuple(_way(part.strip(), measured) for part in cell.split(";"))
    return ways[0] if len(ways) == 1 else some(*ways)


def in_print(cell: str) -> str:
    """A cell with the signs that a reader sees: `≥ 1.5 × baseline`."""
    return cell.replace(">=", "≥").replace("<=", "≤").replace(" x ", " × ")


def _way(text: str, measured: Measurement) -> Condition:
    asked, _, besides = text.partition(" if ")
    found = _CELL.fullmatch(asked)
    if found is None:
        raise ValueError(f"the CTCAE cell {asked!r} cannot be read")
    relation = _RELATIONS[found["relation"]]
    factor = float(found["number"] or 1)
    amounts: dict[str | None, Amount] = {
        None: Fixed(factor, measured.unit),
        "ULN": Times(factor, measured.upper()),
        "LLN": Times(factor, measured.lower()),
        "baseline": Times(factor, measured.before()),
    }
    compared = Compare(measured.value(), relation, amounts[found["of"]])
    if not besides:
        return compared
    # A multiple of an abnormal baseline is above that multiple of the limit: saying so keeps the
    # row closed where the baseline was not recorded and the value is too low for either.
    follows = Compare(measured.value(), Relation.ABOVE, Times(factor, measured.upper()))
    implied = (follows,) if besides == ABNORMAL else ()
    return every(compared, _besides(besides, measured), *implied)


def _besides(text: str, measured: Measurement) -> Condition:
    abnormal = Compare(measured.before(), Relation.ABOVE, Times(1, measured.upper()))
    known: dict[str, Condition] = {
        "baseline normal": no(abnormal),
        ABNORMAL: abnormal,
        "baseline low": Compare(measured.before(), Relation.BELOW, Times(1, measured.lower())),
        "below LLN": Compare(measured.value(), Relation.BELOW, Times(1, measured.lower())),
        "above ULN": Compare(measured.value(), Relation.ABOVE, Times(1, measured.upper())),
    }
    return known.get(text) or stated(text)
