"""The first row of a data set: what separates its columns, and which column is where."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reinfuse.exchange.data_set.columns import (
    BY_NAME,
    COLUMNS,
    Column,
    covariates_among,
    identifies,
)
from reinfuse.exchange.data_set.told import HEAD, Sort, Told, visible

SEPARATORS = (",", ";", "\t")
HEADER = Sort("data-header", "the header cannot be used")
_LONGEST_NAME = 60
_WRITE = "write a header such as ID,TIME,DV,AMT,EVID; or say with --columns which column is which"


@dataclass(frozen=True, slots=True)
class Header:
    """The separator (None: white space), the headers, and the place of each column by name."""

    separator: str | None
    headers: tuple[str, ...]
    places: Mapping[str, int]
    covariates: Mapping[str, int]
    unused: tuple[str, ...]

    def spelled(self, name: str) -> str:
        """What the file calls a column."""
        return self.headers[self.places[name]]


def read_header(
    line: str,
    told: Told,
    columns: Mapping[str, str] | None,
    occasions: str | None,
    covariates: Sequence[str] | None,
) -> Header | None:
    """The header of a data set; None, with the reasons in `told`, if it cannot be used.

    `columns` names headers by column; `occasions` is the header of the occasions, if given.
    """
    separator = separator_of(line)
    headers = _cut(line, separator)
    if not any(headers):
        told.add(HEADER, HEAD, "the file is empty", _WRITE)
        return None
    mapped = dict(columns or {})
    if occasions is not None:
        mapped["OCC"] = occasions
    before = told.errors
    places = _mapped(headers, mapped, told)
    _find(headers, places)
    if not places:
        # Most likely a row of data, which holds a patient: its cells are not repeated.
        told.add(HEADER, HEAD, "the first row names none of the columns", _WRITE)
        return None
    chosen = _chosen(headers, places, covariates, told)
    for what, fix in _wrong(headers, places, chosen):
        told.add(HEADER, HEAD, what, fix)
    if told.errors > before:
        return None
    used = {*places.values(), *chosen.values()}
    unused = tuple(name for place, name in enumerate(headers) if place not in used and name)
    return Header(separator, tuple(headers), places, chosen, unused)


def separator_of(line: str) -> str | None:
    """What separates the columns; None is any white space."""
    best = max(SEPARATORS, key=line.count)
    if best in line:
        return best
    return None if len(line.split()) > 1 else ","


def _cut(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    try:
        return [one.strip() for one in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def _mapped(headers: Sequence[str], mapped: Mapping[str, str], told: Told) -> dict[str, int]:
    """The places of the columns that were named; the first that spells it exactly, else alike."""
    places: dict[str, int] = {}
    for given, header in mapped.items():
        name = given.strip().upper()
        if name not in BY_NAME:
            fix = f"the columns are {', '.join(BY_NAME)}"
            told.add(HEADER, HEAD, f"there is no column {visible(given)!r} to name", fix)
            continue
        place = _place_of(headers, header)
        if place is None:
            what = f"the file has no column {visible(header)!r} for {name}"
            told.add(HEADER, HEAD, what, _near(header, headers))
        elif place in places.values():
            told.add(HEADER, HEAD, f"the column {visible(header)!r} is named twice", _WRITE)
        else:
            places[name] = place
    return places


def _place_of(headers: Sequence[str], wanted: str) -> int | None:
    if wanted in headers:
        return headers.index(wanted)
    folded = [one.casefold() for one in headers]
    return folded.index(wanted.casefold()) if wanted.casefold() in folded else None


def _near(wanted: str, headers: Sequence[str]) -> str:
    folded = {one[:_LONGEST_NAME].upper(): one for one in headers}
    near = get_close_matches(wanted[:_LONGEST_NAME].upper(), folded, n=1)
    if near:
        return f"did you mean {visible(folded[near[0]])!r}?"
    return f"its columns are {', '.join(map(visible, headers))}"


def _find(headers: Sequence[str], places: dict[str, int]) -> None:
    """Add the columns that are found by their spelling; a header serves one column only."""
    upper = [one.upper() for one in headers]
    taken = set(places.values())
    for column in COLUMNS:
        if column.name in places or (column.name == "DOSE" and "AMT" in places):
            continue
        free = (upper.index(one) for one in column.spellings if one in upper)
        place = next((one for one in free if one not in taken), None)
        if place is not None:
            places[column.name] = place
            taken.add(place)


def _chosen(
    headers: Sequence[str],
    places: Mapping[str, int],
    wanted: Sequence[str] | None,
    told: Told,
) -> dict[str, int]:
    """The covariates: those that were asked for, else every column that has no other meaning."""
    if wanted is None:
        taken, able = set(places.values()), covariates_among(headers)
        return {
            name: place for place, name in enumerate(headers) if name in able and place not in taken
        }
    found = {}
    for name in wanted:
        place = _place_of(headers, name.strip())
        if place is None:
            what = f"the file has no column {visible(name)!r} for a covariate"
            told.add(HEADER, HEAD, what, _near(name, headers))
        else:
            found[headers[place]] = place
    return found


def _wrong(
    headers: Sequence[str], places: Mapping[str, int], chosen: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    counts = Counter(one.upper() for one in headers if one)
    for name, count in counts.items():
        if count > 1:
            yield f"the column {visible(name)!r} stands {count} times", "keep one of them"
    for column in COLUMNS:
        if column.needed and column.name not in places:
            yield f"there is no column {column.name}", _meant(column, headers)
    for name in (*chosen, *(headers[place] for place in places.values())):
        if identifies(name):
            fix = "take the column out of the file; a study's code for the patient is enough"
            yield f"the column {visible(name)!r} tells who the patient is, and is not read", fix


def _meant(column: Column, headers: Sequence[str]) -> str:
    folded = {one[:_LONGEST_NAME].upper(): one for one in headers}
    wanted = (near for one in column.spellings for near in get_close_matches(one, folded, n=1))
    near = next(wanted, None)
    others = f"it is also found as {', '.join(column.spellings[1:])}"
    if near is None:
        return f"{others}; or write --columns {column.name}=YOURS"
    return f"did you mean {visible(folded[near])!r}? then write --columns {column.name}=" + visible(
        folded[near]
    )
