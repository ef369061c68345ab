"""Rates pooled by maximum likelihood: a slow plain twin, the borders, and what has no answer."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binom, norm

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.glmm import pool_equal_rates, pool_rates
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.pooling.rates_likelihood import log_choose, log_marginals
from reinfuse.pooling.rates_pooled import PooledRates

RARE = ([0, 1, 3, 0, 2, 6], [30, 42, 25, 18, 60, 33])


def pooled(events: list[int], n: list[int], **more: float) -> PooledRates:
    found = pool_rates(events, n, **more)  # type: ignore[arg-type]
    assert isinstance(found, PooledRates)
    return found


def plain_log_likelihood(b: float, tau: float, events: list[int], n: list[int]) -> float:
    """A trapezoid of 4001 even steps over each cohort's own deviation."""
    u = np.linspace(-10.0, 10.0, 4001)
    rate = expit(b + tau * u)
    weight = norm.pdf(u) * (u[1] - u[0])
    return float(
        sum(math.log(binom.pmf(x, m, rate) @ weight) for x, m in zip(events, n, strict=True))
    )


def test_the_maximum_is_that_of_a_plain_search() -> None:
    found = pooled(*RARE)
    best = minimize(
        lambda at: -plain_log_likelihood(at[0], abs(at[1]), *RARE),
        (-3.0, 0.7), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10},
    )  # fmt: skip
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-8)
    assert (found.b, math.sqrt(found.tau2)) == pytest.approx((best.x[0], abs(best.x[1])), abs=2e-5)


def test_tau_is_bounded_where_the_profile_has_fallen_by_half_a_chi_square() -> None:
    found = pooled(*RARE)
    assert found.tau2_low == 0.0
    at_the_end = max(
        plain_log_likelihood(float(b), math.sqrt(found.tau2_high), *RARE)
        for b in np.linspace(found.b - 1.5, found.b + 0.5, 41)
    )
    fallen = found.log_likelihood - at_the_end
    assert fallen == pytest.approx(3.841458820694124 / 2, abs=2e-3)  # the steps of b


@pytest.mark.parametrize(
    ("largest_tau", "error"), [(0.0, 1e-10), (1.0, 1e-8), (2.0, 1e-5), (3.0, 2e-4)]
)
def test_the_rule_of_25_points_is_as_right_as_it_says(largest_tau: float, error: float) -> None:
    events = np.array([0, 0, 5, 10, 1, 150, 3, 1.0])
    n = np.array([10, 100, 10, 10, 300, 300, 5, 1.0])
    u = np.linspace(-25.0, 25.0, 100_001)
    for tau in {0.0, largest_tau / 2, largest_tau}:
        for mu in (-4.0, -1.0, 0.0, 2.0):
            log_odds = mu + tau * u
            wanted = [
                np.logaddexp.reduce(x * log_odds - m * np.logaddexp(0, log_odds) - u * u / 2)
                + math.log((u[1] - u[0]) / math.sqrt(2 * math.pi))
                for x, m in zip(events, n, strict=True)
            ]
            found = log_marginals(events, n, np.array([mu]), np.array([tau]))[0]
            assert found == pytest.approx(wanted, abs=error)


def test_cohorts_that_agree_have_no_spread_and_the_error_of_one_binomial() -> None:
    found = pooled([5, 5, 5], [10, 10, 10])
    assert found.tau2 == 0.0
    assert (found.rate, found.b) == pytest.approx((0.5, 0.0), abs=1e-9)
    assert found.se == pytest.approx(1 / math.sqrt(30 * 0.25), rel=1e-5)
    assert found.spread_p == 1.0
    assert found.tau2_high > 0.5  # three cohorts of ten leave a wide spread possible


def test_a_cohort_without_events_moves_the_rate_and_nothing_is_added_to_it() -> None:
    with_it, without = pooled([0, 3, 4], [20, 20, 20]), pooled([3, 4], [20, 20])
    assert with_it.rate < without.rate
    mirrored = pooled([20, 17, 16], [20, 20, 20])
    assert mirrored.b == pytest.approx(-with_it.b, abs=1e-6)
    assert mirrored.tau2 == pytest.approx(with_it.tau2, abs=1e-6)


