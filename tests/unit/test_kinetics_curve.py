"""The curve peaks where it says, falls below a limit when it says, and knows both phases."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.kinetics import (
    CurveData,
    CurveProblem,
    PeakSeen,
    RiseAndFall,
    curve_of,
    curve_priors,
    curve_problem,
    last_day_at,
    log_levels,
    log_odds_from_percent,
    percent_from_log_odds,
)
from reinfuse.kinetics.table import QUANTITIES, auc_percent_days


def problem() -> CurveProblem:
    data = CurveData(label="one", points=(PeakSeen(percent=30.0, day=(10.0, 10.0)),))
    return curve_problem(data, curve_priors())


def drawn(count: int) -> RiseAndFall:
    asked = problem()
    return curve_of(asked, asked.sample_prior(np.random.default_rng(3), count))


def test_the_highest_level_of_prior_curves_is_the_peak_on_its_day() -> None:
    curve = drawn(2000)
    around = np.linspace(-6.0, 6.0, 241)
    levels = log_levels(curve, curve.peak_day[:, None] + around)
    at_peak = levels[:, 120]
    assert at_peak == pytest.approx(curve.log_peak, abs=1e-9)
    # A gate wider than the fast phase can leave a second, lower turn; none was seen higher.
    assert (levels.max(axis=1) - curve.log_peak).max() < 1e-6


def test_the_curve_is_smooth_at_the_peak() -> None:
    curve = drawn(200)
    step = 1e-4 * curve.gate[:, None] * np.array([-1.0, 0.0, 1.0])
    left, top, right = log_levels(curve, curve.peak_day[:, None] + step).T
    assert (right - left) / (2e-4 * curve.gate) == pytest.approx(np.zeros(200), abs=1e-4)
    assert (top >= left).all()


def test_the_curve_falls_through_a_limit_on_the_day_it_says() -> None:
    curve = drawn(500)
    limit = log_odds_from_percent(np.full(500, 0.1))
    day = last_day_at(curve, limit)
    passed = limit < curve.log_peak
    level = log_levels(curve, day[:, None])[:, 0]
    assert level[passed] == pytest.approx(limit[passed], abs=1e-4)
    assert (day >= curve.peak_day).all()


def test_a_peak_below_the_limit_is_below_from_the_peak_on() -> None:
    curve = drawn(10)
    assert last_day_at(curve, curve.log_peak + 1.0) == pytest.approx(curve.peak_day)


def test_the_area_agrees_with_a_thousand_times_finer_sum() -> None:
    curve = drawn(200)
    days = np.linspace(0.0, 28.0, 20_001)
    percent = percent_from_log_odds(log_levels(curve, days))
    fine = ((percent[:, 1:] + percent[:, :-1]) / 2.0).sum(axis=1) * (28.0 / 20_000)
    # A quarter of a day is coarse only for a doubling time of hours.
    assert np.quantile(np.abs(auc_percent_days(curve) / fine - 1.0), 0.99) < 1e-3


def test_a_percentage_survives_the_way_to_odds_and_back() -> None:
    percent: NDArray[np.float64] = np.array([0.01, 1.0, 37.1, 78.1, 99.9])
    assert percent_from_log_odds(log_odds_from_percent(percent)) == pytest.approx(percent)


def test_no_percentage_passes_one_hundred() -> None:
    curve = drawn(500)
    percent = percent_from_log_odds(log_levels(curve, np.linspace(0.0, 60.0, 61)))
    assert percent.max() <= 100.0


def test_every_quantity_gives_one_finite_number_per_curve() -> None:
    curve = drawn(300)
    for quantity in QUANTITIES:
        values = quantity.compute(curve)
        assert values.shape == (300,)
        assert np.isfinite(values).all(), quantity.name
        assert quantity.heading
        assert quantity.definition.endswith(".")
