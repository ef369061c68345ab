"""Counts as an image: one shade for each step of a logarithm, dark for many.

Lightness falls all the way, so that the order of the shades is the same in grey and to every eye.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reinfuse.report.charts.png import address, png

STOPS = ((0xB4, 0xCF, 0xEC), (0x6A, 0x9B, 0xD2), (0x33, 0x66, 0xAD), (0x22, 0x3F, 0x80),
         (0x10, 0x1A, 0x38))  # fmt: skip
LEVELS = 24
EMPTY = (0xFF, 0xFF, 0xFF)


def shades() -> list[tuple[int, int, int]]:
    """The colour of each level, level 0 for no event."""
    places = np.linspace(0.0, len(STOPS) - 1.0, LEVELS)
    columns = [np.interp(places, range(len(STOPS)), column) for column in zip(*STOPS, strict=True)]
    ramp = np.rint(np.array(columns)).astype(int).T
    return [EMPTY, *((int(red), int(green), int(blue)) for red, green, blue in ramp)]


def levels_of(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The level of each count, of the same shape: 0 for none, the highest for the most."""
    most = max(int(counts.max(initial=0)), 2)
    share = np.log(np.maximum(counts, 1)) / math.log(most)
    return np.where(counts > 0, 1 + np.rint((LEVELS - 1) * share), 0).astype(np.uint8)


def image_address(counts: NDArray[np.int64]) -> str:
    """Counts, `"y x"` with y upward, as the address of a PNG that holds itself."""
    return address(png(levels_of(counts)[::-1], shades()))
