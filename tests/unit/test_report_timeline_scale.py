"""The hybrid axis rises, can be read backwards, and is dense where the days matter."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.report.timeline.scale import Scale, fit_scale, windows_around

days = st.integers(-4000, 4000).map(float)
places = st.lists(days, max_size=8).map(sorted)


def scale_of(places: list[float], first: float, last: float) -> Scale:
    return fit_scale(first, last, windows_around(places), left=100.0, right=1000.0)


@given(places, days, st.integers(0, 8000))
def test_the_axis_has_no_holes_and_fills_its_width(
    places: list[float], first: float, length: int
) -> None:
    scale = scale_of(places, first, first + length)
    assert scale.left == 100.0
    assert scale.right == pytest.approx(1000.0)
    for one, other in pairwise(scale.segments):
        assert one.last == other.first
        assert one.right == other.left
    assert all(one.days > 0 and one.width > 0 for one in scale.segments)


@given(places, days, st.integers(0, 8000), st.floats(0, 1))
def test_a_day_can_be_read_back_from_its_place(
    places: list[float], first: float, length: int, share: float
) -> None:
    scale = scale_of(places, first, first + length)
    day = scale.first + share * (scale.last - scale.first)
    assert scale.day(scale.x(day)) == pytest.approx(day, abs=1e-6)


@given(places, days, st.integers(0, 8000), st.floats(0, 1), st.floats(0, 1))
def test_a_later_day_is_never_drawn_left_of_an_earlier_one(
    places: list[float], first: float, length: int, one: float, other: float
) -> None:
    scale = scale_of(places, first, first + length)
    early, late = sorted((first + one * length, first + other * length))
    assert scale.x(early) <= scale.x(late)


def test_days_beyond_the_axis_are_drawn_at_its_ends() -> None:
    scale = scale_of([0.0], -30.0, 300.0)
    assert scale.x(-9999.0) == 100.0
    assert scale.x(9999.0) == pytest.approx(1000.0)


TABLE = [
    # places of day 0, first day, last day, segments as dense (d) or not (-)
    ([0.0], -7.0, 14.0, "d"),  # two weeks need no break
    ([], 0.0, 60.0, "-"),
    ([0.0], -100.0, 150.0, "-d-"),
    ([0.0, 300.0], -7.0, 345.0, "d-d"),
    ([0.0, 10.0, 20.0], -7.0, 62.0, "d"),  # infusions close together share one dense stretch
    ([0.0, 60.0], -7.0, 102.0, "d"),  # eleven days between are no gap worth a break
    ([0.0], -7.0, 3650.0, "d---"),  # ten years change scale as they go
]


@pytest.mark.parametrize(("places", "first", "last", "expected"), TABLE)
def test_density_goes_where_the_infusions_are(
    places: list[float], first: float, last: float, expected: str
) -> None:
    scale = scale_of(places, first, last)
    assert "".join("d" if one.dense else "-" for one in scale.segments) == expected


def test_a_dense_day_is_wider_than_any_other_however_long_the_course() -> None:
    scale = scale_of([0.0, 400.0], -60.0, 4000.0)
    dense = min(one.width / one.days for one in scale.segments if one.dense)
    assert dense > max(one.width / one.days for one in scale.segments if not one.dense)
    share = sum(one.width for one in scale.segments if one.dense) / 900.0
    assert share == pytest.approx(0.42)


def test_windows_meet_but_do_not_overlap() -> None:
    windows = windows_around([0.0, 3.0, 30.0, 200.0])
    assert windows == ((-7.0, 1.5), (1.5, 23.0), (23.0, 72.0), (193.0, 242.0))
