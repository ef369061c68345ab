"""Modes and valleys of a density that are more than chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.placing.density import Density, Tally
from reinfuse.cytometry.sample import Floats

Bins = NDArray[np.intp]

# Our own choices. Four standard deviations, because a density has dozens of bumps; and a dip of a
# sixth, because with a million events a dip of a hundredth is certain and means nothing.
CERTAIN = 4.0
DEEP = 0.85
FLOOR = 0.05  # of the way up to the lower mode still counts as the floor of a valley


@dataclass(frozen=True, slots=True, kw_only=True)
class Dip:
    """A valley: the middle of its floor, and how surely it is one.

    `depth` is the lowest density as a share of the lower of the two modes; `certainty` is how
    far below that mode it lies, in standard errors.
    """

    place: float
    depth: float
    certainty: float


def dips(density: Density) -> tuple[Dip, ...]:
    """The valleys that are deep and certain, in ascending order."""
    heights = density.heights
    tops, bottoms = extrema(heights)
    found = []
    for bottom in bottoms:
        lower_mode = _lower_mode(heights, tops, bottoms, bottom)
        lowest = float(heights[bottom])
        error = math.sqrt((lower_mode + lowest) / density.per_height)
        certainty = (lower_mode - lowest) / error if error > 0 else 0.0
        if certainty >= CERTAIN and lowest <= DEEP * lower_mode:
            place = _middle_of_floor(density, int(bottom), lower_mode)
            found.append(Dip(place=place, depth=lowest / lower_mode, certainty=certainty))
    return tuple(found)


def modes(density: Density) -> tuple[tuple[float, float], ...]:
    """Place and height of every mode that rises from nothing by more than chance, ascending."""
    tops, _ = extrema(density.heights)
    least = CERTAIN**2 / density.per_height
    centres = density.tally.centres
    return tuple(
        (float(centres[top]), float(density.heights[top]))
        for top in tops
        if density.heights[top] >= least
    )


def extrema(heights: Floats) -> tuple[Bins, Bins]:
    """Bins of the maxima and of the minima between them; a flat one is where its middle is."""
    changes = np.flatnonzero(np.diff(heights))
    if changes.size == 0:
        return np.array([], dtype=np.intp), np.array([], dtype=np.intp)
    starts = np.concatenate([[0], changes + 1])  # of stretches of equal height
    ends = np.concatenate([changes, [heights.size - 1]])
    level = heights[starts]
    rises = np.concatenate([[True], np.diff(level) > 0, [False]])
    is_top = rises[:-1] & ~rises[1:]
    is_bottom = ~rises[:-1] & rises[1:]
    middles = (starts + ends) // 2
    return middles[is_top], middles[is_bottom]


def mode_core(counted: Tally, mode: float, *, side: str) -> tuple[float, float]:
    """Centre and robust standard deviation of a mode, by the half that faces away from `side`.

    Half of a normal half lies within 0.6745 standard deviations. The other half may hold a tail
    of dim cells, which must not widen what they are compared with.
    """
    centre = mode
    for _ in range(2):
        if side == "above":
            half = centre - counted.quantile(0.5, high=centre)
        else:
            half = counted.quantile(0.5, low=centre) - centre
        spread = half / 0.6745
        # The mode of a density wavers; the median of its core does not.
        core = 1.5 * spread
        centre = counted.quantile(0.5, low=centre - core, high=centre + core)
    return centre, spread


def _lower_mode(heights: Floats, tops: Bins, bottoms: Bins, bottom: int) -> float:
    """The lower of the highest maxima on both sides, up to where it goes deeper than here."""
    deeper = bottoms[heights[bottoms] < heights[bottom]]
    left = deeper[deeper < bottom].max(initial=-1)
    right = deeper[deeper > bottom].min(initial=heights.size)
    before = tops[(tops > left) & (tops < bottom)]
    after = tops[(tops > bottom) & (tops < right)]
    return float(min(heights[before].max(initial=0.0), heights[after].max(initial=0.0)))


def _middle_of_floor(density: Density, bottom: int, lower_mode: float) -> float:
    """The middle of where the density is hardly above its lowest.

    The lowest bin of a wide empty valley is where a stray event happens not to be.
    """
    heights = density.heights
    lowest = heights[bottom]
    chance = 2.0 * math.sqrt(lowest / density.per_height)
    level = lowest + min(max(FLOOR * (lower_mode - lowest), chance), 0.5 * (lower_mode - lowest))
    above = np.flatnonzero(heights > level)
    left = above[above < bottom].max(initial=-1)
    right = above[above > bottom].min(initial=heights.size)
    return float(density.tally.centres[0] + density.tally.step * 0.5 * (left + right))
