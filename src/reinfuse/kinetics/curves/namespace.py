"""Which array library a value belongs to, so that a curve is written once for both."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

# A module or an array of either library: no type names both.
Either = Any

# From here on exp(-value) is below rounding, in 64 bits too.
_LINEAR = 40.0


def namespace_of(*values: Either) -> Either:
    """`jax.numpy` if any value is a JAX array, else `numpy`; does not load JAX."""
    jax = sys.modules.get("jax")
    if jax is not None and any(isinstance(value, jax.Array) for value in values):
        return sys.modules["jax.numpy"]
    return np


def softplus(value: Either) -> Either:
    """ln(1 + exp(value)) without overflow, with every derivative right at every value."""
    xp = namespace_of(value)
    # Beyond _LINEAR the sum is the value itself. Splitting at 0 by abs() would cost the slope
    # there, which JAX takes to be 1, and a sample exactly on a joint is common.
    # log(1 + e) and not log1p: what it loses is below rounding of a time, and it is much cheaper.
    return xp.log(1.0 + xp.exp(xp.minimum(value, _LINEAR))) + xp.maximum(value - _LINEAR, 0.0)


def log_sum_exp(one: Either, other: Either) -> Either:
    """ln(exp(one) + exp(other)) without overflow, of finite values."""
    xp = namespace_of(one, other)
    # Cheaper than the libraries' logaddexp, which also looks for infinities.
    # min(d, -d) and not -abs(d): at a tie JAX gives abs() the slope 1.
    apart = one - other
    return xp.maximum(one, other) + xp.log(1.0 + xp.exp(xp.minimum(apart, -apart)))


def held(value: Either) -> Either:
    """The same value, taken for a constant by JAX's derivatives."""
    if namespace_of(value) is np:
        return value
    return sys.modules["jax"].lax.stop_gradient(value)
