"""The half-lives a clinician reads off two points come out as read."""

from __future__ import annotations

import pytest

from reinfuse.kinetics import apparent_half_life


def test_the_second_curve_halves_every_21_days() -> None:
    days = apparent_half_life(from_day=14, from_percent=78.1, to_day=90, to_percent=6.7)
    assert days == pytest.approx(21, abs=0.5)


@pytest.mark.parametrize(("limit", "days"), [(1.0, 5.8), (0.1, 3.5), (0.01, 2.5)])
def test_the_first_curve_is_bounded_by_the_limit(limit: float, days: float) -> None:
    bound = apparent_half_life(from_day=10, from_percent=37.1, to_day=40, to_percent=limit)
    assert bound == pytest.approx(days, abs=0.05)
