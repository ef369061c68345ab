"""What cannot be fitted is refused where it is handed over, in words."""

from __future__ import annotations

import pytest

from reinfuse.kinetics import Below, CurveData, Level, PeakSeen, UnusableLevel


@pytest.mark.parametrize("percent", [0.0, 100.0, -1.0, 130.0])
def test_a_percentage_without_odds_is_refused(percent: float) -> None:
    with pytest.raises(UnusableLevel, match="of a gate has no odds") as caught:
        Level(percent=percent, day=(3.0, 3.0))
    assert "a level of 0 is Below" in caught.value.fix


@pytest.mark.parametrize("day", [(5.0, 4.0), (-2.0, 3.0)])
def test_days_that_are_no_interval_are_refused(day: tuple[float, float]) -> None:
    with pytest.raises(UnusableLevel, match="are not an interval after infusion"):
        Below(day=day, limit_percent=None)


def test_a_level_above_the_highest_value_is_refused() -> None:
    with pytest.raises(UnusableLevel, match=r"50 % is above the highest value, 37\.1 %"):
        CurveData(
            label="infusion 1",
            points=(
                PeakSeen(percent=37.1, day=None),
                Level(percent=50.0, day=(20.0, 20.0)),
            ),
        )


def test_two_highest_values_are_refused() -> None:
    peak = PeakSeen(percent=37.1, day=None)
    with pytest.raises(UnusableLevel, match="two highest values for one infusion"):
        CurveData(label="infusion 1", points=(peak, peak))


def test_an_infusion_day_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UnusableLevel, match="ends before it begins"):
        CurveData(label="infusion 1", points=(), infusion_day=(2.0, 0.0))
