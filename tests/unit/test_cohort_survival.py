"""Survival of small cohorts that can be worked by hand, and what holds for every cohort."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.cohort import (
    Scale,
    Times,
    compare_survival,
    count_at_risk,
    estimate_incidence,
    estimate_survival,
    quantile_of,
)
from reinfuse.cohort.compare import _upper_tail
from reinfuse.cohort.times import Steps
from reinfuse.errors import ReinfuseError

CAUSES = ("relapse", "death")


def test_nobody_with_an_event_leaves_the_curve_at_one() -> None:
    curve = estimate_survival(Times.of([3, 8, 8], [0, 0, 0]))
    assert curve.share.tolist() == [1, 1]
    assert curve.std_error.tolist() == [0, 0]
    median = quantile_of(curve)
    assert (median.day, median.low, median.high) == (None, None, None)


def test_everybody_with_an_event_takes_the_curve_to_zero_without_limits_there() -> None:
    curve = estimate_survival(Times.of([2, 4, 6, 8], [1, 1, 1, 1]))
    assert curve.share.tolist() == [0.75, 0.5, 0.25, 0]
    assert np.isnan([curve.std_error[-1], curve.low[-1], curve.high[-1]]).all()
    assert quantile_of(curve).day == 5, "the curve lies level at a half from day 4 to 6"


def test_who_is_censored_on_the_day_of_an_event_was_at_risk_of_it() -> None:
    curve = estimate_survival(Times.of([5, 5, 9], [1, 0, 1]))
    assert curve.at_risk.tolist() == [3, 1]
    assert curve.share[0] == pytest.approx(2 / 3)


def test_one_patient_makes_a_curve_of_one_step() -> None:
    curve = estimate_survival(Times.of(10, 1))
    assert (curve.day.tolist(), curve.share.tolist()) == ([10], [0])
    assert curve.at([9, 10]).share.tolist() == [1, 0]


def test_the_standard_error_is_greenwoods() -> None:
    curve = estimate_survival(Times.of([1, 2, 3, 4], [1, 0, 1, 0]))
    assert curve.std_error[0] == pytest.approx(0.75 * math.sqrt(1 / (4 * 3)))
    assert curve.std_error[2] == pytest.approx(0.375 * math.sqrt(1 / (4 * 3) + 1 / (2 * 1)))


def test_an_event_on_day_0_counts() -> None:
    curve = estimate_survival(Times.of([0, 7], [1, 0], entry=[0, 0]))
    assert (curve.at_risk.tolist(), curve.share.tolist()) == ([2, 1], [0.5, 0.5])


def test_who_entered_late_is_at_risk_only_from_the_day_after() -> None:
    times = Times.of([5, 9, 9], [1, 1, 0], entry=[0, 5, 4])
    assert times.late
    assert times.at_risk([5, 9]).tolist() == [2, 2]


def test_the_table_adds_up_whatever_ties_there_are() -> None:
    times = Times.of([5, 5, 5, 8, 12], [1, 2, 0, 2, 0], entry=[0, 0, 0, 0, 6], causes=CAUSES)
    table = count_at_risk(times, [0, 5, 6, 12])
    assert table.at_risk.tolist() == [4, 4, 1, 1]
    assert table.events.tolist() == [[0, 0], [1, 1], [1, 1], [1, 2]]
    assert table.censored.tolist() == [0, 1, 1, 2]
    assert table.left.tolist() == [4, 1, 2, 0]


def test_a_curve_is_not_read_beyond_the_last_day_anybody_was_watched() -> None:
    times = Times.of([4, 9], [1, 0], causes=CAUSES)
    assert np.isnan(estimate_survival(times).at([10]).share).all()
    assert np.isnan(estimate_incidence(times).at("relapse", [10]).share).all()


def test_a_competing_death_keeps_one_minus_kaplan_meier_too_high() -> None:
    times = Times.of([3, 6, 9, 12], [2, 1, 2, 1], causes=CAUSES)
    curves = estimate_incidence(times)
    relapsed = curves.at("relapse", [12]).share[0]
    alone = 1 - estimate_survival(Times.of([3, 6, 9, 12], [0, 1, 0, 1])).share[-1]
    assert (relapsed, alone) == (pytest.approx(0.5), pytest.approx(1.0))


def test_a_cause_that_nobody_knows_is_told_which_there_are() -> None:
    with pytest.raises(ReinfuseError, match="no cause is called 'GVHD'") as caught:
        estimate_incidence(Times.of([3], [1], causes=CAUSES)).at("GVHD", [1])
    assert caught.value.fix == "the causes are relapse, death"


@pytest.mark.parametrize(
    ("stop", "ended", "entry", "words"),
    [
        ([], [], None, "no survival of no patient at all"),
        ([3, 4], [1], None, "no survival of 1 ends, 2 stops"),
        ([3, float("nan")], [1, 0], None, "a last day that is no number"),
        ([3, -1], [1, 0], None, "a last day before day 0"),
        ([3, 4], [1, 3], None, "an end that is no cause"),
        ([3, 4], [1, 0], [0, 4], "a last day not after the entry"),
        ([3, 4], [1, 0], [0], "no survival of 1 entries for 2 stops"),
        ([3, 4], [1, 0], [0, float("nan")], "an entry that is no number"),
    ],
)
def test_times_that_cannot_be_are_refused(
    stop: list[float], ended: list[int], entry: list[float] | None, words: str
) -> None:
    with pytest.raises(ReinfuseError, match=words):
        Times.of(stop, ended, entry=entry, causes=CAUSES)


def test_a_level_or_share_that_cannot_be_is_refused() -> None:
    times = Times.of([3, 4], [1, 0])
    with pytest.raises(ReinfuseError, match="confidence level of 95 cannot be"):
        estimate_survival(times, level=95)
    with pytest.raises(ReinfuseError, match="share of 1 cannot be"):
        quantile_of(estimate_survival(times), 1.0)


def test_groups_that_do_not_differ_give_a_chance_of_one() -> None:
    found = compare_survival(Times.of([1, 1, 2, 2], [1, 1, 1, 1]), ["a", "b", "a", "b"])
    assert (found.chi_square, found.p_value) == (pytest.approx(0), pytest.approx(1))


def test_the_log_rank_test_takes_late_entry_in() -> None:
    times = Times.of([4, 6, 8, 9], [1, 1, 1, 0], entry=[0, 5, 0, 0])
    found = compare_survival(times, ["a", "a", "b", "b"])
    assert found.expected.tolist() == pytest.approx([1 / 3 + 1 / 3, 2 / 3 + 2 / 3 + 1])


def test_a_comparison_needs_two_groups_and_one_for_each_patient() -> None:
    times = Times.of([3, 4], [1, 0])
    with pytest.raises(ReinfuseError, match="one group cannot be compared"):
        compare_survival(times, ["a", "a"])
    with pytest.raises(ReinfuseError, match="not one group for each patient"):
        compare_survival(times, ["a"])


@pytest.mark.parametrize(("chi", "degrees", "chance"), [
    (3.841458820694124, 1, 0.05), (5.991464547107979, 2, 0.05), (7.814727903251179, 3, 0.05),
    (9.487729036781154, 4, 0.05), (20.515005652432874, 5, 0.001), (0.0, 6, 1.0),
])  # fmt: skip
def test_the_tail_of_chi_square_is_that_of_the_tables(
    chi: float, degrees: int, chance: float
) -> None:
    assert _upper_tail(chi, degrees) == pytest.approx(chance, rel=1e-10)


@st.composite
def cohorts(draw: st.DrawFn, late: bool = True) -> Times:
    lines = draw(
        st.lists(
            st.tuples(st.integers(1, 30), st.integers(0, 2), st.integers(0, 20)),
            min_size=1,
            max_size=25,
        )
    )
    stop = [last for last, _, _ in lines]
    entry = [min(begun, last - 1) if late else 0 for last, _, begun in lines]
    return Times.of(stop, [ended for _, ended, _ in lines], entry=entry, causes=CAUSES)


@given(cohorts())
def test_survival_never_rises_and_stays_a_share(times: Times) -> None:
    share = estimate_survival(times).share
    assert ((share >= 0) & (share <= 1)).all()
    assert (np.diff(share) <= 0).all()


@given(cohorts(), st.sampled_from(list(Scale)))
def test_the_limits_hold_the_curve(times: Times, scale: Scale) -> None:
    curve = estimate_survival(times, scale=scale)
    known = ~np.isnan(curve.low)
    assert (curve.low[known] <= curve.share[known] + 1e-12).all()
    assert (curve.share[known] <= curve.high[known] + 1e-12).all()


@given(cohorts())
def test_the_causes_and_the_share_free_of_them_make_one(times: Times) -> None:
    curves = estimate_incidence(times)
    np.testing.assert_allclose(curves.share.sum(axis=1) + curves.free, 1, atol=1e-12)
    np.testing.assert_allclose(curves.free, estimate_survival(times).share, atol=1e-12)


@given(cohorts())
def test_one_cause_alone_is_one_minus_kaplan_meier(times: Times) -> None:
    alone = Times.of(times.stop, times.ended > 0, entry=times.entry)
    curve, curves = estimate_survival(alone), estimate_incidence(alone)
    np.testing.assert_allclose(curves.share[:, 0], 1 - curve.share, atol=1e-12)
    if not times.late:
        known = ~np.isnan(curve.std_error)
        np.testing.assert_allclose(curves.std_error[known, 0], curve.std_error[known], atol=1e-12)


def greenwood(times: Times) -> np.ndarray:
    """Variance of each share after each day, carried from day to day; only without late entry."""
    steps, causes = Steps.of(times), len(times.causes)
    kept, free, found = np.zeros((causes + 1, causes + 1)), 1.0, []
    for at_risk, events in zip(steps.at_risk, steps.events, strict=True):
        moved = np.concatenate(([-events.sum()], events)) / at_risk
        carry = np.eye(causes + 1)
        carry[:, 0] += moved
        spread = np.diag(np.abs(moved))
        spread[0, 1:] = spread[1:, 0] = -moved[1:]
        fresh = (spread - np.outer(moved, moved)) * free**2 / at_risk
        kept, free = carry @ kept @ carry.T + fresh, free * (1 + moved[0])
        found.append(np.diag(kept)[1:])
    return np.array(found)


def one_by_one(times: Times) -> np.ndarray:
    """The same by the pull of each patient, kept for each on each day."""
    steps, causes = Steps.of(times), len(times.causes)
    on_free, on_share = np.zeros(times.stop.size), np.zeros((times.stop.size, causes))
    free, found = 1.0, []
    for day, at_risk, events in zip(steps.day, steps.at_risk, steps.events, strict=True):
        hazard = events / at_risk
        here = (times.entry < day) & (day <= times.stop)
        ended = np.eye(causes + 1)[times.ended][:, 1:] * (times.stop == day)[:, None]
        pull = (ended - hazard) * (here * free / at_risk)[:, None]
        on_share += on_free[:, None] * hazard + pull
        on_free = on_free * (1 - hazard.sum()) - pull.sum(axis=1)
        free *= 1 - hazard.sum()
        found.append((on_share**2).sum(axis=0))
    return np.array(found)


@given(cohorts())
def test_the_error_of_incidence_is_that_of_each_patient_taken_alone(times: Times) -> None:
    ours = estimate_incidence(times).std_error ** 2
    np.testing.assert_allclose(ours, one_by_one(times), atol=1e-12)


@given(cohorts(late=False))
def test_without_late_entry_the_error_of_incidence_is_greenwoods(times: Times) -> None:
    ours = estimate_incidence(times).std_error ** 2
    np.testing.assert_allclose(ours, greenwood(times), atol=1e-12)


@given(cohorts())
def test_the_table_adds_up_on_every_day(times: Times) -> None:
    table = count_at_risk(times, range(32))
    assert (table.at_risk >= 0).all()
    assert (table.entered - table.censored - table.events.sum(axis=1) == table.left).all()
    assert table.left[-1] == 0
