"""The mean over a small sphere, for every voxel: what SUVpeak is read from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.volume import Floats, Grid, Volume
from reinfuse.source import Source, Standing

SLICES_AT_ONCE = 8  # so that a slab and its sum stay in the cache
POINTS_A_SIDE = 12  # of a voxel, where its share inside the sphere is counted
ROUNDING_MM = 1e-6  # so that a centre on the sphere is inside whatever way the grid is turned


class Counting(StrEnum):
    """Which voxels belong to a sphere."""

    CENTRES = "voxels whose centre is inside"
    SHARES = "voxels by the share of them that is inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sphere:
    """A sphere about the centre of a voxel, over which uptake is averaged."""

    name: str
    radius_mm: float
    counting: Counting
    source: Source


ONE_ML_MM = float((3.0 / (4.0 * np.pi)) ** (1.0 / 3.0) * 10.0)  # 6.2035 mm
IBSI_SPHERE = Sphere(
    name="1 mL sphere",
    radius_mm=ONE_ML_MM,
    counting=Counting.CENTRES,
    source=Source(
        cite="Zwanenburg 2020",
        doi="10.1148/radiol.2020191145",
        place="local and global intensity peak",
        standing=Standing.PORT,
    ),
)
SHARED_SPHERE = Sphere(
    name="1 mL sphere, by voxel shares",
    radius_mm=ONE_ML_MM,
    counting=Counting.SHARES,
    source=Source(cite="steadier where voxels are large", standing=Standing.OURS),
)
TWELVE_MM_SPHERE = Sphere(
    name="12 mm sphere",
    radius_mm=6.0,
    counting=Counting.CENTRES,
    source=Source(cite="Lodge 2012", doi="10.2967/jnumed.111.101733", standing=Standing.ABSTRACT),
)


def peak_map(volume: Volume, sphere: Sphere = IBSI_SPHERE) -> NDArray[np.float32]:
    """The mean over a sphere about each voxel, `"z y x"`, in the unit of the volume.

    At the edge of the scan the mean is over those voxels that exist.
    """
    values = volume.values
    weights = sphere_weights(volume.grid, sphere).astype(np.float32)
    padded = np.pad(values, [(size // 2, size // 2) for size in weights.shape])
    means = np.empty_like(values)
    for start in range(0, len(values), SLICES_AT_ONCE):
        slab = means[start : start + SLICES_AT_ONCE]
        slab[...] = 0
        for z, y, x in np.argwhere(weights):
            part = padded[
                start + z : start + z + slab.shape[0],
                y : y + slab.shape[1],
                x : x + slab.shape[2],
            ]
            weight = weights[z, y, x]
            slab += part if weight == 1 else part * weight
        slab /= _weight_inside(weights, values.shape, start, len(slab))
    return means


def means_at(volume: Volume, places: NDArray[np.intp], sphere: Sphere) -> Floats:
    """The mean over a sphere about some voxels; `places`, `"voxels zyx"`, are their indices.

    Voxels that do not exist, or hold no number, are left out of the mean.
    """
    weights = sphere_weights(volume.grid, sphere)
    centre = np.array([size // 2 for size in weights.shape])
    low, high = places.min(axis=0) - centre, places.max(axis=0) + centre + 1
    box = _box(volume, low, high)
    exists = np.isfinite(box)
    values = np.where(exists, box, 0.0).ravel()
    own = np.ravel_multi_index(tuple((places - low).T), box.shape)
    shifts = np.ravel_multi_index(tuple(np.argwhere(weights).T), box.shape)
    shifts -= np.ravel_multi_index(tuple(centre), box.shape)
    heavy = weights[weights > 0]
    sums = np.zeros(len(places))
    for shift, weight in zip(shifts, heavy, strict=True):
        sums += weight * values[own + shift]
    if exists.all():
        return np.asarray(sums / heavy.sum(), np.float64)
    used, known = np.zeros(len(places)), exists.ravel()
    for shift, weight in zip(shifts, heavy, strict=True):
        used += weight * known[own + shift]
    return sums / used


def _box(volume: Volume, low: NDArray[np.intp], high: NDArray[np.intp]) -> Floats:
    """Voxels `low` to `high`, with no number where they are off the scan."""
    over = [
        (max(0, int(-first)), max(0, int(last - size)))
        for first, last, size in zip(low, high, volume.grid.shape, strict=True)
    ]
    cut = tuple(slice(max(0, int(first)), int(last)) for first, last in zip(low, high, strict=True))
    return np.pad(volume.values[cut].astype(np.float64), over, constant_values=np.nan)


def sphere_weights(grid: Grid, sphere: Sphere) -> Floats:
    """How much each voxel about a centre counts, `"z y x"`, from 0 to 1; odd sizes."""
    # Index i moves at least 1 / |column i of the inverse| mm away, aslant grids included.
    radius = sphere.radius_mm + ROUNDING_MM
    furthest = radius * np.linalg.norm(np.linalg.inv(grid.steps), axis=0)
    reach = np.ceil(furthest + 0.5).astype(int)
    index = np.stack(
        np.meshgrid(*(np.arange(-size, size + 1) for size in reach), indexing="ij"), axis=-1
    )
    if sphere.counting is Counting.CENTRES:
        inside = np.linalg.norm(index @ grid.steps, axis=-1) <= radius
        return _trimmed(inside.astype(np.float64))
    within = (np.arange(POINTS_A_SIDE) + 0.5) / POINTS_A_SIDE - 0.5
    points = np.stack(np.meshgrid(within, within, within, indexing="ij"), axis=-1).reshape(-1, 3)
    centres, inner = index @ grid.steps, points @ grid.steps
    away, corner = np.linalg.norm(centres, axis=-1), np.linalg.norm(inner, axis=1).max()
    shares = (away <= radius).astype(np.float64)
    cut = np.abs(away - radius) <= corner  # others are inside or outside as a whole
    parts = centres[cut][:, None, :] + inner
    shares[cut] = (np.einsum("vpi,vpi->vp", parts, parts) <= radius**2).mean(axis=1)
    return _trimmed(shares)


def _trimmed(weights: Floats) -> Floats:
    """Without outer layers that are empty; a sphere is symmetric, so both sides are alike."""
    used = np.argwhere(weights)
    low, high = used.min(axis=0), used.max(axis=0) + 1
    return weights[tuple(slice(*ends) for ends in zip(low, high, strict=True))]


def _weight_inside(
    weights: NDArray[np.float32], shape: tuple[int, ...], start: int, count: int
) -> NDArray[np.float32]:
    """The weight of those voxels that exist, `"slices y x"`, for slices from `start` on.

    It differs from the whole weight at the edges only, so it is the sum of a box of weights, which
    a running sum in three directions gives at once.
    """
    running = np.pad(weights, [(1, 0)] * 3).cumsum(0).cumsum(1).cumsum(2)
    edges = []
    for axis, size in enumerate(weights.shape):
        reach = size // 2
        place = np.arange(start, start + count) if axis == 0 else np.arange(shape[axis])
        low = np.clip(reach - place, 0, None)
        high = np.clip(shape[axis] - place + reach, None, size)
        edges.append((low, high))
    (z0, z1), (y0, y1), (x0, x1) = edges
    total = np.zeros((count, shape[1], shape[2]), weights.dtype)
    for z, z_sign in ((z1, 1), (z0, -1)):
        for y, y_sign in ((y1, 1), (y0, -1)):
            for x, x_sign in ((x1, 1), (x0, -1)):
                total += (z_sign * y_sign * x_sign) * running[np.ix_(z, y, x)]
    return total
