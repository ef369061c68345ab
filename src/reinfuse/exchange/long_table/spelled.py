"""What each text of a table means, looked up once: measures with their units, numbers, words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from reinfuse.errors import ReinfuseError
from reinfuse.quantity import Limit, find_unit
from reinfuse.quantity.unit import shortened
from reinfuse.record.long_table import LIMITS, Measure
from reinfuse.record.vocabulary import Item, Kind, item_meant, item_named

Key = TypeVar("Key")
Value = TypeVar("Value")
# How many texts are remembered before the memory is emptied: a column of free numbers has no end.
MOST_LEARNED = 400_000
# What a number without a unit may be of: counts, scores and ratios have none that people write.
_UNITLESS = {"fraction", "score", "ratio", "count"}
_YES_NO = {"yes": 1, "true": 1, "present": 1, "1": 1, "no": 0, "false": 0, "absent": 0, "0": 0}
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_LIMITED = re.compile(rf"(?P<limit><=|>=|<|>|≤|≥)?\s*(?P<number>{_NUMBER})", re.ASCII)
_SAME = {"≤": "<=", "≥": ">="}


class Learned(dict[Key, Value], Generic[Key, Value]):
    """Answers by key; one that is not known yet is worked out and remembered."""

    def __init__(self, learn: Callable[[Key], Value]) -> None:
        self.learn = learn

    def __missing__(self, key: Key) -> Value:
        """The answer to a new key."""
        if len(self) >= MOST_LEARNED:
            self.clear()
        self[key] = answer = self.learn(key)
        return answer


@dataclass(frozen=True, slots=True)
class Spelling:
    """What an item and a unit, as written, stand for; or why they stand for nothing.

    `written` is the unit that the numbers stand in, `measure` holds the one that they are kept in.
    """

    text: str
    item: Item | None = None
    measure: Measure | None = None
    written: str = ""
    what: str = ""
    fix: str = ""

    @property
    def converts(self) -> bool:
        """Whether the numbers must be written in another unit."""
        return self.measure is not None and self.measure.unit != self.written

    @property
    def of_words(self) -> bool:
        """Whether the values are words."""
        return self.item is not None and self.item.kind is not Kind.NUMBER

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which numbers a value needs no second look; both ends are within."""
        if self.item is None or self.measure is None or self.of_words:
            return -math.inf, math.inf
        for one in self.item.ranges:
            if find_unit(one.unit).code == self.measure.unit:
                return one.low, one.high
        return -_LARGEST, _LARGEST


_LARGEST = 1.7e308
_LONGEST_NAME = 200  # of an item; to compare a longer text with every name takes minutes
_ITEMS = "`reinfuse criteria NAME` lists the items of one criterion, docs/reference/items.md all"


def spelling(pair: tuple[str, str]) -> Spelling:
    """What an item and a unit stand for."""
    text, unit = pair[0].strip(), pair[1].strip()
    item = item_named(text) if len(text) <= _LONGEST_NAME else None
    if item is None:
        near = item_meant(text) if len(text) <= _LONGEST_NAME else None
        fix = f"did you mean {near.name}?" if near else _ITEMS
        what = f"unknown item {shortened(text)!r}" if text else "the row has no item"
        return Spelling(text, what=what, fix=fix if text else "name what was recorded")
    if item.kind is not Kind.NUMBER:
        if unit:
            what = f"{item.name} takes no unit, and {shortened(unit)!r} stands here"
            return Spelling(text, what=what, fix="leave the unit empty")
        return Spelling(text, item, Measure(item.name))
    if not unit:
        return _without_unit(text, item)
    try:
        written = find_unit(unit).code
        kept = item.unit_like(written)
        item.converted(1.0, written, kept)
    except ReinfuseError as error:
        return Spelling(text, what=_refused(item, unit, error), fix=_units_of(item, error))
    return Spelling(text, item, Measure(item.name, kept), written)


def _without_unit(text: str, item: Item) -> Spelling:
    if item.unit and find_unit(item.unit).dimension in _UNITLESS and item.unit != "%":
        return Spelling(text, item, Measure(item.name, item.unit), item.unit)
    what = f"the number of {item.name} has no unit"
    return Spelling(text, what=what, fix=f"write its unit, such as {' or '.join(item.units)}")


def _refused(item: Item, unit: str, error: ReinfuseError) -> str:
    if "unknown unit" in error.what:
        return error.what
    return f"{item.name} is not measured in {shortened(unit)}"


def _units_of(item: Item, error: ReinfuseError) -> str:
    if "unknown unit" in error.what and "did you mean" in error.fix:
        return error.fix
    return f"write it in {' or '.join(item.units)}"


def number_of(text: str) -> tuple[float, int]:
    """The number and the place of its limit in LIMITS; nan if the text is no number."""
    shape = _LIMITED.fullmatch(text.strip())
    if shape is None:
        return math.nan, 0
    limit = shape["limit"] or ""
    return float(shape["number"]), LIMITS.index(Limit(_SAME.get(limit, limit)))


def word_of(item: Item, text: str) -> int | None:
    """The place of a word, 1 or 0 for yes or no; None if it is none of the item's words."""
    said = text.strip().casefold()
    if item.kind is Kind.YES_NO:
        return _YES_NO.get(said)
    return next((place for place, word in enumerate(item.words) if word.casefold() == said), None)


def value_refused(item: Item, text: str) -> tuple[str, str]:
    """Why a text is no value of an item, and what to do."""
    shown = repr(shortened(text.strip()))
    if not text.strip():
        return f"the row has no value of {item.name}", "leave the row out, or write the value"
    if item.kind is Kind.YES_NO:
        return f"{shown} is no answer for {item.name}", "write yes or no"
    if item.kind is Kind.WORD:
        return f"{shown} is no word of {item.name}", f"write one of {', '.join(item.words)}"
    if re.search(r"\d[,'_]\d", text):
        fix = "write 1.5 and 1500, with a decimal point and nothing between thousands"
        return f"{shown} has a comma or mark in its number", fix
    return f"{shown} is not a number", "write it like 12.5 or <0.01"
