"""Ellipsoids whose every length is known, on grids of any kind."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.volume import Floats, Grid, Volume

UPRIGHT = np.eye(3)[::-1]  # slices along z, rows along y, columns along x
THRESHOLD = 5.0


def turned(seed: int) -> Floats:
    """Three axes at right angles, `"xyz axis"`, pointing anywhere."""
    axes, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return np.asarray(axes, np.float64)


def grid_about(reach_mm: float, spacing: tuple[float, float, float], axes: Floats) -> Grid:
    """A grid around the origin; rows of `axes`, `"3 xyz"`, are the ways of its steps."""
    steps = np.array(spacing)[:, None] * axes
    half = np.ceil(reach_mm / np.array(spacing)).astype(int)
    # The middle lies between voxels, as it does in a patient.
    return Grid(
        shape=(int(2 * half[0] + 1), int(2 * half[1] + 1), int(2 * half[2] + 1)),
        origin=-(half + 0.3) @ steps,
        steps=steps,
    )


def smooth(axes_mm: tuple[float, float, float], way: Floats, grid: Grid) -> Volume:
    """Uptake that is 5 on the surface of an ellipsoid, and rises to 10 in its middle."""
    index = np.stack(np.meshgrid(*map(np.arange, grid.shape), indexing="ij"), axis=-1)
    along = grid.millimetres(index) @ way / (np.array(axes_mm) / 2)
    values = 10.0 * 0.5 ** (along**2).sum(axis=-1)
    return Volume(values=values.astype(np.float32), grid=grid, unit="SUV")


def blurred(
    axes_mm: tuple[float, float, float], way: Floats, grid: Grid, *, psf_mm: float, seed: int
) -> Volume:
    """A uniform ellipsoid of 10 in 1, seen through a resolution and 5 % of noise; cubic voxels."""
    parts = 4
    within = (np.arange(parts) + 0.5) / parts - 0.5
    fine = [(np.arange(size)[:, None] + within).ravel() for size in grid.shape]
    index = np.stack(np.meshgrid(*fine, indexing="ij"), axis=-1)
    inside = ((grid.millimetres(index) @ way / (np.array(axes_mm) / 2)) ** 2).sum(axis=-1) <= 1
    wide = psf_mm / 2.3548 / float(grid.spacing[0])
    seen = ndimage.gaussian_filter(1.0 + 9.0 * inside, wide * parts)
    z, y, x = grid.shape
    seen = seen.reshape(z, parts, y, parts, x, parts).mean(axis=(1, 3, 5))
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=grid.shape), wide)
    values = seen * (1.0 + 0.05 * noise / noise.std())
    return Volume(values=values.astype(np.float32), grid=grid, unit="SUV")


def behind_threshold(volume: Volume, threshold: float = THRESHOLD) -> Delineated:
    """What lies above a threshold and hangs together with the maximum, on the whole grid."""
    labels, _ = ndimage.label(volume.values >= threshold, np.ones((3, 3, 3)))
    hottest = np.unravel_index(int(volume.values.argmax()), volume.grid.shape)
    return Delineated(
        label="A",
        grid=volume.grid,
        corner=(0, 0, 0),
        mask=labels == labels[hottest],
        method=Method(name="above a threshold", threshold=threshold),
    )


def by_hand(volume: Volume, threshold: float = THRESHOLD) -> Delineated:
    """The same voxels as a mask that nobody knows a threshold of."""
    return Delineated(
        label="A",
        grid=volume.grid,
        corner=(0, 0, 0),
        mask=volume.values >= threshold,
        method=Method(name="by hand"),
    )
