"""The cells of a CSV file, and what its header shows.

Spreadsheets write a byte-order mark, and semicolons where the comma marks decimals; both are read.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
from collections import Counter
from collections.abc import Iterable, Sequence

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.evidence.columns import COLUMNS, REQUIRED
from reinfuse.evidence.rules import tell

Cells = list[list[str]]

MARK = "\ufeff"
COMMA, SEMICOLON, TAB = ",", ";", "\t"
_SEPARATORS = {SEMICOLON: "semicolons", TAB: "tabs"}
_WORKBOOK = b"PK\x03\x04"  # the first bytes of a zip archive, which an .xlsx file is
_MOST_UNKNOWN = 100  # columns that are told one by one, with what each may be meant for
_SPELLING = 0.75  # of 1: how alike a column must be to one of ours to be taken for a slip


def read_cells(path: str | os.PathLike[str], file: str, *, what: str, like: str) -> Cells:
    """The cells of a CSV file, or an error that names it; `like` is the shipped one to copy."""
    return split_cells(read_text(path, file, what=what, like=like), COMMA, file, what, like)


def read_text(path: str | os.PathLike[str], file: str, *, what: str, like: str) -> str:
    """The text of a file in UTF-8, with its byte-order mark if it has one."""
    fix = f"give a CSV file in UTF-8 with the columns of the shipped {like}"
    try:
        with open(path, "rb") as handle:
            content = handle.read()
        if content.startswith(_WORKBOOK):
            what_else = f"the {what} table is a workbook, or another archive"
            raise ReinfuseError(what_else, where=file, fix="save the sheet as CSV in UTF-8")
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise ReinfuseError(
            f"the {what} table cannot be read: {type(cause).__name__}", where=file, fix=fix
        ) from cause


def split_cells(text: str, separator: str, file: str, what: str, like: str) -> Cells:
    """The cells of a text, a list for each line of the table."""
    try:
        handle = io.StringIO(text.removeprefix(MARK), newline="")
        return list(csv.reader(handle, delimiter=separator))
    except csv.Error as cause:
        raise ReinfuseError(
            f"the {what} table cannot be read: a cell is longer than {csv.field_size_limit()}"
            " signs, or a quotation mark is never closed",
            where=file,
            fix=f"give a CSV file in UTF-8 with the columns of the shipped {like}",
        ) from cause


def find_separator(text: str) -> str:
    """What stands between the names of a header: the mark that gives most columns we know."""
    first = text.removeprefix(MARK).partition("\n")[0]
    marks = (COMMA, *_SEPARATORS)
    return max(marks, key=lambda mark: len(_names(first.split(mark)) & set(COLUMNS)))


def check_header(text: str, separator: str, cells: Cells, file: str) -> tuple[Finding, ...]:
    """What is wrong with file and header; an error among these leaves nothing to read."""
    where = f"{file} row 1"
    found = list(_told(text, separator, where))
    if not any(cell.strip() for row in cells for cell in row):
        fix = "give a CSV file with the header of the shipped studies.csv"
        return (tell("empty-table", "the file is empty", where=where, fix=fix),)
    header = tuple(name.strip() for name in cells[0])
    missing = tuple(column for column in REQUIRED if column not in header)
    if not _names(header) & set(COLUMNS):
        what = "no column of a study table is in the first line"
        return (tell("not-a-table", what, where=where, fix=_HEADER),)
    if missing:
        what = f"the table has no column {', '.join(missing)}"
        found.append(tell("missing-column", what, where=where, fix=_HEADER))
    for name, times in Counter(name for name in header if name).items():
        if times == 1:
            continue
        what = f"column {name} is given {times} times"
        found.append(tell("column-twice", what, where=where, fix="keep one of them"))
    found.extend(_unknown(header, where))
    if not missing and not any(any(cell.strip() for cell in row) for row in cells[1:]):
        what, fix = "the table has a header and no row", "add a row for each outcome of a cohort"
        found.append(tell("empty-table", what, where=where, fix=fix))
    return tuple(found)


_HEADER = "use the header of the shipped studies.csv"


def _told(text: str, separator: str, where: str) -> Iterable[Finding]:
    if text.startswith(MARK):
        what, fix = "the file begins with a byte-order mark", "nothing; it was left out"
        yield tell("byte-order-mark", what, where=where, fix=fix)
    if separator != COMMA:
        what = f"{_SEPARATORS[separator]} stand between the cells"
        fix = "nothing, if every number has a decimal point"
        yield tell("other-separator", what, where=where, fix=fix)


def _unknown(header: Sequence[str], where: str) -> Iterable[Finding]:
    unknown = [name for name in header if name not in COLUMNS]
    if len(unknown) > _MOST_UNKNOWN:
        what = f"{len(unknown)} columns are not known, from {unknown[0]!r} to {unknown[-1]!r}"
        fix = "leave out what no study table needs"
        yield tell("unknown-column", what, where=where, fix=fix)
        return
    for name in unknown:
        near = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=_SPELLING)
        fix = f"did you mean {near[0]}?" if near else "nothing, if it is meant as a column of yours"
        yield tell("unknown-column", f"column {name!r} is not known", where=where, fix=fix)


def _names(cells: Iterable[str]) -> set[str]:
    return {cell.strip().strip('"').strip() for cell in cells}
