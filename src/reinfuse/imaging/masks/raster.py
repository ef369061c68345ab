"""Planar contours made into a mask on a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.volume import Floats, Grid, Mask

SAME_PLANE = 0.02  # slices: contours closer than this along the slices were drawn on one plane
FLAT = 0.1  # slices by which a contour may lean before it is no contour of these slices
DIGITS = 6  # of an index: decimal coordinates on a voxel's centre must stay there
HALF = 0.5  # a voxel reaches this far to both sides of its centre
CROSSINGS_AT_ONCE = 4_000_000  # bounds memory: a contour may cross every row with every edge


class NotOnTheseSlices(ReinfuseError):
    """Contours that are not parallel to the slices of the grid."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """A mask on the voxels `corner` to `corner + mask.shape`, and how the contours lay to them.

    `off_slice` is the largest distance, in slices, between a plane of contours and the slice that
    took it; `gap` the usual distance between planes, in slices; `cut` says whether a contour leaves
    the grid.
    """

    corner: tuple[int, int, int]
    mask: Mask
    off_slice: float
    gap: float
    cut: bool


def rasterise(contours: Sequence[Floats], grid: Grid) -> Raster:
    """The voxels whose centres lie inside closed planar contours, each `"points xyz"` in mm, LPS.

    Within a plane a centre is inside when it is enclosed an odd number of times: a contour
    within another is a hole, and a keyhole's two coincident edges cancel. A border belongs to the
    side of its larger index, so that two regions with a common border share no voxel and leave none
    out. Each plane stands for the half of the way to the next plane on both sides; a slice takes
    the plane that is nearest, so contours finer or coarser than the slices keep their volume.
    Contours that lean by more than a tenth of a slice are refused: `NotOnTheseSlices`.

    Source: DICOM PS3.3 C.8.8.6.3 (inner and outer contours).
    """
    placed = [np.round(grid.indices(contour), DIGITS) for contour in contours]
    _refuse_leaning(placed)
    planes = list(_planes(placed))
    if not planes:
        return Raster(
            corner=(0, 0, 0), mask=np.zeros((0, 0, 0), np.bool_), off_slice=0.0, gap=1.0, cut=False
        )
    heights = np.asarray([height for height, _ in planes])
    gap = float(np.median(np.diff(heights))) if len(heights) > 1 else 1.0
    taken = _plane_of_slice(heights, gap, grid.shape[0])
    beyond = bool(heights[0] < -HALF or heights[-1] > grid.shape[0] - HALF)
    corner, size, cut = _box([points for _, drawn in planes for points in drawn], grid)
    if not taken or 0 in size:
        return Raster(
            corner=corner, mask=np.zeros((0, 0, 0), np.bool_), off_slice=0.0, gap=gap, cut=True
        )
    first, last = min(taken), max(taken)
    mask = np.zeros((last - first + 1, *size), np.bool_)
    for number, plane in taken.items():
        mask[number - first] = _filled(planes[plane][1], corner[1:], size)
    return Raster(
        corner=(first, *corner[1:]),
        mask=mask,
        off_slice=float(max(abs(heights[plane] - number) for number, plane in taken.items())),
        gap=gap,
        cut=cut or beyond,
    )


def _refuse_leaning(placed: Sequence[Floats]) -> None:
    leaning = max((float(np.ptp(points[:, 0])) for points in placed if len(points)), default=0.0)
    if leaning > FLAT:
        raise NotOnTheseSlices(
            f"contours lean by {leaning:.2g} slices and cannot be filled slice by slice",
            fix="use the series that the contours were drawn on, or one with the same orientation",
        )


def _planes(placed: Sequence[Floats]) -> Iterator[tuple[float, list[Floats]]]:
    """Contours by plane: index along the slices, and contours `"points row column"`."""
    drawn = sorted(
        ((float(np.mean(points[:, 0])), points[:, 1:]) for points in placed if len(points)),
        key=lambda one: one[0],
    )
    start = 0
    for end in range(1, len(drawn) + 1):
        if end == len(drawn) or drawn[end][0] - drawn[start][0] > SAME_PLANE:
            yield drawn[start][0], [points for _, points in drawn[start:end]]
            start = end


def _plane_of_slice(heights: Floats, gap: float, slices: int) -> dict[int, int]:
    """Which plane each slice takes; a slice farther than half a gap from all planes takes none."""
    half = gap / 2
    lowest = max(0, int(np.ceil(heights[0] - half)))
    highest = min(slices - 1, int(np.floor(heights[-1] + half)))
    taken = {}
    for number in range(lowest, highest + 1):
        away = number - heights
        plane = int(np.argmin(np.abs(away)))
        # Half open, so that a plane midway between two slices is not counted for both.
        if -half < away[plane] <= half:
            taken[number] = plane
    return taken


def _box(drawn: Sequence[Floats], grid: Grid) -> tuple[tuple[int, int, int], tuple[int, int], bool]:
    """First row and column, number of rows and columns, and whether contours leave the grid."""
    low = np.min([points.min(axis=0) for points in drawn], axis=0)
    high = np.max([points.max(axis=0) for points in drawn], axis=0)
    edge = np.asarray(grid.shape[1:]) - 1
    first = np.clip(np.ceil(low), 0, edge + 1).astype(int)
    last = np.clip(np.floor(high), -1, edge).astype(int)
    rows, columns = np.maximum(last - first + 1, 0).tolist()
    cut = bool((low < -HALF).any() or (high > edge + HALF).any())
    return (0, int(first[0]), int(first[1])), (rows, columns), cut


def _filled(
    drawn: Sequence[Floats], corner: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.bool_]:
    """Rows and columns enclosed an odd number of times.

    Every crossing of an edge with a row turns the inside over from its column on, whatever contour
    the edge belongs to; so nothing has to be sorted or paired.
    """
    width = size[1] + 1
    turns = np.zeros(size[0] * width, np.bool_)
    waiting: list[NDArray[np.int64]] = []
    count = 0
    for points in drawn:
        for rows, columns in _crossings(points - np.asarray(corner), size[0]):
            start = np.clip(np.ceil(columns), 0, size[1]).astype(np.int64)
            waiting.append(rows * width + start)
            count += len(start)
            if count > CROSSINGS_AT_ONCE:
                turns ^= _odd(waiting, len(turns))
                waiting, count = [], 0
    turns ^= _odd(waiting, len(turns))
    return np.logical_xor.accumulate(turns.reshape(size[0], width)[:, :-1], axis=1)


def _odd(waiting: Sequence[NDArray[np.int64]], size: int) -> NDArray[np.bool_]:
    """Which of `size` places are named an odd number of times."""
    if not waiting:
        return np.zeros(size, np.bool_)
    return np.asarray(np.bincount(np.concatenate(waiting), minlength=size) % 2 == 1)


def _crossings(points: Floats, rows: int) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Row and place along it of each crossing of the closed contour with a row of centres."""
    ends = np.roll(points, -1, axis=0)
    upper = np.minimum(points[:, 0], ends[:, 0])
    lower = np.maximum(points[:, 0], ends[:, 0])
    first = np.clip(np.ceil(upper), 0, rows).astype(np.int64)
    stop = np.clip(np.ceil(lower), 0, rows).astype(np.int64)  # half open: a vertex counts once
    steep = np.flatnonzero(stop > first)
    pieces = max(1, -(-int((stop - first)[steep].sum()) // CROSSINGS_AT_ONCE))
    for edges in np.array_split(steep, pieces):
        count = (stop - first)[edges]
        edge = np.repeat(edges, count)
        row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
        share = (row - points[edge, 0]) / (ends[edge, 0] - points[edge, 0])
        column = points[edge, 1] + share * (ends[edge, 1] - points[edge, 1])
        yield row, np.round(column, DIGITS)
