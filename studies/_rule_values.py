"""Values at, just under and just over each threshold of a criterion that is a table."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.grading.rules.condition import (
    Compare,
    Condition,
    Every,
    Fixed,
    Not,
    OneOf,
    Some,
    Stated,
    Times,
)
from reinfuse.grading.rules.finding import Finding, exactly, key_of, unit_in
from reinfuse.grading.rules.judge import leaves
from reinfuse.grading.rules.scale import Scale, Verdict, assess
from reinfuse.grading.rules.score import Score, add_up
from reinfuse.record.vocabulary import items

MULTIPLES, REFERENCES = (0.5, 1.0, 3.0, 40.0), (1.0, 2.0, 10.0)


def values(rule: Scale | Score) -> dict[str, list[Finding]]:
    """For every key of a rule, the values worth trying."""
    parts = {part.name for part in rule.parts} if isinstance(rule, Scale) else set()
    numbers: dict[str, set[float]] = {}
    found: dict[str, list[Finding]] = {}
    for condition in _conditions(rule):
        for atom in _atoms(condition):
            if isinstance(atom, Stated):
                found[atom.item] = [False, True]
            elif isinstance(atom, OneOf):
                words = items()[atom.item].words
                assert atom.words <= set(words), (rule.criterion.name, atom)
                found[atom.item] = [frozenset({word}) for word in words]
            else:
                _numbers_of(atom, numbers)
    for key, near in numbers.items():
        if key not in parts:
            found[key] = [exactly(value) for value in sorted(near)]
    return found


def two_ways(rule: Scale | Score) -> Iterator[tuple[set[str], set[str]]]:
    """The keys of both ways in which a stage can be told; values of both need not agree."""
    for part in rule.parts if isinstance(rule, Scale) else ():
        first, second = (
            {key for row in rows for key in leaves(row.when)} for rows in (part.rows, part.instead)
        )
        if second:
            yield first, second


def verdict(rule: Scale | Score, findings: dict[str, Finding]) -> Verdict:
    """The levels that the rule allows."""
    return assess(rule, findings) if isinstance(rule, Scale) else add_up(rule, findings)


def _conditions(rule: Scale | Score) -> Iterator[Condition]:
    if isinstance(rule, Score):
        yield from (tier.when for line in rule.lines for tier in line.tiers)
        return
    if rule.opens is not None:
        yield rule.opens
    for part in rule.parts:
        yield from (row.when for row in (*part.rows, *part.instead))
    yield from (row.when for row in rule.rows)


def _atoms(condition: Condition) -> Iterator[Compare | Stated | OneOf]:
    match condition:
        case Every(parts) | Some(parts, _):
            for part in parts:
                yield from _atoms(part)
        case Not(part):
            yield from _atoms(part)
        case Compare() | Stated() | OneOf():
            yield condition


def _numbers_of(atom: Compare, numbers: dict[str, set[float]]) -> None:
    key = key_of(atom.left.item, atom.left.unit)
    near = numbers.setdefault(key, set())
    if isinstance(atom.right, Fixed):
        item = items().get(atom.left.item)
        at = atom.right.value
        if item is not None:
            at = item.converted(at, atom.right.unit, unit_in(key))
        near |= {at, math.nextafter(at, math.inf), max(0.0, math.nextafter(at, -math.inf)), 2 * at}
    else:
        near |= set(MULTIPLES)
        other = atom.right.of if isinstance(atom.right, Times) else atom.right
        numbers.setdefault(key_of(other.item, other.unit), set()).update(REFERENCES)
