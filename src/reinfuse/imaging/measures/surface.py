"""The border of a lesion between voxels: a field, its surface in space, its outlines on slices.

Source: marching cubes at half of a mask, and the mesh volume, as the Image Biomarker
Standardisation Initiative has them (doi:10.1148/radiol.2020191145); the field of a threshold is our
own choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import find_contours, marching_cubes

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.volume import Floats, Grid, Mask, Volume

# A voxel that sits on the threshold would make triangles without area; it is moved by this share.
LEAST_AWAY = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Border:
    """A field that is above 0 inside a lesion and below 0 outside; where it is 0 is the border.

    `field`, `"z y x"`, is one voxel wider than the lesion on each side. `corner` is the index of
    its first voxel on `grid`, and -1 where the lesion touches the edge of the scan.
    """

    field: Floats
    corner: tuple[int, int, int]
    grid: Grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """A closed mesh: `points`, `"points xyz"`, mm, LPS; `faces`, `"triangles 3"`, number them."""

    points: Floats
    faces: NDArray[np.intp]

    @property
    def triangles(self) -> Floats:
        """The corners of all triangles, `"triangles corner xyz"`, mm."""
        return np.asarray(self.points[self.faces], np.float64)

    @property
    def volume_ml(self) -> float:
        """Volume inside the mesh, mL; hollows are not counted."""
        first, second, third = _from_middle(self.triangles)
        return float(abs(np.sum(np.cross(first, second) * third)) / 6000.0)

    @property
    def area_mm2(self) -> float:
        """Area of the mesh, mm2, hollows included."""
        first, second, third = np.moveaxis(self.triangles, 1, 0)
        across = np.cross(second - first, third - first)
        return float(np.linalg.norm(across, axis=1).sum() / 2.0)


def border_of(volume: Volume, lesion: Delineated) -> Border:
    """The sub-voxel border of a lesion.

    With a threshold it runs where the uptake between two voxels passes the threshold; the mask
    decides which side a voxel lies on. So a filled hole stays filled, and a neighbour that is as
    hot but not in the mask stays outside. Without a threshold it runs half-way between voxels.

    Raises ReinfuseError if the lesion is empty or lies on other voxels than the volume.
    """
    mask, corner = inside_of(volume, lesion)
    wide = np.pad(mask, 1)
    corner = (corner[0] - 1, corner[1] - 1, corner[2] - 1)
    threshold = lesion.method.threshold
    if threshold is None:
        away = np.full(wide.shape, 0.5)
    else:
        away = np.abs(_values_about(volume, corner, wide.shape) - threshold)
        away = np.maximum(away, LEAST_AWAY * (abs(threshold) + float(away.max())) or LEAST_AWAY)
    return Border(field=np.where(wide, away, -away), corner=corner, grid=lesion.grid)


def trimmed(lesion: Delineated) -> Delineated:
    """The same lesion with a mask that is no larger than it; an empty one comes back as it is."""
    found = ndimage.find_objects(lesion.mask.astype(np.uint8))
    if not found:
        return lesion
    low = [int(start + cut.start) for start, cut in zip(lesion.corner, found[0], strict=True)]
    return replace(lesion, mask=lesion.mask[found[0]], corner=(low[0], low[1], low[2]))


def inside_of(volume: Volume, lesion: Delineated) -> tuple[Mask, tuple[int, int, int]]:
    """The mask cut to the lesion, and the index of its first voxel on the grid.

    Raises ReinfuseError if the lesion is empty, lies on other voxels than the volume, or holds
    values that are no numbers.
    """
    if not lesion.grid.same_as(volume.grid):
        raise ReinfuseError(
            "the lesion was drawn on other voxels than those to be measured",
            where=f"lesion {lesion.label}",
            fix="measure it in the series it was drawn in, or draw it again on this one",
        )
    lesion = trimmed(lesion)
    if not lesion.mask.any():
        raise ReinfuseError(
            "there is no voxel in the lesion, so nothing can be measured",
            where=f"lesion {lesion.label}",
            fix="draw it again, or take it off the list",
        )
    mask, low = lesion.mask, lesion.corner
    place = tuple(slice(start, start + size) for start, size in zip(low, mask.shape, strict=True))
    if not np.isfinite(volume.values[place][mask]).all():
        raise ReinfuseError(
            "the lesion holds values that are no numbers",
            where=f"lesion {lesion.label}",
            fix="look at how the series was read; a slice may lack its slope",
        )
    return mask, low


def surface_of(border: Border) -> Surface:
    """The mesh of a border, by marching cubes."""
    corners, faces, _, _ = marching_cubes(border.field, 0.0)  # type: ignore[no-untyped-call] # not typed
    places = border.grid.millimetres(np.asarray(corners, np.float64) + border.corner)
    return Surface(points=places, faces=np.asarray(faces, np.intp))


def outlines_of(border: Border, layer: int) -> tuple[Floats, ...]:
    """The outlines on one layer of the field, each `"points xyz"` in mm, LPS."""
    drawn = find_contours(  # type: ignore[no-untyped-call] # not typed
        border.field[layer], 0.0, fully_connected="high"
    )
    return tuple(
        border.grid.millimetres(
            np.column_stack([np.full(len(line), float(layer)), line]) + border.corner
        )
        for line in drawn
    )


def _values_about(volume: Volume, corner: tuple[int, int, int], shape: tuple[int, ...]) -> Floats:
    """Values of a box that may reach over the edge of the scan, where the last ones go on."""
    places = [
        np.clip(np.arange(start, start + size), 0, last - 1)
        for start, size, last in zip(corner, shape, volume.grid.shape, strict=True)
    ]
    return np.nan_to_num(volume.values[np.ix_(*places)].astype(np.float64))


def _from_middle(triangles: Floats) -> Floats:
    """Corners, `"corner triangles xyz"`, from the middle of the mesh, where rounding is least."""
    return np.moveaxis(triangles - triangles.mean(axis=(0, 1)), 1, 0)
