"""Many climbs to the likeliest latents at once, by trust regions tried side by side.

What climbs is the log likelihood plus the log of the prior, whose curvature is one in every
direction. The curvature of the rest comes from the problem (Fisher) or is learned on the way
(BFGS). Each round tries several radii for every climb in one batch and keeps the best.

Source: Nocedal and Wright 2006, doi:10.1007/978-0-387-40065-5, chapters 4 and 6 (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.counted import Counted

_RADII = np.array([3.0, 1.0, 0.3, 0.1, 0.02])  # of the trusted radius
_FIRST_RADIUS = 1.0
_LARGEST_RADIUS = 4.0  # prior SDs
_SMALLEST_RADIUS = 1e-3
_SHRINK = 0.02  # when no radius gained anything
_ENOUGH = 0.02  # nats: a gain below it, as forecast or as reached, is none
_PROMISING = 0.3  # nats: a forecast from which small gains are no end yet
_QUIET_ROUNDS = 2
_BISECTIONS = 40
_LEAST_CURVATURE = 1e-6


class End(StrEnum):
    """How one climb ended."""

    SUMMIT = "nothing left to gain"
    WALL = "no step gains, though the slope says so: at a wall, or noise"
    ROUNDS = "stopped at the limit of rounds"
    BUDGET = "stopped by the budget"
    IMPOSSIBLE = "began where the data are impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbs:
    """Where climbs ended: `z` is `"starts latents"`, the rest `"starts"`.

    `height` is the log likelihood less half the squared length of `z`; `curvature`
    (`"starts latents latents"`) is that of minus the height, as the climb knows it.
    """

    z: NDArray[np.float64]
    height: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    curvature: NDArray[np.float64]
    ends: tuple[End, ...]


def height_of(z: NDArray[np.float64], log_likelihood: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is climbed: log likelihood plus log prior, less the prior's constant."""
    return log_likelihood - 0.5 * (z**2).sum(axis=-1)


def climb(counted: Counted, starts: NDArray[np.float64], *, most_rounds: int) -> Climbs:
    """Climbs from `"starts latents"` to where nothing is left to gain."""
    on_the_way = _begin(counted, starts)
    for _ in range(most_rounds):
        if not on_the_way.open.any():
            break
        if counted.spent:
            _close(on_the_way, on_the_way.open.copy(), End.BUDGET)
            break
        _round(counted, on_the_way)
    _close(on_the_way, on_the_way.open.copy(), End.ROUNDS)
    height = height_of(on_the_way.z, on_the_way.log_likelihood)
    return Climbs(
        z=on_the_way.z,
        height=height,
        log_likelihood=on_the_way.log_likelihood,
        curvature=on_the_way.curvature,
        ends=tuple(on_the_way.ends),
    )


@dataclass(slots=True)
class _Climbing:
    """Climbs on their way."""

    z: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    slope: NDArray[np.float64]  # of the height
    curvature: NDArray[np.float64]
    radius: NDArray[np.float64]
    quiet: NDArray[np.int64]
    open: NDArray[np.bool_]
    ends: list[End]


def _begin(counted: Counted, starts: NDArray[np.float64]) -> _Climbing:
    count, latents = starts.shape
    slopes = counted.slopes(starts)
    curvature = np.tile(np.eye(latents), (count, 1, 1))
    if slopes.fisher is not None:
        curvature = curvature + slopes.fisher
    climbing = _Climbing(
        z=starts.copy(),
        log_likelihood=slopes.log_likelihood,
        slope=slopes.gradient - starts,
        curvature=curvature,
        radius=np.full(count, _FIRST_RADIUS),
        quiet=np.zeros(count, dtype=np.int64),
        open=np.ones(count, dtype=bool),
        ends=[End.ROUNDS] * count,
    )
    _close(climbing, ~np.isfinite(climbing.log_likelihood), End.IMPOSSIBLE)
    return climbing


def _close(climbing: _Climbing, which: NDArray[np.bool_], end: End) -> None:
    for start in np.flatnonzero(which & climbing.open):
        climbing.ends[start] = end
        climbing.open[start] = False


