"""A cohort as one long table: a row for each value, in columns of plain numbers with code books."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any  # the columns of a table being made are integers or numbers

from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark, MarkValue
from reinfuse.record.vocabulary import Item, Kind, items

LIMITS = tuple(Limit)
NO_WORD = -1


@dataclass(frozen=True, slots=True)
class Measure:
    """What a value is of: an item, and the unit that its numbers are kept in."""

    item: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTable:
    """The values of many patients, by patient and then by time, each column one array.

    `patient`, `measure`, `site`, `specimen`, `method` and `cause` are codes: places in the tuples
    of the same meaning, the last four of which begin with None. `value` is a number in the unit
    of the measure, 0 where a word stands; `word` is the place in the words of the item, 0 or 1
    for no or yes, NO_WORD for a number; `limit` is a place in LIMITS; `row` is where it stands in
    the file. A column that nobody filled is empty. The rows of patient n are `starts[n]` to
    `starts[n + 1]`.
    """

    patients: tuple[str, ...]
    measures: tuple[Measure, ...]
    patient: array[int]
    day: array[float]
    measure: array[int]
    value: array[float]
    word: array[int]
    limit: array[int]
    row: array[int]
    starts: array[int]
    sites: tuple[str | None, ...] = (None,)
    specimens: tuple[str | None, ...] = (None,)
    methods: tuple[str | None, ...] = (None,)
    causes: tuple[str | None, ...] = (None,)
    site: array[int]
    specimen: array[int]
    method: array[int]
    cause: array[int]

    def __len__(self) -> int:
        """How many values it holds."""
        return len(self.day)


# The array type of each column; `l` and `q` differ between machines, these do not.
TYPES = {
    "patient": "i",
    "day": "d",
    "measure": "h",
    "value": "d",
    "word": "b",
    "limit": "b",
    "row": "i",
    "starts": "q",
    "site": "i",
    "specimen": "i",
    "method": "i",
    "cause": "i",
}


def charts_of(table: LongTable, first: int = 0, last: int | None = None) -> Iterator[Chart]:
    """The chart of each patient from number `first` to before `last`, in the table's order."""
    for number in range(first, len(table.patients) if last is None else last):
        rows = range(table.starts[number], table.starts[number + 1])
        marks = tuple(_mark(table, place) for place in rows)
        yield Chart(table.patients[number], marks)


def table_of(charts: Iterable[Chart]) -> LongTable:
    """The long table of some charts; numbers are put in the unit that their item is kept in.

    Raises KeyError for an item, and ValueError for a word, that the vocabulary does not have.
    """
    columns: dict[str, array[Any]] = {name: array(code) for name, code in TYPES.items()}
    books: dict[str, dict[str | None, int]] = {
        name: {None: 0} for name in ("site", "specimen", "method", "cause")
    }
    measures: dict[Measure, int] = {}
    patients: list[str] = []
    columns["starts"].append(0)
    for chart in charts:
        for mark in chart.marks:
            columns["patient"].append(len(patients))
            columns["day"].append(mark.day)
            columns["row"].append(len(columns["row"]) + 2)
            measure, value, word, limit = _kept(items()[mark.item], mark.value)
            columns["measure"].append(measures.setdefault(measure, len(measures)))
            columns["value"].append(value)
            columns["word"].append(word)
            columns["limit"].append(limit)
            said = (mark.site, mark.specimen, mark.method, mark.attributed_to)
            for (name, book), text in zip(books.items(), said, strict=True):
                columns[name].append(book.setdefault(text, len(book)))
        patients.append(chart.subject)
        columns["starts"].append(len(columns["day"]))
    return LongTable(
        patients=tuple(patients),
        measures=tuple(measures),
        sites=tuple(books["site"]),
        specimens=tuple(books["specimen"]),
        methods=tuple(books["method"]),
        causes=tuple(books["cause"]),
        **columns,
    )


def _kept(item: Item, value: MarkValue) -> tuple[Measure, float, int, int]:
    if isinstance(value, Quantity):
        unit = item.unit_like(value.unit)
        number = item.converted(value.value, value.unit, unit)
        return Measure(item.name, unit), number, NO_WORD, LIMITS.index(value.limit)
    if isinstance(value, bool):
        return Measure(item.name), 0.0, int(value), 0
    return Measure(item.name), 0.0, item.words.index(value), 0


def _mark(table: LongTable, place: int) -> Mark:
    measure = table.measures[table.measure[place]]
    return Mark(
        item=measure.item,
        day=table.day[place],
        value=_value(table, place, measure),
        site=table.sites[table.site[place]] if table.site else None,
        specimen=table.specimens[table.specimen[place]] if table.specimen else None,
        method=table.methods[table.method[place]] if table.method else None,
        attributed_to=table.causes[table.cause[place]] if table.cause else None,
        ref=f"row {table.row[place]}",
    )


def _value(table: LongTable, place: int, measure: Measure) -> MarkValue:
    word = table.word[place]
    if word == NO_WORD:
        return Quantity(table.value[place], measure.unit, LIMITS[table.limit[place]])
    item = items()[measure.item]
    return word == 1 if item.kind is Kind.YES_NO else item.words[word]
