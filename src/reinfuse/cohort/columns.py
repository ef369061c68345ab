"""What the charts of many patients say of each item on each of their days, as arrays.

A cell is one day of one patient on which anything was charted; the cells stand by patient and
then by day. A column holds what is known of one item in every cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reinfuse.grading.numbers import BEYOND
from reinfuse.grading.rules.finding import key_of, name_in
from reinfuse.grading.window import is_own_cause
from reinfuse.quantity import Limit
from reinfuse.record.long_table import LIMITS, LongTable
from reinfuse.record.vocabulary import Item, Kind, Worse, items

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Places = NDArray[np.int64]
ALL_WORDS = np.uint64(2**64 - 1)
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Numbers:
    """A span in each cell, -inf to inf where nothing is known; `elsewhere`: of another cause."""

    low: Floats
    high: Floats
    elsewhere: Flags | None = None


@dataclass(frozen=True, slots=True)
class Truths:
    """Whether a thing surely and possibly is so in each cell."""

    surely: Flags
    possibly: Flags
    elsewhere: Flags | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The words that are possible in each cell, one bit each; ALL_WORDS where nothing is known."""

    bits: NDArray[np.uint64]
    elsewhere: Flags | None = None


Column = Numbers | Truths | Words
Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Chunk:
    """The patients `first` to before `last` of a long table, with their cells."""

    table: LongTable
    first: int
    last: int
    _present: dict[str, Flags] = field(default_factory=dict)
    _columns: dict[tuple[str, int, bool, Worse | None], Column] = field(default_factory=dict)

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return self.last - self.first

    def of(self, name: str) -> NDArray:
        """The rows of this chunk in one column of the table; empty if nobody filled it."""
        column = getattr(self.table, name)
        rows = slice(self.table.starts[self.first], self.table.starts[self.last])
        return np.frombuffer(column, dtype=np.dtype(column.typecode))[rows] if column else _EMPTY

    @cached_property
    def cell_of_row(self) -> Places:
        """The cell that each row belongs to."""
        patient, day = self.of("patient"), np.floor(self.of("day"))
        if not len(day):
            return np.zeros(0, dtype=np.int64)
        begins = np.ones(len(day), dtype=np.int64)
        begins[1:] = (patient[1:] != patient[:-1]) | (day[1:] != day[:-1])
        return np.cumsum(begins) - 1

    @cached_property
    def _first_rows(self) -> Places:
        cells = self.cell_of_row
        return np.flatnonzero(np.diff(cells, prepend=_NOWHERE))

    @cached_property
    def patient(self) -> Places:
        """The patient of each cell, counted from the first of the chunk."""
        return self.of("patient")[self._first_rows].astype(np.int64) - self.first

    @cached_property
    def day(self) -> Places:
        """The day of each cell."""
        return np.floor(self.of("day")[self._first_rows]).astype(np.int64)

    @cached_property
    def rows_of(self) -> Mapping[str, Places]:
        """The rows of each key, in order."""
        measure = self.of("measure")
        order = np.argsort(measure, kind="stable")
        codes = np.arange(len(self.table.measures) + 1)
        bounds = np.searchsorted(measure[order], codes)
        return {
            key_of(one.item, one.unit): order[bounds[code] : bounds[code + 1]]
            for code, one in enumerate(self.table.measures)
            if bounds[code] < bounds[code + 1]
        }

    @cached_property
    def own(self) -> Flags | None:
        """Whether each row was not put down to another cause; None if no cause is stated."""
        causes = self.of("cause")
        if not len(causes):
            return None
        return np.array([is_own_cause(cause) for cause in self.table.causes])[causes]

    def present(self, key: str) -> Flags:
        """In which cells there is any value of a key."""
        if key not in self._present:
            found = np.zeros(len(self.day), dtype=bool)
            if key in self.rows_of:
                found[self.cell_of_row[self.rows_of[key]]] = True
            self._present[key] = found
        return self._present[key]

    def column(
        self,
        key: str,
        *,
        pool_days: int = 1,
        minds_cause: bool = False,
        worse: Worse | None = None,
    ) -> Column | None:
        """What is known of a key in each cell; None if nobody of the chunk has a value of it.

        Of several values the worst counts, as in the charts of single patients; `worse` says
        which of one day is, where that is not for the vocabulary to say.
        """
        if key not in self.rows_of:
            return None
        minds_cause = minds_cause and self.own is not None
        asked = (key, pool_days, minds_cause, worse)
        if asked not in self._columns:
            self._columns[asked] = _column(self, key, pool_days, minds_cause, worse)
        return self._columns[asked]

    def marks(self, key: str, *, minds_cause: bool) -> Marks | None:
        """The mark that counts of a key in each cell; None if nobody of the chunk has one."""
        if key not in self.rows_of:
            return None
        item, rows = items()[name_in(key)], self.rows_of[key]
        low, high = spans(self.of("value")[rows], self.of("limit")[rows])
        word = self.of("word")[rows]
        own = self.own[rows] if minds_cause and self.own is not None else None
        chosen = _daily(self, rows, own, _height(item, item.worse, low, high, word)).row
        if own is not None:  # what was put down to another cause only: the last of it
            last = np.full(len(self.day), _NOWHERE)
            last[self.cell_of_row[rows]] = np.arange(len(rows))
            chosen = np.where(chosen >= 0, chosen, last)
        there = chosen >= 0
        time = np.where(there, self.of("day")[rows][chosen], np.nan)
        return Marks(time, there & (word[chosen] == 1))


_EMPTY: NDArray = np.zeros(0)


