"""Tab-separated tables as rows that know their place, and a list of what is wrong with them."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reinfuse.engine.petab.problem import Cell
from reinfuse.errors import ReinfuseError

_ID = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_MOST_TOLD = 200
_LARGEST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and what to do about it."""

    what: str
    where: str
    fix: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {self.what}; {self.fix}"


@dataclass(frozen=True, slots=True)
class Told:
    """Problems in the order in which they were met."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, where: Cell | str, what: str, fix: str) -> None:
        """One more."""
        self.problems.append(Problem(what, str(where), fix))

    def raise_if_any(self, name: str) -> None:
        """Raise all of them as one ReinfuseError, one on each line."""
        if not self.problems:
            return
        lines = [str(problem) for problem in self.problems[:_MOST_TOLD]]
        left = len(self.problems) - len(lines)
        if left:
            lines.append(f"and {left} more")
        raise ReinfuseError(
            "\n".join(["the PEtab problem cannot be used:", *lines]),
            where=name,
            fix="correct these places and read it again",
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: text by column, stripped; a column that is missing is empty."""

    cells: Mapping[str, str]
    file: str
    number: int

    def cell(self, column: str = "") -> Cell:
        """The place of a column in this row."""
        return Cell(self.file, self.number, column)

    def text(self, column: str) -> str:
        """What is written in a column."""
        return self.cells.get(column, "")

    def id(self, column: str, told: Told) -> str | None:
        """An identifier, which must be there."""
        text = self.text(column)
        if _ID.fullmatch(text):
            return text
        told.add(
            self.cell(column),
            f"{text!r} is no identifier" if text else "nothing is written",
            "write letters, digits and _, no digit first",
        )
        return None

    def number_in(self, column: str, told: Told) -> float | None:
        """A number, which must be there; nan is none, infinity is."""
        value = number_of(self.text(column))
        if value is None or math.isnan(value):
            told.add(
                self.cell(column),
                f"{self.text(column)!r} is no number"
                if self.text(column)
                else "nothing is written",
                "write a number such as 0.5 or 1e-3",
            )
            return None
        return value


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns in the order of the file, and its rows."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def number_of(text: str) -> float | None:
    """A number as PEtab writes it, nan and inf included; None where it is none."""
    if "_" in text:  # Python takes 1_000 for a number, PEtab does not
        return None
    try:
        return float(text)
    except ValueError:
        return None


def read_tables(paths: Iterable[Path], required: Iterable[str], told: Told) -> tuple[Table, ...]:
    """The tables of several files, those that can be read, each with its columns checked."""
    wanted = tuple(required)
    found = []
    for path in paths:
        table = _read(path, told)
        if table is None:
            continue
        for column in wanted:
            if column not in table.columns:
                told.add(Cell(table.file, 1, column), "the column is missing", "add the column")
        if all(column in table.columns for column in wanted):
            found.append(table)
    return tuple(found)


def text_of(path: Path, told: Told) -> str | None:
    """The text of a file in UTF-8, or None when the reason has been told."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            told.add(path.name, f"the file is larger than {_LARGEST_BYTES} bytes", "split it")
            return None
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        told.add(path.name, f"the file cannot be opened: {error.strerror}", "check its name")
    except UnicodeDecodeError:
        told.add(path.name, "the file is not UTF-8", "save it as UTF-8")
    return None


def _read(path: Path, told: Told) -> Table | None:
    text = text_of(path, told)
    if text is None:
        return None
    reader = csv.reader(text.splitlines(keepends=True), delimiter="\t")
    try:
        lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    except csv.Error as error:
        told.add(Cell(path.name, reader.line_num), f"the row cannot be read: {error}", "correct it")
        return None
    if not lines:
        told.add(path.name, "the file is empty", "write a header and rows")
        return None
    columns = tuple(lines[0][1])
    for twice in sorted({name for name in columns if name and columns.count(name) > 1}):
        told.add(Cell(path.name, 1, twice), "the column stands twice", "keep one of them")
    rows = []
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        if any(cells[len(columns) :]):
            told.add(
                Cell(path.name, number),
                f"{len(cells)} cells stand under {len(columns)} columns",
                "remove a tab or name a column",
            )
        rows.append(Row(dict(zip(columns, cells, strict=False)), path.name, number))
    return Table(path.name, columns, tuple(rows))
