"""Every item that a table may name: what kind of value it takes, in which unit, worse which way.

Measured quantities come from `analytes.csv`; signs, findings and further numbers from the files
under `items/`, one per family of criteria. A row whose item is an analyte adds to it which way is
worse and whether it lasts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from reinfuse.quantity import Quantity, find_unit
from reinfuse.record.plausible import Analyte, Range, analytes

# How alike two spellings are before one is taken for a slip of the other (ours).
_ALIKE = 0.85
# How far binary fractions can carry a converted number from the short one that is meant.
_ROUNDING = 1e-12
# A limit of normal or a baseline is measured in the units of what it is a limit or baseline of.
_OF_ANOTHER = re.compile(r"(.+) (?:upper limit of normal|lower limit of normal|baseline)")


class Kind(StrEnum):
    """What kind of value an item takes."""

    NUMBER = "number"
    YES_NO = "yes or no"
    WORD = "word"


class Worse(StrEnum):
    """Which of several values of one day counts."""

    HIGH = "high"
    LOW = "low"
    LAST = "last"  # neither way is worse: the last one of the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a table can hold.

    `units` has one unit for each dimension that the item is measured in, the usual one first;
    `words` run from best to worst; an item that is `lasting` (age, weight, a limit of normal)
    holds until it is recorded anew.
    """

    name: str
    kind: Kind
    units: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    words: tuple[str, ...] = ()
    worse: Worse = Worse.LAST
    lasting: bool = False
    aliases: tuple[str, ...] = ()
    family: str = ""
    loinc: str | None = None
    per_mg_dl: float | None = None  # umol/L in 1 mg/dL, where laboratories report both

    @property
    def unit(self) -> str:
        """The usual unit of a number; empty for what has none."""
        return self.units[0] if self.units else ""

    def takes(self, unit: str) -> bool:
        """Whether the item is measured in units of this dimension."""
        return find_unit(unit).dimension in {find_unit(one).dimension for one in self.units}

    def unit_like(self, unit: str) -> str:
        """The unit in which values of this dimension are kept: the usual one if they convert."""
        if self.per_mg_dl is not None:
            return self.unit
        wanted = find_unit(unit).dimension
        return next((one for one in self.units if find_unit(one).dimension == wanted), self.unit)

    def converted(self, value: float, unit: str, wanted: str) -> float:
        """A value in another unit, by molar mass where that is needed; raises UnitMismatch."""
        first, last = find_unit(unit), find_unit(wanted)
        if first.code == last.code:
            return value
        if self.per_mg_dl is not None and first.dimension != last.dimension:
            if last.dimension == find_unit("umol/L").dimension:
                value, first = value * _factor(unit, "mg/dL") * self.per_mg_dl, find_unit("umol/L")
            else:
                value, first = value * _factor(unit, "umol/L") / self.per_mg_dl, find_unit("mg/dL")
        return _settled(value * _factor(first.code, wanted))


@cache
def items() -> Mapping[str, Item]:
    """Every item by its name."""
    found = {analyte.name: _of_analyte(analyte) for analyte in analytes()}
    for row, family in _rows():
        name = row["item"]
        if name in found and found[name].family in ("", family) and not row["unit"]:
            found[name] = _with_traits(found[name], row, family)
        elif name in found:
            raise ValueError(f"the item {name!r} stands twice: {found[name].family}, {family}")
        else:
            found[name] = _of_row(row, family)
    return {name: _in_units_of_another(item, found) for name, item in found.items()}


@lru_cache(maxsize=4096)
def item_named(text: str) -> Item | None:
    """The item that goes by this name, whatever its case; None if there is none."""
    return _by_spelling().get(_folded(text))


def item_meant(text: str) -> Item | None:
    """The item that an unknown name is nearly spelled like."""
    near = get_close_matches(_folded(text), _by_spelling(), n=1, cutoff=_ALIKE)
    return _by_spelling()[near[0]] if near else None


def _factor(unit: str, wanted: str) -> float:
    """By what a number in one unit is multiplied to stand in another; raises UnitMismatch."""
    return Quantity(1.0, unit).to(wanted).value


def _settled(value: float) -> float:
    """The short number that a conversion meant: 11.4 there and back by a molar mass is 11.4."""
    short = float(f"{value:.9g}")
    return short if abs(short - value) <= abs(value) * _ROUNDING else value


@cache
def _molar() -> Mapping[str, float]:
    text = resources.files(__package__).joinpath("molar.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["analyte"]: float(row["umol_per_l_in_1_mg_per_dl"]) for row in rows}


def _rows() -> Iterator[tuple[dict[str, str], str]]:
    folder = resources.files(__package__).joinpath("items")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".csv"):
            text = file.read_text(encoding="utf-8")
            for row in csv.DictReader(text.splitlines()):
                yield row, file.name.removesuffix(".csv")


def _of_analyte(analyte: Analyte) -> Item:
    return Item(
        name=analyte.name,
        kind=Kind.NUMBER,
        units=tuple(one.unit for one in analyte.ranges),
        ranges=analyte.ranges,
        aliases=analyte.aliases,
        loinc=analyte.loinc,
        per_mg_dl=_molar().get(analyte.name),
    )


def _with_traits(item: Item, row: dict[str, str], family: str) -> Item:
    return replace(
        item,
        worse=Worse(row["worse"] or item.worse),
        lasting=item.lasting or row["lasting"] == "yes",
        family=family,
    )


def _of_row(row: dict[str, str], family: str) -> Item:
    unit = find_unit(row["unit"]).code if row["unit"] else ""
    low, high = row["plausible_low"], row["plausible_high"]
    ranges = (Range(unit=unit, low=float(low), high=float(high)),) if unit and low and high else ()
    return Item(
        name=row["item"],
        kind=Kind(row["kind"]),
        units=(unit,) if unit else (),
        ranges=ranges,
        words=tuple(word for word in row["words"].split("|") if word),
        worse=Worse(row["worse"] or Worse.LAST),
        lasting=row["lasting"] == "yes",
        aliases=tuple(word for word in row["aliases"].split("|") if word),
        family=family,
        loinc=row["loinc"] or None,
    )


def _in_units_of_another(item: Item, found: Mapping[str, Item]) -> Item:
    about = _OF_ANOTHER.fullmatch(item.name)
    other = found.get(about[1]) if about else None
    if other is None:
        return item
    ranges = item.ranges or other.ranges
    return replace(item, units=other.units, ranges=ranges, per_mg_dl=other.per_mg_dl)


@cache
def _by_spelling() -> Mapping[str, Item]:
    found: dict[str, Item] = {}
    for item in items().values():
        for word in (item.name, *item.aliases):
            other = found.setdefault(_folded(word), item)
            if other is not item:
                raise ValueError(f"{word!r} is a spelling of {other.name!r} and of {item.name!r}")
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