def spans(values: Floats, limits: NDArray) -> tuple[Floats, Floats]:
    """The lowest and the highest number that each value with its limit can be."""
    low, high = values.astype(np.float64), values.astype(np.float64)
    if not limits.any():
        return low, high
    beyond = np.abs(values) * BEYOND
    for limit, number in ((Limit.BELOW, -beyond), (Limit.ABOVE, beyond)):
        chosen = limits == LIMITS.index(limit)
        low[chosen] = high[chosen] = (values + number)[chosen]
    down = np.isin(limits, (LIMITS.index(Limit.BELOW), LIMITS.index(Limit.AT_MOST)))
    up = np.isin(limits, (LIMITS.index(Limit.ABOVE), LIMITS.index(Limit.AT_LEAST)))
    low[down], high[up] = 0.0, np.inf
    return low, high


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One row per cell: its place among the rows of a key, _NOWHERE where there is none."""

    row: Places
    elsewhere: Flags | None


@dataclass(frozen=True, slots=True)
class Marks:
    """The value that counts in each cell, of whatever cause: when it was, whether it says yes.

    The time is nan where there is none.
    """

    time: Floats
    yes: Flags


def _column(
    chunk: Chunk, key: str, pool_days: int, minds_cause: bool, worse: Worse | None
) -> Column:
    item, rows = items()[name_in(key)], chunk.rows_of[key]
    low, high = spans(chunk.of("value")[rows], chunk.of("limit")[rows])
    word = chunk.of("word")[rows]
    own = chunk.own[rows] if minds_cause and chunk.own is not None else None
    if item.lasting:
        chosen = _lasting(chunk, rows, own)
    else:
        height = _height(item, worse or item.worse, low, high, word)
        chosen = _daily(chunk, rows, own, height)
        if pool_days > 1:
            pooled = _height(item, item.worse, low, high, word)
            chosen = _pooled(chunk, chosen, pooled, pool_days)
    known = chosen.row >= 0
    if item.kind is Kind.NUMBER:
        return Numbers(
            np.where(known, low[chosen.row], -np.inf),
            np.where(known, high[chosen.row], np.inf),
            chosen.elsewhere,
        )
    if item.kind is Kind.YES_NO:
        stated = known & (word[chosen.row] == 1)
        open_ = ~known if chosen.elsewhere is None else ~known & ~chosen.elsewhere
        return Truths(stated, stated | open_, chosen.elsewhere)
    bit = np.left_shift(np.uint64(1), word.astype(np.uint64))
    return Words(np.where(known, bit[chosen.row], ALL_WORDS), chosen.elsewhere)


def _height(item: Item, worse: Worse, low: Floats, high: Floats, word: NDArray) -> Floats | None:
    """How bad each row is; None where the last one of a day counts."""
    if worse is Worse.LAST:
        return None
    if item.kind is not Kind.NUMBER:
        return word.astype(np.float64)
    return high if worse is Worse.HIGH else -low


def _lasting(chunk: Chunk, rows: Places, own: Flags | None) -> _Chosen:
    """The last row up to each cell, else the patient's first."""
    cell = chunk.cell_of_row[rows]
    found = np.full(len(chunk.day), _NOWHERE)
    found[cell] = np.arange(len(rows))  # of several in one cell the last stays
    found = np.maximum.accumulate(found)
    of = chunk.patient[cell]
    first = np.searchsorted(of, np.arange(chunk.patients))
    none = np.append(of, _NOWHERE)[first] != np.arange(chunk.patients)
    before = (found >= 0) & (of[found] == chunk.patient)
    found = np.where(before, found, np.where(none, _NOWHERE, first)[chunk.patient])
    if own is None:
        return _Chosen(found, None)
    elsewhere = (found >= 0) & ~own[found]
    return _Chosen(np.where(elsewhere, _NOWHERE, found), elsewhere)


def _daily(chunk: Chunk, rows: Places, own: Flags | None, height: Floats | None) -> _Chosen:
    """The worst row of each cell, the first of several as bad."""
    cell, place = chunk.cell_of_row[rows], np.arange(len(rows))
    found = np.full(len(chunk.day), _NOWHERE)
    elsewhere = None
    if own is not None:
        elsewhere = np.zeros(len(chunk.day), dtype=bool)
        elsewhere[cell] = True
        elsewhere[cell[own]] = False
        cell, place = cell[own], place[own]
    if height is not None and len(cell) and not (np.diff(cell) > 0).all():
        order = np.lexsort((-place, height[place], cell))
        cell, place = cell[order], place[order]
    found[cell] = place
    return _Chosen(found, elsewhere)


def _pooled(chunk: Chunk, daily: _Chosen, height: Floats | None, pool_days: int) -> _Chosen:
    """The worst row of the days that end with each cell."""
    cells = len(chunk.day)
    best = np.full(cells, _NOWHERE)
    elsewhere = np.zeros(cells, dtype=bool)
    widest = int(np.bincount(chunk.patient).max(initial=0)) if cells else 0
    for back in reversed(range(min(pool_days, widest, cells))):
        now, then = slice(back, cells), slice(0, cells - back)
        near = (chunk.patient[now] == chunk.patient[then]) & (
            chunk.day[now] - chunk.day[then] < pool_days
        )
        row = daily.row[then]
        better = near & (row >= 0)
        if height is not None:
            better &= (best[now] < 0) | (height[row] > height[best[now]])
        best[now] = np.where(better, row, best[now])
        if daily.elsewhere is not None:
            elsewhere[now] |= near & daily.elsewhere[then]
    return _Chosen(best, elsewhere & (best < 0) if daily.elsewhere is not None else None)
