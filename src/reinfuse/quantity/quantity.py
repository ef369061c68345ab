"""A number with its unit and, where a measurement ran out of range, its limit."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.errors import ReinfuseError
from reinfuse.quantity.unit import UnitMismatch, find_unit, shortened, units

# 2.99e6, 2.99 x10^6, 2.99×10⁶ and 12.25*10^8 are all ways in which papers print a number.
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_SHAPE = re.compile(
    rf"^\s*(?P<limit><=|>=|<|>|≤|≥)?\s*(?P<number>{_NUMBER})"
    r"\s*(?P<rest>(?:(?:x|×|\*)\s*10\s*(?:\^|\*)\s*(?P<power>[+-]?\d{1,2}))?"
    r"\s*(?P<unit>.*))$"
)
_LONGEST = 80

PLAIN_FROM, PLAIN_BELOW = 1e-4, 1e5  # numbers that a reader expects without a power of ten


class NotAQuantity(ReinfuseError):
    """The text is not a number with a unit."""


class Limit(StrEnum):
    """How the number stands to the true value."""

    EXACT = ""
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a UCUM unit; with a limit it bounds the value instead of stating it.

    `Quantity(50, "{copies}/ug", Limit.BELOW)` is a measurement below a limit of detection, not
    the number 50.
    """

    value: float
    unit: str
    limit: Limit = Limit.EXACT

    def __post_init__(self) -> None:
        """Refuse what is not a finite number; keep the unit by its UCUM code."""
        if not math.isfinite(self.value):
            raise NotAQuantity(f"{self.value} is not a finite number", fix="leave it out instead")
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "unit", find_unit(self.unit).code)

    @classmethod
    def parse(cls, text: str, unit: str | None = None) -> Quantity:
        """Read `88 %`, `< 50 copies/ug` or `2.99e6 cells/kg`; `unit` serves where none is written.

        Raises NotAQuantity and UnknownUnit.
        """
        shape = _SHAPE.match(text.strip()) if len(text) <= _LONGEST else None
        if shape is None:
            fix = "write it like 88 % or < 50 copies/ug"
            raise NotAQuantity(f"{shortened(text)!r} is not a number with a unit", fix=fix)
        written = shape["unit"] or unit
        if written is None:
            fix = "write the unit after the number"
            raise NotAQuantity(f"{shortened(text)!r} has no unit", fix=fix)
        if written[0] in ",'" and written[1:2].isdigit():
            fix = "write 1.5 and 1500, with a decimal point and nothing between thousands"
            raise NotAQuantity(f"{shortened(text)!r} has a comma or mark in its number", fix=fix)
        number = float(shape["number"])
        if shape["power"] is not None:
            # The power is part of the unit in `65 x10^9/L`, of the number in `12 x10^8 cells/kg`.
            whole = re.sub(r"^[x×*]\s*10\s*[\^*]\s*", "10^", shape["rest"])
            if whole in units():
                written = whole
            else:
                number *= 10.0 ** int(shape["power"])
        if not math.isfinite(number):
            fix = "check the power of ten"
            raise NotAQuantity(f"{shortened(text)!r} is too large a number", fix=fix)
        limit = {"≤": "<=", "≥": ">="}.get(shape["limit"] or "", shape["limit"] or "")
        return cls(number, written, Limit(limit))

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit of its dimension; raises UnitMismatch."""
        base, other = find_unit(self.unit), find_unit(unit)
        if base.dimension != other.dimension:
            raise UnitMismatch(
                f"{self.value:g} {self.unit} ({base.dimension}) cannot be written in {unit}"
                f" ({other.dimension})",
                fix=_bridge(base.dimension, other.dimension),
            )
        if base.code == other.code:
            return self
        return Quantity(self.value * base.factor / other.factor, other.code, self.limit)

    def number_in(self, unit: str) -> float:
        """The bare number in a unit; a limit is lost, so ask `exact` first."""
        return self.to(unit).value

    def fits(self, unit: str) -> bool:
        """Whether the quantity can be written in a unit."""
        return find_unit(self.unit).dimension == find_unit(unit).dimension

    @property
    def exact(self) -> bool:
        """Whether the number is the value and not a bound of it."""
        return self.limit is Limit.EXACT

    @property
    def dimension(self) -> str:
        """What the unit measures, such as `cells per volume`."""
        return find_unit(self.unit).dimension

    def __str__(self) -> str:
        """What a file holds: `< 50.0 {copies}/ug` reads back as the same quantity."""
        number = f"{self.value!r}"
        number = number.removesuffix(".0")
        return f"{self.limit.value}{' ' if self.limit.value else ''}{number} {self.unit}"

    def shown(self) -> str:
        """What a reader sees: `2.99×10⁶ cells/kg`, `37.1 %`."""
        label = find_unit(self.unit).label
        sign = {"<=": "≤", ">=": "≥"}.get(self.limit.value, self.limit.value)
        return f"{sign}{' ' if sign else ''}{shown_number(self.value)} {label}".strip()


def shown_number(value: float) -> str:
    """A number as a reader expects it: plain up to 100 000, above that with a power of ten."""
    if value == 0 or PLAIN_FROM <= abs(value) < PLAIN_BELOW:
        return f"{value:.6g}"
    exponent = math.floor(math.log10(abs(value)))
    mantissa = f"{value / 10**exponent:.4g}"
    power = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}×10{power}"


def _bridge(base: str, other: str) -> str:
    pair = {base, other}
    if pair == {"copies per DNA mass", "cells per volume"}:
        return "copies and cells need a vector copy number and the cell count of the sample"
    if pair == {"mass per volume", "amount per volume"}:
        return "mass and moles need the substance's molar mass: give the value in its other unit"
    if pair == {"mass per volume", "activity units per volume"}:
        return "mass and international units need the assay's own factor"
    if pair == {"fraction", "cells per volume"}:
        return "a percentage needs the count of the cells it is a percentage of"
    return f"give it in a unit of {other}"
