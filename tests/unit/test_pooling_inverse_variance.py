"""Pooling by inverse variance: edges, choices, and what is done when it cannot be done."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.effects import Effects, Measure, effects_given
from reinfuse.pooling.inverse_variance import (
    BaujatPoint,
    Begg,
    Between,
    Egger,
    Filled,
    Method,
    Pooled,
    Regressed,
    Side,
    SpreadInterval,
    baujat,
    begg,
    egger,
    influence,
    leave_one_out,
    meta_regression,
    pool,
    q_profile,
    subgroups,
    trim_and_fill,
)
from reinfuse.pooling.not_pooled import NotPooled

SCATTERED = effects_given([0.1, 0.9, -0.4, 1.6, 0.3], standard_errors=[0.2, 0.3, 0.25, 0.4, 0.1])
ALIKE = effects_given([0.5, 0.5, 0.5], standard_errors=[0.1, 0.2, 0.3])


def raw(yi: list[float], vi: list[float]) -> Effects:
    """Effects as somebody could make them by hand, past every check of the makers."""
    labels = tuple(f"study {number}" for number in range(1, len(yi) + 1))
    return Effects(measure=Measure.GEN, labels=labels, yi=np.array(yi), vi=np.array(vi))


def finite(found: Pooled) -> bool:
    numbers = [getattr(found, field.name) for field in fields(found)]
    return all(math.isfinite(one) for one in numbers if isinstance(one, float | int))


def test_one_study_is_not_pooled() -> None:
    found = pool(raw([0.3], [0.1]), Method.REML)
    assert isinstance(found, NotPooled)
    assert "one study" in found.why
    assert "exact interval" in found.fix


@pytest.mark.parametrize("method", Method)
def test_two_studies_are_pooled_by_every_method(method: Method) -> None:
    found = pool(raw([0.1, 0.9], [0.04, 0.09]), method, knapp_hartung=True)
    assert isinstance(found, Pooled)
    assert finite(found)
    assert found.df == 1


@pytest.mark.parametrize("method", Method)
def test_studies_that_agree_have_no_tau_squared(method: Method) -> None:
    found = pool(ALIKE, method)
    assert isinstance(found, Pooled)
    assert (found.tau2, found.i2, found.q) == (0.0, 0.0, 0.0)
    assert found.b == 0.5
    assert finite(found)


def test_studies_that_agree_leave_knapp_and_hartung_no_interval() -> None:
    found = pool(ALIKE, Method.REML, knapp_hartung=True)
    assert isinstance(found, NotPooled)
    assert "agree to the last digit" in found.why
    guarded = pool(ALIKE, Method.REML, knapp_hartung=True, ad_hoc_guard=True)
    plain = pool(ALIKE, Method.REML)
    assert isinstance(guarded, Pooled)
    assert isinstance(plain, Pooled)
    assert guarded.se == pytest.approx(plain.se)
    assert guarded.high - guarded.low > plain.high - plain.low


def test_the_ad_hoc_guard_only_ever_widens() -> None:
    near = raw([0.50, 0.51, 0.49, 0.50], [0.04, 0.05, 0.06, 0.04])
    bare, guarded = (
        pool(near, Method.DL, knapp_hartung=True, ad_hoc_guard=guard) for guard in (False, True)
    )
    assert isinstance(bare, Pooled)
    assert isinstance(guarded, Pooled)
    assert guarded.se > bare.se
    wide = [
        pool(SCATTERED, Method.EE, knapp_hartung=True, ad_hoc_guard=guard)
        for guard in (False, True)
    ]
    assert isinstance(wide[0], Pooled)
    assert isinstance(wide[1], Pooled)
    assert wide[0].se == wide[1].se


@pytest.mark.parametrize("vi", [0.0, -1.0, float("nan"), float("inf"), 1e-200, 1e200])
@pytest.mark.parametrize("method", Method)
def test_a_variance_that_cannot_be_is_named_and_not_pooled(method: Method, vi: float) -> None:
    found = pool(raw([0.1, 0.2, 0.3], [0.1, vi, 0.1]), method)
    assert isinstance(found, NotPooled)
    assert found.why.startswith("study 2:")


@pytest.mark.parametrize("vi", [1e-60, 1e-20, 1e-8, 1e8, 1e20, 1e60])
@pytest.mark.parametrize("method", Method)
def test_a_variance_out_of_all_proportion_leaves_numbers(method: Method, vi: float) -> None:
    found = pool(raw([0.1, 0.7, 0.3, -0.2], [0.1, vi, 0.1, 0.2]), method)
    assert isinstance(found, Pooled)
    assert finite(found)
    assert -0.2 <= found.b <= 0.7


def test_beside_a_giant_nothing_is_lost() -> None:
    # The giant knows its effect; the others' weights then decide tau squared by DL, by hand:
    # Q = sum w (y - y1)^2 of the others, and the trace is twice the sum of their weights.
    y, w = np.array([0.1, 0.7, 0.4]), np.array([1e30, 10.0, 5.0])
    found = pool(raw(y.tolist(), (1 / w).tolist()), Method.DL)
    assert isinstance(found, Pooled)
    q = float(np.sum(w[1:] * (y[1:] - y[0]) ** 2))
    assert found.q == pytest.approx(q)
    assert found.tau2 == pytest.approx(max(0.0, (q - 2) / 30))


@pytest.mark.parametrize("method", Method)
def test_effects_and_variances_of_all_sizes_at_once_leave_numbers(method: Method) -> None:
    yi = [1.9e3, 7.5e2, -2.3e3, 3.7e4, -5.7e20]
    vi = [2.1e-58, 4.7e57, 1.5, 0.17, 3.7e-58]
    found = pool(raw(yi, vi), method)
    assert isinstance(found, Pooled)
    assert finite(found)
    assert isinstance(meta_regression(raw(yi, vi), {"dose": [1, 2, 4, 8, 9]}, method), NotPooled)


def test_equal_effects_predict_no_further_study() -> None:
    found = pool(SCATTERED, Method.EE)
    assert isinstance(found, Pooled)
    assert found.prediction_low is None
    assert found.tau2 == 0.0


def test_a_prediction_is_wider_than_the_mean_unless_tau_squared_is_0() -> None:
    found = pool(SCATTERED, Method.REML)
    assert isinstance(found, Pooled)
    assert found.prediction_low is not None
    assert found.prediction_low < found.low
    none = pool(ALIKE, Method.REML)
    assert isinstance(none, Pooled)
    assert none.prediction_low == pytest.approx(none.low)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(ReinfuseError, match="confidence level"):
        pool(SCATTERED, Method.DL, level=level)
    with pytest.raises(ReinfuseError, match="confidence level"):
        q_profile(SCATTERED, level=level)


def test_a_profile_of_studies_that_agree_too_well_is_0_to_0() -> None:
    found = q_profile(ALIKE)
    assert isinstance(found, SpreadInterval)
    assert (found.tau2_low, found.tau2_high, found.i2_high) == (0.0, 0.0, 0.0)


def test_a_constant_moderator_is_not_pooled_and_a_missing_one_is_refused() -> None:
    constant = meta_regression(SCATTERED, {"dose": [2.0] * 5})
    assert isinstance(constant, NotPooled)
    assert "constant" in constant.why
    with pytest.raises(ReinfuseError, match="dose is missing") as caught:
        meta_regression(SCATTERED, {"dose": [1.0, 2.0, float("nan"), 3.0, 4.0]})
    assert "study 3" in str(caught.value)
    with pytest.raises(ReinfuseError, match="there is no moderator"):
        meta_regression(SCATTERED, {})
    with pytest.raises(ReinfuseError, match="2 values of dose for 5 studies"):
        meta_regression(SCATTERED, {"dose": [1.0, 2.0]})


def test_as_many_coefficients_as_studies_leave_nothing_to_judge_by() -> None:
    found = meta_regression(SCATTERED.only(np.arange(5) < 2), {"dose": [1.0, 2.0]})
    assert isinstance(found, NotPooled)
    assert "2 coefficients and 2 studies" in found.why


def test_a_regression_in_which_nothing_differs_explains_nothing() -> None:
    found = meta_regression(ALIKE, {"dose": [1.0, 2.0, 3.0]})
    assert isinstance(found, Regressed)
    assert found.r2 is None
    assert found.names == ("intercept", "dose")


def test_groups_are_pooled_alone_and_a_group_of_one_is_not() -> None:
    found = subgroups(SCATTERED, ["a", "b", "a", "b", "c"], Method.DL)
    assert found.names == ("a", "b", "c")
    alone = pool(SCATTERED.only(np.array([True, False, True, False, False])), Method.DL)
    assert found.pooled[0] == alone
    assert isinstance(found.pooled[2], NotPooled)
    assert isinstance(found.between, Between)
    assert found.between.df == 1
    first, second = found.pooled[:2]
    assert isinstance(first, Pooled)
    assert isinstance(second, Pooled)
    # Between two groups the test is the squared z of their difference.
    z = (first.b - second.b) / math.hypot(first.se, second.se)
    assert found.between.q == pytest.approx(z**2)


def test_one_group_alone_is_compared_with_nothing() -> None:
    assert isinstance(subgroups(SCATTERED, ["a"] * 5, Method.DL).between, NotPooled)


def test_the_contributions_of_baujat_add_up_to_q() -> None:
    points = baujat(SCATTERED, Method.EE)
    assert isinstance(points, tuple)
    whole = pool(SCATTERED, Method.EE)
    assert isinstance(whole, Pooled)
    there = [one for one in points if isinstance(one, BaujatPoint)]
    assert sum(one.contribution for one in there) == pytest.approx(whole.q)
    assert len(there) == 5
    without = pool(SCATTERED.without(3), Method.EE)
    assert isinstance(without, Pooled)
    assert there[3].influence == pytest.approx(((without.b - whole.b) / without.se) ** 2)


def test_of_two_studies_neither_can_be_spared() -> None:
    pair = raw([0.1, 0.9], [0.04, 0.09])
    assert all(isinstance(one.pooled, NotPooled) for one in leave_one_out(pair, Method.DL))
    influences = influence(pair, Method.DL)
    assert isinstance(influences, tuple)
    assert all(isinstance(one, NotPooled) for one in influences)
    assert isinstance(trim_and_fill(pair, Method.DL), NotPooled)
    assert isinstance(begg(pair), NotPooled)
    assert isinstance(egger(pair, Method.DL), NotPooled)


def test_standard_errors_that_are_all_alike_make_no_funnel() -> None:
    same = raw([0.1, 0.9, 0.4], [0.04, 0.04, 0.04])
    assert isinstance(egger(same, Method.DL), NotPooled)
    found = begg(same)
    assert isinstance(found, NotPooled)
    assert "no order" in found.why


def test_begg_with_ties_still_gives_a_number() -> None:
    found = begg(raw([0.1, 0.9, 0.4, 0.2], [0.04, 0.04, 0.09, 0.2]))
    assert isinstance(found, Begg)
    assert 0 <= found.p <= 1


def test_a_funnel_that_leans_is_seen_and_filled_on_the_empty_side() -> None:
    # Small studies with large effects alone: their mirror images on the left are missing.
    leaning = raw([0.1, 0.12, 0.5, 0.7, 0.9, 1.1], [0.001, 0.002, 0.05, 0.08, 0.12, 0.2])
    slope = egger(leaning, Method.EE)
    assert isinstance(slope, Egger)
    assert slope.slope > 0
    assert slope.p < 0.05
    found = trim_and_fill(leaning, Method.EE)
    whole = pool(leaning, Method.EE)
    assert isinstance(found, Filled)
    assert isinstance(whole, Pooled)
    assert found.side is Side.LEFT
    assert found.missing > 0
    assert found.pooled.b < whole.b
    assert found.effects.labels[-1].startswith("mirror image of ")
    mirrored = raw((-leaning.yi).tolist(), leaning.vi.tolist())
    other = trim_and_fill(mirrored, Method.EE)
    assert isinstance(other, Filled)
    assert (other.side, other.missing) == (Side.RIGHT, found.missing)
    assert other.pooled.b == pytest.approx(-found.pooled.b)


def test_a_side_may_be_chosen_and_a_symmetric_funnel_is_not_filled() -> None:
    even = raw([0.0, 0.4, -0.4, 0.8, -0.8], [0.01, 0.05, 0.05, 0.2, 0.2])
    for side in Side:
        found = trim_and_fill(even, Method.DL, side=side)
        assert isinstance(found, Filled)
        assert (found.missing, found.side) == (0, side)
        assert found.pooled == pool(even, Method.DL)
