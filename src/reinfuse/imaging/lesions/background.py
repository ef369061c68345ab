"""What surrounds a lesion: the median in a shell outside its mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from reinfuse.imaging.lesions.hot_spot import HotSpot
from reinfuse.imaging.lesions.region import Region, index_of
from reinfuse.imaging.volume import Floats, Mask

# Ours: far enough out that blurring (8 mm) no longer adds the lesion, near enough to be local.
SHELL_MM = (10.0, 20.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Around:
    """The surroundings of a mask: mm to the nearest voxel of it, and values, each `"z y x"`.

    They reach 20 mm beyond the mask, in the whole volume and not only in the box of a person.
    """

    region: Region
    distance: Floats
    values: Floats

    @property
    def background(self) -> float | None:
        """Median SUV between 10 and 20 mm outside the mask; None where the scan ends before.

        A median, so that a hot organ on one side counts for little.
        """
        shell = (self.distance > SHELL_MM[0]) & (self.distance <= SHELL_MM[1])
        seen = self.values[shell & np.isfinite(self.values)]
        return float(np.median(seen)) if seen.size else None


def look_around(spot: HotSpot, mask: Mask) -> Around:
    """The surroundings of a mask of the spot's region; the mask is not empty."""
    grid = spot.volume.grid
    held = bounds_of(mask)
    low = np.asarray(held.low) + spot.region.low
    high = np.asarray(held.high) + spot.region.low
    tight = Region(low=index_of(low), high=index_of(high))
    region = tight.grown(SHELL_MM[1], grid)
    outside = np.ones(region.shape, np.bool_)
    start = tuple(int(at) for at in low - region.low)
    outside[
        tuple(slice(at, at + size) for at, size in zip(start, held.shape, strict=True))
    ] = ~mask[held.place]
    distance = np.asarray(ndimage.distance_transform_edt(outside, sampling=grid.spacing))
    values = spot.volume.values[region.place].astype(np.float64)
    return Around(region=region, distance=distance, values=values)


def bounds_of(mask: Mask) -> Region:
    """The smallest box of voxels that holds a mask, which is not empty."""
    held = ndimage.find_objects(mask.astype(np.int8))[0]
    return Region(
        low=index_of(part.start for part in held), high=index_of(part.stop for part in held)
    )
