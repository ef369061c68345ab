"""The units a course may be written in: UCUM codes, what people write for them, conversion."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources

from reinfuse.errors import ReinfuseError

_ECHOED = 40


class UnknownUnit(ReinfuseError):
    """The unit is not in the unit table."""


class UnitMismatch(ReinfuseError):
    """Two units measure different things."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the unit table.

    `code` is the UCUM code, `label` what a reader sees, `factor` how many of the dimension's
    base unit it is.
    """

    code: str
    label: str
    dimension: str
    factor: float


@cache
def units() -> dict[str, Unit]:
    """Every spelling that is accepted, with the unit it stands for."""
    table: dict[str, Unit] = {}
    text = resources.files(__package__).joinpath("units.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        unit = Unit(row["code"], row["label"], row["dimension"], float(row["factor"]))
        aliases = [alias for alias in row["aliases"].split("|") if alias]
        for spelling in (unit.code, *aliases):
            table[spelling] = unit
    return table


def find_unit(spelling: str) -> Unit:
    """The unit that this spelling stands for; raises UnknownUnit."""
    try:
        return units()[spelling.strip()]
    except KeyError:
        near = _near(spelling)
        fix = f"did you mean {' or '.join(near)}?" if near else "see the list of units in the docs"
        raise UnknownUnit(f"unknown unit {shortened(spelling)!r}", fix=fix) from None


def shortened(text: str) -> str:
    """What a message may repeat of a text: a note pasted in the wrong place stays unread."""
    return text if len(text) <= _ECHOED else text[: _ECHOED - 3] + "..."


def _near(spelling: str) -> list[str]:
    folded = {known.casefold(): known for known in units()}
    matches = get_close_matches(spelling.casefold()[:_ECHOED], folded, n=3, cutoff=0.75)
    return [folded[match] for match in matches]
