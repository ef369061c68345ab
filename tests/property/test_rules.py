"""What holds for every criterion that is a table: more knowledge never widens, worse never lowers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.catalogue import catalogue
from reinfuse.grading.chart.daily import rank
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
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.finding import Finding, exactly, key_of, unit_in
from reinfuse.grading.rules.scale import Scale, Verdict, assess
from reinfuse.grading.rules.score import Score, add_up
from reinfuse.record.vocabulary import items

TABLES = [entry for entry in catalogue().values() if entry.rule is not None]


def conditions(rule: Scale | Score) -> Iterator[Condition]:
    if isinstance(rule, Score):
        yield from (tier.when for line in rule.lines for tier in line.tiers)
        return
    if rule.opens is not None:
        yield rule.opens
    for part in rule.parts:
        yield from (row.when for row in (*part.rows, *part.instead))
    yield from (row.when for row in rule.rows)


def atoms(condition: Condition) -> Iterator[Compare | Stated | OneOf]:
    match condition:
        case Every(parts) | Some(parts, _):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case Compare() | Stated() | OneOf():
            yield condition


def values(rule: Scale | Score) -> dict[str, st.SearchStrategy[Finding]]:
    """For every key of a rule, values at, just under and just over each of its thresholds."""
    parts = {part.name for part in rule.parts} if isinstance(rule, Scale) else set()
    numbers: dict[str, set[float]] = {}
    found: dict[str, st.SearchStrategy[Finding]] = {}
    for condition in conditions(rule):
        for atom in atoms(condition):
            if isinstance(atom, Stated):
                found[atom.item] = st.booleans()
            elif isinstance(atom, OneOf):
                words = items()[atom.item].words
                assert atom.words <= set(words), (rule.criterion.name, atom)
                found[atom.item] = st.sampled_from([frozenset({word}) for word in words])
            else:
                _numbers_of(atom, numbers)
    for key, near in numbers.items():
        if key not in parts:
            found[key] = st.sampled_from(sorted(near)).map(exactly)
    return found


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
        near |= {0.5, 1.0, 3.0, 40.0}
        other = atom.right.of if isinstance(atom.right, Times) else atom.right
        numbers.setdefault(key_of(other.item, other.unit), set()).update({1.0, 2.0, 10.0})


def verdict(rule: Scale | Score, findings: dict[str, Finding]) -> Verdict:
    return assess(rule, findings) if isinstance(rule, Scale) else add_up(rule, findings)


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: entry.criterion.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_grade(entry: Entry, data) -> None:
    rule = entry.rule
    assert rule is not None
    made = values(rule)
    full = {key: data.draw(strategy, label=key) for key, strategy in made.items()}
    whole = verdict(rule, full)
    kept = {key: value for key, value in full.items() if data.draw(st.booleans(), label=key)}
    part = verdict(rule, kept)
    low, high = rank(rule.criterion, part.low), rank(rule.criterion, part.high)
    assert low <= rank(rule.criterion, whole.low) <= high
    assert low <= rank(rule.criterion, whole.high) <= high


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: entry.criterion.name)
def test_a_table_knows_every_item_that_it_asks_for(entry: Entry) -> None:
    rule = entry.rule
    assert rule is not None
    for name in entry.items:
        assert name in items(), name
    levels = {row.level for row in rule.rows} if isinstance(rule, Scale) else set()
    assert levels <= set(rule.criterion.levels)
    assert values(rule)


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: entry.criterion.name)
def test_nothing_recorded_bounds_nothing_but_what_the_table_can_give(entry: Entry) -> None:
    rule = entry.rule
    assert rule is not None
    nothing = verdict(rule, {})
    assert rank(rule.criterion, nothing.low) <= rank(rule.criterion, nothing.high)
    assert nothing.missing
