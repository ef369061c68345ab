"""Sums of exponentials: what a bolus, an infusion or a first-order input leaves of one of them.

A linear system answers a bolus of one unit with a sum of terms, weight x exp(-rate t). The two
functions here give one such term after an infusion and after absorption, in forms that stay
finite where rates meet, durations are zero or time has not begun.
"""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.kinetics.curves.curve import Array
from reinfuse.kinetics.curves.namespace import namespace_of

# Below this, a series; its first term left out is below 1e-15 of the value. Above it, 1 - exp(-x)
# loses one digit, and compiles in a fraction of the time that expm1 takes.
_SERIES_BELOW = 0.1
_SERIES_TERMS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """weight x exp(-rate t)."""

    weight: Array
    rate: Array


def after_infusion(terms: tuple[Term, ...], elapsed: Array, duration: Array) -> Array:
    """The response to one unit given over `duration`, or at once where that is 0."""
    xp = namespace_of(elapsed, terms[0].rate)
    running = xp.minimum(xp.maximum(elapsed, 0.0), duration)
    at_once = duration <= 0.0
    given = xp.where(at_once, elapsed >= 0.0, running / xp.where(at_once, 1.0, duration))
    since = xp.maximum(elapsed - duration, 0.0)
    return given * sum(
        one.weight * xp.exp(-one.rate * since) * mean_decay(one.rate * running) for one in terms
    )


def after_absorption(terms: tuple[Term, ...], elapsed: Array, absorption: Array) -> Array:
    """The response to one unit that is taken up at a first-order rate; 0 before it is given."""
    xp = namespace_of(elapsed, absorption, terms[0].rate)
    since = xp.maximum(elapsed, 0.0)
    return sum(one.weight * absorption * convolved(absorption, one.rate, since) for one in terms)


def convolved(one: Array, other: Array, since: Array) -> Array:
    """(exp(-other t) - exp(-one t))/(one - other), and t exp(-one t) where the rates are equal."""
    xp = namespace_of(one, other, since)
    apart = xp.maximum(one - other, other - one)  # abs() has a slope of 1 at 0 in JAX
    return since * xp.exp(-xp.minimum(one, other) * since) * mean_decay(apart * since)


def mean_decay(x: Array) -> Array:
    """(1 - exp(-x))/x for x >= 0: the mean of exp(-s) for s from 0 to x; 1 at 0."""
    xp = namespace_of(x)
    small = x < _SERIES_BELOW
    # Each side sees only values at which it is right: the unused one has no say in a gradient.
    near, far = xp.where(small, x, 0.0), xp.where(small, 1.0, x)
    series = xp.ones_like(near)
    for n in range(_SERIES_TERMS, 1, -1):
        series = 1.0 - near / n * series
    return xp.where(small, series, (1.0 - xp.exp(-far)) / far)
