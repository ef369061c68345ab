"""The first row of a long table: what separates its columns, and which column is where."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reinfuse.exchange.long_table.problems import Rows, Sort
from reinfuse.quantity.unit import shortened

NEEDED = ("patient", "item", "value")
TIMES = ("day", "datetime")
OPTIONAL = ("unit", "site", "specimen", "method", "attributed_to")
COLUMNS = (*NEEDED[:1], *TIMES, *NEEDED[1:], *OPTIONAL)
SEPARATORS = (",", ";", "\t")
HEADER = Sort("table-header", "the header cannot be used")
_BEGIN = "begin it with the columns patient,day,item,value,unit"
_WRITE = "write them like patient,day,item,value,unit"


@dataclass(frozen=True, slots=True)
class Header:
    """The separator of a table, how many columns it has, and the place of each by its name."""

    separator: str
    width: int
    places: Mapping[str, int]


def read_header(line: str, problems: Rows) -> Header | None:
    """The header of a table; None, with the reasons in `problems`, if it cannot be used."""
    if not line.strip():
        problems.add(1, HEADER, "the table is empty", _BEGIN)
        return None
    if "\n" in line.removesuffix("\n"):
        what = "the lines end with a carriage return alone"
        problems.add(1, HEADER, what, "save it as CSV, UTF-8, with the line ends of today")
        return None
    separator = max(SEPARATORS, key=line.count)
    try:
        names = [_folded(name) for name in next(csv.reader([line], delimiter=separator))]
    except csv.Error:
        problems.add(1, HEADER, "the header is not CSV", _WRITE)
        return None
    if not set(names) & set(COLUMNS):
        # It is a row of data, most likely, and holds a patient: its cells are not repeated.
        problems.add(1, HEADER, "the first row names none of the columns", _BEGIN)
        return None
    before = len(problems)
    for what, fix in _wrong(names):
        problems.add(1, HEADER, what, fix)
    if len(problems) > before:
        return None
    return Header(separator, len(names), {name: place for place, name in enumerate(names)})


def _folded(name: str) -> str:
    return "_".join(name.strip().casefold().split())


def _wrong(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            fix = f"did you mean `{near[0]}`?" if near else f"its columns are {', '.join(COLUMNS)}"
            yield f"unknown column {shortened(name)!r}", fix
        elif names.count(name) > 1:
            yield f"the column `{name}` stands twice", "keep one of the two"
    for name in NEEDED:
        if name not in names:
            yield f"the table has no column `{name}`", _WRITE
    if all(name in names for name in TIMES):
        fix = "keep the one that every row fills"
        yield "the table has a column `day` and a column `datetime`", fix
    elif not any(name in names for name in TIMES):
        yield "the table has no column `day` or `datetime`", _WRITE
