"""Descriptors in columns equal those of a plain loop, whatever the profiles hold."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.kinetics.descriptors import (
    BLQ_RULES,
    DEFAULT,
    AreaMethod,
    Described,
    Rules,
    Sampled,
    TerminalRule,
    above,
    describe,
    descriptors_named,
    profiles_from_arrays,
)
from tests.property.descriptors_plain import Sample, plain, time_above

KINDS = {"value": Sampled.QUANTIFIED, "below": Sampled.BELOW, "above": Sampled.ABOVE}
DETAIL = descriptors_named(("lambda_z", "auc_all", "aumc_last", "clast_pred"))
THRESHOLD = 40.0

# Levels of few digits, so that ties, zeros and equal neighbours are drawn often.
levels = st.one_of(st.sampled_from([1.0, 10.0, 50.0, 100.0, 5000.0]), st.integers(1, 10**5))
limits = st.sampled_from([None, 5.0, 50.0])
numbers = st.tuples(st.just("value"), levels.map(float))
# Quantified twice, so that most samples are; a profile has samples above the limit or none.
without_above = st.one_of(numbers, numbers, st.tuples(st.just("below"), limits))
with_above = st.one_of(without_above, st.tuples(st.just("above"), st.just(1e5)))
gaps = st.sampled_from([0.25, 1.0, 3.0, 7.0, 10.0, 30.0])


def profiles_of(samples: st.SearchStrategy) -> st.SearchStrategy[list[Sample]]:
    """Up to nine samples at rising times, the first one perhaps before the infusion."""
    starts = st.sampled_from([-2.0, 0.0, 1.0])
    drawn = st.lists(st.tuples(gaps, samples), min_size=1, max_size=9)
    return st.builds(_at_times, starts, drawn)


def _at_times(start: float, drawn: list[tuple[float, tuple[str, float | None]]]) -> list[Sample]:
    times = start + np.cumsum([0.0, *(gap for gap, _ in drawn[1:])])
    return [(float(time), *said) for time, (_, said) in zip(times, drawn, strict=True)]


quantifiable = profiles_of(without_above)
profiles = st.one_of(quantifiable, quantifiable, profiles_of(with_above))
rules_drawn = st.builds(
    Rules,
    blq=st.sampled_from(list(BLQ_RULES.values())),
    method=st.sampled_from(list(AreaMethod)),
    terminal=st.sampled_from([TerminalRule(), TerminalRule(least_span=0.0)]),
)


def in_columns(drawn: list[list[Sample]], rules: Rules, following: float = inf) -> Described:
    width = max(len(one) for one in drawn)
    shape = (len(drawn), width)
    time, level = np.full(shape, np.nan), np.full(shape, np.nan)
    kind = np.zeros(shape, dtype=np.int8)
    for row, one in enumerate(drawn):
        for place, (when, what, value) in enumerate(one):
            time[row, place], kind[row, place] = when, KINDS[what]
            level[row, place] = np.nan if value is None else value
    found = profiles_from_arrays(time, level, kind=kind)
    found = replace(found, next_infusion=np.full(len(drawn), following))
    return describe(found, rules=rules, descriptors=(*DEFAULT, *DETAIL, above(THRESHOLD)))


@given(
    st.lists(profiles, min_size=1, max_size=6),
    rules_drawn,
    st.sampled_from([inf, inf, 28.0, 100.0]),
)
def test_columns_and_plain_loops_agree(
    drawn: list[list[Sample]], rules: Rules, following: float
) -> None:
    described = in_columns(drawn, rules, following)
    for row, one in enumerate(drawn):
        expected = plain(one, rules, following)
        for descriptor in (*DEFAULT, *DETAIL):
            column, wanted = described[descriptor.name], expected.get(descriptor.name)
            told = f"{descriptor.name} of {one}: {column.at(row)}, by loops {wanted}"
            if wanted is None:
                assert column.reason[row], told
                assert column.why(row)
                assert isnan(column.values[row]), told
            else:
                assert not column.reason[row], told
                close = pytest.approx(wanted, rel=1e-7, abs=1e-9)
                assert column.values[row] == close, told


@settings(max_examples=50)
@given(quantifiable, rules_drawn)
def test_time_above_a_threshold_agrees(drawn: list[Sample], rules: Rules) -> None:
    column = in_columns([drawn], rules)[above(THRESHOLD).name]
    if column.reason[0]:
        used = [kind for time, kind, _ in drawn if time >= 0]
        assert len(used) < 2 or "value" not in used
        return
    assert column.values[0] == pytest.approx(time_above(drawn, rules, THRESHOLD), abs=1e-6)


@settings(max_examples=30)
@given(st.lists(profiles, min_size=2, max_size=6), rules_drawn)
def test_a_profile_does_not_change_those_beside_it(drawn: list[list[Sample]], rules: Rules) -> None:
    together, alone = in_columns(drawn, rules), in_columns(drawn[:1], rules)
    for name, column in together.columns.items():
        np.testing.assert_allclose(column.values[:1], alone[name].values, rtol=1e-12, err_msg=name)
        assert column.reason[0] == alone[name].reason[0]


@settings(max_examples=30)
@given(profiles, st.sampled_from([0.001, 7.0, 1e4]))
def test_another_unit_of_level_scales_levels_and_areas_only(
    drawn: list[Sample], factor: float
) -> None:
    scaled = [
        (time, kind, None if level is None else level * factor) for time, kind, level in drawn
    ]
    one, other = in_columns([drawn], Rules()), in_columns([scaled], Rules())
    for name in ("cmax", "auc_last", "auc_0_28", "clast"):
        np.testing.assert_allclose(other[name].values, factor * one[name].values, rtol=1e-9)
    for name in ("tmax", "half_life", "doubling_time", "fold_expansion", "lost_by"):
        np.testing.assert_allclose(other[name].values, one[name].values, rtol=1e-6)