def _round(counted: Counted, climbing: _Climbing) -> None:
    """One step of every open climb, the best of the radii."""
    going = np.flatnonzero(climbing.open)
    z, slope = climbing.z[going], climbing.slope[going]
    radii = np.minimum(climbing.radius[going, None] * _RADII, _LARGEST_RADIUS)
    steps, promised = _steps(climbing.curvature[going], slope, radii)
    tried = z[:, None, :] + steps
    shape = tried.shape
    found = counted.values(tried.reshape(-1, shape[2])).reshape(shape[:2])
    gains = height_of(tried, found) - height_of(z, climbing.log_likelihood[going])[:, None]
    best = gains.argmax(axis=1)
    rows = np.arange(len(going))
    gain, moved = gains[rows, best], gains[rows, best] > 0.0
    length = np.linalg.norm(steps[rows, best], axis=1)
    climbing.radius[going] = np.where(
        moved, np.maximum(length, _SMALLEST_RADIUS), radii[:, 1] * _SHRINK
    )
    _go_on(counted, climbing, going[moved], tried[rows, best][moved])
    faint = (gain < _ENOUGH) & (
        promised < _PROMISING
    )  # a slow ridge gains little and promises much
    quiet = (promised < _ENOUGH) | (moved & faint)
    climbing.quiet[going] = np.where(quiet, climbing.quiet[going] + 1, 0)
    ended, stuck = np.zeros_like(climbing.open), np.zeros_like(climbing.open)
    ended[going] = (climbing.quiet[going] >= _QUIET_ROUNDS) | (quiet & ~moved)
    stuck[going] = ~moved & (climbing.radius[going] < _SMALLEST_RADIUS)
    _close(climbing, ended, End.SUMMIT)
    _close(climbing, stuck, End.WALL)


def _go_on(
    counted: Counted, climbing: _Climbing, moved: NDArray[np.int64], there: NDArray[np.float64]
) -> None:
    """Slopes and curvature where the climbs now stand."""
    if not len(moved):
        return
    slopes = counted.slopes(there, _differences(climbing.curvature[moved]))
    slope = slopes.gradient - there
    if slopes.fisher is not None:
        climbing.curvature[moved] = np.eye(there.shape[1]) + slopes.fisher
    else:
        step, turn = there - climbing.z[moved], climbing.slope[moved] - slope
        climbing.curvature[moved] = _learned(climbing.curvature[moved], step, turn)
    climbing.z[moved], climbing.slope[moved] = there, slope
    climbing.log_likelihood[moved] = slopes.log_likelihood


def _differences(curvature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steps along the axes of the curvature, short where it is strong."""
    values, vectors = np.linalg.eigh(curvature)
    size = _SHARE / np.sqrt(np.maximum(values, _LEAST_CURVATURE))
    size = np.clip(size, _SHORTEST, _LONGEST)
    return np.swapaxes(vectors * size[:, None, :], 1, 2)


def _learned(
    curvature: NDArray[np.float64], step: NDArray[np.float64], turn: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The BFGS update, damped (Powell) where the surface curves the wrong way."""
    bent = (curvature @ step[:, :, None])[:, :, 0]
    expected, seen = (step * bent).sum(axis=1), (step * turn).sum(axis=1)
    weak = seen < _DAMPED * expected
    gap = np.where(weak, expected - seen, 1.0)
    share = np.where(weak, (1.0 - _DAMPED) * expected / np.maximum(gap, 1e-300), 1.0)[:, None]
    turn = share * turn + (1.0 - share) * bent
    seen = (step * turn).sum(axis=1)
    outer = turn[:, :, None] * turn[:, None, :] / seen[:, None, None]
    return curvature + outer - bent[:, :, None] * bent[:, None, :] / expected[:, None, None]


_DAMPED = 0.2
# Steps of differences: in SDs that the curvature promises, and their bounds in prior SDs. Shorter
# ones would measure the solver's noise and mistake it for curvature.
_SHARE = 0.3
_SHORTEST, _LONGEST = 0.015, 0.05


def _steps(
    curvature: NDArray[np.float64], slope: NDArray[np.float64], radii: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Best steps within each radius (`"starts radii latents"`), and the gain promised by none."""
    values, vectors = np.linalg.eigh(curvature)
    values = np.maximum(values, _LEAST_CURVATURE)
    along = np.einsum("sji,sj->si", vectors, slope)
    promised = 0.5 * (along**2 / values).sum(axis=1)
    low = np.zeros_like(radii)
    high = np.linalg.norm(along, axis=1)[:, None] / radii
    for _ in range(_BISECTIONS):  # the damping at which a step is as long as its radius
        damping = 0.5 * (low + high)
        long = np.linalg.norm(_damped(along, values, damping), axis=2) > radii
        low, high = np.where(long, damping, low), np.where(long, high, damping)
    free = np.linalg.norm(along / values, axis=1)[:, None] <= radii
    damping = np.where(free, 0.0, high)
    return np.einsum("sij,srj->sri", vectors, _damped(along, values, damping)), promised


def _damped(
    along: NDArray[np.float64], values: NDArray[np.float64], damping: NDArray[np.float64]
) -> NDArray[np.float64]:
    return along[:, None, :] / (values[:, None, :] + damping[:, :, None])
