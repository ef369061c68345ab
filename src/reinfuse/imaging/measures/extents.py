"""Lengths along the patient: left-right, front-back, head-foot, and the largest slice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.measures.calipers import farthest_pair, hull_of
from reinfuse.imaging.measures.surface import Border, Surface, outlines_of
from reinfuse.imaging.volume import Floats, Grid

HEAD = np.array([0.0, 0.0, 1.0])
# Slices tilted by more than half a right angle are coronal or sagittal ones.
LEAST_COSINE = float(np.cos(np.pi / 4))
TOUCHING_MM = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAxes:
    """Extents of the surface along the axes of the patient, mm."""

    left_right_mm: float
    front_back_mm: float
    head_foot_mm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InSlice:
    """The largest slice of a lesion: its longest diameter and the one across it.

    `longest_mm` (LDi) is the longest distance on the outline; `perpendicular_mm` (SDi) the longest
    line across it on the same slice. Outlines of several pieces are measured one by one, and one
    that is bent by its hull. `slice_index` counts slices of the grid from 0. Both pairs of ends,
    `"end xyz"`, are in mm, LPS. `name` says what kind of size it is: only CT makes a Lugano size.

    Source: Cheson 2014, Lugano classification (doi:10.1200/JCO.2013.54.8800), recalled; that a
    size off a threshold of uptake is named otherwise is our own choice.
    """

    name: str
    longest_mm: float
    perpendicular_mm: float
    head_foot_mm: float
    slice_index: int
    longest_ends: Floats
    perpendicular_ends: Floats

    @property
    def product_mm2(self) -> float:
        """LDi x SDi, mm2."""
        return self.longest_mm * self.perpendicular_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class NoInSlice:
    """Why there is no size on transverse slices."""

    reason: str


def patient_axes(surface: Surface) -> PatientAxes:
    """The extents of a surface along left-right, front-back and head-foot."""
    x, y, z = np.ptp(surface.points, axis=0)
    return PatientAxes(left_right_mm=float(x), front_back_mm=float(y), head_foot_mm=float(z))


def largest_slice(border: Border, *, unit: str, head_foot_mm: float) -> InSlice | NoInSlice:
    """The size on the transverse slice where the lesion is longest.

    `unit` is that of the volume; Hounsfield units (`HU`) make it a Lugano size.
    """
    plane = _slice_plane(border.grid)
    if abs(np.cross(plane[0], plane[1]) @ HEAD) < LEAST_COSINE:
        return NoInSlice(reason="the slices of this series are not transverse")
    outlines = (
        (layer, hull_of(outline @ plane.T), outline[0] - outline[0] @ plane.T @ plane)
        for layer in range(1, len(border.field) - 1)
        for outline in outlines_of(border, layer)
    )
    longest, layer, hull, level = max(
        ((_length(hull), layer, hull, level) for layer, hull, level in outlines),
        key=lambda found: found[0],
    )
    first, second = farthest_pair(hull)
    across = longest_across(hull, hull[second] - hull[first])
    return InSlice(
        name="Lugano size (CT)" if unit == "HU" else "PET extent",
        longest_mm=longest,
        perpendicular_mm=float(np.linalg.norm(across[1] - across[0])),
        head_foot_mm=head_foot_mm,
        slice_index=layer + border.corner[0],
        longest_ends=hull[[first, second]] @ plane + level,
        perpendicular_ends=across @ plane + level,
    )


def longest_across(hull: Floats, along: Floats) -> Floats:
    """The ends, `"end uv"`, of the longest line inside a flat hull at right angles to `along`.

    How far a convex outline reaches across is a concave function with kinks at its corners, so that
    the longest line begins at a corner.
    """
    right = along / np.linalg.norm(along)
    turned = np.stack([right, [-right[1], right[0]]])
    flat = hull @ turned.T
    order = np.lexsort((flat[:, 1], flat[:, 0]))
    first, last = flat[order[0]], flat[order[-1]]
    chord = np.interp(flat[:, 0], [first[0], last[0]], [first[1], last[1]])
    sides = [
        flat[order][(side * (flat[:, 1] - chord) >= -TOUCHING_MM)[order]] for side in (1.0, -1.0)
    ]
    tops, bottoms = (np.interp(flat[:, 0], side[:, 0], side[:, 1]) for side in sides)
    best = int((tops - bottoms).argmax())
    ends = np.array([[flat[best, 0], tops[best]], [flat[best, 0], bottoms[best]]])
    return np.asarray(ends @ turned, np.float64)


def _length(hull: Floats) -> float:
    """The longest distance between two corners, mm."""
    first, second = farthest_pair(hull)
    return float(np.linalg.norm(hull[second] - hull[first]))


def _slice_plane(grid: Grid) -> Floats:
    """Two unit vectors at right angles, `"2 xyz"`, in the plane of the slices."""
    along_row = grid.steps[2] / np.linalg.norm(grid.steps[2])
    down = grid.steps[1] - (grid.steps[1] @ along_row) * along_row
    return np.stack([along_row, down / np.linalg.norm(down)])
