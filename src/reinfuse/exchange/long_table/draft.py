"""The columns of a table while it is read, block by block; rows with a problem are left out."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress, repeat
from operator import ge, le
from typing import Any  # a column of texts, codes or numbers is thinned alike

from reinfuse.errors import Severity
from reinfuse.exchange.long_table.blocks import Block
from reinfuse.exchange.long_table.header import Header
from reinfuse.exchange.long_table.problems import Rows, Sort
from reinfuse.exchange.long_table.spelled import (
    Learned,
    Spelling,
    number_of,
    spelling,
    value_refused,
    word_of,
)
from reinfuse.exchange.long_table.times import day_of, day_refused, moment_of, moment_refused
from reinfuse.quantity import Quantity
from reinfuse.record.long_table import LIMITS, NO_WORD, TYPES, Measure

ITEM = Sort("table-item", "unknown item or unit")
VALUE = Sort("table-value", "no usable value")
TIME = Sort("table-time", "no usable time")
PATIENT = Sort("table-patient", "no patient")
DOUBT = Sort("table-doubt", "outside what can be", Severity.AMBIGUITY)
WORD_COLUMNS = {
    "site": "site",
    "specimen": "specimen",
    "method": "method",
    "cause": "attributed_to",
}
_NONE = -1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # what a terminal would obey, and not show
_BYTES = 256


@dataclass(slots=True)
class Draft:
    """Columns and code books that grow with each block; the parts of a LongTable."""

    header: Header
    problems: Rows
    notes: Rows
    columns: dict[str, array[int] | array[float]] = field(
        default_factory=lambda: {name: array(code) for name, code in TYPES.items()}
    )
    patients: dict[str, int] = field(default_factory=dict)
    measures: dict[Measure, int] = field(default_factory=dict)
    spellings: list[Spelling] = field(default_factory=list)
    measure_of: list[int] = field(default_factory=list)
    rows_of: Counter[int] = field(default_factory=Counter)
    books: dict[str, dict[str, int]] = field(default_factory=dict)
    looked_up: Lookups = field(init=False)

    def __post_init__(self) -> None:
        """Make the look-ups, which write in the code books."""
        self.books = {name: {"": 0} for name in WORD_COLUMNS}
        self.looked_up = Lookups.of(self)

    @property
    def dated(self) -> bool:
        """Whether the rows carry dates; else they carry days."""
        return "datetime" in self.header.places

    def new_spelling(self, pair: tuple[str, str]) -> int:
        """The place of what an item and a unit stand for, made when they are first met."""
        found = spelling(pair)
        self.spellings.append(found)
        measure = found.measure
        code = _NONE if measure is None else self.measures.setdefault(measure, len(self.measures))
        self.measure_of.append(code)
        return len(self.spellings) - 1


@dataclass(slots=True)
class Lookups:
    """What each text means, by kind of text."""

    patient: Learned[str, int]
    pair: Learned[tuple[str, str], int]
    time: Learned[str, float]
    odd: dict[str, float]
    limits: dict[str, int]
    word: Learned[tuple[int, str], int]
    converted: Learned[tuple[int, float], float]
    books: dict[str, Learned[str, int]]

    @classmethod
    def of(cls, draft: Draft) -> Lookups:
        """The look-ups that fill the code books of a draft."""
        return cls(
            patient=Learned(partial(_patient, draft.patients)),
            pair=Learned(draft.new_spelling),
            time=Learned(moment_of if draft.dated else day_of),
            odd={},
            limits={},
            word=Learned(partial(_word, draft.spellings)),
            converted=Learned(partial(_converted, draft.spellings)),
            books={name: Learned(partial(_coded, book)) for name, book in draft.books.items()},
        )


def _coded(book: dict[str, int], text: str) -> int:
    text = text.strip()
    return book.setdefault(text, len(book)) if text or "" in book else _NONE


def _patient(book: dict[str, int], text: str) -> int:
    return _NONE if _CONTROL.search(text.strip()) else _coded(book, text)


def _word(spellings: list[Spelling], key: tuple[int, str]) -> int:
    item = spellings[key[0]].item
    found = None if item is None else word_of(item, key[1])
    return NO_WORD if found is None else found


def _converted(spellings: list[Spelling], key: tuple[int, float]) -> float:
    place, number = key
    one = spellings[place]
    if one.item is None or one.measure is None or not math.isfinite(number):
        return math.nan
    return one.item.converted(number, one.written, one.measure.unit)


@dataclass(slots=True)
class Parsed:
    """One block with every text looked up; a row of `bad` has a problem."""

    patient: list[int]
    time: list[float]
    spelt: list[int]
    value: list[float]
    word: array[int]
    limit: Sequence[int]
    bad: set[int]


def add_block(draft: Draft, block: Block) -> None:
    """Read a block into the columns of a draft; what is wrong is noted by row."""
    if not block.rows:
        return
    parsed = _parsed(draft, block)
    kept: Callable[[Sequence[Any]], Sequence[Any]] = lambda column: column  # noqa: E731
    if parsed.bad:
        good = bytearray(b"\1") * len(block.rows)
        for place in parsed.bad:
            good[place] = 0
        kept = lambda column: list(compress(column, good))  # noqa: E731
    spelt = kept(parsed.spelt)
    draft.rows_of.update(spelt)
    measure = list(_looked(draft.measure_of, spelt))
    made: dict[str, Sequence[float]] = {
        "patient": kept(parsed.patient),
        "day": kept(parsed.time),
        "measure": measure,
        "value": kept(parsed.value),
        "word": kept(parsed.word),
        "limit": kept(parsed.limit),
        "row": kept(block.rows),
    }
    for name, book in draft.looked_up.books.items():
        if (texts := _column(draft, block, WORD_COLUMNS[name])) is not None:
            made[name] = kept(list(map(book.__getitem__, texts)))
    for name, column in made.items():
        draft.columns[name].extend(array(TYPES[name], column))  # type: ignore[arg-type]


def _looked(answers: Sequence[int], codes: Sequence[int]) -> Sequence[int]:
    """The answer of each code; by a table of bytes, ten times faster, where bytes can hold it."""
    if len(answers) > _BYTES or min(answers) < 0 or max(answers) >= _BYTES:
        return list(map(answers.__getitem__, codes))
    return bytes(codes).translate(bytes(answers).ljust(_BYTES, b"\0"))


def _column(draft: Draft, block: Block, name: str) -> Sequence[str] | None:
    place = draft.header.places.get(name)
    return None if place is None else block.columns[place]


def _needed(draft: Draft, block: Block, name: str) -> Sequence[str]:
    return block.columns[draft.header.places[name]]


def _parsed(draft: Draft, block: Block) -> Parsed:
    look = draft.looked_up
    time = _needed(draft, block, "datetime" if draft.dated else "day")
    values = _needed(draft, block, "value")
    units = _column(draft, block, "unit")
    pairs = zip(_needed(draft, block, "item"), repeat("") if units is None else units, strict=False)
    spelt = list(map(look.pair.__getitem__, pairs))
    number = _numbers(look, values, block.plain)
    limit: Sequence[int] = bytes(len(values))
    if look.limits:
        limit = list(map(look.limits.get, values, repeat(0)))
    parsed = Parsed(
        patient=list(map(look.patient.__getitem__, _needed(draft, block, "patient"))),
        time=list(map(look.time.__getitem__, time)),
        spelt=spelt,
        value=number,
        word=array("b", b"\xff" * len(values)),
        limit=limit,
        bad=set(),
    )
    _put_words(draft, parsed, values)
    _convert(draft, parsed)
    for place, what, fix, sort in _wrong(draft, block, parsed):
        if place not in parsed.bad:
            parsed.bad.add(place)
            draft.problems.add(block.rows[place], sort, what, fix)
    return parsed


def _numbers(look: Lookups, values: Sequence[str], plain: bool) -> list[float]:
    """The numbers of some texts: nan for what is none, the bound for what has a limit.

    `plain` texts hold nothing that Python reads as part of a number and we do not.
    """
    if not plain:
        _learn(look, {text for text in set(values) if "_" in text or not text.isascii()})
    try:
        if not look.odd:
            return list(map(float, values))
        return list(map(float, map(look.odd.get, values, values)))
    except ValueError:
        _learn(look, set(values))
        return list(map(float, map(look.odd.get, values, values)))


def _learn(look: Lookups, texts: set[str]) -> None:
    for text in texts:
        try:
            if "_" not in text and text.isascii():
                float(text)
                continue
        except ValueError:
            pass
        look.odd[text], limit = number_of(text)
        if limit:
            look.limits[text] = limit


def _put_words(draft: Draft, parsed: Parsed, values: Sequence[str]) -> None:
    chosen = _looked([one.of_words for one in draft.spellings], parsed.spelt)
    if not any(chosen):
        return
    keys = zip(compress(parsed.spelt, chosen), compress(values, chosen), strict=True)
    words = map(draft.looked_up.word.__getitem__, keys)
    for place, word in zip(compress(range(len(chosen)), chosen), words, strict=True):
        parsed.word[place] = word
        parsed.value[place] = 0.0


def _convert(draft: Draft, parsed: Parsed) -> None:
    converts = [one.converts for one in draft.spellings]
    if not any(converts):
        return
    chosen = _looked(converts, parsed.spelt)
    keys = zip(compress(parsed.spelt, chosen), compress(parsed.value, chosen), strict=True)
    numbers = map(draft.looked_up.converted.__getitem__, keys)
    for place, number in zip(compress(range(len(chosen)), chosen), numbers, strict=True):
        parsed.value[place] = number


def _wrong(draft: Draft, block: Block, parsed: Parsed) -> Iterator[tuple[int, str, str, Sort]]:
    if _NONE in parsed.patient:
        fix = "write the study code of the patient in every row"
        codes = _needed(draft, block, "patient")
        for place in _where(parsed.patient, _NONE):
            what = "the patient code holds a control character"
            yield place, what if codes[place].strip() else "the row has no patient", fix, PATIENT
    lost = {place for place, code in enumerate(draft.measure_of) if code == _NONE}
    if not lost.isdisjoint(parsed.spelt):
        for place, spelt in enumerate(parsed.spelt):
            if spelt in lost:
                yield place, draft.spellings[spelt].what, draft.spellings[spelt].fix, ITEM
    if not math.isfinite(sum(parsed.time)):
        yield from _wrong_times(draft, block, parsed)
    yield from _wrong_values(draft, block, parsed)


def _wrong_times(
    draft: Draft, block: Block, parsed: Parsed
) -> Iterator[tuple[int, str, str, Sort]]:
    refused = moment_refused if draft.dated else day_refused
    texts = _needed(draft, block, "datetime" if draft.dated else "day")
    for place, time in enumerate(parsed.time):
        if not math.isfinite(time):
            yield place, *refused(texts[place]), TIME


def _wrong_values(
    draft: Draft, block: Block, parsed: Parsed
) -> Iterator[tuple[int, str, str, Sort]]:
    texts = _needed(draft, block, "value")
    of_words = [one.of_words for one in draft.spellings]
    wanted = sum(_looked(of_words, parsed.spelt))
    if wanted != len(texts) - parsed.word.count(NO_WORD):
        for place in _where(parsed.word, NO_WORD):
            item = draft.spellings[parsed.spelt[place]].item
            if item is not None and of_words[parsed.spelt[place]]:
                yield place, *value_refused(item, texts[place]), VALUE
    lows, highs = zip(*(one.bounds for one in draft.spellings), strict=True)
    inside = all(map(le, map(lows.__getitem__, parsed.spelt), parsed.value)) and all(
        map(ge, map(highs.__getitem__, parsed.spelt), parsed.value)
    )
    outside = (
        ()
        if inside
        else [
            place
            for place, (value, spelt) in enumerate(zip(parsed.value, parsed.spelt, strict=True))
            if not lows[spelt] <= value <= highs[spelt]
        ]
    )
    for place in outside:
        one = draft.spellings[parsed.spelt[place]]
        if one.item is None or one.measure is None:
            continue
        if not math.isfinite(parsed.value[place]):
            yield place, *value_refused(one.item, texts[place]), VALUE
        elif place not in parsed.bad:
            _doubt(draft, one, parsed, place, block.rows[place])


def _where(codes: Sequence[int], code: int) -> Iterator[int]:
    return (place for place, one in enumerate(codes) if one == code)


def _doubt(draft: Draft, one: Spelling, parsed: Parsed, place: int, row: int) -> None:
    if one.item is None or one.measure is None:
        return
    value = Quantity(parsed.value[place], one.measure.unit, LIMITS[parsed.limit[place]])
    for span in one.item.ranges:
        if value.fits(span.unit) and not span.allows(value):
            what = f"{one.item.name} {value.shown()} is outside {span}"
            draft.notes.add(row, DOUBT, what, "check the value and its unit; it is graded as it is")
