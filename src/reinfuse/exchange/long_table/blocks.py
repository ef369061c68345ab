"""A table cut into blocks of whole rows, each block turned into columns of texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from reinfuse.exchange.long_table.header import Header
from reinfuse.exchange.long_table.problems import Rows, Sort

BLOCK_BYTES = 1 << 16
# A quotation mark that is not closed would draw the rest of the file into one cell.
_LONGEST_QUOTED_BYTES = 1 << 25
ENCODING = Sort("table-encoding", "the text is not UTF-8")
SHAPE = Sort("table-shape", "the row does not fit the header")


class NotText(Exception):
    """The file is not UTF-8; the reason is in the problems."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table: their numbers in the file, and one sequence of texts per column.

    `plain` says that they are ASCII, and that no underscore stands in them.
    """

    rows: Sequence[int]
    columns: Sequence[Sequence[str]]
    plain: bool


def texts(file: BinaryIO, problems: Rows, row: int) -> Iterator[tuple[int, str]]:
    """The rest of a file in pieces of whole lines, each with the number of its first row.

    Raises NotText.
    """
    while piece := file.read(BLOCK_BYTES):
        piece += file.readline()
        while piece.count(b'"') % 2 and len(piece) < _LONGEST_QUOTED_BYTES:
            more = file.readline()
            if not more:
                break
            piece += more
        text = decoded(piece, problems, row)
        yield row, text
        row += text.count("\n")


def decoded(piece: bytes, problems: Rows, row: int) -> str:
    """The text of some bytes with plain line ends; raises NotText."""
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError as error:
        at = row + piece.count(b"\n", 0, error.start)
        what = f"the file is not UTF-8: byte {piece[error.start]:#04x} is most likely Latin-1"
        fix = "save it as UTF-8; a spreadsheet calls that `CSV UTF-8`"
        problems.add(at, ENCODING, what, fix)
        raise NotText from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def block_of(text: str, row: int, header: Header, problems: Rows) -> Block:
    """The columns of a text that begins with this row; rows of another width are problems."""
    if '"' not in text and (columns := _split(text, header)) is not None:
        plain = text.isascii() and "_" not in text
        return Block(range(row, row + len(columns[0])), columns, plain)
    return _read(text, row, header, problems)


def _split(text: str, header: Header) -> list[list[str]] | None:
    """The columns of a text in which every line has every cell; None if one has not.

    A mark is put in the place of every line end: where each line has all its cells, and only
    there, the marks fall at equal distances.
    """
    mark, width = "\n", header.width
    text = text if text.endswith("\n") else f"{text}\n"
    apart = text.replace("\n", f"{header.separator}{mark}{header.separator}")
    cells = apart.split(header.separator)
    cells.pop()
    if cells[width :: width + 1] != [mark] * text.count("\n") or len(cells) % (width + 1):
        return None
    return [cells[place :: width + 1] for place in range(width)]


def _read(text: str, row: int, header: Header, problems: Rows) -> Block:
    lines = text.splitlines(keepends=True)
    numbers: list[int] = []
    found: list[list[str]] = []
    start = 0
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), delimiter=header.separator, strict=True)
        done = 0
        try:
            for cells in reader:
                if _fits(cells, row + start + done, header, problems):
                    numbers.append(row + start + done)
                    found.append(cells)
                done = reader.line_num
            break
        except csv.Error:
            fix = 'look for an odd quotation mark; inside a text write it twice: ""'
            what = "the quotation marks of the row do not pair"
            problems.add(row + start + done, SHAPE, what, fix)
            start += done + 1
    columns = list(zip(*found, strict=True)) if found else [()] * header.width
    return Block(numbers, columns, plain=False)


def _fits(cells: list[str], row: int, header: Header, problems: Rows) -> bool:
    if not any(cells):
        return False  # what a spreadsheet leaves of a deleted row
    if len(cells) != header.width:
        what = f"the row has {len(cells)} cells under {header.width} columns"
        fix = "put a text with a separator in quotes; write 1.5, not 1,5"
        problems.add(row, SHAPE, what, fix)
        return False
    return True
