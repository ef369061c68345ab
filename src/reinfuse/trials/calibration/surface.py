"""A smooth surface through what the model said: how a target moves with the unknowns.

For each target a polynomial of second order, over those unknowns that can move it, through the
log-odds of its rate (or the logarithm of its value) at every draw that was simulated. It costs
nothing to ask, and so tells where draws are worth a simulation; what is simulated there has the
last word. How far the surface is off is known from leaving each draw out once, and counts as an
error of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.evidence import Target
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.found import CLOSE, COHORTS, Found, error_of
from reinfuse.trials.calibration.unknowns import acts_on, unknowns

Floats = NDArray[np.float64]

_PENALTIES = tuple(10.0**power for power in np.arange(-2.0, 3.1, 0.5))
_HALF = 0.5
_NODES = 9  # of the quadrature over the error of a surface
_LEAST_WEIGHT = 0.25  # of a draw: one patient with the endpoint tells something too


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """The surface of one target; `error` is the standard deviation of what it misses."""

    target: Target
    moved_by: NDArray[np.bool_]
    terms: Floats
    error: float

    def at(self, z: Floats) -> Floats:
        """Log-odds of the rate, or the logarithm of the value, at `"draws unknowns"`."""
        return np.asarray(_terms(z[:, self.moved_by]) @ self.terms, np.float64)

    def log_likelihood(self, z: Floats) -> Floats:
        """How likely what was published is, up to a constant; the surface has an error too."""
        middle = self.at(z)
        published = self.target.published
        if published is not None:
            wide = math.hypot(error_of(published), CLOSE, self.error)
            return -0.5 * ((middle - math.log(published.value)) / wide) ** 2
        events, n = self.target.events or 0, self.target.n or 0
        nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        odds = middle[:, None] + math.hypot(self.error, COHORTS) * nodes
        said = events * odds - n * np.logaddexp(0.0, odds)
        return np.asarray(np.logaddexp.reduce(said + np.log(weights), axis=1), np.float64)


def surfaces_of(targets: Sequence[Target], z: Floats, found: Sequence[Found]) -> list[Surface]:
    """A surface for each target through all draws."""
    return [_surface(target, z, found) for target in targets]


def _surface(target: Target, z: Floats, found: Sequence[Found]) -> Surface:
    moved_by = np.array([acts_on(one, target) for one in unknowns()])
    heights, weights = np.array([_height(one[target.id]) for one in found]).T
    there = weights > 0
    rows = _terms(z[there][:, moved_by])
    root = np.sqrt(weights[there])
    tried = [_fitted(rows * root[:, None], heights[there] * root, one) for one in _PENALTIES]
    terms, left_out = min(tried, key=lambda one: float((one[1] ** 2).mean()))
    # Noise of few patients is in the misses too, so that the error is on the safe side.
    error = math.sqrt(float((left_out**2).sum() / (root**2).sum()))
    return Surface(target=target, moved_by=moved_by, terms=terms, error=error)


def _fitted(rows: Floats, heights: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Terms by ridge regression, the first unpenalised, and each draw's miss when left out."""
    ridge = penalty * np.eye(rows.shape[1])
    ridge[0, 0] = 1e-9
    inverse = np.linalg.inv(rows.T @ rows + ridge)
    terms = inverse @ rows.T @ heights
    own = np.einsum("ij,jk,ik->i", rows, inverse, rows)
    return terms, (heights - rows @ terms) / np.maximum(1 - own, 1e-3)


def _height(found: Counted | float) -> tuple[float, float]:
    """Height and weight of a draw; weight 0 where it has none."""
    if not isinstance(found, Counted):
        return (math.log(found), 1.0) if found > 0 else (0.0, 0.0)
    if not found.n:
        return 0.0, 0.0
    had, had_not = found.events + _HALF, found.n - found.events + _HALF
    return math.log(had / had_not), max(had * had_not / (had + had_not), _LEAST_WEIGHT)


def _terms(z: Floats) -> Floats:
    first, second = np.triu_indices(z.shape[1])
    return np.column_stack([np.ones(len(z)), z, z[:, first] * z[:, second]])
