"""What must be known of a mask that was read from a file, before anybody believes its size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions.hot_spot import Connection, neighbours
from reinfuse.imaging.volume import Floats

NIFTI = (".nii", ".nii.gz")


def doubts_of_mask(drawn: Delineated, file: str) -> Iterator[Finding]:
    """Parts that do not touch, and a file that cannot say of which scan it is."""
    parts, apart = _parts(drawn)
    if parts > 1:
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="mask-in-parts",
            what=f"{drawn.label}: its mask has {parts} parts that do not touch, up to {apart:.0f} "
            "mm from the largest; axes and volume are of all of them together",
            where=drawn.label,
            fix="if they are several lesions, give each a region of its own",
            about=(drawn.label,),
        )
    if file.casefold().endswith(NIFTI):
        yield Finding(
            severity=Severity.NOTE,
            rule="mask-place-trusted",
            what=f"{drawn.label}: a NIfTI mask names no frame of reference, and its place is "
            "trusted",
            where=drawn.label,
            fix="look at the picture whether it lies on the lesion",
            about=(drawn.label,),
        )


def _parts(drawn: Delineated) -> tuple[int, float]:
    """How many parts do not touch even by a corner, and the widest gap to the largest, mm.

    The gap is from centre to centre of the two nearest voxels.
    """
    labels, count = ndimage.label(drawn.mask, neighbours(Connection.CORNERS))
    if count < 2:  # noqa: PLR2004 - one part, or nothing
        return count, 0.0
    sizes = np.bincount(labels.ravel())[1:]
    largest = labels == 1 + int(np.argmax(sizes))
    gaps: Floats = ndimage.distance_transform_edt(~largest, sampling=drawn.grid.spacing)
    nearest = ndimage.minimum(gaps, labels, np.arange(1, count + 1))
    return count, float(np.max(nearest))
