"""Whether a lesion is too small for the voxels and the resolution it was seen with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from reinfuse.errors import Finding
from reinfuse.imaging.lesions.background import bounds_of
from reinfuse.imaging.lesions.drawn import Drawn
from reinfuse.imaging.lesions.hot_spot import largest_part
from reinfuse.imaging.volume import Floats, Mask

LEAST_WIDTHS = 2.0  # in voxels and in widths of a point
FINER = 4  # parts of a voxel along each axis, where a small lesion is measured between voxels


def find_too_small(drawn: Drawn) -> Iterator[Finding]:
    """A lesion whose shortest axis the voxels or the resolution do not resolve."""
    voxel = float(drawn.spot.volume.grid.spacing.max())
    limits = [(LEAST_WIDTHS * voxel, f"{LEAST_WIDTHS:g} voxels of {voxel:.1f} mm")]
    if drawn.psf_mm is not None:
        words = f"{LEAST_WIDTHS:g} times the resolution of {drawn.psf_mm:.1f} mm"
        limits.append((LEAST_WIDTHS * drawn.psf_mm, words))
    limit, words = max(limits)
    shortest = shortest_axis_mm(drawn.mask, drawn.spot.volume.grid.steps)
    if limit <= shortest < 2 * limit:
        shortest = min(shortest, _shortest_half_way_mm(drawn))
    if shortest < limit:
        yield drawn.told(
            "lesion-too-small-to-measure",
            f"its shortest axis, about {shortest:.0f} mm, is under {words}: the size is too "
            "large and the uptake too low",
            "quote it as small, without axes or volume",
        )


def shortest_axis_mm(mask: Mask, steps: Floats) -> float:
    """Shortest full axis of the solid ellipsoid with the moments of a mask, mm.

    A voxel counts as a cube, so that one voxel alone is as wide as a voxel.
    """
    places = np.argwhere(mask) @ steps
    away = places - places.mean(axis=0)
    spread = away.T @ away / len(away) + steps.T @ steps / 12.0
    return float(2.0 * np.sqrt(5.0 * np.linalg.eigvalsh(spread)[0]))


def _shortest_half_way_mm(drawn: Drawn) -> float:
    """The shortest axis of what lies half-way to the background or above, read between voxels.

    A low share of a blurred maximum draws wider than half-way does, and whole voxels wider still.
    """
    spot = drawn.spot
    half_way = (spot.hottest + max(0.0, drawn.around.background or 0.0)) / 2
    held = bounds_of(spot.above(half_way)).padded(1).clipped(spot.region.shape)
    values = np.maximum(spot.values[held.place], 0.0)
    finer = ndimage.zoom(values, FINER, order=1, mode="nearest", grid_mode=True)
    mask = largest_part(finer >= half_way, spot.connection)
    return shortest_axis_mm(mask, spot.volume.grid.steps / FINER) if mask.any() else 0.0
