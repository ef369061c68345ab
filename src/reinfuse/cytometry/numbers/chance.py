"""Averages over what is not known of a share, without drawing numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

# The trapezoid rule on standard normal scores: what is averaged is smooth there and dies off at
# both ends, so that the rule converges faster than any power of the step.
_SCORES: Floats = np.arange(-8.0, 8.0 + 1e-9, 0.05)
_WEIGHTS: Floats = np.exp(-(_SCORES**2) / 2) / np.exp(-(_SCORES**2) / 2).sum()
# Each tail is asked for by its own small number: 1 - 1e-15 has lost what it was 1 minus of.
_FROM_BELOW: Floats = special.ndtr(np.minimum(_SCORES, 0))
_FROM_ABOVE: Floats = special.ndtr(-np.maximum(_SCORES, 0))
_HALVINGS = 200
_EXACT = 1e-11  # relative


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What is known of a number: possible values and their weights, which sum to 1."""

    values: Floats
    weights: Floats

    def average(self, outcomes: Floats) -> float:
        """The mean of outcomes, one for each value."""
        return float(self.weights @ outcomes)


class Falling(Protocol):
    """A function that does not rise."""

    def __call__(self, at: float, /) -> float:
        """Its value."""


def fixed(value: float) -> Points:
    """A value that is known."""
    return Points(values=np.array([value]), weights=np.array([1.0]))


def beta_points(a: float, b: float) -> Points:
    """Quantiles of a beta distribution; 0 for a = 0."""
    if a == 0:
        return fixed(0.0)
    below = special.betaincinv(a, b, _FROM_BELOW)
    above = special.betainccinv(a, b, _FROM_ABOVE)
    return Points(values=np.where(_SCORES < 0, below, above), weights=_WEIGHTS)


def gamma_points(a: float) -> Points:
    """Quantiles of a gamma distribution of scale 1; 0 for a = 0."""
    if a == 0:
        return fixed(0.0)
    below = special.gammaincinv(a, _FROM_BELOW)
    above = special.gammainccinv(a, _FROM_ABOVE)
    return Points(values=np.where(_SCORES < 0, below, above), weights=_WEIGHTS)


def solve_falling(function: Falling, target: float, high: float) -> float:
    """Where a function that falls over 0 to `high` passes `target`, by halving."""
    low = 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if high - low <= _EXACT * middle:
            break
        low, high = (middle, high) if function(middle) > target else (low, middle)
    return (low + high) / 2
