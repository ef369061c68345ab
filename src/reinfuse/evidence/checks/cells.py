"""Whether the cells of one row can be read: words that are known, numbers that are numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from reinfuse.errors import Finding
from reinfuse.evidence.columns import (
    NEEDED,
    NUMBERS,
    PERCENTS,
    SEVERAL,
    WHOLE_NUMBERS,
    WORDS,
)
from reinfuse.evidence.rules import tell

Row = Mapping[str, str]

_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"(\d+[-/. ])?({_MONTH})[a-z]*([-/. ]\d+)?|\d+/\d+(/\d+)?|\d{{4}}-\d\d-\d\d( .*)?",
    re.IGNORECASE,
)
# In a quote 10/15 is a count; only a month's name shows that a spreadsheet was there.
_DATE_IN_QUOTE = re.compile(rf"\d{{1,2}}-({_MONTH})|({_MONTH})-\d{{2}}", re.IGNORECASE)
_COMMA = re.compile(r"-?\d+,\d+")
_PERCENT_SIGN = re.compile(r"-?[0-9.,]+\s*%")
_WHOLE = re.compile(r"[0-9]{1,12}")
# So few digits that every number that is read is finite.
_PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")


def clean_row(row: Row, where: str) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """The row without characters that cannot be seen and without stray spaces, and which it had."""
    cleaned = {name: _clean(cell) for name, cell in row.items()}
    about = (cleaned["id"],) if cleaned.get("id") else ()
    hidden = tuple(name for name, cell in row.items() if _visible(cell) != cell)
    spaced = tuple(
        name for name, cell in row.items() if cleaned[name] and cleaned[name] != _visible(cell)
    )
    findings = []
    if hidden:
        what = f"{', '.join(hidden)} has characters that cannot be seen"
        fix = "type the cell anew"
        findings.append(tell("invisible-character", what, where=where, fix=fix, about=about))
    if spaced:
        what = f"{', '.join(spaced)} has spaces at an end, or two together"
        findings.append(tell("stray-space", what, where=where, fix="take them out", about=about))
    return cleaned, tuple(findings)


_LONGEST = 40  # signs of a cell that are said again


def check_needed(row: Row, where: str) -> Iterator[Finding]:
    """Cells that every row needs."""
    for column in NEEDED:
        if not row[column]:
            yield wrong(row, where, "missing-cell", f"{column} is empty", f"fill in {column}")
    if not row["cite"]:
        fix = "say who published it, such as Fabrizio 2022"
        yield wrong(row, where, "missing-source", "the row has no source", fix)


def check_words(row: Row, where: str) -> Iterator[Finding]:
    """Words of which there is a closed list."""
    for column, allowed in WORDS.items():
        if row[column] not in allowed:
            fix = "write one of: " + ", ".join(word or "(empty)" for word in allowed)
            what = f"{column} {row[column]!r} is not known"
            yield wrong(row, where, f"unknown-{column}", what, fix)


def check_numbers(row: Row, where: str) -> Iterator[Finding]:
    """Numbers, by what was written in their place."""
    for column in NUMBERS:
        cell = row[column]
        rule = _misread(column, cell) if cell else None
        if rule:
            yield wrong(row, where, rule, f"{column} is {_short(cell)!r}", _FIXES[rule])
    several = row["pooled_of"]
    if several and several != SEVERAL and not _WHOLE.fullmatch(several):
        what, fix = f"pooled_of is {several!r}", f"write how many series, or {SEVERAL}"
        yield wrong(row, where, "not-whole", what, fix)
    if _DATE_IN_QUOTE.fullmatch(row["quote_of_number"]):
        what = f"quote_of_number is {row['quote_of_number']!r}"
        yield wrong(row, where, "date-for-count", what, _FIXES["date-for-count"])


_FIXES = {
    "date-for-count": "a spreadsheet made a date of it: type the number again, in a text cell",
    "decimal-comma": "write 87.5 with a point, and thousands without a mark",
    "percent-sign": "leave the sign out: 87.5",
    "negative-number": "look it up again; it cannot be below 0",
    "not-whole": "write a whole number such as 12, or leave it empty",
    "not-a-number": "write a number such as 12 or 87.5, or leave it empty",
}


def _short(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…"


def _misread(column: str, cell: str) -> str | None:
    """The rule that a cell for a number breaks, the most telling one first."""
    for rule, pattern in (
        ("percent-sign", _PERCENT_SIGN),
        ("decimal-comma", _COMMA),
        ("date-for-count", _DATE),
    ):
        if pattern.fullmatch(cell):
            return rule
    if not (cell.isascii() and _PLAIN.fullmatch(cell)):
        return "not-a-number"
    if cell.startswith("-") and column in (*WHOLE_NUMBERS, *PERCENTS):
        return "negative-number"
    if column in WHOLE_NUMBERS and not _WHOLE.fullmatch(cell):
        return "not-whole"
    return None


def wrong(row: Row, where: str, rule: str, what: str, fix: str) -> Finding:
    """A finding about this row."""
    about = (row["id"],) if row["id"] else ()
    return tell(rule, what, where=where, fix=fix, about=about)


def _clean(cell: str) -> str:
    return " ".join(_visible(cell).split())


def _visible(cell: str) -> str:
    """Without zero-width and control characters; every other kind of space becomes a plain one."""
    if cell.isprintable():
        return cell
    return "".join(
        " " if unicodedata.category(one) == "Zs" else one
        for one in cell
        if one in "\r\n\t" or unicodedata.category(one) not in ("Cf", "Cc")
    )
