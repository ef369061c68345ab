"""Least squares of one subject: MINPACK and its relatives from SciPy, fed with exact slopes.

Without bounds Levenberg and Marquardt's method as MINPACK has it, else a trust region that
reflects at bounds. Where the first ends away from a minimum, the second is tried from the same
start, and the better end is kept. Slopes come from JAX in 64 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from reinfuse.estimation.individual.precision import precision_of
from reinfuse.estimation.individual.problem import (
    Bounds,
    LeastSquaresProblem,
    Start,
    Vector,
    problem_of,
)
from reinfuse.estimation.individual.result import LeastSquaresFit, NotFitted
from reinfuse.kinetics.curves import Curve, Schedule

# As tight as 64 bits allow: a search ends where no step makes the sum of squares smaller.
_TIGHT = 1e-15
_MOST_STEPS = 5000
# Starts whose sums of squares differ by less, relative, have ended at the same place.
_SAME_END = 1e-6
# At a minimum the residuals are at right angles to the slopes: the largest cosine left over.
_LEVEL = 1e-5
_POLISHING_STEPS = 50
# A step must be shorter than the last by this much, and may raise the sum by rounding only.
_SHRINKS = 0.9
_ROUNDING = 1e-12
# Values are given with two digits or so less than 64 bits hold.
_LAST_DIGITS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where a search ended."""

    z: Vector
    sum_of_squares: float
    level: bool
    words: str


def fit_least_squares(
    curve: Curve,
    times: Sequence[float] | Schedule,
    values: Sequence[float],
    start: Start | Sequence[Start] | None = None,
    *,
    weights: Sequence[float] | None = None,
    bounds: Bounds | None = None,
) -> LeastSquaresFit | NotFitted:
    """The least-squares fit of a curve to the values of one subject, or why there is none.

    `times` are plain times (one dose of 1 at time 0 for curves that need a dose), or a schedule
    of one subject. `start` is in the parameters' own units, one or several; a parameter it does
    not name starts at its typical value. `weights` are those of squared residuals. A curve that
    gives logarithms is fitted to the logarithms of the values.
    """
    problem = problem_of(curve, times, values, weights=weights, bounds=bounds or {})
    if isinstance(problem, NotFitted):
        return problem
    starts: list[Start] = (
        [start or {}] if start is None or isinstance(start, Mapping) else list(start)
    )
    ends: list[_End] = []
    complaints: list[NotFitted] = []
    for one in starts:
        end = _searched(problem, one)
        if isinstance(end, NotFitted):
            complaints.append(end)
        else:
            ends.append(end)
    if not ends:
        return complaints[0] if complaints else NotFitted("no start was given")
    best = min(ends, key=lambda end: end.sum_of_squares)
    agreeing = sum(
        end.sum_of_squares <= best.sum_of_squares * (1.0 + _SAME_END) + _rounding(problem) ** 2
        for end in ends
    )
    return _told(problem, best, agreeing, len(starts))


def _searched(problem: LeastSquaresProblem, start: Start) -> _End | NotFitted:
    unknown = sorted(set(start) - set(problem.curve.names))
    if unknown:
        return NotFitted(f"the start names {', '.join(unknown)}, which the curve does not have")
    with np.errstate(invalid="ignore", divide="ignore"):
        z = problem.on_scale(start)
    if not np.isfinite(z).all():
        names = [n for n, one in zip(problem.curve.names, z, strict=True) if not np.isfinite(one)]
        return NotFitted(f"{', '.join(names)} cannot start where it is told to: out of its range")
    if not problem.holds(z):
        return NotFitted("the start lies outside the bounds")
    if not np.isfinite(problem.slopes(z)).all():
        return NotFitted("the curve has no finite level or slope at the start")
    free = np.isinf(problem.lower).all() and np.isinf(problem.upper).all()
    ends: list[_End] = []
    for method, slopes in (
        ("lm", problem.slopes),
        ("trf", problem.slopes),
        # A parameter that the data say nothing of can lead the others out of the numbers.
        ("trf", problem.heard_slopes),
    )[0 if free else 1 :]:
        end = _by(problem, z, method, slopes)
        ends += [end] if end is not None else []
        if end is not None and end.level:
            break
    if not ends:
        return NotFitted("the search left the numbers: start closer")
    return min(ends, key=lambda one: one.sum_of_squares)


