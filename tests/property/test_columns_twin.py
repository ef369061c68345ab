"""A cohort graded in columns and the same patients graded one by one agree in every number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.cohort.columns import Chunk
from reinfuse.cohort.folded import Folded
from reinfuse.cohort.graded import (
    by_charts,
    grade_chunk,
    grade_chunks,
    grade_columns,
    graded_in_columns,
)
from reinfuse.grading.catalogue import catalogue
from reinfuse.grading.rules.condition import (
    Compare,
    Condition,
    Every,
    Fixed,
    Not,
    OneOf,
    Some,
    Stated,
)
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.scale import Scale
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark, MarkValue
from reinfuse.record.long_table import charts_of, table_of
from reinfuse.record.vocabulary import Item, Kind, items

COLUMNAR = [entry for entry in catalogue().values() if graded_in_columns(entry)]
CAUSES = (None, None, None, "CRS", "sepsis")
LIMITS = (*(Limit.EXACT,) * 12, Limit.BELOW, Limit.AT_MOST, Limit.ABOVE, Limit.AT_LEAST)
PATIENTS, DAYS = 12, 36


def named(entry: Entry) -> str:
    return entry.criterion.name


def conditions(entry: Entry) -> Iterator[Condition]:
    rule = entry.rule
    if rule is None:
        return
    if not isinstance(rule, Scale):
        yield from (tier.when for line in rule.lines for tier in line.tiers)
        return
    if rule.opens is not None:
        yield rule.opens
    yield from (row.when for part in rule.parts for row in (*part.rows, *part.instead))
    yield from (row.when for row in rule.rows)


def thresholds(condition: Condition) -> Iterator[tuple[str, float, str]]:
    match condition:
        case Compare(left, _, Fixed(value, unit)):
            yield left.item, value, unit
        case Every(parts) | Some(parts, _):
            for part in parts:
                yield from thresholds(part)
        case Not(part):
            yield from thresholds(part)
        case Compare() | Stated() | OneOf():
            return


def telling(entry: Entry) -> dict[str, list[Quantity]]:
    """For each number of a criterion, the values at its thresholds."""
    found: dict[str, list[Quantity]] = {}
    for condition in conditions(entry):
        for name, value, unit in thresholds(condition):
            if name in items():
                found.setdefault(name, []).append(Quantity(value, unit))
    return found


def number(item: Item, near: list[Quantity], chance: np.random.Generator) -> Quantity:
    limit = LIMITS[chance.integers(len(LIMITS))]
    if near and chance.random() < 0.8:
        at = near[chance.integers(len(near))]
        factor = chance.choice([1.0, 1.0, 0.999, 1.001, 0.5, 1.7])
        return Quantity(float(f"{at.value * factor:.6g}"), at.unit, limit)
    unit = item.units[chance.integers(len(item.units))]
    scale = 10.0 ** chance.integers(-1, 3)
    return Quantity(float(f"{chance.random() * scale:.3g}"), unit, limit)


def value(item: Item, near: list[Quantity], chance: np.random.Generator) -> MarkValue:
    if item.kind is Kind.YES_NO:
        return bool(chance.random() < 0.5)
    if item.kind is Kind.WORD:
        return item.words[chance.integers(len(item.words))]
    return number(item, near, chance)


def drawn(entry: Entry, chance: np.random.Generator) -> Iterator[Chart]:
    """Charts with gaps, several values a day, limits, causes, and some patients without any."""
    near = telling(entry)
    for place in range(PATIENTS):
        share = chance.choice([0.0, 0.05, 0.3, 0.9])
        kept = [name for name in entry.items if chance.random() < chance.choice([0.3, 0.7, 1.0])]
        marks = []
        for name in kept:
            item = items()[name]
            days = range(-10, 2) if item.lasting else range(-9, DAYS)
            often = 0.3 if item.lasting else share
            if name in ("death cause", "last follow-up", "next therapy", "disease progression"):
                often = 0.005
            for day in days:
                while chance.random() < often:
                    hour = chance.choice([0.0, 0.25, 0.5, chance.random()])
                    cause = CAUSES[chance.integers(len(CAUSES))]
                    said = value(item, near.get(name, []), chance)
                    marks.append(Mark(item=name, day=day + hour, value=said, attributed_to=cause))
                    if chance.random() < 0.7:
                        break
        yield Chart.of(f"study-{place}", marks)


def agree(left: Folded, right: Folded) -> None:
    for name in ("low", "high", "as_published", "peak_day", "onset"):
        one, other = getattr(left, name), getattr(right, name)
        wrong = np.flatnonzero(~((one == other) | (np.isnan(one) & np.isnan(other))))
        assert not len(wrong), (name, wrong[:5], one[wrong[:5]], other[wrong[:5]])


@pytest.mark.parametrize("entry", COLUMNAR, ids=named)
def test_columns_and_charts_grade_alike(entry: Entry) -> None:
    table = table_of(drawn(entry, np.random.default_rng(1)))
    chunk = Chunk(table, 0, len(table.patients))
    agree(grade_chunk(chunk, entry), by_charts(chunk, entry))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "name", ["ASTCT-CRS-2019", "ASTCT-ICANS-2019", "ICAHT-2023 early", "ICAHT-2023 late"]
)
def test_what_needs_time_is_graded_alike(name: str, seed: int) -> None:
    entry = catalogue()[name]
    assert graded_in_columns(entry)
    table = table_of(drawn(entry, np.random.default_rng(100 + seed)))
    chunk = Chunk(table, 0, len(table.patients))
    agree(grade_chunk(chunk, entry), by_charts(chunk, entry))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), entry=st.sampled_from(COLUMNAR))
def test_any_table_is_graded_alike(seed: int, entry: Entry) -> None:
    table = table_of(drawn(entry, np.random.default_rng(seed)))
    chunk = Chunk(table, 0, len(table.patients))
    agree(grade_chunk(chunk, entry), by_charts(chunk, entry))


def test_chunks_grade_as_the_whole() -> None:
    entry = catalogue()["ASTCT-CRS-2019"]
    table = table_of(drawn(entry, np.random.default_rng(7)))
    names = ["ASTCT-CRS-2019", "ICAHT-2023 early"]
    whole = grade_columns(table, names)
    seen: list[tuple[int, int]] = []
    parts = list(grade_chunks(table, names, chunk_patients=7, progress=lambda *at: seen.append(at)))
    assert seen[-1] == (PATIENTS, PATIENTS)
    for place in range(len(names)):
        lows = np.concatenate([one.low[one.criterion == place] for one in parts])
        np.testing.assert_array_equal(lows, whole.low[whole.criterion == place])


def test_a_table_gives_back_the_charts_that_it_was_made_of() -> None:
    entry = catalogue()["ASTCT-CRS-2019"]
    charts = list(drawn(entry, np.random.default_rng(3)))
    again = list(charts_of(table_of(charts)))
    assert [chart.subject for chart in again] == [chart.subject for chart in charts]
    for one, other in zip(again, charts, strict=True):
        assert [(mark.item, mark.day) for mark in one.marks] == [
            (mark.item, mark.day) for mark in other.marks
        ]
