"""How likely a measurement is, given what was simulated and how much it scatters."""

from __future__ import annotations

import math

from reinfuse.engine.petab.problem import Noise, Scale
from reinfuse.engine.petab.scales import on_scale

_LN_10 = math.log(10.0)
_HALF_LOG_2_PI = 0.5 * math.log(2.0 * math.pi)


def log_density(
    measured: float, simulated: float, *, sigma: float, scale: Scale, noise: Noise
) -> float:
    """Natural logarithm of the density of `measured`, on its own linear scale.

    On a logarithmic scale it is the logarithm that scatters, with `sigma` in its units; the density
    of the measurement itself then has the factor 1/measured (and 1/ln 10). `sigma` is the standard
    deviation of a normal, the scale parameter of a Laplace distribution. Minus infinity where a
    logarithm or `sigma` has no value, so that a fit turns back.

    Source: doi:10.1371/journal.pcbi.1008646, noise model of the supplementary specification.
    """
    distance = residual(measured, simulated, sigma=sigma, scale=scale)
    if math.isnan(distance):
        return -math.inf
    stretch = {
        Scale.LIN: lambda: 0.0,
        Scale.LOG: lambda: math.log(measured),
        Scale.LOG10: lambda: math.log(measured) + math.log(_LN_10),
    }[scale]()
    if noise is Noise.NORMAL:
        return (
            -0.5 * math.log(2.0 * math.pi) - math.log(sigma) - 0.5 * distance * distance - stretch
        )
    return -math.log(2.0 * sigma) - abs(distance) - stretch


def residual(measured: float, simulated: float, *, sigma: float, scale: Scale) -> float:
    """Simulated less measured on the scale of the observable, in units of `sigma`; or nan."""
    if not sigma > 0.0:
        return math.nan
    return (on_scale(simulated, scale) - on_scale(measured, scale)) / sigma
