"""The amount of stool and the length of symptoms that acute GVHD is staged by."""

from __future__ import annotations

import pytest

from reinfuse.grading.gvhd.nausea import symptoms_persist
from reinfuse.grading.gvhd.stool import stool_at_onset, stool_later, stool_of_day
from reinfuse.quantity import Limit, Quantity

# -------------------------------------------------------------------- stool of one day


@pytest.mark.parametrize(
    ("weight", "measured", "mixed", "episodes", "amount", "unit"),
    [
        (70, 800, 0, 0, 800, "mL/d"),
        (70, 800, 400, 0, 1000, "mL/d"),  # half of what was mixed with urine
        (70, 0, 0, 3, 600, "mL/d"),  # 200 mL each
        (50.5, 0, 0, 1, 200, "mL/d"),
        (50, 0, 0, 1, 3, "mL/kg/d"),
        (20, 400, 0, 0, 20, "mL/kg/d"),
        (20, 0, 0, 4, 12, "mL/kg/d"),  # 3 mL/kg each
        (20, 100, 100, 1, 10.5, "mL/kg/d"),
    ],
)
def test_the_stool_of_a_day_adds_up(
    weight: float, measured: float, mixed: float, episodes: float, amount: float, unit: str
) -> None:
    found = stool_of_day(
        weight_kg=weight,
        measured_ml=measured,
        mixed_with_urine_ml=mixed,
        unmeasured_episodes=episodes,
    )
    assert found.value == pytest.approx(amount)
    assert found.unit == unit


def test_onset_takes_the_highest_of_three_days_and_later_days_their_mean() -> None:
    daily = {7: 900.0, 8: 1600.0, 9: 800.0, 10: 300.0}
    assert stool_at_onset(daily, 10, "mL/d") == Quantity(1600, "mL/d")
    assert stool_later(daily, 10, "mL/d") == Quantity(900, "mL/d")


def test_a_day_without_a_volume_leaves_the_rest_as_the_least() -> None:
    daily = {7: 900.0, 9: 600.0}
    assert stool_at_onset(daily, 10, "mL/d") == Quantity(900, "mL/d", Limit.AT_LEAST)
    assert stool_later(daily, 9, "mL/d") == Quantity(500, "mL/d", Limit.AT_LEAST)
    assert stool_at_onset({}, 10, "mL/d") is None
    assert stool_later({}, 10, "mL/d") is None


@pytest.mark.parametrize(
    ("nausea", "vomits", "persists"),
    [
        ((True, True, True), (0, 0, 0), True),
        ((False, False, False), (2, 3, 2), True),
        ((True, False, True), (0, 2, 0), True),
        ((True, False, True), (0, 1, 0), False),
        ((False, False, False), (0, 0, 0), False),
    ],
)
def test_upper_symptoms_persist_over_three_days(
    nausea: tuple[bool, ...], vomits: tuple[float, ...], persists: bool
) -> None:
    days = range(8, 11)
    found = symptoms_persist(
        dict(zip(days, nausea, strict=True)), dict(zip(days, vomits, strict=True)), 10
    )
    assert found is persists


def test_a_day_nobody_wrote_about_leaves_persistence_open() -> None:
    assert symptoms_persist({9: True, 10: True}, {}, 10) is None
    assert symptoms_persist({8: False, 9: True, 10: True}, {8: 0}, 10) is False
