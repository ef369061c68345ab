"""Volumes and masks seen from the front: on planes of even steps, whatever their own grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions.body import BODY_SUV, ENDS, STRIDE
from reinfuse.imaging.pictures.values import LEVELS, Levels, Raster
from reinfuse.imaging.volume import Floats, Grid, Volume

STEP_MM = 4.0  # between shades: as fine as PET shows anything
MARGIN_MM = 20.0  # around the body
MOST_STEPS = 640  # along each side: longer than any patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of the patient that is shown: `low` and `high` are corners, xyz in LPS mm."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def grid(self, step_mm: float = STEP_MM) -> Grid:
        """Voxels of even steps over the window: slices from the head down, rows to the back."""
        spans = np.subtract(self.high, self.low)
        counts = [min(int(span // step_mm) + 1, MOST_STEPS) for span in spans]
        columns, rows, slices = counts
        steps = step_mm * np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
        first = np.array([self.low[0], self.low[1], self.high[2]])
        return Grid(shape=(slices, rows, columns), origin=first, steps=steps)


def between(low: Floats, high: Floats) -> Window:
    """The window between two corners, `"xyz"`."""
    (a, b, c), (d, e, f) = low.tolist(), high.tolist()
    return Window(low=(a, b, c), high=(d, e, f))


def window_of(
    volume: Volume, lesions: Sequence[Delineated] = (), *, least: float = BODY_SUV
) -> Window:
    """Where the body lies in a volume, with a margin; it holds all the lesions.

    The body is what takes up `least` or more. A volume without one is shown whole.
    """
    shape = np.asarray(volume.grid.shape)
    corners = volume.grid.millimetres(np.array(list(np.ndindex(2, 2, 2))) * (shape - 1))
    first, last = corners.min(axis=0), corners.max(axis=0)
    coarse = volume.values[::STRIDE, ::STRIDE, ::STRIDE]
    body = volume.grid.millimetres(np.argwhere(coarse >= least) * STRIDE)
    if not len(body):
        return between(first, last)
    low, high = np.percentile(body, ENDS, axis=0)
    for lesion in lesions:
        places = lesion.grid.millimetres(np.argwhere(lesion.mask) + lesion.corner)
        low, high = np.minimum(low, places.min(axis=0)), np.maximum(high, places.max(axis=0))
    return between(np.maximum(low - MARGIN_MM, first), np.minimum(high + MARGIN_MM, last))


def seen_on(volume: Volume, grid: Grid, *, outside: float) -> Floats:
    """Values between voxels on another grid, `"z y x"`; what is not scanned is `outside`."""
    values = np.where(np.isfinite(volume.values), volume.values, np.float32(outside))
    return _moved(values, volume.grid, grid, outside)


def mask_on(lesion: Delineated, grid: Grid) -> Floats:
    """How much of a lesion is at each place of another grid, 0 to 1, between voxels."""
    # A rim of nothing, so that the border is found where the mask ends at its own box.
    padded = np.pad(lesion.mask, 1).astype(np.float32)
    z, y, x = padded.shape
    first = lesion.grid.millimetres(np.asarray(lesion.corner) - 1)
    own = Grid(shape=(z, y, x), origin=first, steps=lesion.grid.steps)
    return _moved(padded, own, grid, 0.0)


def plane_of(grid: Grid, depth_mm: float) -> Grid:
    """The one coronal plane of a grid at y = `depth_mm`, LPS."""
    first = np.array([grid.origin[0], depth_mm, grid.origin[2]])
    return Grid(shape=(grid.shape[0], 1, grid.shape[2]), origin=first, steps=grid.steps)


def raster_of(values: Floats, grid: Grid, *, low: float, high: float) -> Raster:
    """Values of a plane, `"z x"`, as shades from `low` to `high`; beyond them the end."""
    shares = np.clip((values - low) / (high - low), 0.0, 1.0)
    levels: Levels = np.rint(shares * (LEVELS - 1)).astype(np.uint8)
    return Raster(
        levels=levels,
        mm=float(grid.steps[2, 0]),
        left_mm=float(grid.origin[0]),
        top_mm=float(grid.origin[2]),
    )


def _moved(values: np.ndarray, own: Grid, grid: Grid, outside: float) -> Floats:
    from scipy import ndimage  # noqa: PLC0415 # heavy

    there = np.linalg.inv(own.steps)
    moved = ndimage.affine_transform(
        values,
        (grid.steps @ there).T,
        (grid.origin - own.origin) @ there,
        output_shape=grid.shape,
        order=1,
        mode="constant",
        cval=outside,
    )
    return np.asarray(moved, np.float64)
