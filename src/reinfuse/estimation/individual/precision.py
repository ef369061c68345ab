"""How firm estimates are: standard errors, correlations, and what the data do not fix."""

from __future__ import annotations

import numpy as np

from reinfuse.estimation.individual.problem import LeastSquaresProblem, Vector
from reinfuse.estimation.individual.result import Estimate, NotFixed
from reinfuse.kinetics.curves import slope

# A direction in which the levels move this much less than in the steepest one is not fixed;
# relative to slopes scaled to length 1. Lanczos's sums of exponentials, which are fixed, have 1e-7.
_FLAT = 1e-11
# A parameter belongs to a direction if it takes part with more than this share.
_TAKES_PART = 0.1


def precision_of(
    problem: LeastSquaresProblem, z: Vector, slopes: Vector, residual_sd: float
) -> tuple[tuple[Estimate, ...], Vector, tuple[str, ...]]:
    """Estimates with standard errors, the correlation of the firm ones, and their names."""
    curve, values = problem.curve, problem.in_units(z)
    lengths = np.linalg.norm(slopes, axis=0)
    why = _loose(problem, z, slopes, lengths)
    firm = [n for n, name in enumerate(curve.names) if name not in why]
    covariance = _covariance(slopes[:, firm], lengths[firm])
    spread = np.sqrt(np.diag(covariance))
    found = []
    for n, one in enumerate(curve.parameters):
        if one.name in why:
            error: float | NotFixed = NotFixed(why[one.name])
        else:
            in_unit = float(slope(one.scale, np.float64(values[one.name])))
            error = residual_sd * float(spread[firm.index(n)]) * in_unit
        found.append(
            Estimate(name=one.name, unit=one.unit, value=values[one.name], standard_error=error)
        )
    correlation = covariance / np.outer(spread, spread)
    return tuple(found), correlation, tuple(curve.names[n] for n in firm)


def _loose(
    problem: LeastSquaresProblem, z: Vector, slopes: Vector, lengths: Vector
) -> dict[str, str]:
    """Why each parameter without a standard error has none."""
    names = problem.curve.names
    why = {
        name: f"no level moves with {name}: the data do not fix it"
        for name, length in zip(names, lengths, strict=True)
        if length == 0.0
    }
    why |= {
        name: f"{name} lies at its bound"
        for name, there in zip(names, problem.at_bound(z), strict=True)
        if there and name not in why
    }
    free = [n for n, name in enumerate(names) if name not in why]
    if not free:
        return why
    _, sizes, directions = np.linalg.svd(slopes[:, free] / lengths[free], full_matrices=False)
    for size, direction in zip(sizes, directions, strict=True):
        if size > _FLAT * sizes[0]:
            continue
        together = [names[free[k]] for k in np.flatnonzero(np.abs(direction) > _TAKES_PART)]
        words = f"the data do not fix {' and '.join(together)} apart: they can move together"
        why |= dict.fromkeys(together, words)
    return why


def _covariance(slopes: Vector, lengths: Vector) -> Vector:
    """The inverse of slopes' slopes, by way of slopes of length 1."""
    if not slopes.shape[1]:
        return np.empty((0, 0))
    _, sizes, directions = np.linalg.svd(slopes / lengths, full_matrices=False)
    root = directions.T / sizes / lengths[:, None]
    return root @ root.T
