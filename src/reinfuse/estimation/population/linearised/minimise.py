"""The lowest value of a sum over subjects whose derivatives by subject are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

# A value that could not be computed counts as this, so that a line search turns back.
_REFUSED = 1e10
_RIDGE = 1e-2  # share of the diagonal that keeps the first metric firm
_ROUNDS = 12
# What -2 ln L would still fall by, in the metric at hand, when the search ends.
SETTLED = 1e-9
_GRADIENT = 1e-5
_STEP = 1e-3  # of differences between gradients, in units of each number's own error


class Value(NamedTuple):
    """A sum's terms (`"subjects"`) and their derivatives (`"subjects numbers"`)."""

    terms: np.ndarray
    slopes: np.ndarray

    @property
    def total(self) -> float:
        """The sum; infinite where a term or derivative is not finite."""
        finite = np.isfinite(self.terms).all() and np.isfinite(self.slopes).all()
        return float(self.terms.sum()) if finite else np.inf

    @property
    def slope(self) -> np.ndarray:
        """The derivative of the sum."""
        return self.slopes.sum(0)


Sum = Callable[[np.ndarray], Value]


class Minimum(NamedTuple):
    """Where the search ended; `left` is what the sum might still fall by."""

    vector: np.ndarray
    value: Value
    left: float


def minimise(at: Sum, start: np.ndarray) -> Minimum:
    """The minimum near `start`, of a sum that stands for -2 ln L.

    Steps are measured by the spread of derivatives between subjects, which is renewed in rounds
    until nothing is gained.
    """
    vector, value = start, at(start)
    if not np.isfinite(value.total):
        return Minimum(vector, value, np.inf)
    for _ in range(_ROUNDS):
        metric = _metric(value)
        before = value.total
        vector, value = _round(at, vector, metric, before)
        left = _left(value, _metric(value))
        if left < SETTLED or before - value.total < SETTLED:
            break
    return Minimum(vector, value, left)


def curvature(at: Sum, minimum: Minimum) -> np.ndarray:
    """The Hessian of the sum at a minimum, by differences of its exact gradient."""
    vector = minimum.vector
    sizes = np.sqrt(np.maximum(0.5 * (minimum.value.slopes**2).sum(0), 1e-30))
    steps = _STEP * np.minimum(1.0 / sizes, np.maximum(1.0, np.abs(vector)))
    rows = [
        (at(vector + step * way).slope - at(vector - step * way).slope) / (2.0 * step)
        for step, way in zip(steps, np.eye(len(vector)), strict=True)
    ]
    found = np.asarray(rows)
    return 0.5 * (found + found.T)


def _round(
    at: Sum, vector: np.ndarray, metric: np.ndarray, before: float
) -> tuple[np.ndarray, Value]:
    """One search in coordinates in which the metric is a unit matrix."""
    back = np.linalg.inv(np.linalg.cholesky(metric)).T
    best = (before, vector, at(vector))

    def of(moved: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal best
        here = vector + back @ moved
        value = at(here)
        if not np.isfinite(value.total):
            return _REFUSED, np.zeros_like(moved)
        if value.total < best[0]:
            best = (value.total, here, value)
        return value.total, back.T @ value.slope

    minimize(of, np.zeros_like(vector), jac=True, method="BFGS", options={"gtol": _GRADIENT})
    return best[1], best[2]


def _metric(value: Value) -> np.ndarray:
    """Half the derivatives' scatter: what the Hessian of -2 ln L is expected to be."""
    scatter = 0.5 * value.slopes.T @ value.slopes
    sizes = np.diagonal(scatter)
    return scatter + np.diag(_RIDGE * sizes + 1e-8 * max(1.0, float(sizes.max())))


def _left(value: Value, metric: np.ndarray) -> float:
    return float(0.5 * value.slope @ np.linalg.solve(metric, value.slope))
