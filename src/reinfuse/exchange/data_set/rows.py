"""The rows of one subject with their cells, each column read when somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from reinfuse.exchange.data_set.cells import (
    Cell,
    Limited,
    Unread,
    cell_of,
    plain_numbers,
    why_no_number,
)
from reinfuse.exchange.data_set.header import Header
from reinfuse.exchange.data_set.told import Place, Sort, Told, visible

NUMBER = Sort("data-number", "not a number")
_BOUNDED = ("DV", "TEXT")
_IN_WORDS = ("TEXT", "BLQ")  # a word in them is no mistake


@dataclass(slots=True)
class Block:
    """Rows of whole subjects as texts by column, with their numbers in the file.

    `plain` says that the texts are ASCII without an underscore.
    """

    rows: Sequence[int]
    columns: Sequence[Sequence[str]]
    header: Header
    told: Told
    plain: bool
    _read: dict[str, Sequence[Cell]] = field(default_factory=dict)

    def cells(self, name: str) -> Sequence[Cell]:
        """The cells of a column; a text that should be a number is told once."""
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = self._cells(name)
        return found

    def reordered(self, order: Sequence[int]) -> Block:
        """Some of the rows in another order."""
        return replace(
            self,
            rows=[self.rows[at] for at in order],
            columns=[[column[at] for at in order] for column in self.columns],
            _read={name: [cells[at] for at in order] for name, cells in self._read.items()},
        )

    def _cells(self, name: str) -> Sequence[Cell]:
        place = self.header.places.get(name)
        if place is None:
            return [None] * len(self.rows)
        texts = self.columns[place]
        if self.plain and (numbers := plain_numbers(texts)) is not None:
            return numbers
        cells = list(map(cell_of, texts))
        if name in _IN_WORDS:
            return cells
        return [
            cell if cell is None or isinstance(cell, float) else self._checked(name, at, cell)
            for at, cell in enumerate(cells)
        ]

    def _checked(self, name: str, at: int, cell: Cell) -> Cell:
        subject = self.columns[self.header.places["ID"]][at].strip()
        place = Place(self.rows[at], subject)
        if isinstance(cell, Unread):
            what, fix = why_no_number(visible(cell.text))
            self.told.add(NUMBER, place, f"{self.header.spelled(name)}: {what}", fix)
            return None
        if isinstance(cell, Limited) and name not in _BOUNDED:
            what = f"{self.header.spelled(name)} holds a bound, and needs a number"
            self.told.add(NUMBER, place, what, "only DV may be written like <50")
            return None
        return cell


@dataclass(frozen=True, slots=True)
class SubjectRows:
    """The rows of one subject: some of a block, which stand together in it."""

    name: str
    block: Block
    start: int
    stop: int

    def __len__(self) -> int:
        """How many rows there are."""
        return self.stop - self.start

    @property
    def header(self) -> Header:
        """The header of the file."""
        return self.block.header

    @property
    def told(self) -> Told:
        """What has been told of the file."""
        return self.block.told

    @property
    def rows(self) -> Sequence[int]:
        """The numbers of the rows in the file."""
        return self.block.rows[self.start : self.stop]

    def has(self, name: str) -> bool:
        """Whether the file has a column."""
        return name in self.block.header.places

    def column(self, place: int) -> Sequence[str]:
        """The texts of a column by its place."""
        return self.block.columns[place][self.start : self.stop]

    def texts(self, name: str) -> Sequence[str] | None:
        """The texts of a column; None if the file has no such column."""
        place = self.block.header.places.get(name)
        return None if place is None else self.column(place)

    def text(self, name: str, at: int) -> str:
        """One cell of a column that the file has."""
        return self.block.columns[self.block.header.places[name]][self.start + at]

    def cells(self, name: str) -> Sequence[Cell]:
        """The cells of a column, of DV with bounds; None for each row where there is none."""
        return self.block.cells(name)[self.start : self.stop]

    def cell(self, name: str, at: int) -> Cell:
        """One cell of a column; None where there is none."""
        return self.block.cells(name)[self.start + at]

    def numbers(self, name: str) -> Sequence[float | None]:
        """The numbers of a column; what is none has been told and is None here."""
        cells = self.cells(name)
        if name not in _BOUNDED:
            return cast("Sequence[float | None]", cells)
        return [one if isinstance(one, float) else None for one in cells]

    def place(self, at: int) -> Place:
        """Where a row of this subject stands."""
        return Place(self.block.rows[self.start + at], self.name)

    def reordered(self, order: Sequence[int]) -> SubjectRows:
        """The same rows in another order."""
        block = self.block.reordered([self.start + at for at in order])
        return SubjectRows(self.name, block, 0, len(order))
