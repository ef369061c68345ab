"""The borders of a lesion in a picture, as closed lines in millimetres."""

from __future__ import annotations

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.pictures.sampling import between, mask_on, plane_of
from reinfuse.imaging.pictures.values import Point
from reinfuse.imaging.volume import Floats, Grid

FINE_MM = 2.0
HALF = 0.5
TOLERANCE = 0.25  # of a step: how far a line may run from the border that it is drawn for
FEWEST = 4
Outlines = tuple[tuple[Point, ...], ...]


def silhouette(lesion: Delineated) -> tuple[Outlines, Point]:
    """The lesion seen from the front, and a place within."""
    grid = _around(lesion)
    return _lines(mask_on(lesion, grid).max(axis=1), grid)


def section(lesion: Delineated, depth_mm: float) -> tuple[Outlines, Point] | None:
    """The lesion cut at y = `depth_mm`, LPS, and a place within; None where it is not cut."""
    grid = plane_of(_around(lesion), depth_mm)
    share = mask_on(lesion, grid)[:, 0, :]
    return _lines(share, grid) if (share >= HALF).any() else None


def _around(lesion: Delineated) -> Grid:
    places = lesion.grid.millimetres(np.argwhere(lesion.mask) + lesion.corner)
    reach = float(lesion.grid.spacing.max()) + FINE_MM
    low, high = places.min(axis=0) - reach, places.max(axis=0) + reach
    return between(low, high).grid(FINE_MM)


def _lines(share: Floats, grid: Grid) -> tuple[Outlines, Point]:
    """The lines around what holds half a lesion or more, or all of the most that is held."""
    from skimage.measure import approximate_polygon, find_contours  # noqa: PLC0415 # heavy

    found = []
    for line in find_contours(share, HALF):  # type: ignore[no-untyped-call] # skimage has no types
        kept = approximate_polygon(line, TOLERANCE)  # type: ignore[no-untyped-call] # the same
        if len(kept) >= FEWEST:
            found.append(tuple(_point(row, column, grid) for row, column in kept))
    inside = np.argwhere(share >= min(HALF, share.max()))
    away = inside - inside.mean(axis=0)
    row, column = inside[int(np.sum(away**2, axis=1).argmin())]
    return tuple(found), _point(row, column, grid)


def _point(row: float, column: float, grid: Grid) -> Point:
    x = grid.origin[0] + column * grid.steps[2, 0]
    z = grid.origin[2] + row * grid.steps[0, 2]
    return round(float(x), 1), round(float(z), 1)
