"""The closed form behind every saturable rate: y + exp(y) = z, solved for y.

exp(y) is Wright's omega, W(exp(z)) with Lambert's W; taken by its logarithm it neither overflows
nor loses small values. An amount C that grows or falls by a rate V C/(K + C) has
ln(C/K) + C/K = z, and z moves by V/K per unit of time.
"""

from __future__ import annotations

from reinfuse.kinetics.curves.curve import Array
from reinfuse.kinetics.curves.namespace import held, namespace_of

# From the start below, five steps are right to 1e-15 for every z (test). The last two are seen
# by derivatives, which makes the first three derivatives right.
_STEPS = 3
_SEEN_STEPS = 2
# Below this ln(softplus(z)) is z itself, in double precision too, and exp(z) could underflow.
_LOW = -30.0
_HIGH = 40.0  # above this ln(1 + exp(z)) is z itself


def log_omega(z: Array) -> Array:
    """y with y + exp(y) = z, by Newton steps."""
    xp, fixed = namespace_of(z), held(z)
    # log1p and not softplus: here the smallest sums count.
    above = xp.maximum(fixed, _LOW)
    begun = xp.log1p(xp.exp(xp.minimum(above, _HIGH))) + xp.maximum(above - _HIGH, 0.0)
    y = xp.log(begun) + xp.minimum(fixed - _LOW, 0.0)
    for _ in range(_STEPS):
        y = _nearer(y, fixed, xp)
    for _ in range(_SEEN_STEPS):
        y = _nearer(y, z, xp)
    return y


def _nearer(y: Array, z: Array, xp: Array) -> Array:
    rise = xp.exp(y)
    return y - (y + rise - z) / (1.0 + rise)
