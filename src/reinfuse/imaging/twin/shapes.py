"""Ellipsoids, columns and boxes in a patient, and how much of each voxel one of them fills."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.volume import Floats, Grid, Mask

Box = tuple[slice, slice, slice]
_SMALLEST = 1e-9


class Form(StrEnum):
    """What a shape's half lengths mean."""

    ELLIPSOID = "ellipsoid"
    COLUMN = "column"  # an ellipse in its first two axes, straight along the third
    BOX = "box"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """One body part: its place, its uptake and its density.

    `centre` and `half` in mm, LPS; the rows of `axes` are the directions that `half` runs along.
    `suv` is None where the part changes the density alone, `hu` where it changes the uptake alone.
    """

    name: str
    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    form: Form = Form.ELLIPSOID
    suv: float | None = None
    hu: float | None = None
    axes: Floats = field(default_factory=lambda: np.eye(3))

    @property
    def volume_ml(self) -> float:
        """Volume of the whole shape, mL."""
        share = {Form.ELLIPSOID: np.pi / 6, Form.COLUMN: np.pi / 4, Form.BOX: 1.0}[self.form]
        return float(share * 8.0 * np.prod(self.half) / 1000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a patient lies: `turn_deg` about the x, y and z axes through `pivot`, then `shift_mm`."""

    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pivot: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def matrix(self) -> Floats:
        """The rotation, `"3 3"`: first about x, then y, then z."""
        return turned(*self.turn_deg)

    def of(self, points: Floats) -> Floats:
        """Where points `"... xyz"` of the body lie in the scanner."""
        pivot = np.asarray(self.pivot)
        return np.asarray((points - pivot) @ self.matrix.T + pivot + np.asarray(self.shift_mm))


def turned(x: float, y: float, z: float) -> Floats:
    """The rotation `"3 3"` by degrees about x, then about y, then about z (fixed axes)."""
    found = np.eye(3)
    for first, second, degrees in ((1, 2, x), (2, 0, y), (0, 1, z)):
        angle = np.radians(degrees)
        step = np.eye(3)
        step[first, first] = step[second, second] = np.cos(angle)
        step[first, second], step[second, first] = -np.sin(angle), np.sin(angle)
        found = step @ found
    return found


def posed(shape: Shape, pose: Pose) -> Shape:
    """The shape of a patient who lies in a pose."""
    x, y, z = (float(v) for v in pose.of(np.asarray(shape.centre)))
    return replace(shape, centre=(x, y, z), axes=np.asarray(shape.axes @ pose.matrix.T))


def box_of(shape: Shape, grid: Grid) -> Box | None:
    """The voxels that a shape can reach, with one more on each side; None where it lies outside."""
    reach = (
        np.sqrt(((shape.axes * np.asarray(shape.half)[:, None]) ** 2).sum(axis=0))
        if shape.form is Form.ELLIPSOID
        else (np.abs(shape.axes) * np.asarray(shape.half)[:, None]).sum(axis=0)
    )
    signs = 2 * np.array(list(np.ndindex(2, 2, 2))) - 1
    corners = np.asarray(shape.centre) + reach * signs
    places = grid.indices(corners)
    low = np.maximum(np.floor(places.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(places.max(axis=0)).astype(int) + 2, grid.shape)
    if (high <= low).any():
        return None
    z, y, x = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return z, y, x


def depth_in(shape: Shape, grid: Grid, box: Box) -> NDArray[np.float32]:
    """About how far inside the shape the voxel centres of a box lie, mm; negative outside."""
    u, v, w = _along(shape, grid, box)
    a, b, c = (np.float32(half) for half in shape.half)
    if shape.form is Form.BOX:
        return np.asarray(np.minimum(np.minimum(a - abs(u), b - abs(v)), c - abs(w)), np.float32)
    if shape.form is Form.COLUMN:
        around = np.sqrt((u / a) ** 2 + (v / b) ** 2)
        return np.asarray(np.minimum((1 - around) * min(a, b), c - abs(w)), np.float32)
    rho = np.sqrt((u / a) ** 2 + (v / b) ** 2 + (w / c) ** 2)
    slope = np.sqrt((u / a**2) ** 2 + (v / b**2) ** 2 + (w / c**2) ** 2)
    # The first-order distance to the surface; exact where it matters, which is at the surface.
    return np.asarray((1 - rho) * rho / np.maximum(slope, _SMALLEST), np.float32)


def inside(shape: Shape, grid: Grid, box: Box) -> Mask:
    """Whether the voxel centres of a box lie in the shape."""
    return np.asarray(depth_in(shape, grid, box) >= 0)


def filled(shape: Shape, grid: Grid, box: Box) -> NDArray[np.float32]:
    """The share of each voxel of a box that a shape fills, 0 to 1, by the depth of its centre."""
    width = np.float32(np.cbrt(grid.voxel_ml * 1000.0))
    return np.asarray(np.clip(depth_in(shape, grid, box) / width + 0.5, 0, 1), np.float32)


def _along(shape: Shape, grid: Grid, box: Box) -> tuple[NDArray[np.float32], ...]:
    """The places of voxel centres along the axes of a shape, mm from its centre."""
    start = grid.origin - np.asarray(shape.centre)
    ranges = [np.arange(one.start, one.stop, dtype=np.float64) for one in box]
    found = []
    for direction in shape.axes:
        # Along one direction the place is a sum of what slice, row and column each add.
        z, y, x = (
            (each * float(step @ direction)).astype(np.float32)
            for each, step in zip(ranges, grid.steps, strict=True)
        )
        offset = np.float32(start @ direction)
        found.append(z[:, None, None] + y[None, :, None] + (x + offset)[None, None, :])
    return tuple(found)
