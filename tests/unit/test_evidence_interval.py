"""Exact intervals: edges, symmetry, and the definition itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import bound_rate


@st.composite
def cells(draw: st.DrawFn, most: int = 100_000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


def tail(events: int, n: int, rate: float) -> float:
    """The probability of `events` or more among n: the plain slow sum."""
    return math.fsum(
        math.comb(n, x) * rate**x * (1 - rate) ** (n - x) for x in range(events, n + 1)
    )


def test_no_event_among_twenty_reaches_down_to_zero_exactly() -> None:
    interval = bound_rate(0, 20)
    assert interval.low == 0.0
    assert interval.high == pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-14)


def test_all_of_twenty_reach_up_to_one_exactly() -> None:
    interval = bound_rate(20, 20)
    assert interval.high == 1.0
    assert interval.low == pytest.approx(0.025 ** (1 / 20), rel=1e-14)


def test_three_of_fourteen_say_five_to_fifty_one_percent() -> None:
    interval = bound_rate(3, 14)
    assert (round(100 * interval.low), round(100 * interval.high)) == (5, 51)


@given(cells(most=60), st.sampled_from((0.5, 0.8, 0.95, 0.99)))
def test_each_limit_leaves_half_of_what_is_left_in_its_tail(
    cell: tuple[int, int], level: float
) -> None:
    events, n = cell
    interval = bound_rate(events, n, level=level)
    half = (1 - level) / 2
    if events > 0:
        assert tail(events, n, interval.low) == pytest.approx(half, rel=1e-9)
    if events < n:
        assert 1 - tail(events + 1, n, interval.high) == pytest.approx(half, rel=1e-9)


@given(cells())
def test_the_interval_holds_the_rate_that_was_seen(cell: tuple[int, int]) -> None:
    events, n = cell
    interval = bound_rate(events, n)
    assert 0.0 <= interval.low <= events / n <= interval.high <= 1.0


@given(cells())
def test_counting_the_others_mirrors_the_interval(cell: tuple[int, int]) -> None:
    events, n = cell
    ours, mirror = bound_rate(events, n), bound_rate(n - events, n)
    assert ours.low == pytest.approx(1 - mirror.high, abs=1e-12)


@given(cells(), st.floats(0.01, 0.9), st.floats(0.901, 0.999999))
def test_more_confidence_is_never_narrower(cell: tuple[int, int], less: float, more: float) -> None:
    narrow, wide = bound_rate(*cell, level=less), bound_rate(*cell, level=more)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@given(cells(most=99_999))
def test_one_more_event_moves_both_limits_up(cell: tuple[int, int]) -> None:
    events, n = cell
    fewer, more = bound_rate(events, n + 1), bound_rate(events + 1, n + 1)
    assert fewer.low < more.low
    assert fewer.high < more.high or more.high == 1.0


@pytest.mark.parametrize(("events", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_are_refused(events: int, n: int) -> None:
    with pytest.raises(ReinfuseError, match=f"{events} events among {n} cannot be") as caught:
        bound_rate(events, n)
    assert "0 <= events <= n" in caught.value.fix


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, math.nan])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(ReinfuseError, match=r"a confidence level of .* cannot be") as caught:
        bound_rate(1, 3, level=level)
    assert "0.95" in caught.value.fix
