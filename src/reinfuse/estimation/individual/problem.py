"""One subject's values against one curve: residuals and their exact slopes, compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

import reinfuse.estimation.population.numerics  # noqa: F401 - switches 64 bits on
from reinfuse.estimation.individual.result import NotFitted
from reinfuse.kinetics.curves import Curve, Schedule, natural, normal, sampled

Vector = NDArray[np.float64]
Start = Mapping[str, float]
Bounds = Mapping[str, tuple[float, float]]

# Stands for a level that left the numbers: such a step is turned down and a shorter one tried.
_TOO_FAR = 1e100
# A parameter that moves the values by less than this share of them all has no say: rounding of
# the levels themselves is of that size.
_UNHEARD = 1e-12
_NEAR = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastSquaresProblem:
    """Weighted residuals (`"values"`) and their slopes, on the scale of estimation."""

    curve: Curve
    both: Callable[[Vector], tuple[Vector, Vector]]  # slopes and residuals, compiled as one
    asked: Vector  # the values, or their logarithms, times the root of the weights
    root_weights: Vector
    lower: Vector
    upper: Vector

    def residuals(self, z: Vector) -> Vector:
        """What is left of each value; 1e100 where the level is no number."""
        left = np.asarray(self.both(z)[1])
        return np.nan_to_num(left, nan=_TOO_FAR, posinf=_TOO_FAR, neginf=-_TOO_FAR)

    def slopes(self, z: Vector) -> Vector:
        """How each residual moves with each parameter."""
        return np.array(self.both(z)[0])

    def heard_slopes(self, z: Vector) -> Vector:
        """The same, and 0 for a parameter whose say is below rounding, or no number."""
        found = np.nan_to_num(self.slopes(z), nan=0.0, posinf=0.0, neginf=0.0)
        moved = np.linalg.norm(found, axis=0) * np.maximum(np.abs(z), 1.0)
        found[:, moved < _UNHEARD * np.linalg.norm(self.asked)] = 0.0
        return found

    def at_bound(self, z: Vector) -> NDArray[np.bool_]:
        """Which parameters lie at a bound, as near as a search comes to one."""
        near = _NEAR * (1.0 + np.abs(z))
        return (z - self.lower <= near) | (self.upper - z <= near)

    def holds(self, z: Vector) -> bool:
        """Whether parameters lie within the bounds."""
        return bool(((z >= self.lower) & (z <= self.upper)).all())

    def on_scale(self, start: Start) -> Vector:
        """A start on the scale of estimation; what it does not name is typical."""
        return np.array(
            [
                float(normal(one.scale, np.float64(start.get(one.name, one.typical))))
                for one in self.curve.parameters
            ]
        )

    def have_units(self, z: Vector) -> NDArray[np.bool_]:
        """Which parameters are numbers in their own units that have a place on their scales."""
        with np.errstate(all="ignore"):
            values = self.in_units(z)
            return np.isfinite(list(values.values())) & np.isfinite(self.on_scale(values))

    def in_units(self, z: Vector) -> dict[str, float]:
        """Parameters in their own units; infinite where a search ran away."""
        with np.errstate(over="ignore"):
            return {
                one.name: float(natural(one.scale, np.float64(value)))
                for one, value in zip(self.curve.parameters, z, strict=True)
            }


def problem_of(
    curve: Curve,
    times: Sequence[float] | Schedule,
    values: Sequence[float],
    *,
    weights: Sequence[float] | None,
    bounds: Bounds,
) -> LeastSquaresProblem | NotFitted:
    """The problem, or why there can be none."""
    schedule = times if isinstance(times, Schedule) else sampled(times)
    y = np.asarray(values, dtype=np.float64)
    weight = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    for complaint in (
        _shapes(schedule, y, weight),
        _numbers(curve, y, weight),
        _names(curve, schedule, bounds),
    ):
        if complaint:
            return NotFitted(complaint)
    root = np.sqrt(weight)
    asked = np.log(y) if curve.logarithmic else y

    def residuals(z: Vector) -> Vector:
        p = {
            one.name: natural(one.scale, jnp.atleast_1d(z[n]))
            for n, one in enumerate(curve.parameters)
        }
        level = jnp.broadcast_to(curve.value(p, schedule), schedule.time.shape)
        return root * (asked - level[:, 0])

    def twice(z: Vector) -> tuple[Vector, Vector]:
        left = residuals(z)
        return left, left

    ends = _ends(curve, bounds)
    return LeastSquaresProblem(
        curve=curve,
        both=jax.jit(jax.jacfwd(twice, has_aux=True)),
        asked=root * asked,
        root_weights=root,
        lower=ends[0],
        upper=ends[1],
    )


def _shapes(schedule: Schedule, y: Vector, weight: Vector) -> str:
    asked = schedule.time.shape
    if len(asked) != 2 or asked[1] != 1:  # noqa: PLR2004 - times and subjects
        return f"the schedule is of shape {asked}; one subject is fitted at a time"
    if y.shape != asked[:1]:
        return f"{y.size} values for {asked[0]} times"
    return "" if weight.shape == y.shape else f"{weight.size} weights for {y.size} values"


def _numbers(curve: Curve, y: Vector, weight: Vector) -> str:
    bad = np.flatnonzero(~np.isfinite(y))
    if bad.size:
        return f"value {bad[0] + 1} is {y[bad[0]]}, not a number; leave it out"
    if curve.logarithmic and (y <= 0.0).any():
        first = int(np.argmax(y <= 0.0))
        return f"value {first + 1} is {y[first]:g}, and {curve.name} is fitted to logarithms"
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight > 0.0)))
    if bad.size:
        return f"weight {bad[0] + 1} is {weight[bad[0]]:g}; a weight is above 0"
    count = len(curve.parameters)
    return "" if y.size > count else f"{y.size} values cannot fix {count} parameters and a residual"


def _names(curve: Curve, schedule: Schedule, bounds: Bounds) -> str:
    unknown = sorted(set(bounds) - set(curve.names))
    if unknown:
        return f"bounds for {', '.join(unknown)}, which {curve.name} does not have"
    missing = [name for name in curve.inputs if name not in schedule.inputs]
    if missing:
        return f"{curve.name} needs {', '.join(missing)} among the inputs of the schedule"
    empty = [name for name, (low, high) in bounds.items() if not low < high]
    return f"the bounds of {empty[0]} hold no number" if empty else ""


def _ends(curve: Curve, bounds: Bounds) -> tuple[Vector, Vector]:
    ends = []
    with np.errstate(divide="ignore", invalid="ignore"):  # a bound of 0 is minus infinity in ln
        for one in curve.parameters:
            if one.name in bounds:
                low, high = (float(normal(one.scale, np.float64(b))) for b in bounds[one.name])
            else:
                low, high = -np.inf, np.inf
            ends.append((-np.inf if np.isnan(low) else low, np.inf if np.isnan(high) else high))
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])
