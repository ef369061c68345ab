"""Volumes at coarser voxels, and where in them the body lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.volume import Floats, Grid, Mask, Volume

# Tissue against air, ours: halfway to water in Hounsfield units, a fifth of muscle in SUVbw.
TISSUE_FROM = MappingProxyType({"HU": -500.0, "SU": 0.15})  # by how the unit begins
OPENING_MM = 12.0  # what is thinner, as a table is, does not belong to the body
MARGIN_MM = 10.0  # around the body, so that its skin counts
_LOWEST, _HIGHEST = 0.5, 99.5  # percentiles of the body between which the bins lie


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """A volume at one voxel size as bin numbers, `bins - 1` the highest, with its body and skin."""

    values: NDArray[np.float32]
    grid: Grid
    body: Mask


def coarser(volume: Volume, millimetres: float) -> Volume:
    """Means over blocks of voxels, about as long as `millimetres`; rests at the far end are left.

    A volume whose voxels are as large already comes back as it is.
    """
    grid = volume.grid
    factors = [
        min(max(1, round(millimetres / step)), size)
        for step, size in zip(grid.spacing, grid.shape, strict=True)
    ]
    if factors == [1, 1, 1]:
        return volume
    values = volume.values
    for axis, factor in reversed(list(enumerate(factors))):
        values = _means(values, axis, factor)
    steps = grid.steps * np.asarray(factors)[:, None]
    first = grid.millimetres((np.asarray(factors) - 1) / 2)
    z, y, x = values.shape
    return replace(volume, values=values, grid=Grid(shape=(z, y, x), origin=first, steps=steps))


def body_of(volume: Volume) -> Mask:
    """The largest piece of tissue, without what is thin beside it such as the table, filled.

    All false where there is no tissue.
    """
    from scipy import ndimage  # noqa: PLC0415 # heavy

    tissue = volume.values > TISSUE_FROM[volume.unit[:2]] * (volume.per_suvbw or 1.0)
    kept = _opened(tissue, volume.grid, OPENING_MM)
    labels, count = ndimage.label(kept)
    if count == 0:
        return np.zeros(volume.grid.shape, np.bool_)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    body = labels == int(sizes.argmax())
    return np.asarray(_grown(body, volume.grid, MARGIN_MM), np.bool_)


def levelled(volume: Volume, body: Volume, bins: int) -> Level:
    """A volume with its values as bins over the range of the body, and all else at the lowest.

    `body` holds 1 in the body on a coarser grid of the same volume.
    """
    there = nearest(body, volume.grid) > 0
    found = volume.values[there & np.isfinite(volume.values)]
    if found.size == 0:
        return Level(values=np.zeros(volume.grid.shape, np.float32), grid=volume.grid, body=there)
    low, high = (
        float(v)
        for v in np.percentile(found[:: max(1, found.size // 200_000)], (_LOWEST, _HIGHEST))
    )
    scale = np.float32((bins - 1) / max(high - low, 1e-6))
    # What was not scanned counts as air.
    values = np.clip((volume.values - np.float32(low)) * scale, 0, bins - 1)
    return Level(
        values=np.asarray(np.where(there & np.isfinite(values), values, 0), np.float32),
        grid=volume.grid,
        body=there,
    )


def nearest(volume: Volume, grid: Grid) -> NDArray[np.float32]:
    """The values of the nearest voxels on another grid with the same directions, 0 outside."""
    matrix = grid.steps @ np.linalg.inv(volume.grid.steps)
    start = volume.grid.indices(grid.origin)
    picked, within = [], []
    for axis, size in enumerate(volume.grid.shape):
        places = np.rint(start[axis] + matrix[axis, axis] * np.arange(grid.shape[axis]))
        within.append((places >= 0) & (places < size))
        picked.append(np.clip(places, 0, size - 1).astype(np.intp))
    z, y, x = within
    covered = z[:, None, None] & y[None, :, None] & x[None, None, :]
    values = volume.values[np.ix_(*picked)]
    return np.asarray(values * covered, np.float32)


def middle_of(mask: Mask, grid: Grid) -> Floats:
    """The centre of mass of a mask, mm."""
    return grid.millimetres([axis.mean() for axis in np.nonzero(mask)])


def _means(values: NDArray[np.float32], axis: int, factor: int) -> NDArray[np.float32]:
    if factor == 1:
        return values
    count = values.shape[axis] // factor
    parts = [slice(None)] * values.ndim
    parts[axis] = slice(0, count * factor, factor)
    total = values[tuple(parts)].astype(np.float32)
    for start in range(1, factor):
        parts[axis] = slice(start, count * factor, factor)
        total += values[tuple(parts)]
    total /= np.float32(factor)
    return total


def _opened(mask: Mask, grid: Grid, millimetres: float) -> Mask:
    from scipy import ndimage  # noqa: PLC0415 # heavy

    deep = ndimage.distance_transform_edt(mask, sampling=tuple(grid.spacing)) > millimetres
    near = ndimage.distance_transform_edt(~deep, sampling=tuple(grid.spacing)) <= millimetres
    return np.asarray(mask & near)


def _grown(mask: Mask, grid: Grid, millimetres: float) -> Mask:
    from scipy import ndimage  # noqa: PLC0415 # heavy

    return np.asarray(
        ndimage.distance_transform_edt(~mask, sampling=tuple(grid.spacing)) <= millimetres
    )
