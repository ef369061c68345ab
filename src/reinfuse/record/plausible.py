"""What a living adult or child can have of each analyte, and the names it goes by.

The ranges are our own choice: so wide that a value outside is a slip of the pen, of the unit or
of the column, never a sick patient. They grade nothing. LOINC codes are those that were seen in a
public terminology file; an analyte without one has none that was checked.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import resources

from reinfuse.quantity import Limit, Quantity, find_unit, shown_number
from reinfuse.source import Source, Standing

RANGES = Source(cite="reinfuse, analytes.csv", standing=Standing.OURS)

# How alike two spellings are before one is taken for a slip of the other (ours).
_ALIKE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The lowest and the highest value of one dimension, in `unit`; both can be."""

    unit: str
    low: float
    high: float

    def allows(self, value: Quantity) -> bool:
        """Whether the value can be; a bound is judged by the side that it leaves open."""
        number = value.to(self.unit).value
        too_low = number < self.low and value.limit not in (Limit.ABOVE, Limit.AT_LEAST)
        too_high = number > self.high and value.limit not in (Limit.BELOW, Limit.AT_MOST)
        return not (too_low or too_high)

    def __str__(self) -> str:
        """The range in words: `0 to 8000 10⁹/L`."""
        low, high = shown_number(self.low), shown_number(self.high)
        return f"{low} to {high} {find_unit(self.unit).label}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """One thing that is measured: its name here, other spellings, one range per dimension."""

    name: str
    aliases: tuple[str, ...]
    ranges: tuple[Range, ...]
    kind: str
    loinc: str | None = None

    def range_for(self, value: Quantity) -> Range | None:
        """The range in the dimension of the value; None if it is not measured in that."""
        dimension = value.dimension
        return next(
            (one for one in self.ranges if find_unit(one.unit).dimension == dimension), None
        )


@cache
def analytes() -> tuple[Analyte, ...]:
    """Every analyte of the table, in its order."""
    text = resources.files(__package__).joinpath("analytes.csv").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        rows.setdefault(row["analyte"], []).append(row)
    return tuple(_analyte(name, part) for name, part in rows.items())


@lru_cache(maxsize=1024)
def analyte_named(text: str) -> Analyte | None:
    """The analyte that goes by this name, whatever its case; None if the table has none."""
    return _by_spelling().get(_folded(text))


def analyte_name(written: str) -> str:
    """The one name of an analyte in the table, else what was written."""
    found = analyte_named(written)
    return written if found is None else found.name


def likely_meant(text: str) -> Analyte | None:
    """The analyte that an unknown name is nearly spelled like."""
    near = get_close_matches(_folded(text), _by_spelling(), n=1, cutoff=_ALIKE)
    return _by_spelling()[near[0]] if near else None


def _analyte(name: str, rows: list[dict[str, str]]) -> Analyte:
    return Analyte(
        name=name,
        aliases=tuple(word for row in rows for word in row["aliases"].split("|") if word),
        ranges=tuple(
            Range(
                unit=find_unit(row["unit"]).code,
                low=float(row["plausible_low"]),
                high=float(row["plausible_high"]),
            )
            for row in rows
        ),
        kind=rows[0]["kind"],
        loinc=next((row["loinc"] for row in rows if row["loinc"]), None),
    )


@cache
def _by_spelling() -> Mapping[str, Analyte]:
    return {
        _folded(word): analyte
        for analyte in analytes()
        for word in (analyte.name, *analyte.aliases)
    }


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
