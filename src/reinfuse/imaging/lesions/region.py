"""Where a person says a lesion is: a box, and where wanted a seed in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import SupportsInt

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.volume import Floats, Grid

Index = tuple[int, int, int]

# A voxel whose centre lies on the border of a box is in it, whatever rounding says.
ROUNDING = 1e-6
# Which end of each axis makes a corner.
PICKS = tuple(product((0, 1), repeat=3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The voxels from `low` up to and without `high`, each (slice, row, column).

    Without a `seed` the hottest voxel of the box leads to the lesion; with one, the lesion is the
    one that can be climbed to from the seed.
    """

    low: Index
    high: Index
    seed: Index | None = None

    @property
    def shape(self) -> Index:
        """How many voxels along each axis, at least 0."""
        sizes = (max(0, high - low) for low, high in zip(self.low, self.high, strict=True))
        return index_of(sizes)

    @property
    def place(self) -> tuple[slice, slice, slice]:
        """The region as slices of an array `"z y x"`."""
        one, two, three = (
            slice(low, low + size) for low, size in zip(self.low, self.shape, strict=True)
        )
        return one, two, three

    def clipped(self, shape: Index) -> Region:
        """What of the region lies on a grid of this shape; the seed stays as it is."""
        low = index_of(min(max(0, at), size) for at, size in zip(self.low, shape, strict=True))
        high = index_of(max(0, min(at, size)) for at, size in zip(self.high, shape, strict=True))
        return Region(low=low, high=high, seed=self.seed)

    def padded(self, voxels: ArrayLike) -> Region:
        """The region with voxels more on every side, for each axis or one number for all."""
        low, high = np.subtract(self.low, voxels), np.add(self.high, voxels)
        return Region(low=index_of(low), high=index_of(high), seed=self.seed)

    def grown(self, margin_mm: float, grid: Grid) -> Region:
        """The region with a margin on every side, as far as the grid goes."""
        voxels = np.ceil(margin_mm / grid.spacing).astype(int)
        return self.padded(voxels).clipped(grid.shape)

    def holds(self, index: Index) -> bool:
        """Whether this voxel is in the region."""
        inside = zip(self.low, index, self.high, strict=True)
        return all(low <= at < high for low, at, high in inside)


def region_between(
    grid: Grid, corner_mm: ArrayLike, opposite_mm: ArrayLike, *, seed_mm: ArrayLike | None = None
) -> Region:
    """The voxels whose centres lie between two corners, `"xyz"` in LPS mm; the order is free.

    On an oblique grid it is the smallest box of voxels that holds the box.
    """
    ends = np.stack([_point(corner_mm), _point(opposite_mm)])
    corners = np.array([[ends[pick, axis] for axis, pick in enumerate(picks)] for picks in PICKS])
    indices = grid.indices(corners)
    low = np.ceil(indices.min(axis=0) - ROUNDING)
    high = np.floor(indices.max(axis=0) + ROUNDING) + 1
    seed = None if seed_mm is None else voxel_at(grid, seed_mm)
    return Region(low=index_of(low), high=index_of(high), seed=seed)


def region_around(grid: Grid, seed_mm: ArrayLike, *, reach_mm: float) -> Region:
    """A box of `reach_mm` to every side of a seed, `"xyz"` in LPS mm."""
    if not (np.isfinite(reach_mm) and reach_mm > 0):
        raise ReinfuseError(
            f"a seed that reaches {reach_mm:g} mm", fix="give a length above 0, such as 60"
        )
    centre = _point(seed_mm)
    return region_between(grid, centre - reach_mm, centre + reach_mm, seed_mm=centre)


def index_of(numbers: Iterable[SupportsInt]) -> Index:
    """Three numbers of any kind as an index."""
    one, two, three = (int(number) for number in numbers)
    return one, two, three


def voxel_at(grid: Grid, place_mm: ArrayLike) -> Index:
    """The voxel that a place `"xyz"` in LPS mm lies in; it may be off the grid."""
    return index_of(np.rint(grid.indices(_point(place_mm))))


def _point(millimetres: ArrayLike) -> Floats:
    point = np.asarray(millimetres, np.float64)
    if point.shape != (3,) or not np.isfinite(point).all():
        raise ReinfuseError(
            "a place is not three finite numbers", fix="write x, y, z in LPS millimetres"
        )
    return point
