"""Densities of PEtab's noise models, against SciPy."""

import math

import pytest
from scipy import stats

from reinfuse.engine.petab.likelihood import log_density, residual
from reinfuse.engine.petab.problem import Noise, Scale

MEASURED, SIMULATED, SIGMA = 1.7, 2.9, 0.6
LN_10 = math.log(10.0)
EXPECTED = {
    (Scale.LIN, Noise.NORMAL): stats.norm(SIMULATED, SIGMA).logpdf(MEASURED),
    (Scale.LIN, Noise.LAPLACE): stats.laplace(SIMULATED, SIGMA).logpdf(MEASURED),
    (Scale.LOG, Noise.NORMAL): stats.lognorm(SIGMA, scale=SIMULATED).logpdf(MEASURED),
    (Scale.LOG, Noise.LAPLACE): stats.loglaplace(1 / SIGMA, scale=SIMULATED).logpdf(MEASURED),
    # A decadic logarithm with deviation s is a natural one with deviation s ln 10.
    (Scale.LOG10, Noise.NORMAL): stats.lognorm(SIGMA * LN_10, scale=SIMULATED).logpdf(MEASURED),
    (Scale.LOG10, Noise.LAPLACE): stats.loglaplace(
        1 / (SIGMA * LN_10), scale=SIMULATED
    ).logpdf(MEASURED),
}  # fmt: skip


@pytest.mark.parametrize(("scale", "noise"), list(EXPECTED))
def test_the_density_of_a_measurement_is_scipys(scale: Scale, noise: Noise) -> None:
    ours = log_density(MEASURED, SIMULATED, sigma=SIGMA, scale=scale, noise=noise)
    assert ours == pytest.approx(EXPECTED[scale, noise], rel=1e-13)


def test_a_residual_is_simulated_less_measured_in_units_of_the_noise() -> None:
    assert residual(2.0, 5.0, sigma=0.5, scale=Scale.LIN) == pytest.approx(6.0)
    assert residual(1.0, 100.0, sigma=0.5, scale=Scale.LOG10) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("simulated", "sigma", "scale"),
    [
        (-1.0, 1.0, Scale.LOG),
        (0.0, 1.0, Scale.LOG10),
        (1.0, 0.0, Scale.LIN),
        (1.0, -2.0, Scale.LIN),
        (math.nan, 1.0, Scale.LIN),
        (1.0, math.nan, Scale.LIN),
    ],
)
def test_what_has_no_density_is_never_likely(simulated: float, sigma: float, scale: Scale) -> None:
    assert log_density(1.0, simulated, sigma=sigma, scale=scale, noise=Noise.NORMAL) == -math.inf
