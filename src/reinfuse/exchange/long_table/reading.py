"""Reads a long table: a row for each value, everything that is wrong told by row."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from reinfuse.exchange.long_table.blocks import (
    ENCODING,
    NotText,
    block_of,
    decoded,
    texts,
)
from reinfuse.exchange.long_table.draft import Draft, add_block
from reinfuse.exchange.long_table.header import HEADER, read_header
from reinfuse.exchange.long_table.problems import Rows, Sort
from reinfuse.exchange.long_table.settled import settled
from reinfuse.record.long_table import LongTable

FILE = Sort("table-file", "the file cannot be opened")
EMPTY = Sort("table-empty", "no rows")
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class TableReading:
    """What a file holds: a table, or every reason for which there is none.

    `problems` and `notes` are counted at once and made into findings when they are looked at.
    """

    table: LongTable | None
    problems: Rows
    notes: Rows

    @property
    def of_rows(self) -> bool:
        """Whether some row has a problem, and not the file, its encoding or its header."""
        whole = {one.rule for one in (FILE, EMPTY, ENCODING, HEADER)}
        return any(one.rule not in whole for one in self.problems)


def read_long_table(path: Path, *, keep_going: bool = False) -> TableReading:
    """Read a table; with `keep_going` the rows without a problem form it where some have one."""
    try:
        with path.open("rb") as file:
            return _read(file, path.name, keep_going)
    except OSError as error:
        problems = Rows(path.name)
        problems.add(0, FILE, f"the file cannot be opened: {error.strerror}", "check its name")
        return TableReading(None, problems, Rows(path.name))


def read_long_table_bytes(content: bytes, name: str, *, keep_going: bool = False) -> TableReading:
    """Read the bytes of a table; `name` stands in the findings."""
    return _read(BytesIO(content), name, keep_going)


def _read(file: BinaryIO, name: str, keep_going: bool) -> TableReading:
    problems, notes = Rows(name), Rows(name)
    try:
        draft = _draft(file, problems, notes)
    except NotText:
        return TableReading(None, problems, notes)
    if draft is None:
        return TableReading(None, problems, notes)
    table = settled(draft)
    if not len(table) and not len(problems):
        problems.add(0, EMPTY, "the table has a header and no rows", "add a row for each value")
    whole = not len(problems) or (keep_going and len(table) > 0)
    return TableReading(table if whole else None, problems, notes)


def _draft(file: BinaryIO, problems: Rows, notes: Rows) -> Draft | None:
    first = file.readline()
    if first.startswith(_UTF_16_MARKS) or b"\0" in first:
        fix = "save it as UTF-8; a spreadsheet calls that `CSV UTF-8`"
        problems.add(1, ENCODING, "the file is not UTF-8: it is UTF-16, or no text at all", fix)
        return None
    header = read_header(decoded(first.removeprefix(_UTF_8_MARK), problems, 1), problems)
    if header is None:
        return None
    draft = Draft(header, problems, notes)
    for row, text in texts(file, problems, 2):
        add_block(draft, block_of(text, row, header, problems))
    return draft
