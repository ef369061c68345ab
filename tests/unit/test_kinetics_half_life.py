"""Apparent half-lives hold for every day that the two points can have had, and say so."""

from __future__ import annotations

import pytest

from reinfuse.kinetics import (
    Below,
    Bound,
    CurveData,
    Level,
    PeakSeen,
    apparent_half_life,
    apparent_half_lives,
)

Days = tuple[float, float]
DAY_40 = Below(day=(40.0, 40.0), limit_percent=None)


def data(peak: Days | None, last: Level | Below, percent: float = 37.1) -> CurveData:
    return CurveData(label="infusion 1", points=(PeakSeen(percent=percent, day=peak), last))


def test_a_known_peak_day_gives_the_clinical_reading() -> None:
    found = apparent_half_lives(data((10.0, 10.0), DAY_40))
    assert [row.limit_percent for row in found] == [1.0, 0.1, 0.01]
    assert [row.high_days for row in found] == pytest.approx([5.8, 3.5, 2.5], abs=0.05)
    assert {row.bound for row in found} == {Bound.AT_MOST}


@pytest.mark.parametrize("peak", [(0.0, 40.0), (3.0, 20.0), None])
@pytest.mark.parametrize("last", [(40.0, 40.0), (30.0, 50.0)])
def test_at_most_holds_for_every_day_that_the_two_can_have_had(
    peak: Days | None, last: Days
) -> None:
    low, high = peak or (0.0, last[0])
    for row in apparent_half_lives(data(peak, Below(day=last, limit_percent=None))):
        for from_day in (low, (low + high) / 2.0, high):
            for to_day in last:
                true = apparent_half_life(
                    from_day=from_day,
                    from_percent=37.1,
                    to_day=to_day,
                    to_percent=row.to_percent,
                )
                assert not isinstance(true, float) or true <= row.high_days + 1e-9


def test_days_known_as_a_range_give_a_range() -> None:
    month_3 = Level(percent=6.7, day=(77.0, 105.0))
    (row,) = apparent_half_lives(data((14.0, 14.0), month_3, percent=78.1))
    assert (row.low_days, row.high_days) == pytest.approx((17.8, 25.7), abs=0.05)
    assert row.in_words() == (
        "From the peak of 78.1 % (day 14) to 6.7 % (day 77 to 105) the level halved every "
        "17.8 to 25.7 days."
    )


def test_a_peak_that_may_be_as_late_as_the_level_leaves_a_bound_only() -> None:
    (row,) = apparent_half_lives(data((0.0, 30.0), Level(percent=6.7, day=(30.0, 30.0))))
    assert (row.bound, row.low_days) == (Bound.AT_MOST, 0.0)
    assert row.in_words() == (
        "The fall from the peak of 37.1 % (day 0 at the earliest) to 6.7 % (day 30) needs a "
        "half-life of at most 12.1 days."
    )


def test_each_number_says_which_limit_it_is_for() -> None:
    told = [row.in_words() for row in apparent_half_lives(data((0.0, 40.0), DAY_40))]
    assert told[1] == (
        "If the limit was 0.1 %, the fall from the peak of 37.1 % (day 0 at the earliest) to day "
        "40 needs a half-life of at most 4.7 days."
    )
    assert "limit was 1 %" in told[0]
    assert "limit was 0.01 %" in told[2]


def test_a_stated_limit_is_the_only_one_and_no_if() -> None:
    (row,) = apparent_half_lives(data((10.0, 10.0), Below(day=(40.0, 40.0), limit_percent=0.05)))
    assert row.in_words() == (
        "The fall from the peak of 37.1 % (day 10) to below the limit of 0.05 % (day 40) needs a "
        "half-life of at most 3.1 days."
    )


def test_where_nothing_falls_there_is_no_half_life() -> None:
    assert apparent_half_lives(data((14.0, 14.0), Level(percent=37.1, day=(9.0, 9.0)))) == ()
