"""CAR-T curves: the published pieces where joints are sharp, and what each variant adds."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import reinfuse.estimation.population.numerics  # noqa: F401 - switches 64 bits on
from reinfuse.kinetics import RiseAndFall, log_levels
from reinfuse.kinetics.curves import (
    LIU,
    OGASAWARA,
    RISE_AND_FALL,
    SATURABLE,
    STEIN,
    STEIN_TREATED,
    Curve,
    sampled,
)

DAYS = [0.0, 1.0, 2.0, 3.27, 5.0, 7.0, 9.0, 9.3, 10.0, 14.0, 28.0, 90.0, 365.0]
FAR = [day for day in DAYS if day not in (2.0, 3.27, 9.0, 9.3)]  # from every joint
NEVER = {"tocilizumab_day": math.inf, "steroid_day": math.inf}


def typical(curve: Curve, **changed: float) -> dict[str, np.ndarray]:
    values = {one.name: one.typical for one in curve.parameters} | changed
    return {name: np.array([value]) for name, value in values.items()}


def log_level(
    curve: Curve, days: list[float], inputs: dict[str, float] | None = None, **changed: float
) -> np.ndarray:
    return curve.value(typical(curve, **changed), sampled(days, inputs=inputs))[:, 0]


def falling(since: float, p: dict[str, np.ndarray]) -> float:
    fb, alpha, beta = (float(p[name][0]) for name in ("fb", "alpha", "beta"))
    return math.log((1 - fb) * math.exp(-alpha * since) + fb * math.exp(-beta * since))


def piecewise(day: float, p: dict[str, np.ndarray], begins: float, rate: float) -> float:
    tmax, peak = float(p["tmax"][0]), math.log(p["cmax"][0])
    if day >= tmax:
        return peak + falling(day - tmax, p)
    return peak - rate * (tmax - max(day, begins))


def test_away_from_its_joint_stein_is_the_published_pieces() -> None:
    p, rate = typical(STEIN), math.log(3900.0) / 9.3
    expected = [piecewise(day, p, -math.inf, rate) for day in FAR]
    assert log_level(STEIN, FAR) == pytest.approx(expected, abs=1e-6)


def test_at_its_joint_stein_lies_below_the_corner_by_what_the_width_says() -> None:
    p, rate = typical(STEIN), math.log(3900.0) / 9.3
    below = math.log(p["cmax"][0]) - log_level(STEIN, [9.3])[0]
    assert below == pytest.approx((rate + 0.16) * 0.05 * math.log(2.0), rel=0.02)


def test_a_sharper_joint_is_closer_to_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    p, rate = typical(STEIN), math.log(3900.0) / 9.3
    expected = [piecewise(day, p, -math.inf, rate) for day in DAYS]
    widest = []
    for width in (0.05, 0.005, 0.0005):
        monkeypatch.setattr("reinfuse.kinetics.curves.joints.after.__defaults__", (width,))
        widest.append(np.abs(log_level(STEIN, DAYS) - expected).max())
    assert widest[1:] == pytest.approx([widest[0] / 10, widest[0] / 100], rel=0.1)


def test_without_a_treatment_the_treated_curve_is_steins() -> None:
    assert log_level(STEIN_TREATED, DAYS, NEVER, ftoci=3.0, fster=0.2) == pytest.approx(
        log_level(STEIN, DAYS), abs=1e-12
    )


@pytest.mark.parametrize(
    ("toci", "steroid"), [(4.0, math.inf), (math.inf, 6.0), (4.0, 6.0), (6.0, 4.0), (20.0, 4.0)]
)
def test_a_treatment_multiplies_the_growth_rate_from_its_day_on(
    toci: float, steroid: float
) -> None:
    given = {"tocilizumab_day": toci, "steroid_day": steroid}
    days = np.linspace(0.5, 8.5, 17)
    step = 1e-4
    ends = [
        log_level(STEIN_TREATED, list(days + way * step), given, ftoci=1.5, fster=0.6)
        for way in (1.0, -1.0)
    ]
    found = (ends[0] - ends[1]) / (2.0 * step)
    rate = math.log(3900.0) / 9.3
    clear = (np.abs(days - toci) > 0.4) & (np.abs(days - steroid) > 0.4)
    expected = rate * np.where(days > toci, 1.5, 1.0) * np.where(days > steroid, 0.6, 1.0)
    assert found[clear] == pytest.approx(expected[clear], rel=1e-3)


def test_a_treatment_leaves_peak_and_decline_where_they_were() -> None:
    given = {"tocilizumab_day": 4.0, "steroid_day": 6.0}
    late = [12.0, 28.0, 200.0]
    assert log_level(STEIN_TREATED, late, given, ftoci=1.5) == pytest.approx(
        log_level(STEIN, late), abs=1e-9
    )


def test_the_lag_is_level_and_then_growth_is_ogasawaras() -> None:
    p, rate = typical(OGASAWARA), math.log(2.0) / 0.755
    expected = [piecewise(day, p, 3.27, rate) for day in FAR]
    assert log_level(OGASAWARA, FAR) == pytest.approx(expected, abs=1e-6)
    assert log_level(OGASAWARA, [0.0])[0] == pytest.approx(log_level(OGASAWARA, [2.0])[0], abs=1e-6)


def test_a_lag_beyond_the_peak_means_no_growth() -> None:
    found = log_level(OGASAWARA, [0.0, 5.0, 9.0], lag=30.0)
    assert found == pytest.approx([math.log(24000.0)] * 3, abs=0.05)


def test_the_distribution_phase_falls_before_it_grows() -> None:
    p, rate = typical(LIU), math.log(2.0) / 0.755
    expected = [piecewise(day, p, 2.0, rate) + 1.0 * max(2.0 - day, 0.0) for day in FAR]
    assert log_level(LIU, FAR) == pytest.approx(expected, abs=1e-6)


def test_growth_without_saturation_is_steins() -> None:
    rate = math.log(3900.0) / 9.3
    found = log_level(SATURABLE, DAYS, km=1e12, rise=rate, gate=0.05)
    assert found == pytest.approx(log_level(STEIN, DAYS), abs=1e-6)


def coupled(days: list[float], p: dict[str, float]) -> np.ndarray:
    """Effectors that grow and fall through one gate, memory made of what falls; by SciPy."""
    k = p["fb"] * (p["alpha"] - p["beta"])

    def slopes(t: float, y: np.ndarray) -> list[float]:
        gate = 0.5 - 0.5 * math.tanh(0.5 * (t - p["tmax"]) / p["gate"])
        effector, memory = y
        grown = gate * p["rise"] * effector / (1.0 + effector / p["km"])
        falls = (1.0 - gate) * effector
        return [grown - p["alpha"] * falls, k * falls - (1.0 - gate) * p["beta"] * memory]

    start = math.exp(log_level(SATURABLE, [0.0], **p)[0])
    answer = solve_ivp(
        slopes, (0.0, days[-1]), [start, 0.0], t_eval=days, method="LSODA", rtol=1e-10, atol=1e-9
    )
    return np.log(answer.y.sum(axis=0))


@pytest.mark.parametrize(("gate", "within"), [(0.4, 0.05), (0.04, 0.005)])
def test_the_two_clocks_are_close_to_growth_and_fall_at_once(gate: float, within: float) -> None:
    p = {one.name: one.typical for one in SATURABLE.parameters} | {"gate": gate}
    apart = np.abs(coupled(DAYS, p) - log_level(SATURABLE, DAYS, **p))
    assert apart.max() < within


def test_the_rise_and_fall_is_the_curve_of_the_one_patient_report() -> None:
    chance = np.random.default_rng(5)
    count = 50
    p = {
        one.name: np.exp(np.log(one.typical) + 0.4 * chance.normal(size=count))
        for one in RISE_AND_FALL.parameters
    }
    ours = RISE_AND_FALL.value(p, sampled(DAYS))
    theirs = RiseAndFall(
        log_peak=np.log(p["peak"]),
        **{name: p[name] for name in ("peak_day", "rise", "fast", "slow", "lasting", "gate")},
    )
    assert pytest.approx(log_levels(theirs, np.array(DAYS)), abs=1e-12) == ours.T


def test_the_highest_point_of_the_rise_and_fall_is_on_its_day_in_jax_too() -> None:
    p = {name: jnp.asarray(value) for name, value in typical(RISE_AND_FALL).items()}

    def level(day: jax.Array) -> jax.Array:
        return RISE_AND_FALL.value(p, sampled([0.0])._replace(since=day[None, None]))[0, 0]

    assert float(jax.grad(level)(jnp.asarray(9.3))) == pytest.approx(0.0, abs=1e-9)
    assert float(level(jnp.asarray(9.3))) == pytest.approx(math.log(24000.0), abs=1e-12)


@pytest.mark.parametrize("curve", [STEIN, STEIN_TREATED, OGASAWARA, LIU, SATURABLE])
def test_exchanged_phases_are_told_by_one_naming(curve: Curve) -> None:
    values = {one.name: one.typical for one in curve.parameters}
    turned = values | {"alpha": values["beta"], "beta": values["alpha"], "fb": 1 - values["fb"]}
    assert curve.settled is not None
    settled = curve.settled(turned)
    assert settled == pytest.approx(values)
    assert log_level(curve, DAYS, NEVER, **turned) == pytest.approx(
        log_level(curve, DAYS, NEVER, **settled), abs=1e-9
    )


def test_a_sample_exactly_on_the_peak_has_the_slope_of_its_neighbours() -> None:
    z = {name: jnp.asarray(value) for name, value in typical(STEIN).items()}
    at = [jax.grad(lambda z, d=d: STEIN.value(z, sampled([d])).sum())(z)["tmax"][0]
          for d in (9.3 - 1e-6, 9.3, 9.3 + 1e-6)]  # fmt: skip
    assert float(at[1]) == pytest.approx(float(at[0] + at[2]) / 2.0, rel=1e-6)
