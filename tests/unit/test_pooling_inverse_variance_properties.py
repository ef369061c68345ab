"""What holds for every set of studies, and the plain twin of the likelihood."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.pooling.effects import Effects, Measure
from reinfuse.pooling.inverse_variance import Method, Pooled, leave_one_out, pool, q_profile
from reinfuse.pooling.inverse_variance.between import estimate_tau2
from reinfuse.pooling.inverse_variance.likelihood import log_likelihood
from reinfuse.pooling.inverse_variance.weighted import Studies, fit_at, pooled_alone
from reinfuse.pooling.not_pooled import NotPooled
from tests.judge.meta_analysis.plain import fit_plainly, highest_on_grid, mean_only

studies = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(-4, 1).map(lambda power: 10**power)),
    min_size=3,
    max_size=12,
)
methods = st.sampled_from(list(Method))


def effects_of(drawn: list[tuple[float, float]]) -> Effects:
    yi, vi = (np.array(column) for column in zip(*drawn, strict=True))
    labels = tuple(f"study {place}" for place in range(len(drawn)))
    return Effects(measure=Measure.GEN, labels=labels, yi=yi, vi=vi)


def numbers(found: Pooled) -> dict[str, float]:
    named = {field.name: getattr(found, field.name) for field in fields(found)}
    return {name: one for name, one in named.items() if isinstance(one, float)}


@given(drawn=studies, method=methods)
def test_nothing_is_ever_not_a_number(drawn: list[tuple[float, float]], method: Method) -> None:
    found = pool(effects_of(drawn), method)
    assert isinstance(found, Pooled)
    assert all(math.isfinite(one) for one in numbers(found).values())
    assert found.tau2 >= 0
    assert 0 <= found.i2 <= 100
    assert found.low < found.b < found.high


@given(drawn=studies, method=methods, data=st.data())
def test_the_order_of_the_studies_does_not_matter(
    drawn: list[tuple[float, float]], method: Method, data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(drawn))
    one, other = (pool(effects_of(list(each)), method) for each in (drawn, turned))
    assert isinstance(one, Pooled)
    assert isinstance(other, Pooled)
    near = numbers(other)
    for name, number in numbers(one).items():
        assert near[name] == pytest.approx(number, rel=1e-6, abs=1e-7), name


@given(drawn=studies, method=methods)
def test_without_tau_squared_every_method_is_equal_effects(
    drawn: list[tuple[float, float]], method: Method
) -> None:
    found, equal = pool(effects_of(drawn), method), pool(effects_of(drawn), Method.EE)
    assert isinstance(found, Pooled)
    assert isinstance(equal, Pooled)
    if found.tau2 == 0.0:
        assert (found.b, found.se, found.low, found.high) == (
            equal.b,
            equal.se,
            equal.low,
            equal.high,
        )


@settings(max_examples=30)
@given(drawn=studies, method=methods)
def test_leaving_one_out_is_pooling_without_it(
    drawn: list[tuple[float, float]], method: Method
) -> None:
    effects = effects_of(drawn)
    for place, left in enumerate(leave_one_out(effects, method, knapp_hartung=True)):
        rest = [one for number, one in enumerate(drawn) if number != place]
        again = pool(effects_of(rest), method, knapp_hartung=True)
        if isinstance(again, NotPooled):
            assert left.pooled == again
        else:
            assert isinstance(left.pooled, Pooled)
            assert numbers(left.pooled) == numbers(again)


@given(drawn=studies, method=methods, by=st.sampled_from([0.01, 7.0, 1000.0]))
def test_other_units_give_the_same_answer_in_those_units(
    drawn: list[tuple[float, float]], method: Method, by: float
) -> None:
    found = pool(effects_of(drawn), method)
    scaled = pool(effects_of([(by * y, by**2 * v) for y, v in drawn]), method)
    assert isinstance(found, Pooled)
    assert isinstance(scaled, Pooled)
    assert scaled.b == pytest.approx(by * found.b, rel=1e-6, abs=1e-7 * by)
    assert scaled.tau2 == pytest.approx(by**2 * found.tau2, rel=1e-6, abs=1e-9 * by**2)
    assert scaled.i2 == pytest.approx(found.i2, abs=1e-4)


@settings(max_examples=30)
@given(drawn=studies, restricted=st.booleans())
def test_the_summit_of_the_likelihood_is_that_of_a_grid(
    drawn: list[tuple[float, float]], restricted: bool
) -> None:
    effects = effects_of(drawn)
    x = mean_only(effects.k)
    found = estimate_tau2(
        pooled_alone(effects.yi, effects.vi), Method.REML if restricted else Method.ML
    )
    searched = highest_on_grid(effects.yi, effects.vi, x, restricted=restricted, rounds=6)

    def height(tau2: float) -> float:
        fit = fit_plainly(effects.yi, effects.vi, x, tau2)
        return fit.restricted if restricted else fit.log_likelihood

    # No point of the grid is higher; near the summit, heights say more than places.
    assert height(found) >= height(searched) - 1e-9
    if searched == 0.0:
        assert found == pytest.approx(0.0, abs=1e-3)


def test_reml_of_the_grid_to_six_places() -> None:
    effects = effects_of([(0.1, 0.04), (0.9, 0.09), (-0.4, 0.06), (1.6, 0.16), (0.3, 0.01)])
    searched = highest_on_grid(effects.yi, effects.vi, mean_only(5), restricted=True)
    found = pool(effects, Method.REML)
    assert isinstance(found, Pooled)
    assert found.tau2 == pytest.approx(searched, rel=1e-6)


@given(drawn=studies, tau2=st.sampled_from([0.0, 0.01, 1.0, 50.0]))
def test_a_fit_is_that_of_dense_matrices(drawn: list[tuple[float, float]], tau2: float) -> None:
    effects = effects_of(drawn)
    dose = np.arange(effects.k, dtype=float) ** 2
    for x in (mean_only(effects.k), np.column_stack([np.ones(effects.k), dose])):
        twin = fit_plainly(effects.yi, effects.vi, x, tau2)
        ours = Studies(yi=effects.yi, vi=effects.vi, design=x)
        fit = fit_at(ours, tau2)
        near = {"rel": 1e-6, "abs": 1e-7}
        assert fit.b == pytest.approx(twin.b, **near)
        assert fit.q == pytest.approx(twin.q, **near)
        assert fit.trace == pytest.approx(twin.trace, **near)
        assert np.diag(fit.covariance) == pytest.approx(np.diag(twin.covariance), rel=1e-6)
        for restricted, height in ((False, twin.log_likelihood), (True, twin.restricted)):
            assert log_likelihood(ours, fit, restricted=restricted) == pytest.approx(height, **near)


@given(drawn=studies)
def test_the_profile_holds_paule_and_mandel(drawn: list[tuple[float, float]]) -> None:
    found, held = pool(effects_of(drawn), Method.PM), q_profile(effects_of(drawn))
    assert isinstance(found, Pooled)
    assert not isinstance(held, NotPooled)
    # k - 1 lies between the quantiles of its own chi-square.
    assert held.tau2_low <= found.tau2 <= held.tau2_high
