"""Decides a condition in every cell at once: where it surely holds, and where it possibly does.

The same trees are decided for one patient by `grading.rules.judge`, and with the same answers.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from functools import lru_cache, reduce

import numpy as np

from reinfuse.cohort.columns import Column, Columns, Flags, Floats, Numbers, Truths, Words
from reinfuse.grading.rules.condition import (
    Amount,
    Compare,
    Condition,
    Every,
    Fixed,
    Measured,
    Not,
    OneOf,
    Relation,
    Some,
    Stated,
    Times,
)
from reinfuse.grading.rules.finding import exactly, has_molar_mass, key_of, unit_in
from reinfuse.grading.rules.judge import in_unit
from reinfuse.record.vocabulary import items

# Where nothing was recorded a thing may be so; one flag stands for all cells.
_NO, _YES = np.asarray(False), np.asarray(True)
OPEN = Truths(_NO, _YES)
ANY = Numbers(np.asarray(-np.inf), np.asarray(np.inf))  # the same, for a number


def holds_in(condition: Condition, columns: Columns) -> Truths:
    """Where the condition surely and possibly holds."""
    match condition:
        case Compare():
            return _compared(condition, columns)
        case Stated(item):
            found = columns.get(item)
            return found if isinstance(found, Truths) else OPEN
        case OneOf(item, words):
            return _one_of(item, words, columns.get(item))
        case Every(parts):
            return _all([holds_in(part, columns) for part in parts])
        case Some(parts, least):
            return _at_least(least, [holds_in(part, columns) for part in parts])
        case Not(part):
            found = holds_in(part, columns)
            return Truths(~found.possibly, ~found.surely)


def _all(truths: list[Truths]) -> Truths:
    return Truths(
        reduce(np.logical_and, [one.surely for one in truths], _YES),
        reduce(np.logical_and, [one.possibly for one in truths], _YES),
    )


def _at_least(least: int, truths: list[Truths]) -> Truths:
    if least == 1:
        return Truths(
            reduce(np.logical_or, [one.surely for one in truths], _NO),
            reduce(np.logical_or, [one.possibly for one in truths], _NO),
        )
    surely = sum(np.asarray(one.surely, dtype=np.int8) for one in truths)
    possibly = sum(np.asarray(one.possibly, dtype=np.int8) for one in truths)
    return Truths(np.asarray(surely >= least), np.asarray(possibly >= least))


def _one_of(item: str, words: frozenset[str], column: Column | None) -> Truths:
    if not isinstance(column, Words):
        return OPEN
    mask = bits_of(item, words)
    surely, possibly = (column.bits & ~mask) == 0, (column.bits & mask) != 0
    if column.elsewhere is None:
        return Truths(surely, possibly)
    return Truths(surely & ~column.elsewhere, possibly & ~column.elsewhere)


def bits_of(item: str, words: frozenset[str]) -> np.uint64:
    """The bits of some words of an item."""
    listed = items()[item].words
    return np.uint64(sum(1 << listed.index(word) for word in words))


def _compared(condition: Compare, columns: Columns) -> Truths:
    left, relation, right = condition.left, condition.relation, condition.right
    key = key_of(left.item, left.unit)
    found = columns.get(key)
    held = found if isinstance(found, Numbers) else ANY
    if isinstance(right, Fixed):
        other = _cut(left.item, unit_in(key), left.unit, relation, right.value)
    elif held.elsewhere is None and _amount(right, columns) is ANY:
        return OPEN  # compared with a limit of normal, say, that nobody wrote down
    else:
        held, other = _amount(left, columns), _amount(right, columns)
        if isinstance(right, Times) and has_molar_mass(left.item):
            held = _mapped(held, lambda one: exactly(one).times(1).low)
    if relation is Relation.EQUAL and isinstance(right, Fixed):
        # Several numbers as they are kept may be one number in the unit of the table.
        apart = (held.high < other.low) | (held.low > other.high)
        answer = _decided((held.low >= other.low) & (held.high <= other.high), apart)
    else:
        answer = _related(held, relation, other)
    for side in (held, other):
        if side.elsewhere is not None:
            here = ~side.elsewhere
            answer = Truths(answer.surely & here, answer.possibly & here)
    return answer


def _related(left: Numbers, relation: Relation, right: Numbers) -> Truths:
    match relation:
        case Relation.ABOVE:
            return _decided(left.low > right.high, left.high <= right.low)
        case Relation.AT_LEAST:
            return _decided(left.low >= right.high, left.high < right.low)
        case Relation.BELOW:
            return _decided(left.high < right.low, left.low >= right.high)
        case Relation.AT_MOST:
            return _decided(left.high <= right.low, left.low > right.high)
        case Relation.EQUAL:
            apart = (left.high < right.low) | (left.low > right.high)
            same = (left.low == right.low) & (left.high == right.high)
            return _decided(same & (left.low == left.high), apart)


def _decided(surely: Flags, never: Flags) -> Truths:
    return Truths(np.asarray(surely), np.asarray(surely | ~np.asarray(never)))


def _amount(amount: Amount, columns: Columns) -> Numbers:
    match amount:
        case Fixed(value, _):
            return _exactly(value)
        case Times(factor, of):
            known = _amount(of, columns)
            if known is ANY:
                return ANY
            return _mapped(known, lambda one: exactly(one).times(factor).low)
        case Measured(item, unit):
            key = key_of(item, unit)
            found = columns.get(key)
            if not isinstance(found, Numbers):
                return ANY
            if items().get(item) is None or unit_in(key) == unit:
                return found
            return _mapped(found, lambda one: in_unit(item, exactly(one), unit).low)


def _exactly(value: float) -> Numbers:
    return Numbers(np.asarray(value), np.asarray(value))


def _mapped(numbers: Numbers, change: Callable[[float], float]) -> Numbers:
    """The spans with both ends changed by a function of one number."""
    low = mapped(numbers.low, change)
    exact = np.array_equal(numbers.low, numbers.high)
    return Numbers(low, low if exact else mapped(numbers.high, change), numbers.elsewhere)


def mapped(values: Floats, change: Callable[[float], float]) -> Floats:
    """Some numbers changed by a function of one number; infinity stays as it is.

    The function is that of single patients, so that no rounding sets the two apart.
    """
    if np.ndim(values) == 0:
        return values if np.isinf(values) else np.asarray(change(float(values)))
    if not len(values):
        return values
    # What lasts stands unchanged for many cells of a patient: each such stretch is changed once.
    begins = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    different, places = np.unique(values[begins], return_inverse=True)
    answers = [one if math.isinf(one) else change(one) for one in different.tolist()]
    lengths = np.diff(begins, append=len(values))
    return np.repeat(np.array(answers, dtype=np.float64)[places], lengths)


def _cut(item: str, held: str, unit: str, relation: Relation, value: float) -> Numbers:
    known = items().get(item)
    if known is None or held == unit:
        return _exactly(value)
    if relation is Relation.EQUAL:
        least, most = least_reaching(item, unit, value), most_within(item, unit, value)
        return Numbers(np.asarray(least), np.asarray(most))
    if relation in (Relation.ABOVE, Relation.AT_MOST):
        return _exactly(most_within(item, unit, value))
    return _exactly(least_reaching(item, unit, value))


@lru_cache(maxsize=4096)
def most_within(item: str, unit: str, value: float) -> float:
    """The highest number as it is kept that is at most `value` once it stands in `unit`.

    Found by halving, so that a number is on the same side of a bound as in a single patient.
    """
    return _halved(lambda one: in_unit(item, exactly(one), unit).low <= value)


def least_reaching(item: str, unit: str, value: float) -> float:
    """The lowest number as it is kept that is at least `value` once it stands in `unit`."""
    return math.nextafter(_highest_below(item, unit, value), math.inf)


@lru_cache(maxsize=4096)
def _highest_below(item: str, unit: str, value: float) -> float:
    return _halved(lambda one: in_unit(item, exactly(one), unit).low < value)


_LARGEST = 1e15


def _halved(holds: Callable[[float], bool]) -> float:
    """The highest number for which a thing holds that holds up to some number and not above."""
    low, high = _place(-_LARGEST), _place(_LARGEST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(_number(middle)) else (low, middle)
    return _number(low)


def _place(number: float) -> int:
    """Where a number stands among all floating-point numbers."""
    bits = int(struct.unpack("<q", struct.pack("<d", abs(number)))[0])
    return bits if number >= 0 else -bits


def _number(place: int) -> float:
    number = float(struct.unpack("<d", struct.pack("<q", abs(place)))[0])
    return number if place >= 0 else -number
