"""Heights of a posterior over a strip of two unknowns, from few of them: Chebyshev interpolation.

With many cohorts the posterior is narrow, and its logarithm is as smooth there as a parabola: some
three hundred heights say what a grid of thousands would. That is never taken on trust: the finished
heights are held against exact ones at places spread over all that weighs anything.

Source: Berrut and Trefethen 2004, doi:10.1137/S0036144502417715 (the barycentric form; recalled).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reinfuse.pooling.bayes.tau_axis import DROP

Floats = NDArray[np.float64]

#: How far a log density may be from the exact one at any place that is looked at, where it is
#: highest; more is allowed where little lies, as the square root of the density falls. Ours.
TOLERANCE = 1e-4

_DEGREES = (16, 24, 32)
_CHECKED = 32  # places
_SMOOTH = 6  # the degree of the middle line of the strip, and of its width
_ROOM = 1.05  # of the width, so that no height of the strip lies on its very edge


def heights_of_strip(
    exact: Callable[[Floats, Floats], Floats], mu: Floats, t: Floats, low: Floats, high: Floats
) -> Floats | None:
    """`exact(mu, t)` of pairs, on the grid of `mu` and `t`: axes (mu, t).

    Between `low` and `high` (one axis, t) only; what lies outside is minus infinite. `None` where
    the function is not smooth enough for that, so that it must be worked out everywhere.
    """
    centre, reach = _follow(t, low, high)
    place = (mu[:, None] - centre(t)) / reach(t)
    inside = (np.abs(place) <= 1) & (mu[:, None] >= low) & (mu[:, None] <= high)
    for degree in _DEGREES:
        nodes = np.cos(np.pi * np.arange(degree + 1) / degree)
        at_t = t[0] + (t[-1] - t[0]) * (nodes + 1) / 2
        at_mu = centre(at_t) + reach(at_t) * nodes[:, None]
        pairs = np.broadcast_arrays(at_mu, at_t)
        held = exact(pairs[0].ravel(), pairs[1].ravel()).reshape(at_mu.shape)
        scaled = 2 * (t - t[0]) / (t[-1] - t[0]) - 1
        lines = held @ _weights(scaled, degree).T  # axes (nodes, t)
        found = np.full(place.shape, -np.inf)
        for column in range(len(t)):
            rows = inside[:, column]
            found[rows, column] = _weights(place[rows, column], degree) @ lines[:, column]
        if _is_right(found, exact, mu, t):
            return found
    return None


def chebyshev_places(low: float, high: float, degree: int) -> Floats:
    """The `degree` + 1 places between two ends from which `read_between` reads."""
    nodes = np.cos(np.pi * np.arange(degree + 1) / degree)
    return low + (high - low) * (nodes + 1) / 2


def read_between(at: Floats, low: float, high: float, degree: int) -> Floats:
    """The weights of the values at `chebyshev_places`: axes (at, places)."""
    return _weights(2 * (at - low) / (high - low) - 1, degree)


def _follow(
    t: Floats, low: Floats, high: Floats
) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """The middle line and the half width of the strip as smooth functions of t."""
    ends = (float(t[0]), float(t[-1]))
    middle = np.polynomial.Chebyshev.fit(t, (low + high) / 2, _SMOOTH, domain=ends)
    width = np.polynomial.Chebyshev.fit(t, np.log((high - low) / 2), _SMOOTH, domain=ends)
    off = np.maximum(high - middle(t), middle(t) - low)
    room = _ROOM * float((off / np.exp(width(t))).max())

    def centre(at: Floats) -> Floats:
        found: Floats = middle(at)
        return found

    def reach(at: Floats) -> Floats:
        found: Floats = room * np.exp(width(at))
        return found

    return centre, reach


def _weights(at: Floats, degree: int) -> Floats:
    """What each value at the nodes counts at `at`, -1 to 1: axes (at, nodes)."""
    nodes = np.cos(np.pi * np.arange(degree + 1) / degree)
    signs = np.where(np.arange(degree + 1) % 2, -1.0, 1.0)
    signs[[0, -1]] /= 2
    apart = at[:, None] - nodes
    on_node = np.abs(apart) < 1e-14  # noqa: PLR2004  # the barycentric form divides by it
    weights = signs / np.where(on_node, 1.0, apart)
    weights[on_node.any(axis=1)] = 0.0
    weights[on_node] = 1.0
    found: Floats = weights / weights.sum(axis=1, keepdims=True)
    return found


def _is_right(
    found: Floats, exact: Callable[[Floats, Floats], Floats], mu: Floats, t: Floats
) -> bool:
    """Whether heights are the exact ones, from the highest down to those that weigh nothing."""
    places = np.flatnonzero(found > found.max() - DROP)
    ordered = places[np.argsort(found.ravel()[places])]
    looked_at = ordered[np.linspace(0, len(ordered) - 1, _CHECKED).astype(int)]
    rows, columns = np.unravel_index(looked_at, found.shape)
    height = found.ravel()[looked_at]
    off = np.abs(exact(mu[rows], t[columns]) - height)
    return bool((off * np.exp((height - height.max()) / 2)).max() <= TOLERANCE)
