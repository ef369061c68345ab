"""Masks put on a grid: cut to what they hold, and carried over to the voxels of another series."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import Severity
from reinfuse.imaging.dicom.refusal import tell
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.volume import Grid, Mask

DIGITS = 6  # of an index: a centre on a border stays there
Corner = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMask:
    """A region that has no voxel here, and why."""

    label: str
    why: str


def trimmed(corner: Corner, mask: Mask) -> tuple[Corner, Mask]:
    """The smallest box that holds all of a mask; of no voxels when it is empty."""
    if not mask.any():
        return corner, np.zeros((0, 0, 0), np.bool_)
    cut = []
    for axis in range(3):
        others = tuple(one for one in range(3) if one != axis)
        held = np.flatnonzero(mask.any(axis=others))
        cut.append(slice(int(held[0]), int(held[-1]) + 1))
    first, second, third = (low + part.start for low, part in zip(corner, cut, strict=True))
    return (first, second, third), np.ascontiguousarray(mask[tuple(cut)])


def labelled(labels: NDArray[np.generic], grid: Grid, method: Method) -> tuple[Delineated, ...]:
    """One mask for each whole number above zero in `labels`, `"z y x"`, called by that number."""
    found = []
    for number in np.unique(labels):
        if number <= 0:
            continue
        corner, mask = trimmed((0, 0, 0), labels == number)
        found.append(
            Delineated(label=f"{number:g}", grid=grid, corner=corner, mask=mask, method=method)
        )
    return tuple(found)


def carried_to(lesion: Delineated, grid: Grid) -> Delineated | NoMask:
    """A mask on another grid: each centre takes the voxel of the old grid that it lies in.

    On the same voxels the mask stays as it is, whether or not one grid is a part of the other.
    Elsewhere the volume before and after is told as a finding.
    """
    low, high = _box(lesion, grid)
    if (high <= low).any():
        return NoMask(label=lesion.label, why="the mask lies outside the images of this series")
    mask = np.zeros(tuple(high - low), np.bool_)
    rows, columns = np.arange(low[1], high[1]), np.arange(low[2], high[2])
    for number in range(low[0], high[0]):  # a slice at a time: coordinates are eight times a mask
        places = np.stack(np.meshgrid([number], rows, columns, indexing="ij"), axis=-1)
        mask[number - low[0]] = _looked_up(lesion, grid, places[0])
    first, second, third = (int(one) for one in low)
    corner, mask = trimmed((first, second, third), mask)
    if mask.size == 0:
        return NoMask(label=lesion.label, why="no voxel centre of this series lies in the mask")
    moved = replace(lesion, grid=grid, corner=corner, mask=mask)
    before, after = lesion.voxels * lesion.grid.voxel_ml, moved.voxels * grid.voxel_ml
    if lesion.voxels == moved.voxels and np.isclose(lesion.grid.voxel_ml, grid.voxel_ml, rtol=0.01):
        return moved
    told = tell(
        Severity.NOTE,
        "mask-from-another-grid",
        f"the mask was drawn on other voxels: {before:.4g} mL there, {after:.4g} mL here",
        where=lesion.label,
    )
    return replace(moved, guards=(*moved.guards, told))


def _box(lesion: Delineated, grid: Grid) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """First indices, and those after the last, on `grid` that the mask's box may reach."""
    sides = [
        (low - 0.5, low + size - 0.5)
        for low, size in zip(lesion.corner, lesion.mask.shape, strict=True)
    ]
    corners = np.asarray(list(itertools.product(*sides)))
    there = grid.indices(lesion.grid.millimetres(corners))
    low = np.clip(np.floor(there.min(axis=0)), 0, grid.shape).astype(int)
    high = np.clip(np.ceil(there.max(axis=0)) + 1, 0, grid.shape).astype(int)
    return low, high


def _looked_up(lesion: Delineated, grid: Grid, places: NDArray[np.int_]) -> Mask:
    here = np.round(lesion.grid.indices(grid.millimetres(places)), DIGITS)
    nearest = np.floor(here + 0.5).astype(int) - np.asarray(lesion.corner)
    inside = ((nearest >= 0) & (nearest < np.asarray(lesion.mask.shape))).all(axis=-1)
    found = np.zeros(inside.shape, np.bool_)
    found[inside] = lesion.mask[tuple(nearest[inside].T)]
    return found
