"""The voxel a lesion grows from, and what is connected to it above a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import ndimage

from reinfuse.imaging.lesions.region import Index, Region, index_of
from reinfuse.imaging.measures.peak import ONE_ML_MM
from reinfuse.imaging.volume import Floats, Mask, Volume


class Connection(StrEnum):
    """Which voxels are neighbours: those that share a face, or an edge or corner as well."""

    FACES = "6-connected"
    CORNERS = "26-connected"


class Holes(StrEnum):
    """What becomes of cool voxels that the mask encloses on all sides, as in necrosis."""

    KEPT = "holes kept"
    FILLED = "holes filled"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HotSpot:
    """The voxels of a region, and the hottest one that leads to the lesion.

    `values`, `"z y x"`, are those of the region; what is not finite is -inf, so that no threshold
    holds it. `top` is a voxel of the whole volume and `hottest` its value.
    """

    volume: Volume
    region: Region
    values: Floats
    top: Index
    hottest: float
    connection: Connection
    holes: Holes

    def above(self, threshold: float) -> Mask:
        """The part of the region at or above a threshold that is connected to the top."""
        labels, _ = ndimage.label(self.values >= threshold, neighbours(self.connection))
        label = int(labels[self.inner(self.top)])
        mask: Mask = labels == label if label else np.zeros(self.values.shape, np.bool_)
        # Background is joined by faces only, so that noise does not open a hole by a corner.
        return np.asarray(ndimage.binary_fill_holes(mask)) if self.holes is Holes.FILLED else mask

    def inner(self, index: Index) -> Index:
        """A voxel of the volume as one of the region."""
        return _minus(index, self.region.low)

    def ml(self, mask: Mask) -> float:
        """Volume of a mask, mL."""
        return float(np.count_nonzero(mask) * self.volume.grid.voxel_ml)


def find_hot_spot(
    volume: Volume, region: Region, *, connection: Connection, holes: Holes
) -> HotSpot | str:
    """The hot spot of a region, or why there is none."""
    inside = region.clipped(volume.grid.shape)
    if 0 in inside.shape:
        return "the box holds no voxel of the scan"
    if inside.seed is not None and not inside.holds(inside.seed):
        return "the seed lies outside the box or the scan"
    values = volume.values[inside.place].astype(np.float64)
    values[~np.isfinite(values)] = -np.inf
    top = (
        _hottest(values)
        if inside.seed is None
        else _climb(values, _minus(inside.seed, inside.low), volume.grid.spacing)
    )
    hottest = float(values[top])
    if hottest <= 0:
        return "there is no uptake above 0"
    return HotSpot(
        volume=volume,
        region=inside,
        values=values,
        top=index_of(at + low for at, low in zip(top, inside.low, strict=True)),
        hottest=hottest,
        connection=connection,
        holes=holes,
    )


def neighbours(connection: Connection) -> Mask:
    """The 3 x 3 x 3 voxels that count as connected to the middle one."""
    reach = 1 if connection is Connection.FACES else 3
    return np.asarray(ndimage.generate_binary_structure(3, reach), np.bool_)


def largest_part(mask: Mask, connection: Connection) -> Mask:
    """The part of a mask with most voxels; an empty mask has none and stays empty."""
    labels, count = ndimage.label(mask, neighbours(connection))
    if not count:
        return mask
    return np.asarray(labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:])))


def _climb(values: Floats, start: Index, spacing: Floats) -> Index:
    """From a seed to the hottest voxel within the radius of SUVpeak, until none is hotter.

    Steps of one voxel would end on the next peak of noise; longer ones would leap to a neighbour.
    """
    # Neighbours are always near, also where voxels are larger than the radius.
    reach = np.maximum(1, np.floor(ONE_ML_MM / spacing)).astype(int)
    at = start
    while True:
        low = index_of(np.maximum(0, at - reach))
        high = index_of(at + reach + 1)
        window = values[Region(low=low, high=high).place]
        away = np.argwhere(np.ones(window.shape, np.bool_)) + low - np.asarray(at)
        near = np.linalg.norm(away * spacing, axis=1) <= ONE_ML_MM
        near |= np.abs(away).sum(axis=1) <= 1
        best = _hottest(np.where(near.reshape(window.shape), window, -np.inf))
        found = index_of(here + first for here, first in zip(best, low, strict=True))
        if not values[found] > values[at]:
            return at
        at = found


def _hottest(values: Floats) -> Index:
    return index_of(np.unravel_index(int(np.argmax(values)), values.shape))


def _minus(index: Index, low: Index) -> Index:
    return index_of(at - first for at, first in zip(index, low, strict=True))