NOTHING = """
    events  | n        | why
    0 0     | 10 12    | no event in any of 2 cohorts (0 of 22)
    10 12   | 10 12    | everybody had the event in each of 2 cohorts (22 of 22)
    3       | 14       | one cohort is nothing to pool
    0 10    | 10 10    | their spread has no estimate
"""


@pytest.mark.parametrize("line", NOTHING.strip().splitlines()[1:])
def test_what_cannot_be_pooled_says_why(line: str) -> None:
    events, n, why = (cell.strip() for cell in line.split("|"))
    found = pool_rates([int(x) for x in events.split()], [int(m) for m in n.split()])
    assert isinstance(found, NotPooled)
    assert why in found.why
    assert found.fix


def test_equal_rates_are_one_binomial_with_the_counts_added() -> None:
    found = pool_equal_rates([3, 4], [20, 30])
    assert isinstance(found, PooledRates)
    assert found.rate == pytest.approx(7 / 50)
    assert isinstance(pool_equal_rates([0, 0], [20, 30]), NotPooled)


@pytest.mark.parametrize(
    ("events", "n", "words"),
    [
        ([3, 11], [4, 10], "cohort 2: 11 of 10"),
        ([0], [0], "cohort 1: 0 of 0"),
        ([1, 2], [4], "2 counts of events and 1 of patients"),
        ([], [], "0 counts of events"),
    ],
)
def test_impossible_counts_are_named(events: list[int], n: list[int], words: str) -> None:
    with pytest.raises(ReinfuseError, match=words):
        pool_rates(events, n)


def test_no_number_is_missing_in_any_answer() -> None:
    rng = np.random.default_rng(11)
    for _ in range(40):
        k = int(rng.integers(2, 5))
        n = rng.integers(1, 25, size=k)
        events = rng.binomial(n, rng.choice([0.02, 0.3, 0.97]))
        found = pool_rates(events.tolist(), n.tolist())
        if isinstance(found, PooledRates):
            numbers = [getattr(found, name) for name in PooledRates.__slots__ if name != "modes"]
            assert not any(math.isnan(number) for number in numbers), (events, n)


def test_a_thousand_cohorts_take_less_than_two_seconds_of_one_processor() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(5, 300, 1000)
    events = rng.binomial(n, expit(rng.normal(-3.0, 0.7, 1000)))
    began = time.process_time()
    found = pooled(events.tolist(), n.tolist())
    assert time.process_time() - began < 2.0  # some 0.6 s on the machine of this test
    assert found.b == pytest.approx(-3.0, abs=4 * found.se)
    assert found.tau2_low < 0.49 < found.tau2_high


def test_the_binomial_coefficient_is_the_only_constant() -> None:
    events, n = np.array([2.0]), np.array([7.0])
    value = log_marginals(events, n, np.array([-1.0]), np.zeros(1))[0, 0] + log_choose(events, n)[0]
    assert value == pytest.approx(float(binom.logpmf(2, 7, expit(-1.0))), abs=1e-12)


def test_cohorts_of_one_patient_say_nothing_of_the_spread() -> None:
    """The plain likelihood is the same whatever tau is, so that no tau is the best."""
    flat = [plain_log_likelihood(0.0, tau, [0, 1], [1, 1]) for tau in (0.0, 1.0, 4.0)]
    assert flat == pytest.approx([2 * math.log(0.5)] * 3)
    found = pool_rates([0, 1], [1, 1])
    assert isinstance(found, NotPooled)
    assert "one patient" in found.why


@pytest.mark.parametrize(("events", "n"), [([0, 9], [6, 9]), ([0, 1], [9, 1])])
def test_a_maximum_beyond_the_ladder_is_none(events: list[int], n: list[int]) -> None:
    """Whoever follows the plain likelihood farther finds that it goes on rising."""
    near = minimize(lambda b: -plain_log_likelihood(b[0], 15.0, events, n), [0.0]).fun
    far = minimize(lambda b: -plain_log_likelihood(b[0], 60.0, events, n), [0.0]).fun
    assert far < near
    assert isinstance(pool_rates(events, n), NotPooled)
