"""What a fit says of one infusion: how far it learned, and what it only assumed."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from reinfuse.estimation import (
    CurveComparison,
    CurveFit,
    MeasuredRatio,
    NoCurve,
    NoRatio,
    NotWithin,
    Outcome,
    Tempering,
    as_plain,
    compare_curves,
    fit_curve,
    fit_under_each_reading,
)
from reinfuse.estimation.summary import probability, summarise
from reinfuse.kinetics import Below, CurveData, Level, PeakSeen, Point

DAY_40 = Below(day=(40.0, 40.0), limit_percent=None)
MONTH_3 = Level(percent=6.7, day=(85.0, 98.0))


def fit(*points: Point, seed: int = 1, infusion_day: tuple[float, float] = (0.0, 0.0)) -> CurveFit:
    data = CurveData(label="infusion", points=points, infusion_day=infusion_day)
    found = fit_curve(data, rng=np.random.default_rng(seed))
    assert isinstance(found, CurveFit)
    return found


@pytest.fixture(scope="module")
def first() -> CurveFit:
    return fit(PeakSeen(percent=37.1, day=None), DAY_40)


@pytest.fixture(scope="module")
def second() -> CurveFit:
    return fit(PeakSeen(percent=78.1, day=(14.0, 14.0)), MONTH_3)


def narrowing(found: CurveFit, name: str) -> float:
    return next(row.narrowing for row in found.parameters if row.prior.name == name)


def spread(found: CurveFit, name: str) -> float:
    return float(np.log(found.problem.value(name, found.posterior.draws)).std())


def test_a_peak_day_that_is_unknown_widens_tmax(first: CurveFit) -> None:
    known = fit(PeakSeen(percent=37.1, day=(10.0, 10.0)), DAY_40)
    assert spread(known, "Tmax") < 0.9 * spread(first, "Tmax")


def test_the_day_of_the_highest_sample_is_not_tmax(second: CurveFit) -> None:
    tmax = second.problem.value("Tmax", second.posterior.draws)
    assert 0.1 < (np.abs(tmax - 14.0) > 3.0).mean() < 0.9


def test_an_uncertain_infusion_day_widens_tmax() -> None:
    dense = [
        Level(percent=p, day=(d, d)) for d, p in ((4, 2), (7, 20), (9, 50), (11, 40), (14, 25))
    ]
    sure, unsure = fit(*dense), fit(*dense, infusion_day=(0.0, 4.0))
    assert spread(unsure, "Tmax") > 1.15 * spread(sure, "Tmax")


def test_a_limit_nobody_stated_leaves_the_decline_wider_than_a_stated_one(first: CurveFit) -> None:
    stated = fit(PeakSeen(percent=37.1, day=None), Below(day=(40.0, 40.0), limit_percent=0.01))
    assert narrowing(stated, "contraction half-life") < narrowing(first, "contraction half-life")


def test_a_dense_series_informs_every_phase() -> None:
    days = (4, 7, 10, 14, 21, 28, 42, 56, 90, 120, 180, 270)
    percents = (0.9, 12.0, 45.0, 30.0, 12.0, 4.0, 1.1, 0.6, 0.4, 0.35, None, None)
    points: list[Point] = [
        Below(day=(day, day), limit_percent=0.3)
        if percent is None
        else Level(percent=percent, day=(day, day))
        for day, percent in zip(days, percents, strict=True)
    ]
    found = fit(*points)
    for name in ("Tmax", "peak", "contraction half-life", "persisting share"):
        assert narrowing(found, name) < 0.8, name
    assert found.outcome is Outcome.CONVERGED


def test_a_parameter_the_data_do_not_narrow_is_called_assumed(second: CurveFit) -> None:
    assumed = [words.split(":")[0] for words in second.assumptions]
    assert "contraction half-life" in assumed
    assert "peak" not in assumed
    assert all("assumed, not learned from this patient" in words for words in second.assumptions)


def test_a_limit_nobody_stated_is_never_called_gone(first: CurveFit) -> None:
    assert "below an unknown limit by day 40; not 'gone'" in first.words


def test_days_beyond_the_last_measurement_are_told(second: CurveFit) -> None:
    assert "what is said of days after 98 goes beyond anything measured" in second.words


def test_the_gate_is_said_to_be_unstated(second: CurveFit) -> None:
    assert "percentages of a gate that was not stated" in second.words[0]


def test_an_infusion_without_levels_has_no_curve_and_says_what_is_missing() -> None:
    found = fit_curve(CurveData(label="infusion 3", points=()), rng=np.random.default_rng(1))
    assert isinstance(found, NoCurve)
    assert found.why == "no CAR-T level was recorded after this infusion"
    assert "a CAR-T level in blood with its day" in found.missing


def test_a_day_beyond_the_year_is_not_a_number(second: CurveFit) -> None:
    row = next(row for row in second.below if row.limit.percent == 0.01)
    assert row.day.median == NotWithin(365.0)
    assert str(row.day.median) == "not within 365 days"
    assert row.not_within.low <= row.not_within.value <= row.not_within.high


def test_the_unstated_limit_has_its_own_row(first: CurveFit, second: CurveFit) -> None:
    assert str(first.below[-1].limit) == "an unstated limit"
    assert all(row.limit.percent is not None for row in second.below)


def test_a_chance_to_be_below_only_grows_with_time(first: CurveFit) -> None:
    for row in first.below:
        chances = [chance.value for _, chance in row.by]
        assert chances == sorted(chances)
        assert chances[-1] == pytest.approx(1.0 - row.not_within.value)


def test_bands_are_ordered_on_every_day(second: CurveFit) -> None:
    assert second.bands.percent.shape == (5, len(second.bands.days))
    assert (np.diff(second.bands.percent, axis=0) >= 0.0).all()


def test_two_points_have_an_apparent_half_life_and_a_series_has_none(first: CurveFit) -> None:
    assert [row.limit_percent for row in first.apparent] == [1.0, 0.1, 0.01]
    series = fit(Level(percent=40.0, day=(10.0, 10.0)), Level(percent=6.7, day=(90.0, 90.0)))
    assert series.apparent == ()


def test_the_fit_would_have_produced_what_was_measured(first: CurveFit, second: CurveFit) -> None:
    for check in (*first.checks, *second.checks):
        assert 0.05 < check.share_lower < 0.95


def test_every_reading_of_the_spread_gives_a_fit_of_its_own() -> None:
    data = CurveData(label="2", points=(PeakSeen(percent=78.1, day=(14.0, 14.0)), MONTH_3))
    fits = fit_under_each_reading(
        data, rng=np.random.default_rng(1), tempering=Tempering(particles=500)
    )
    spreads = [
        next(row.prior.spread for row in one.parameters if row.prior.name == "Tmax")
        for _, one in fits
        if isinstance(one, CurveFit)
    ]
    assert len(set(spreads)) == 2  # the wider reading of Tmax is that of variances


def test_a_fit_is_the_same_for_the_same_seed(second: CurveFit) -> None:
    again = fit(PeakSeen(percent=78.1, day=(14.0, 14.0)), MONTH_3)
    assert as_plain(again) == as_plain(second)


def test_a_fit_becomes_plain_json(first: CurveFit, second: CurveFit) -> None:
    rng = np.random.default_rng(1)
    for value in (first, second, compare_curves(first, second, rng=rng)):
        assert json.loads(json.dumps(as_plain(value), allow_nan=False)) == as_plain(value)


def test_plain_values_name_source_and_standing_of_each_prior(first: CurveFit) -> None:
    rows = as_plain(first)["parameters"]
    assert isinstance(rows, list)
    assert all(isinstance(row, dict) and row["source"] and row["standing"] for row in rows)


def test_the_second_peak_over_the_first_is_a_ratio_of_percentages(
    first: CurveFit, second: CurveFit
) -> None:
    found = compare_curves(first, second, rng=np.random.default_rng(1))
    assert isinstance(found, CurveComparison)
    assert isinstance(found.measured, MeasuredRatio)
    assert found.measured.ratio == pytest.approx(2.1, abs=0.01)
    for row in found.ratios[:1] + found.ratios[2:3]:
        assert row.words == "a ratio of percentages of an unstated gate, not of exposure"


def test_the_ratio_of_odds_is_further_from_one_than_that_of_percentages(
    first: CurveFit, second: CurveFit
) -> None:
    found = compare_curves(first, second, rng=np.random.default_rng(1))
    assert isinstance(found, CurveComparison)
    percent, odds = (found.ratios[place].ratio.median for place in (0, 1))
    assert isinstance(percent, float)
    assert isinstance(odds, float)
    assert odds > percent > 1.0


def test_a_ratio_to_an_infusion_without_levels_says_why(first: CurveFit) -> None:
    nothing = NoCurve(label="infusion 2", why="no CAR-T level was recorded", missing=())
    found = compare_curves(first, nothing, rng=np.random.default_rng(1))
    assert found == NoRatio(name="second to first", why="infusion 2: no CAR-T level was recorded")


def test_both_infusions_are_fitted_soon() -> None:
    began = time.process_time()
    fit(PeakSeen(percent=37.1, day=None), DAY_40)
    fit(PeakSeen(percent=78.1, day=(14.0, 14.0)), MONTH_3)
    # Processor time of all threads; half a second of it is usual.
    assert time.process_time() - began < 60.0  # under one on our machine


def test_a_probability_has_an_interval_even_where_nothing_happened() -> None:
    never = probability(np.zeros(1000, dtype=bool))
    assert never.low == 0.0
    assert 0.0 < never.high < 0.01


def test_a_quantile_past_the_horizon_is_no_number() -> None:
    summary = summarise(np.arange(101.0), horizon=80.0)
    assert summary.median == 50.0
    assert summary.high_90 == NotWithin(80.0)
