"""Scores against targets: the interval score, hits, and how easy a target was."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import (
    Interval,
    Role,
    Target,
    score_interval,
    score_target,
    shipped_targets,
    spread_rate,
    tally_scores,
)


def target(name: str) -> Target:
    return next(one for one in shipped_targets() if one.id == name)


def between(low: float, high: float, level: float = 0.95) -> Interval:
    return Interval(low=low, high=high, level=level)


def test_an_interval_that_holds_the_number_costs_its_width() -> None:
    assert score_interval(between(0.2, 0.5), 0.3) == pytest.approx(0.3)


def test_a_miss_costs_forty_times_its_distance_at_95_percent() -> None:
    assert score_interval(between(0.2, 0.5), 0.1) == pytest.approx(0.3 + 40 * 0.1)
    assert score_interval(between(0.2, 0.5), 0.6) == pytest.approx(0.3 + 40 * 0.1)
    assert score_interval(between(0.2, 0.5, 0.8), 0.6) == pytest.approx(0.3 + 10 * 0.1)


@given(st.floats(0.02, 0.98), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_true_quantiles_of_a_uniform_number_score_best_on_average(
    level: float, low: float, high: float
) -> None:
    """The score is proper: for a uniform number no interval beats its own central one."""
    low, high = min(low, high), max(low, high)
    places = [(place + 0.5) / 400 for place in range(400)]
    tail = (1 - level) / 2
    own = math.fsum(score_interval(between(tail, 1 - tail, level), x) for x in places)
    other = math.fsum(score_interval(between(low, high, level), x) for x in places)
    assert own <= other + 400 * 1e-4 / (1 - level)  # the grid of 400 is not quite uniform


def test_a_reversed_interval_or_an_impossible_level_is_refused() -> None:
    for bad in (between(0.5, 0.2), between(0.2, 0.5, 1.0), between(math.nan, 0.5)):
        with pytest.raises(ReinfuseError, match="no interval"):
            score_interval(bad, 0.3)


def test_a_hit_is_judged_by_the_interval_of_the_target_and_not_of_the_model() -> None:
    germany = target("h01-germany")  # 71/81, 0.785 to 0.939
    wide = score_target(germany, between(0.1, 1.0), 0.6)
    narrow = score_target(germany, between(0.79, 0.81), 0.8)
    assert (wide.hit, wide.covered) == (False, True)
    assert (narrow.hit, narrow.covered) == (True, False)
    assert wide.width == pytest.approx(0.9)


def test_the_easiness_of_a_target_is_the_width_of_its_own_interval() -> None:
    small = score_target(target("h11-donor-cr"), between(0.0, 1.0), 0.5)
    large = score_target(target("h01-germany"), between(0.0, 1.0), 0.5)
    assert small.easy == pytest.approx(0.545, abs=1e-3)
    assert large.easy == pytest.approx(0.154, abs=1e-3)


def test_a_value_in_days_has_no_base_chance() -> None:
    score = score_target(target("c1-tmax"), between(8, 12), 9.0)
    assert (score.easy, score.hit, score.covered) == (None, True, True)


def test_a_middle_outside_its_own_interval_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="outside") as caught:
        score_target(target("h01-germany"), between(0.2, 0.5), 0.9)
    assert caught.value.where == "h01-germany"


def test_the_tally_puts_hits_beside_what_a_blind_guess_would_hit() -> None:
    scores = [score_target(one, between(0.0, 100.0), 0.6) for one in shipped_targets()]
    tally = tally_scores(scores, Role.HELD_OUT)
    held_out = [one for one in shipped_targets() if one.role is Role.HELD_OUT]
    assert (tally.targets, tally.rates, tally.covered) == (len(held_out),) * 3
    assert held_out
    assert tally.hits == sum(one.interval.low <= 0.6 <= one.interval.high for one in held_out)
    widths = [one.interval.high - one.interval.low for one in held_out]
    assert tally.by_chance == pytest.approx(sum(widths))
    assert tally.mean_score == pytest.approx(100.0)


def test_one_rate_said_of_every_target_is_the_rival_of_a_model() -> None:
    scores = [score_target(one, between(0.0, 100.0), 0.6) for one in shipped_targets()]
    tally = tally_scores(scores, Role.HELD_OUT)
    held_out = [one for one in shipped_targets() if one.role is Role.HELD_OUT]
    grid = [place / 1000 for place in range(1001)]
    hits = [sum(one.interval.low <= x <= one.interval.high for one in held_out) for x in grid]
    assert tally.by_one_rate == max(hits) > tally.by_chance


def test_values_in_days_stay_out_of_chance_and_mean_score() -> None:
    tally = tally_scores([score_target(target("c1-tmax"), between(8, 12), 9.0)], Role.CALIBRATE)
    assert (tally.hits, tally.rates, tally.rate_hits, tally.by_chance) == (1, 0, 0, 0.0)
    assert tally.mean_score is None


def test_one_certain_rate_spreads_as_its_binomial_does() -> None:
    # Binomial(10, 1/2): P(X <= 1) = 11/1024 = 0.0107 and P(X <= 2) = 56/1024 = 0.0547.
    spread = spread_rate([0.5], 10)
    assert (spread.low, spread.high) == (0.2, 0.8)
    spread = spread_rate([0.0, 1.0], 7)
    assert (spread.low, spread.high) == (0.0, 1.0)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=6),
    st.integers(1, 40),
    st.sampled_from((0.5, 0.8, 0.95)),
)
def test_the_spread_holds_at_least_its_level_and_lies_within_all_rates(
    rates: list[float], n: int, level: float
) -> None:
    spread = spread_rate(rates, n, level=level)
    inside = range(round(spread.low * n), round(spread.high * n) + 1)
    held = math.fsum(
        math.comb(n, x) * rate**x * (1 - rate) ** (n - x) for rate in rates for x in inside
    )
    assert held / len(rates) >= level - 1e-9
    assert 0.0 <= spread.low <= spread.high <= 1.0


def test_few_patients_widen_what_would_be_observed() -> None:
    rates = [0.6, 0.65, 0.7]
    few, many = spread_rate(rates, 13), spread_rate(rates, 400)
    assert few.high - few.low > 2 * (many.high - many.low)


@pytest.mark.parametrize(("rates", "n"), [([], 10), ([0.5], 0), ([1.5], 10), ([math.nan], 10)])
def test_what_is_no_rate_cannot_be_spread(rates: list[float], n: int) -> None:
    with pytest.raises(ReinfuseError, match="cannot be spread"):
        spread_rate(rates, n)
