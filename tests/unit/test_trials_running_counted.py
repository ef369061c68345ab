"""Shares, times and values of arms, and arms set against each other, against numbers by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from reinfuse.evidence import bound_rate
from reinfuse.mechanism.plan import Depletion
from reinfuse.trials.design import read_endpoint
from reinfuse.trials.population import Dose
from reinfuse.trials.running.differences import Difference, differences_of
from reinfuse.trials.running.estimates import estimate
from reinfuse.trials.running.rows import columns_of
from reinfuse.trials.running.said import rests_on, said_of, words_of
from reinfuse.trials.running.table import ArmTable
from tests.unit.trial_designs import small

Z = NormalDist().inv_cdf(0.975)
CR, CMAX, FREE = (
    read_endpoint(name) for name in ("CR by day 28", "Cmax", "relapse-free at 6 months")
)
NAN = math.nan


def table(endpoint: object, *columns: Sequence[float]) -> ArmTable:
    numbers = dict(zip(columns_of(endpoint), map(np.array, columns), strict=True))
    many = len(columns[0])
    return ArmTable(
        patients=np.arange(1, many + 1), solved=np.ones(many, bool),
        columns={name: values.astype(float) for name, values in numbers.items()},
    )  # fmt: skip


def shares(low: Sequence[float], high: Sequence[float] | None = None) -> ArmTable:
    top = low if high is None else high
    return table(CR, low, top, [float(a == b) for a, b in zip(low, top, strict=True)])


def compared(endpoint: object, low: ArmTable, high: ArmTable, *, paired: bool = True) -> Difference:
    design = replace(small(), endpoints=(endpoint,), paired=paired)
    tables = {"low": low, "high": high}
    estimates = [estimate(endpoint, name, one) for name, one in tables.items()]
    (found,) = differences_of(design, tables, estimates)
    return found


def test_a_share_has_exact_limits() -> None:
    found = estimate(CR, "a", shares([1, 1, 1, 0, 0, NAN]))
    assert (found.n, found.left_out, found.surely, found.possibly) == (5, 1, 0.6, 0.6)
    exact = bound_rate(3, 5)
    assert (found.low, found.high) == (exact.low, exact.high)
    assert found.as_seen == (0.6, exact.low, exact.high)


def test_open_patients_widen_a_share_and_are_not_among_those_seen() -> None:
    found = estimate(CR, "a", shares([1, 0, 0, 0], [1, 1, 0, 0]))
    assert (found.surely, found.possibly) == (0.25, 0.5)
    assert (found.low, found.high) == (bound_rate(1, 4).low, bound_rate(2, 4).high)
    assert found.as_seen is not None
    assert found.as_seen[0] == pytest.approx(1 / 3)


def test_nobody_is_no_number() -> None:
    found = estimate(CR, "a", shares([NAN, NAN]))
    assert found.n == 0
    assert all(math.isnan(one) for one in (found.surely, found.possibly, found.low, found.high))


def test_a_value_is_a_median_with_limits_by_order() -> None:
    values = list(range(1, 102))
    found = estimate(CMAX, "a", table(CMAX, values, values))
    assert found.surely == found.possibly == 51
    reach = Z * math.sqrt(101) / 2
    assert found.low == math.floor(101 / 2 - reach)
    assert found.high == math.ceil(101 / 2 + reach) + 1
    assert found.spread == (6, 96)


def test_a_median_of_five_has_no_limits_and_tells_no_difference() -> None:
    few, more = ([float(one) for one in range(1, n + 1)] for n in (5, 6))
    assert math.isnan(estimate(CMAX, "a", table(CMAX, few, few)).low)
    assert estimate(CMAX, "a", table(CMAX, more, more)).low == 1
    many = [100 * one for one in few]
    found = compared(CMAX, table(CMAX, few, few), table(CMAX, many, many), paired=False)
    assert said_of(found) == "may be none"


def test_limits_of_a_median_hold_it_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        drawn = rng.normal(size=60)
        found = estimate(CMAX, "a", table(CMAX, drawn, drawn))
        held += found.low <= 0 <= found.high
    assert held >= 0.93 * 400


def test_a_time_is_read_off_its_curve() -> None:
    # Ten patients: two events on day 90, two censored there, one event on day 180.
    stop = [90, 90, 90, 90, 180, 365, 365, 365, 365, 365]
    ended = [1, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    low = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    high = [0, 0, 1, 1, 0, 1, 1, 1, 1, 1]
    found = estimate(FREE, "a", table(FREE, low, high, stop, ended))
    share = (1 - 2 / 10) * (1 - 1 / 6)
    assert found.surely == pytest.approx(share)
    greenwood = math.sqrt(2 / (10 * 8) + 1 / (6 * 5)) / abs(math.log(share))
    ends = [math.exp(-math.exp(math.log(-math.log(share)) + s * Z * greenwood)) for s in (1, -1)]
    assert (found.low, found.high) == pytest.approx(ends)


def test_a_curve_without_an_event_has_limits_all_the_same() -> None:
    found = estimate(FREE, "a", table(FREE, [1] * 8, [1] * 8, [365] * 8, [0] * 8))
    assert (found.surely, found.high) == (1, 1)
    assert found.low == bound_rate(8, 8).low


def test_another_antigen_competes() -> None:
    negative = read_endpoint("CD19-negative relapse by 12 months")
    stop, ended = [100, 100, 200, 365], [1, 2, 1, 0]
    found = estimate(negative, "a", table(negative, [1, 0, 1, 0], [1, 0, 1, 0], stop, ended))
    assert found.surely == pytest.approx(0.5)
    assert found.method.startswith("Aalen-Johansen")


def test_the_same_patients_are_compared_in_pairs() -> None:
    low, high = [0, 0, 0, 1, 1, 0, 1, 0], [1, 1, 1, 1, 1, 0, 0, NAN]
    found = compared(CR, shares(low), shares(high))
    gain, loss, many = 3.5, 1.5, 9
    middle = (gain - loss) / many
    reach = Z * math.sqrt(gain + loss - (gain - loss) ** 2 / many) / many
    assert found.n == 7
    assert found.surely == found.possibly == pytest.approx(2 / 7)
    assert (found.low, found.high) == pytest.approx((middle - reach, middle + reach))


def test_different_patients_are_compared_by_their_shares() -> None:
    found = compared(CR, shares([1, 0, 0, 0]), shares([1, 1, 1, 0, 0]), paired=False)
    shares_ = (4 / 7, 2 / 6)
    reach = Z * math.sqrt(4 / 7 * 3 / 7 / 7 + 2 / 6 * 4 / 6 / 6)
    assert found.surely == pytest.approx(0.6 - 0.25)
    middle = shares_[0] - shares_[1]
    assert (found.low, found.high) == pytest.approx((middle - reach, middle + reach))


def test_open_patients_widen_a_difference_and_are_not_among_those_seen() -> None:
    low, high = shares([0, 0, 1, 0], [0, 0, 1, 1]), shares([1, 1, 1, 0], [1, 1, 1, 1])
    found = compared(CR, low, high)
    assert (found.surely, found.possibly) == (0.25, 0.75)
    assert found.as_seen is not None
    assert found.as_seen[0] == pytest.approx(2 / 3)
    assert found.low < found.as_seen[1] < found.as_seen[2] < found.high + 1e-9


def test_values_are_compared_by_their_ratio() -> None:
    rng = np.random.default_rng(1)
    low, high = rng.lognormal(0, 0.5, 500), rng.lognormal(math.log(2), 0.5, 500)
    found = compared(CMAX, table(CMAX, low, low), table(CMAX, high, high))
    own, other = (estimate(CMAX, "a", table(CMAX, one, one)) for one in (high, low))
    assert found.ratio
    assert found.surely == pytest.approx(own.surely / other.surely)
    below = math.hypot(math.log(own.surely / own.low), math.log(other.high / other.surely))
    assert found.low == pytest.approx(found.surely * math.exp(-below))
    assert found.low < 2 < found.high


def test_no_ratio_is_made_of_what_lies_below_a_limit() -> None:
    under = table(CMAX, [0.0] * 9, [0.1] * 9)
    found = compared(CMAX, under, table(CMAX, [5.0] * 9, [5.0] * 9))
    assert math.isnan(found.possibly)
    assert said_of(found) == "nobody to compare"


def difference(**changed: object) -> Difference:
    usual = Difference(
        endpoint=CR, arm="a", against="b", n=100, surely=0.3, possibly=0.3, low=0.2, high=0.4,
        method="",
    )  # fmt: skip
    return replace(usual, **changed)


def test_each_difference_says_what_it_is_worth() -> None:
    assert said_of(difference()) == "assumed"
    assert said_of(difference(low=-0.1)) == "may be none"
    small_one = difference(surely=0.05, possibly=0.05, low=0.03, high=0.07)
    assert said_of(small_one) == "small, and assumed"
    assert said_of(difference(low=-0.1, as_seen=(0.3, 0.2, 0.4))) == "assumed"
    ratio = difference(endpoint=CMAX, surely=2.0, possibly=2.0, low=1.8, high=2.2, ratio=True)
    assert said_of(ratio) == "assumed"
    assert said_of(replace(ratio, surely=1.1, possibly=1.1, low=1.05)) == "small, and assumed"
    assert said_of(replace(ratio, low=0.9)) == "may be none"


def test_words_name_what_arms_differ_in_and_what_that_rests_on() -> None:
    first = small().arms[0].setting
    words = rests_on("x", first, replace(first, depletion=None, dose=Dose(amount=1e8)))
    assert words is not None
    assert "differs from the first in dose and lymphodepletion" in words
    for name in ("engraftment", "gate_half", "gate_low"):
        assert name in words
    assert "assumed and not learned from patients" in words
    assert "tissue_depletion" in words
    alike = rests_on("x", first, replace(first, depletion=Depletion()))
    assert alike == "Arm `x` is the same as the first arm: any difference is chance."


def test_words_belong_to_what_is_asked() -> None:
    design = small()
    words = " ".join(words_of(design))
    for said in ("for research", "uncalibrated index", "Death is not modelled", "missed",
                 "No such trial can be run with patients"):  # fmt: skip
        assert said in words, said
    few = replace(design, endpoints=(CR,), missing=0.0, paired=False)
    bare = " ".join(words_of(few))
    assert "Acute GVHD" not in bare
    assert "missed" not in bare
    assert "balanced blocks" in bare
