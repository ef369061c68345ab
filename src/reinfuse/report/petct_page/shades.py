"""The shades of pictures: dark for much uptake, and warm colours over a grey CT."""

from __future__ import annotations

from functools import cache

import numpy as np

from reinfuse.imaging.pictures import LEVELS, Raster
from reinfuse.report.charts.png import Colour, address, png

# From nothing to the top of the window; lightness rises all the way, so that the order is seen in
# grey and by every eye.
WARM = ((0x5A, 0x00, 0x00), (0xB4, 0x12, 0x00), (0xF0, 0x5A, 0x00), (0xFF, 0xB4, 0x14),
        (0xFF, 0xF0, 0x8C), (0xFF, 0xFF, 0xFF))  # fmt: skip
# Shares of the window, and how much of the CT is hidden there: below 0.1 only CT is seen.
COVER = ((0.0, 0), (0.1, 0), (0.25, 130), (0.5, 215), (1.0, 255))
CT_BESIDE = "#6e6e6e"  # soft tissue, under the scale


@cache
def dark_for_much() -> tuple[Colour, ...]:
    """White for none, black for the top of the window."""
    greys = np.rint(np.linspace(255, 0, LEVELS)).astype(int).tolist()
    return tuple((one, one, one) for one in greys)


@cache
def light_for_dense() -> tuple[Colour, ...]:
    """Black for air, white for bone, as CT is read."""
    return tuple(reversed(dark_for_much()))


@cache
def warm() -> tuple[tuple[Colour, ...], tuple[int, ...]]:
    """Colours of uptake over CT, and how much each hides, 0 to 255."""
    shares = np.linspace(0.0, 1.0, LEVELS)
    places = np.linspace(0.0, 1.0, len(WARM))
    parts = [np.interp(shares, places, column) for column in zip(*WARM, strict=True)]
    colours = np.rint(np.array(parts)).astype(int).T.tolist()
    at, hidden = ([float(one[part]) for one in COVER] for part in (0, 1))
    cover = np.interp(shares, at, hidden)
    return (
        tuple((red, green, blue) for red, green, blue in colours),
        tuple(np.rint(cover).astype(int).tolist()),
    )


def grey_address(raster: Raster) -> str:
    """Uptake alone as an image: dark for much."""
    return address(png(raster.levels, dark_for_much()))


def ct_address(raster: Raster) -> str:
    """CT as an image."""
    return address(png(raster.levels, light_for_dense()))


def warm_address(raster: Raster) -> str:
    """Uptake as an image that lets the CT through where there is little."""
    return address(png(raster.levels, *warm()))


def scale_address(*, over_ct: bool) -> str:
    """All shades from left to right."""
    row = np.arange(LEVELS, dtype=np.uint8)[None, :]
    return address(png(row, *warm()) if over_ct else png(row, dark_for_much()))
