"""Decides a condition in three values: it holds, it does not, or what was recorded cannot tell."""

from __future__ import annotations

import math
from collections.abc import Iterator

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
from reinfuse.grading.rules.finding import (
    ANY_NUMBER,
    ELSEWHERE,
    Elsewhere,
    Findings,
    Span,
    has_molar_mass,
    key_of,
    unit_in,
)
from reinfuse.record.vocabulary import items

Truth = bool | None


def holds(condition: Condition, findings: Findings) -> Truth:
    """Whether the condition holds: True, False, or None where the findings leave it open.

    What was put down to another cause meets no condition.
    """
    match condition:
        case Compare():
            return _compared(condition, findings)
        case Stated(item):
            value = findings.get(item)
            return value if isinstance(value, bool) else (None if value is None else False)
        case OneOf(item, words):
            value = findings.get(item)
            if not isinstance(value, frozenset):
                return None if value is None else False
            return True if value <= words else (None if value & words else False)
        case Every(parts):
            return _at_least(len(parts), parts, findings)
        case Some(parts, least):
            return _at_least(least, parts, findings)
        case Not(part):
            truth = holds(part, findings)
            return None if truth is None else not truth


def _at_least(least: int, parts: tuple[Condition, ...], findings: Findings) -> Truth:
    truths = [holds(part, findings) for part in parts]
    if truths.count(True) >= least:
        return True
    return None if len(truths) - truths.count(False) >= least else False


def _compared(condition: Compare, findings: Findings) -> Truth:
    left, right = _amount(condition.left, findings), _amount(condition.right, findings)
    if isinstance(left, Elsewhere) or isinstance(right, Elsewhere):
        return False
    if isinstance(condition.right, Times) and has_molar_mass(condition.left.item):
        left = left.times(1)  # rounded as the multiple is: 1.5 times the limit is on the bound
    match condition.relation:
        case Relation.ABOVE:
            return _decided(left.low > right.high, left.high <= right.low)
        case Relation.AT_LEAST:
            return _decided(left.low >= right.high, left.high < right.low)
        case Relation.BELOW:
            return _decided(left.high < right.low, left.low >= right.high)
        case Relation.AT_MOST:
            return _decided(left.high <= right.low, left.low > right.high)
        case Relation.EQUAL:
            apart = left.high < right.low or left.low > right.high
            return _decided(left.exact and left == right, apart)


def _decided(surely: bool, never: bool) -> Truth:
    return True if surely else (False if never else None)


def _amount(amount: Amount, findings: Findings) -> Span | Elsewhere:
    match amount:
        case Fixed(value, _):
            return Span(value, value)
        case Times(factor, of):
            found = _amount(of, findings)
            return found if isinstance(found, Elsewhere) else found.times(factor)
        case Measured(item, unit):
            held = findings.get(key_of(item, unit))
            if held is ELSEWHERE:
                return ELSEWHERE
            if not isinstance(held, Span):
                return ANY_NUMBER
            return in_unit(item, held, unit)


def in_unit(item: str, span: Span, unit: str) -> Span:
    """A span of an item, as findings hold it, in the unit that a table asks for."""
    known, held = items().get(item), unit_in(key_of(item, unit))
    if known is None or held == unit:
        return span
    low, high = (
        value if math.isinf(value) else known.converted(value, held, unit)
        for value in (span.low, span.high)
    )
    return Span(low, high)


def leaves(condition: Condition) -> Iterator[str]:
    """The keys of the findings that a condition looks at, in reading order."""
    match condition:
        case Compare(left, _, right):
            yield key_of(left.item, left.unit)
            if isinstance(right, Times):
                yield key_of(right.of.item, right.of.unit)
        case Stated(item) | OneOf(item, _):
            yield item
        case Every(parts) | Some(parts, _):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)


def unsettled(condition: Condition, findings: Findings) -> Iterator[str]:
    """The keys that were not recorded, or not exactly, and keep a condition open."""
    if holds(condition, findings) is not None:
        return
    match condition:
        case Compare() | Stated() | OneOf():
            for key in leaves(condition):
                held = findings.get(key)
                if held is None or (isinstance(held, Span) and not held.exact):
                    yield key
        case Every(parts) | Some(parts, _):
            for part in parts:
                yield from unsettled(part, findings)
        case Not(part):
            yield from unsettled(part, findings)


def met(condition: Condition, findings: Findings) -> Iterator[str]:
    """The keys of the parts that hold, which is why the whole holds."""
    match condition:
        case Every(parts) | Some(parts, _):
            for part in parts:
                if holds(part, findings):
                    yield from met(part, findings)
        case _:
            yield from leaves(condition)
