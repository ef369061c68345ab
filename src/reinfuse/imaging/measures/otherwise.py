"""The same lesion behind another threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.measures.surface import inside_of
from reinfuse.imaging.volume import Mask, Volume

TOUCHING = np.ones((3, 3, 3), np.bool_)  # faces, edges and corners
# A lower threshold may flood an organ; past so many voxels it is no longer the same lesion.
MOST_GROWTH = 2


def behind(volume: Volume, lesion: Delineated, threshold: float) -> Delineated:
    """The lesion as another threshold would draw it from the same hottest voxel.

    A higher one keeps what hangs together with the hottest voxel; a lower one lets the lesion grow,
    by two voxels at most. A lesion without a threshold comes back as it is; holes that were filled
    stay filled. The hottest voxel is always in it.
    """
    own = lesion.method.threshold
    if own is None or threshold == own:
        return lesion
    mask, corner = inside_of(volume, lesion)
    growth = MOST_GROWTH if threshold < own else 0
    low = [max(0, start - growth) for start in corner]
    high = [
        min(last, start + size + growth)
        for start, size, last in zip(corner, mask.shape, volume.grid.shape, strict=True)
    ]
    values = volume.values[tuple(slice(*ends) for ends in zip(low, high, strict=True))]
    drawn = np.pad(
        mask,
        [
            (start - first, last - start - size)
            for start, size, first, last in zip(corner, mask.shape, low, high, strict=True)
        ],
    )
    near = ndimage.binary_dilation(drawn, TOUCHING, iterations=growth) if growth else drawn
    hottest = np.unravel_index(int(np.where(drawn, values, -np.inf).argmax()), drawn.shape)
    found = near & (values >= threshold)
    found[hottest] = True
    labels, _ = ndimage.label(found, TOUCHING)
    kept: Mask = labels == labels[hottest]
    if bool((values[drawn] < own).any()):
        kept = np.asarray(ndimage.binary_fill_holes(kept), np.bool_)
    return replace(
        lesion,
        mask=kept,
        corner=(low[0], low[1], low[2]),
        method=Method(name=f"{lesion.method.name}, drawn again", threshold=threshold),
        guards=(),
    )