def _by(
    problem: LeastSquaresProblem, z: Vector, method: str, slopes: Callable[[Vector], Vector]
) -> _End | None:
    """Where one method ends; None where that is no place."""
    try:
        with np.errstate(all="ignore"):
            answer = least_squares(
                problem.residuals,
                z,
                jac=slopes,
                bounds=(problem.lower, problem.upper),
                method=method,
                x_scale="jac",
                ftol=_TIGHT,
                xtol=_TIGHT,
                gtol=_TIGHT,
                max_nfev=_MOST_STEPS,
            )
    except (ValueError, np.linalg.LinAlgError):  # slopes that are no numbers, on the way
        return None
    if not problem.have_units(answer.x).all():
        return None
    z = _polished(problem, answer.x)
    left = problem.residuals(z)
    return _End(
        z=z,
        sum_of_squares=float(left @ left),
        level=bool(answer.status > 0) and _is_level(problem, z),
        words=f"{'converged' if answer.status > 0 else 'stopped at the limit of steps'} after "
        f"{answer.nfev} evaluations",
    )


def _polished(problem: LeastSquaresProblem, z: Vector) -> Vector:
    """The last digits, by Gauss's steps for as long as each is shorter than the one before.

    The sum of squares is flat at its minimum: comparing sums fixes half of the digits, and
    these steps, which look for residuals at right angles to the slopes, the rest.
    """
    shortest = np.inf
    for _ in range(_POLISHING_STEPS):
        residuals, slopes = problem.residuals(z), problem.slopes(z)
        lengths = np.linalg.norm(slopes, axis=0)
        if not (np.isfinite(slopes).all() and (lengths > 0.0).all()):
            return z
        step = -np.linalg.lstsq(slopes / lengths, residuals, rcond=None)[0]
        size, there = float(np.linalg.norm(step)), z + step / lengths
        worse = problem.residuals(there)
        grows = worse @ worse > (residuals @ residuals) * (1.0 + _ROUNDING)
        if size >= _SHRINKS * shortest or grows or not problem.holds(there):
            return z
        z, shortest = there, size
    return z


def _is_level(problem: LeastSquaresProblem, z: Vector) -> bool:
    """Whether the residuals are at right angles to every slope, but for rounding."""
    residuals, slopes = problem.residuals(z), problem.slopes(z)
    if not np.isfinite(slopes).all():
        return False
    lengths = np.linalg.norm(slopes, axis=0)
    allowed = _LEVEL * np.linalg.norm(residuals) + _rounding(problem)
    return bool((np.abs(slopes.T @ residuals) <= allowed * lengths).all())


def _rounding(problem: LeastSquaresProblem) -> float:
    """The length of residuals that are nothing but the last digits of the values."""
    return _LAST_DIGITS * np.finfo(np.float64).eps * float(np.linalg.norm(problem.asked))


def _told(problem: LeastSquaresProblem, end: _End, agreeing: int, starts: int) -> LeastSquaresFit:
    curve, z = problem.curve, end.z
    if curve.settled is not None:
        z = problem.on_scale(curve.settled(problem.in_units(z)))
    residuals, slopes = problem.residuals(z), problem.heard_slopes(z)
    freedom = residuals.size - z.size
    sd = float(np.sqrt(residuals @ residuals / freedom))
    estimates, correlation, correlated = precision_of(problem, z, slopes, sd)
    reached = end.words if end.level else f"{end.words}; this may not be a minimum"
    return LeastSquaresFit(
        curve=curve.name,
        estimates=estimates,
        sum_of_squares=float(residuals @ residuals),
        residual_sd=sd,
        degrees_of_freedom=freedom,
        residuals=residuals / problem.root_weights,
        correlation=correlation,
        correlated=correlated,
        reached=reached,
        agreeing=agreeing,
        starts=starts,
    )
