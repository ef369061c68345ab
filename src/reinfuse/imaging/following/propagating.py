"""A lesion's outline carried to where it should lie in another scan."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reinfuse.imaging.following.rigid import Rigid
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.volume import Floats, Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfScan:
    """An outline whose place was scanned to a `share` of 0 to 1 alone, too little to look at."""

    share: float


LEAST_SCANNED = 0.5  # of the outline, below which nothing is said of its place (ours)


def propagate(lesion: Delineated, onto: Grid, motion: Rigid) -> Delineated | OutOfScan:
    """The voxels of another scan that lie where the lesion lay, before the patient moved.

    `motion` takes points of the lesion's scan to the other one. A voxel counts when its centre,
    carried back, lies in a voxel of the lesion.
    """
    inside = np.argwhere(lesion.mask) + np.asarray(lesion.corner)
    if not len(inside):
        return OutOfScan(share=0.0)
    moved = onto.indices(motion.of(lesion.grid.millimetres(inside)))
    middle = (np.asarray(onto.shape) - 1) / 2
    scanned = (np.abs(moved - middle) < np.asarray(onto.shape) / 2).all(axis=1)
    share = float(scanned.mean())
    low = np.maximum(np.floor(moved.min(axis=0)).astype(int) - _margin(lesion.grid, onto), 0)
    high = np.ceil(moved.max(axis=0)).astype(int) + _margin(lesion.grid, onto) + 1
    high = np.minimum(high, onto.shape)
    if share < LEAST_SCANNED or (high <= low).any():
        return OutOfScan(share=share)
    axes = [np.arange(a, b) for a, b in zip(low, high, strict=True)]
    places = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    back = lesion.grid.indices(motion.inverse.of(onto.millimetres(places)))
    found = np.rint(back).astype(int) - np.asarray(lesion.corner)
    within = ((found >= 0) & (found < np.asarray(lesion.mask.shape))).all(axis=-1)
    z, y, x = np.moveaxis(np.where(within[..., None], found, 0), -1, 0)
    mask = lesion.mask[z, y, x] & within
    corner = (int(low[0]), int(low[1]), int(low[2]))
    if not mask.any():
        # Smaller than a voxel of the other scan: the nearest one stands for it.
        nearest = np.rint(moved.mean(axis=0)).astype(int) - low
        mask[tuple(np.clip(nearest, 0, np.asarray(mask.shape) - 1))] = True
    return replace(
        lesion,
        grid=onto,
        corner=corner,
        mask=mask,
        method=Method(name=f"outline carried over ({lesion.method.name})"),
        guards=(),
    )


def points_of(lesion: Delineated) -> Floats:
    """The centres of a lesion's voxels, `"n xyz"` in mm."""
    return lesion.grid.millimetres(np.argwhere(lesion.mask) + np.asarray(lesion.corner))


def united(lesions: tuple[Delineated, ...]) -> Delineated:
    """One outline of all pieces of a lesion, which share a grid; the first lends its name."""
    if len(lesions) == 1:
        return lesions[0]
    low = np.min([one.corner for one in lesions], axis=0)
    high = np.max([np.add(one.corner, one.mask.shape) for one in lesions], axis=0)
    mask = np.zeros(tuple(high - low), np.bool_)
    for one in lesions:
        start = np.asarray(one.corner) - low
        place = tuple(
            slice(int(a), int(a) + size) for a, size in zip(start, one.mask.shape, strict=True)
        )
        mask[place] |= one.mask
    corner = (int(low[0]), int(low[1]), int(low[2]))
    return replace(lesions[0], corner=corner, mask=mask)


def _margin(one: Grid, other: Grid) -> int:
    """Voxels of the other grid that a voxel of the first can reach beyond its centre."""
    return int(np.ceil(one.spacing.max() / other.spacing.min())) + 1
