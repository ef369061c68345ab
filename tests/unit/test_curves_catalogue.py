"""Curves are found by name, keep to one naming, and can have parameters held."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import lambertw

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.curves import (
    CURVES,
    DECAY,
    IV_THREE,
    LOGISTIC,
    ORAL_ONE,
    ORAL_ONE_LAG,
    PLATEAU,
    Curve,
    find_curve,
    sampled,
    with_fixed,
)
from reinfuse.kinetics.curves.exponentials import convolved, mean_decay
from reinfuse.kinetics.curves.lambert import log_omega
from reinfuse.kinetics.curves.schedules import FLOOR, level_of, log_level_of
from reinfuse.source import Standing

TIMES = [0.0, 0.5, 1.0, 2.0, 6.0, 12.0, 24.0]


def levels(curve: Curve, values: dict[str, float], dose: float = 100.0) -> np.ndarray:
    p = {name: np.array([value]) for name, value in values.items()}
    return curve.value(p, sampled(TIMES, [(0.0, dose, 0.0)]))[:, 0]


@pytest.mark.parametrize("asked", ["stein", "Stein", "STEIN_TREATED", " oral one "])
def test_a_curve_is_found_whatever_its_case_and_dashes(asked: str) -> None:
    assert find_curve(asked).name == asked.strip().lower().replace("_", "-").replace(" ", "-")


def test_a_name_that_is_no_curve_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(ReinfuseError, match="no curve is called 'ogasavara'") as caught:
        find_curve("ogasavara")
    assert caught.value.fix.startswith("did you mean 'ogasawara'?")
    assert all(name in caught.value.fix for name in CURVES)


def test_what_is_recalled_says_so_in_its_note() -> None:
    recalled = [curve for curve in CURVES.values() if curve.source.standing is Standing.RECALLED]
    assert [curve.name for curve in recalled] == ["liu"]
    assert all("recalled" in curve.note for curve in recalled)


def test_every_parameter_of_every_curve_has_a_unit_and_a_meaning() -> None:
    for curve in CURVES.values():
        assert len(set(curve.names)) == len(curve.parameters)
        for one in curve.parameters:
            assert one.unit, (curve.name, one.name)
            assert one.meaning, (curve.name, one.name)


def test_a_held_parameter_is_no_longer_one() -> None:
    wang = with_fixed(DECAY, start=10.0)
    assert wang.names == ("k",)
    assert "start = 10" in wang.title
    assert levels(wang, {"k": 0.5}) == pytest.approx(10.0 * np.exp(-0.5 * np.array(TIMES)))


def test_what_a_curve_does_not_have_cannot_be_held() -> None:
    with pytest.raises(ReinfuseError, match="'decay' has no parameter 'rate'") as caught:
        with_fixed(DECAY, rate=1.0)
    assert "start, k" in caught.value.fix


@pytest.mark.parametrize(
    "curve", [ORAL_ONE, ORAL_ONE_LAG, *map(CURVES.get, ("oral-one-rate", "oral-one-clearance"))]
)
def test_absorption_slower_than_elimination_is_the_same_curve_the_other_way_round(
    curve: Curve,
) -> None:
    ke, slow = 0.8, 0.2
    values = {"ka": slow, "ke": ke, "cl": 2.0, "v": 2.0 / ke, "lag": 0.3}
    values = {name: values[name] for name in curve.names}
    assert curve.settled is not None
    settled = curve.settled(values)
    assert settled["ka"] == pytest.approx(ke)
    assert levels(curve, settled) == pytest.approx(levels(curve, values), rel=1e-12)
    assert curve.settled(settled) == settled
    clearance = {"cl"} & set(curve.names)
    assert all(settled[name] == values[name] for name in clearance)


def test_the_second_compartment_of_three_is_the_quicker_one() -> None:
    values = {"cl": 1.0, "v1": 10.0, "q2": 0.2, "v2": 50.0, "q3": 1.0, "v3": 20.0}
    assert IV_THREE.settled is not None
    settled = IV_THREE.settled(values)
    assert (settled["q2"], settled["v2"]) == (1.0, 20.0)
    assert levels(IV_THREE, settled) == pytest.approx(levels(IV_THREE, values), rel=1e-9)


def test_equal_rates_of_absorption_and_elimination_are_no_gap() -> None:
    at = levels(ORAL_ONE, {"ka": 0.2, "cl": 2.0, "v": 10.0})
    beside = levels(ORAL_ONE, {"ka": 0.2 + 1e-7, "cl": 2.0, "v": 10.0})
    exact = 10.0 * 0.2 * np.array(TIMES) * np.exp(-0.2 * np.array(TIMES))
    assert at == pytest.approx(exact, rel=1e-13)
    assert beside == pytest.approx(at, rel=1e-5)


@pytest.mark.parametrize("ratio", [1e-6, 0.1, 1.0 - 1e-9, 1.0, 1.0 + 1e-9, 30.0, 1e6])
def test_the_convolution_of_two_rates_is_the_quotient_where_that_can_be_taken(ratio: float) -> None:
    since = np.array([0.0, 1e-9, 0.01, 1.0, 50.0, 1e4])
    found = convolved(0.3 * ratio, 0.3, since)
    assert np.isfinite(found).all()
    if abs(ratio - 1.0) > 1e-3:
        expected = (np.exp(-0.3 * since) - np.exp(-0.3 * ratio * since)) / (0.3 * ratio - 0.3)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_mean_of_a_decay_is_right_on_both_sides_of_where_its_series_ends() -> None:
    x = np.array([0.0, 1e-12, 1e-3, 0.0999, 0.1, 0.1001, 1.0, 700.0, 1e5])
    expected = np.array([1.0, *(-np.expm1(-x[1:]) / x[1:])])
    assert mean_decay(x) == pytest.approx(expected, rel=2e-15)


def test_the_logarithm_of_omega_solves_its_equation_everywhere() -> None:
    z = np.concatenate([np.linspace(-745.0, 60.0, 5000), np.geomspace(60.0, 1e12, 200)])
    y = log_omega(z)
    assert y + np.exp(y) == pytest.approx(z, rel=1e-14, abs=1e-14)
    some = z[(z > -600) & (z < 600)]
    assert np.exp(log_omega(some)) == pytest.approx(lambertw(np.exp(some)).real, rel=1e-12)


def test_a_level_of_nothing_has_the_logarithm_of_the_floor() -> None:
    p = {"ka": np.array([1.0]), "cl": np.array([1.0]), "v": np.array([10.0])}
    late = sampled([0.0, 3.0, 5.0], [(4.0, 100.0, 0.0)])
    assert log_level_of(ORAL_ONE, p, late)[:2, 0] == pytest.approx([math.log(FLOOR)] * 2)
    assert level_of(ORAL_ONE, p, late)[2, 0] > 1.0


def test_a_plateau_is_a_line_and_then_level_but_for_its_joint() -> None:
    p = {"ymax": 9.0, "xmax": 12.0, "slope": 0.5}
    expected = [9.0 - 0.5 * max(12.0 - time, 0.0) for time in TIMES]
    apart = levels(PLATEAU, p) - expected
    assert apart[TIMES.index(12.0)] == pytest.approx(-0.5 * 0.5 * math.log(2.0))
    assert np.abs(np.delete(apart, TIMES.index(12.0))).max() < 1e-5


def test_the_logistic_is_half_way_at_its_middle_and_does_not_overflow() -> None:
    p = {"asym": 200.0, "xmid": 6.0, "scal": 1e-3}
    assert levels(LOGISTIC, p)[[0, 4, 6]] == pytest.approx([0.0, 100.0, 200.0])
