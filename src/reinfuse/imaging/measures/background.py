"""What surrounds a lesion that has been drawn: the median uptake of a shell around it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.measures.surface import inside_of
from reinfuse.imaging.volume import Volume

SHELL_MM = (10.0, 20.0)  # ours, as of a lesion's background elsewhere in this room


def background_of(volume: Volume, lesion: Delineated) -> float | None:
    """The median between 10 and 20 mm outside a mask, in the unit of the volume.

    None where the scan ends before. A median, so that a hot organ on one side counts for little.
    Raises ReinfuseError as `inside_of`.
    """
    mask, corner = inside_of(volume, lesion)
    margin = np.ceil(SHELL_MM[1] / volume.grid.spacing).astype(int)
    start = np.asarray(corner)
    low = np.maximum(0, start - margin)
    high = np.minimum(volume.grid.shape, start + mask.shape + margin)
    ends = zip(start - low, high - start - mask.shape, strict=True)
    outside = np.pad(~mask, [(int(a), int(b)) for a, b in ends], constant_values=True)
    distance = ndimage.distance_transform_edt(outside, sampling=tuple(volume.grid.spacing))
    values = volume.values[tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))]
    shell = (distance > SHELL_MM[0]) & (distance <= SHELL_MM[1]) & np.isfinite(values)
    return float(np.median(values[shell])) if shell.any() else None
