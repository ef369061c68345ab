"""Where the body lies in a PET volume, as far as uptake shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.volume import Floats, Volume

# By body weight, ours: skin and lungs are above it in FDG images, air is below.
BODY_SUV = 0.2
STRIDE = 2
# Ends by percentiles, so that a few bright voxels of noise do not make a head.
ENDS = (0.2, 99.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The scanned part of the body in LPS mm: its lower and upper end, middle, front and back."""

    bottom: float
    top: float
    middle: float
    front: float
    back: float

    def height_of(self, place: Floats) -> float:
        """Where a place `"xyz"` lies from the lower end of the scan (0) to the upper (1)."""
        return float((place[2] - self.bottom) / (self.top - self.bottom))

    def left_of_middle(self, place: Floats) -> float:
        """Millimetres to the patient's left of the middle; negative to the right."""
        return float(place[0] - self.middle)

    def depth_of(self, place: Floats) -> float:
        """Where a place lies from the front (0) to the back (1) of the body."""
        return float((place[1] - self.front) / (self.back - self.front))


def find_body(volume: Volume) -> Body | None:
    """The body, or None where no voxel has the uptake of tissue."""
    coarse = volume.values[::STRIDE, ::STRIDE, ::STRIDE]
    # Without a size to compare by, the number is taken as it is: lean mass is not far from weight.
    skin = BODY_SUV * (volume.per_suvbw or 1.0)
    places = volume.grid.millimetres(np.argwhere(coarse > skin) * STRIDE)
    if not len(places):
        return None
    low, high = np.percentile(places, ENDS, axis=0)
    if not (high > low).all():
        return None
    return Body(
        bottom=float(low[2]),
        top=float(high[2]),
        middle=float(np.median(places[:, 0])),
        front=float(low[1]),
        back=float(high[1]),
    )
