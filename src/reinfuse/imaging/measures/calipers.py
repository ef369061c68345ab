"""Caliper lengths: the longest distance, the longest across it, the width across both.

The jaws of a caliper lie on the outermost points, so each length is an extent of the hull along its
direction. The same lengths are read off a lesion that is bent or hollow as off its hull.

Source: our own choice of definition. The longest one is the maximum 3D diameter of the Image
Biomarker Standardisation Initiative (doi:10.1148/radiol.2020191145).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from reinfuse.imaging.volume import Floats

ROWS_AT_ONCE = 512  # distances of this many points to all others are in memory together
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Caliper:
    """One length with the two points it was taken at: `ends`, `"end xyz"`, in mm, LPS.

    `mm` is measured along `direction`, a unit vector; the ends may lie aslant to it.
    """

    mm: float
    direction: Floats
    ends: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calipers:
    """Three lengths at right angles, the longest first."""

    long: Caliper
    middle: Caliper
    short: Caliper

    @property
    def mm(self) -> tuple[float, float, float]:
        """The short, the middle and the long length, mm: the order in which sizes are written."""
        return self.short.mm, self.middle.mm, self.long.mm


def calipers_of(points: Floats) -> Calipers:
    """The three caliper lengths of points, `"points xyz"` in mm."""
    outer = hull_of(points)
    first, second = farthest_pair(outer)
    along = _unit(outer[second] - outer[first])
    plane = _plane_across(along)
    shadow = hull_of(outer @ plane.T)
    near, far = farthest_pair(shadow)
    across = _unit((shadow[far] - shadow[near]) @ plane)
    return Calipers(
        long=caliper_along(outer, along),
        middle=caliper_along(outer, across),
        short=caliper_along(outer, np.cross(along, across)),
    )


def caliper_along(points: Floats, direction: Floats) -> Caliper:
    """The extent of points, `"points xyz"` in mm, along a unit vector."""
    reach = points @ direction
    low, high = int(reach.argmin()), int(reach.argmax())
    return Caliper(
        mm=float(reach[high] - reach[low]), direction=direction, ends=points[[low, high]]
    )


def hull_of(points: Floats) -> Floats:
    """The corners of the convex hull of points, `"points axes"`, in two or three dimensions.

    Points that are flat have no hull; all of them come back then.
    """
    try:
        return np.asarray(points[ConvexHull(points).vertices], np.float64)
    except QhullError:
        return points


def farthest_pair(points: Floats) -> tuple[int, int]:
    """Which two points, `"points axes"`, lie farthest apart."""
    kept = _outermost(points)
    first, second = _farthest_of_all(points[kept])
    return int(kept[first]), int(kept[second])


def _outermost(points: Floats) -> NDArray[np.intp]:
    """The numbers of those points that may belong to the farthest pair, and others.

    A distance that was found is a lower bound. A point cannot reach it whose way to the middle, and
    the longest way from there, are shorter together.
    """
    ways = np.linalg.norm(points - points.mean(axis=0), axis=1)
    first = int(ways.argmax())
    bound = float(np.linalg.norm(points - points[first], axis=1).max())
    return np.flatnonzero(ways + ways[first] >= bound * (1.0 - ROUNDING))


def _farthest_of_all(points: Floats) -> tuple[int, int]:
    """The farthest pair by looking at all of them."""
    best, pair = -1.0, (0, 0)
    centred = points - points.mean(axis=0)  # squares of large numbers would lose figures
    squares = np.sum(centred**2, axis=1)
    for start in range(0, len(points), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        apart = squares[rows, None] + squares[None, :] - 2.0 * centred[rows] @ centred.T
        row, column = np.unravel_index(int(apart.argmax()), apart.shape)
        if apart[row, column] > best:
            best, pair = float(apart[row, column]), (start + int(row), int(column))
    return pair


def _unit(vector: Floats) -> Floats:
    """The vector with length 1, or the first axis where it has no length."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else np.eye(len(vector))[0]


def _plane_across(along: Floats) -> Floats:
    """Two unit vectors, `"2 xyz"`, at right angles to a unit vector and to each other."""
    helper = np.eye(3)[int(np.abs(along).argmin())]
    one = _unit(np.cross(along, helper))
    return np.stack([one, np.cross(along, one)])
