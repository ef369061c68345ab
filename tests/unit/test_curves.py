"""Every curve gives the same in NumPy and JAX, in 32 and 64 bits, with slopes that are numbers."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reinfuse.estimation.population.numerics  # noqa: F401 - switches 64 bits on
from reinfuse.kinetics.curves import CURVES, Curve, Scale, Schedule, natural, normal, sampled
from reinfuse.kinetics.curves.curve import Array
from reinfuse.kinetics.curves.growth import GROWTH_CURVES

TIMES = [-1.0, 0.0, 0.25, 1.0, 3.0, 6.0, 9.3, 12.0, 24.0, 48.0, 180.0, 360.0]
DOSES = [(0.0, 320.0, 0.0), (12.0, 100.0, 2.0), (24.0, 50.0, 0.0), (0.0, 0.0, 0.0)]
MANY = [(2.0 * n, 10.0, 0.5 * (n % 2)) for n in range(12)]
INPUTS = {"tocilizumab_day": 6.0, "steroid_day": np.inf}
GIVEN = [name for name, curve in CURVES.items() if curve.needs_dose]
# Curves that only name the parameters of another one differently, or are a part of it, cost a
# second or two each to compile and say nothing new; `curves_ode` has them in NumPy.
SAME = {
    "iv-one", "iv-one-rate", "iv-two-rates", "iv-two-exponents",
    "oral-one", "oral-one-lag", "oral-one-rate", "oral-one-clearance", "oral-two",
}  # fmt: skip
COMPILED = [name for name in CURVES if name not in SAME]
# Typical patients, then twelve each at 0.5, 2 and 6 units of the scale of estimation from them.
WIDTHS = np.repeat([0.0, 0.5, 2.0, 6.0], [1, 12, 12, 12])
NEAR = WIDTHS < 1.0

Values = Mapping[str, Array]


def drawn(curve: Curve, widths: np.ndarray = WIDTHS) -> dict[str, np.ndarray]:
    """Parameters on the scale of estimation, typical ones and others further and further away."""
    chance = np.random.default_rng(7)
    away = {one.name: np.clip(chance.normal(size=len(widths)), -2, 2) for one in curve.parameters}
    return {
        one.name: normal(one.scale, np.array(one.typical)) + widths * away[one.name]
        for one in curve.parameters
    }


def schedule_of(
    curve: Curve, doses: list[tuple[float, float, float]], dtype: type = np.float64
) -> Schedule:
    # exp(-k x) at minus one is out of range for a large k, and nobody asks for it.
    times = np.maximum(TIMES, 0.0) if curve in GROWTH_CURVES else TIMES
    one = sampled(list(times), doses, INPUTS)
    arrays = (np.asarray(array, dtype=dtype) for array in one[:5])
    return Schedule(*arrays, {k: np.asarray(v, dtype=dtype) for k, v in one.inputs.items()})


def value(curve: Curve, z: Values, schedule: Schedule) -> Array:
    return curve.value({p.name: natural(p.scale, z[p.name]) for p in curve.parameters}, schedule)


def compiled(
    curve: Curve, doses: list[tuple[float, float, float]], dtype: type
) -> tuple[Array, Array]:
    """Levels of every draw, and the slope of their sum along every parameter."""
    schedule = schedule_of(curve, doses, dtype)

    def total(z: Values) -> tuple[Array, Array]:
        levels = value(curve, z, schedule)
        return levels.sum(), levels

    z = {k: jnp.asarray(v, dtype=dtype) for k, v in drawn(curve).items()}
    (_, levels), slopes = jax.jit(jax.value_and_grad(total, has_aux=True))(z)
    assert levels.dtype == dtype
    return np.asarray(levels), {k: np.asarray(v) for k, v in slopes.items()}


@pytest.mark.parametrize("name", COMPILED)
def test_a_curve_has_levels_and_slopes_in_jax_that_are_those_of_numpy(name: str) -> None:
    curve = CURVES[name]
    levels, slopes = compiled(curve, DOSES, np.float32)
    plain = value(curve, drawn(curve), schedule_of(curve, DOSES))
    assert np.isfinite(levels).all()
    assert np.isfinite(plain).all()
    # Of a logarithm, an absolute error; of a level, one against the largest level.
    scale = 1.0 if curve.logarithmic else plain[:, NEAR].max(axis=0)
    assert (np.abs(levels - plain)[:, NEAR] / scale).max() < (5e-4 if curve.logarithmic else 2e-5)
    for along, slope in slopes.items():
        assert np.isfinite(slope).all(), along
        assert slope[NEAR] == pytest.approx(_by_differences(curve, along)[NEAR], rel=0.02, abs=0.02)


@pytest.mark.parametrize("name", ["stein-treated", "oral-one-lag"])
def test_in_64_bits_jax_and_numpy_agree_to_rounding(name: str) -> None:
    curve = CURVES[name]
    levels, slopes = compiled(curve, DOSES, np.float64)
    plain = value(curve, drawn(curve), schedule_of(curve, DOSES))
    assert levels[:, NEAR] == pytest.approx(plain[:, NEAR], rel=1e-9, abs=1e-9)
    for along, slope in slopes.items():
        expected = _by_differences(curve, along)[NEAR]
        assert slope[NEAR] == pytest.approx(expected, rel=1e-5, abs=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("name", GIVEN)
def test_a_curve_needs_no_more_than_32_bits_in_numpy(name: str) -> None:
    curve = CURVES[name]
    z = {k: v.astype(np.float32) for k, v in drawn(curve).items()}
    short = value(curve, z, schedule_of(curve, DOSES, np.float32))
    assert short.dtype == np.float32
    assert np.isfinite(short).all()


@pytest.mark.parametrize("name", ["iv-two", "iv-saturable"])
def test_many_doses_are_summed_or_followed_alike_in_jax(name: str) -> None:
    curve = CURVES[name]
    plain = value(curve, drawn(curve), schedule_of(curve, MANY))[:, NEAR]
    assert compiled(curve, MANY, np.float64)[0][:, NEAR] == pytest.approx(
        plain, rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("name", GIVEN)
def test_doses_of_nothing_change_nothing(name: str) -> None:
    curve = CURVES[name]
    padded = value(curve, drawn(curve), schedule_of(curve, [*MANY, *[(0.0, 0.0, 0.0)] * 3]))
    plain = value(curve, drawn(curve), schedule_of(curve, MANY))
    assert padded[:, NEAR] == pytest.approx(plain[:, NEAR], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", GIVEN)
def test_there_is_no_drug_before_the_first_dose(name: str) -> None:
    curve = CURVES[name]
    late = [(begins + 5.0, amount, over) for begins, amount, over in DOSES[:3]]
    level = value(curve, drawn(curve), schedule_of(curve, [*late, DOSES[3]]))[:, NEAR]
    assert np.abs(level[np.array(TIMES) < 5.0]).max() < 1e-6 * level.max()


@pytest.mark.parametrize("scale", Scale)
@given(z=st.floats(-8.0, 8.0))
def test_a_parameter_survives_the_way_to_its_scale_and_back(scale: Scale, z: float) -> None:
    assert normal(scale, natural(scale, np.array([z]))) == pytest.approx(z, abs=1e-9)


def _by_differences(curve: Curve, along: str, step: float = 1e-5) -> np.ndarray:
    """The slope of the summed levels, by NumPy and central differences."""
    z, schedule = drawn(curve), schedule_of(curve, DOSES)
    ends = [value(curve, z | {along: z[along] + way * step}, schedule) for way in (1.0, -1.0)]
    return (ends[0] - ends[1]).sum(axis=0) / (2.0 * step)
