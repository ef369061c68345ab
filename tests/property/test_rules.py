"""What holds for every criterion that is a table: bounds hold what more knowledge would say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.catalogue import catalogue
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.scale import Scale
from reinfuse.grading.series import rank
from reinfuse.record.vocabulary import items
from studies._rule_values import two_ways, values, verdict

TABLES = [entry for entry in catalogue().values() if entry.rule is not None]


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: entry.criterion.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_grade(
    entry: Entry, data: st.DataObject
) -> None:
    rule = entry.rule
    assert rule is not None
    made = values(rule)
    for first, second in two_ways(rule):
        for key in data.draw(st.sampled_from([first - second, second - first]), label="way"):
            del made[key]
    full = {key: data.draw(st.sampled_from(near), label=key) for key, near in made.items()}
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
