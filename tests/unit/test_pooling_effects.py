"""Studies become numbers that can be pooled, and say what was done to them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError, Severity
from reinfuse.pooling.effects import (
    Effects,
    Measure,
    Scale,
    effects_given,
    effects_of_arms,
    effects_of_counts,
    effects_of_means,
)

RATES = (Measure.PR, Measure.PLO, Measure.PLN, Measure.PAS, Measure.PFT)
counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_an_empty_cell_gets_a_half_and_a_finding_names_the_study() -> None:
    found = effects_of_counts([0, 7], [10, 18], Measure.PLO, labels=["first", "second"])
    assert found.yi == pytest.approx([math.log(0.5 / 10.5), math.log(7 / 11)])
    assert found.vi == pytest.approx([1 / 0.5 + 1 / 10.5, 1 / 7 + 1 / 11])
    (finding,) = found.findings
    assert finding.rule == "half-added-to-empty-cells"
    assert finding.about == ("first",)
    assert "binomial-normal" in finding.fix


def test_counts_without_an_empty_cell_are_taken_as_they_are() -> None:
    assert effects_of_counts([3, 7], [10, 18], Measure.PLO).findings == ()


@pytest.mark.parametrize("measure", [Measure.PAS, Measure.PFT])
def test_an_arcsine_measure_warns_and_needs_no_half(measure: Measure) -> None:
    found = effects_of_counts([0, 90], [10, 100], measure)
    (finding,) = found.findings
    assert finding.severity is Severity.AMBIGUITY
    assert "10 to 100 patients" in finding.what
    assert np.all(np.isfinite(found.yi))


def test_the_double_arcsine_warning_names_its_source() -> None:
    (finding,) = effects_of_counts([0, 90], [10, 100], Measure.PFT).findings
    assert "Schwarzer 2019" in finding.what
    assert "10.1002/jrsm.1348" in finding.what


def test_the_double_arcsine_goes_back_through_the_size_it_is_told() -> None:
    # One angle, two bodies of evidence: why the measure misleads when sizes differ.
    small, large = (effects_of_counts([2, 2], [n, n], Measure.PFT) for n in (10, 1000))
    assert small.back(0.3) != pytest.approx(large.back(0.3), abs=0.005)


@pytest.mark.parametrize("measure", RATES)
@given(counts=counted)
def test_a_rate_comes_back_from_every_scale(measure: Measure, counts: tuple[int, int]) -> None:
    x, n = counts
    found = effects_of_counts([x], [n], measure)
    halved = measure in (Measure.PR, Measure.PLO, Measure.PLN) and x in (0, n)
    rate = (x + 0.5) / (n + 1) if halved else x / n
    assert found.back(found.yi)[0] == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize("measure", RATES)
@given(far=st.floats(-1e6, 1e6))
def test_no_limit_of_a_rate_leaves_0_to_1(measure: Measure, far: float) -> None:
    found = effects_of_counts([3, 5], [10, 40], measure)
    assert 0.0 <= float(found.back(far)) <= 1.0


@pytest.mark.parametrize("measure", RATES)
def test_the_way_back_keeps_the_order(measure: Measure) -> None:
    found = effects_of_counts([3, 5], [10, 40], measure)
    back = found.back(np.linspace(-4, 4, 801))
    assert np.all(np.diff(back) >= 0)


def test_two_arms_by_hand() -> None:
    arms = ([4], [123], [11], [139])
    by_hand = {
        Measure.RR: (math.log(4 / 123 / (11 / 139)), 1 / 4 - 1 / 123 + 1 / 11 - 1 / 139),
        Measure.OR: (math.log(4 * 128 / (119 * 11)), 1 / 4 + 1 / 119 + 1 / 11 + 1 / 128),
        Measure.RD: (4 / 123 - 11 / 139, 4 * 119 / 123**3 + 11 * 128 / 139**3),
    }
    for measure, (y, v) in by_hand.items():
        found = effects_of_arms(*arms, measure)
        assert (found.yi[0], found.vi[0]) == pytest.approx((y, v))
        assert found.n is not None
        assert found.n[0] == 262
    assert effects_of_arms(*arms, Measure.RR).back(by_hand[Measure.RR][0]) == pytest.approx(
        4 / 123 / (11 / 139)
    )


def test_a_study_without_events_in_both_arms_compares_nothing_and_says_so() -> None:
    found = effects_of_arms([0, 3], [20, 20], [0, 4], [25, 20], Measure.OR)
    assert [one.rule for one in found.findings] == [
        "half-added-to-empty-cells",
        "same-outcome-in-everybody",
    ]
    assert found.findings[1].about == ("study 1",)
    difference = effects_of_arms([0, 3], [20, 20], [0, 4], [25, 20], Measure.RD)
    assert [one.rule for one in difference.findings] == ["half-added-to-empty-cells"]
    assert np.all(difference.vi > 0)


def test_a_hazard_ratio_with_its_interval_is_pooled_as_a_logarithm() -> None:
    found = effects_given([0.72], intervals=[[0.5, 1.0368]], scale=Scale.LOG)
    assert found.yi[0] == pytest.approx(math.log(0.72))
    assert math.sqrt(found.vi[0]) == pytest.approx(math.log(1.0368 / 0.5) / (2 * 1.959963985))
    assert found.back(found.yi[0]) == pytest.approx(0.72)
    assert found.findings == ()


def test_a_ratio_taken_for_a_logarithm_is_noticed() -> None:
    (finding,) = effects_given([2.0], intervals=[[1.0, 4.0]]).findings
    assert finding.rule == "estimate-not-in-the-middle"


def test_an_interval_and_its_standard_error_say_the_same() -> None:
    from_error = effects_given([0.4], standard_errors=[0.1])
    reach = 1.6448536269514722 * 0.1
    from_limits = effects_given([0.4], intervals=[[0.4 - reach, 0.4 + reach]], interval_level=0.9)
    assert from_limits.vi == pytest.approx(from_error.vi)


def test_a_mean_has_the_variance_of_a_mean() -> None:
    found = effects_of_means([5.0], [2.0], [16])
    assert (found.measure, found.vi[0]) == (Measure.MN, 0.25)


@pytest.mark.parametrize(
    ("events", "n", "words"),
    [
        ([3, 11], [10, 10], "events below 0 or above n"),
        ([3, -1], [10, 10], "events below 0 or above n"),
        ([3, 0], [10, 0], "nobody was counted"),
        ([3, 2.5], [10, 10], "a count is not whole"),
        ([3, float("nan")], [10, 10], "a count is missing"),
    ],
)
def test_counts_that_cannot_be_are_refused_by_the_study(
    events: list[float], n: list[float], words: str
) -> None:
    with pytest.raises(ReinfuseError, match=words) as caught:
        effects_of_counts(events, n, Measure.PLO, labels=["good", "odd"])
    assert "where: odd" in str(caught.value)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="2 of events, 3 of n"):
        effects_of_counts([1, 2], [5, 5, 5], Measure.PR)
    with pytest.raises(ReinfuseError, match="1 labels for 2 studies"):
        effects_of_counts([1, 2], [5, 5], Measure.PR, labels=["one"])
    with pytest.raises(ReinfuseError, match="there is no study"):
        effects_of_counts([], [], Measure.PR)


def test_a_measure_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="RR is not a measure of one arm"):
        effects_of_counts([1], [5], Measure.RR)
    with pytest.raises(ReinfuseError, match="PLO is not a measure of two arms"):
        effects_of_arms([1], [5], [1], [5], Measure.PLO)


def test_a_standard_error_of_0_or_a_missing_one_is_refused() -> None:
    for error in (0.0, -1.0, float("nan")):
        with pytest.raises(ReinfuseError, match="missing or not above 0"):
            effects_given([1.0], standard_errors=[error])
    with pytest.raises(ReinfuseError, match="standard errors or intervals"):
        effects_given([1.0])
    with pytest.raises(ReinfuseError, match="has no logarithm"):
        effects_given([-0.2], standard_errors=[0.1], scale=Scale.LOG)
    with pytest.raises(ReinfuseError, match="does not lie between its limits"):
        effects_given([1.0], intervals=[[2.0, 0.5]])


def test_leaving_a_study_out_keeps_the_others_and_what_was_said() -> None:
    whole = effects_of_counts([0, 7, 4], [10, 18, 9], Measure.PLO, labels=["a", "b", "c"])
    rest = whole.without(1)
    assert isinstance(rest, Effects)
    assert rest.labels == ("a", "c")
    assert rest.yi == pytest.approx(whole.yi[[0, 2]])
    assert rest.findings == whole.findings
