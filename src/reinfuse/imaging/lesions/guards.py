"""Leak guards: signs that a border is not that of one lesion, or is too coarse to be measured.

A threshold draws something in every box; only these tell a leak from a lesion. The limits are ours,
taken from phantoms on which each failure was seen (studies/petct_ellipsoids.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy import ndimage

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.lesions.drawn import Drawn
from reinfuse.imaging.lesions.hot_spot import Holes, largest_part, neighbours
from reinfuse.imaging.lesions.smallness import find_too_small
from reinfuse.imaging.volume import Mask

Guard = Callable[[Drawn], Iterator[Finding]]

BACKGROUND_TIMES = 1.5
CHANGE_PERCENT = 30.0
SHARES = (0.41, 0.50)
FAR_MM = 10.0
OTHER_ML = 1.0
OTHER_SHARE = 0.5
OTHER_BACKGROUND_TIMES = 2.0
PART_SHARE = 0.1
HOLE_PERCENT = 2.0


def find_leaks(drawn: Drawn) -> tuple[Finding, ...]:
    """Every guard that trips, in the order of the table."""
    return tuple(finding for guard in GUARDS for finding in guard(drawn))


def find_touching_box(drawn: Drawn) -> Iterator[Finding]:
    """A mask that reaches the edge of its box or of the scan."""
    if np.any(drawn.mask & _edge(drawn.mask.shape)):
        yield drawn.told(
            "lesion-touches-box",
            "the border runs into the edge of its box, so it may go on outside",
            "widen the box; if the border follows, raise the threshold or place a seed",
        )


def find_top_on_edge(drawn: Drawn) -> Iterator[Finding]:
    """A hottest voxel on the edge of the box: it most likely belongs to a neighbour."""
    if _edge(drawn.mask.shape)[drawn.spot.inner(drawn.spot.top)]:
        yield drawn.told(
            "lesion-top-on-box-edge",
            f"the hottest voxel ({drawn.unit} {drawn.spot.hottest:.1f}) lies on the edge of the "
            "box",
            "it may be a neighbour's: narrow the box there, or place a seed in the lesion",
        )


def find_hotter_inside(drawn: Drawn) -> Iterator[Finding]:
    """A mask that holds something hotter than the top that its seed leads to."""
    hottest = float(drawn.spot.values[drawn.mask].max())
    if hottest > drawn.spot.hottest:
        yield drawn.told(
            "lesion-joins-hotter",
            f"the border also holds {drawn.unit} {hottest:.1f}, and the seed leads to "
            f"{drawn.unit} {drawn.spot.hottest:.1f}",
            "it may have run into a neighbour: narrow the box or raise the threshold",
        )


def find_seed_outside(drawn: Drawn) -> Iterator[Finding]:
    """A seed that led to a lesion, and does not lie in what was drawn of it."""
    seed = drawn.spot.region.seed
    if seed is not None and not drawn.mask[drawn.spot.inner(seed)]:
        yield drawn.told(
            "lesion-seed-outside",
            "the seed does not lie in what is drawn",
            "look whether it is the lesion that is meant; if so, move the seed into it",
        )


def find_low_threshold(drawn: Drawn) -> Iterator[Finding]:
    """A threshold that what surrounds the lesion nearly reaches by itself."""
    background = drawn.around.background
    if background is None:
        yield drawn.told(
            "lesion-background-unseen",
            "no background is seen around it, so the threshold cannot be held against it",
            "look at the border by eye",
        )
    elif drawn.threshold < BACKGROUND_TIMES * background:
        yield drawn.told(
            "lesion-threshold-near-background",
            f"the threshold of {drawn.unit} {drawn.threshold:.2f} is under {BACKGROUND_TIMES:g} "
            f"times the background of {drawn.unit} {background:.2f}",
            "take a higher threshold, or half-way to the background",
        )


def find_unsteady_volume(drawn: Drawn) -> Iterator[Finding]:
    """A volume that depends much on where between 41 % and 50 % of the maximum it is drawn."""
    wide, narrow = (drawn.spot.ml(drawn.spot.above(s * drawn.spot.hottest)) for s in SHARES)
    change = 100.0 * (1.0 - narrow / wide)
    if change > CHANGE_PERCENT:
        yield drawn.told(
            "lesion-volume-unsteady",
            f"from 41 % to 50 % of {drawn.unit}max the volume falls by {change:.0f} % "
            f"({wide:.1f} to {narrow:.1f} mL)",
            "give the volume as that range",
        )


def find_other_uptake(drawn: Drawn) -> Iterator[Finding]:
    """More uptake in the box, away from the lesion, where no seed says which is meant."""
    if drawn.spot.region.seed is not None:
        return
    low = OTHER_SHARE * drawn.threshold
    if drawn.around.background is not None:
        low = max(low, OTHER_BACKGROUND_TIMES * drawn.around.background)
    low = min(low, drawn.threshold)
    other = (drawn.spot.values >= low) & _far(drawn)
    ml = drawn.spot.ml(largest_part(other, drawn.spot.connection))
    if ml >= OTHER_ML:
        yield drawn.told(
            "lesion-not-alone-in-box",
            f"{ml:.1f} mL at {drawn.unit} {low:.1f} or more lie more than {FAR_MM:g} mm "
            "from the border",
            "narrow the box, or place a seed in the lesion that is meant",
        )


def find_several_parts(drawn: Drawn) -> Iterator[Finding]:
    """A mask that falls apart at 50 % of its maximum: it may be several lesions."""
    inner = drawn.mask & (drawn.spot.values >= SHARES[1] * drawn.spot.hottest)
    labels, _ = ndimage.label(inner, neighbours(drawn.spot.connection))
    sizes = np.bincount(labels.ravel())[1:]
    parts = int(np.count_nonzero(sizes >= PART_SHARE * np.count_nonzero(drawn.mask)))
    if parts > 1:
        yield drawn.told(
            "lesion-in-parts",
            f"at 50 % of {drawn.unit}max it falls into {parts} parts",
            "if they are several lesions, draw a box around each",
        )


def find_holes(drawn: Drawn) -> Iterator[Finding]:
    """Cool voxels enclosed by the mask, as in necrosis."""
    if drawn.spot.holes is Holes.FILLED:
        return
    filled = ndimage.binary_fill_holes(drawn.mask)
    hole, whole = drawn.spot.ml(filled & ~drawn.mask), drawn.spot.ml(filled)
    if 100.0 * hole / whole > HOLE_PERCENT:
        yield drawn.told(
            "lesion-has-hole",
            f"{hole:.1f} of {whole:.1f} mL are enclosed and cool",
            "say whether the volume is that of the uptake or, with holes filled, of the lesion",
            severity=Severity.NOTE,
        )


GUARDS: tuple[Guard, ...] = (
    find_touching_box,
    find_top_on_edge,
    find_hotter_inside,
    find_seed_outside,
    find_low_threshold,
    find_too_small,
    find_unsteady_volume,
    find_other_uptake,
    find_several_parts,
    find_holes,
)


def _edge(shape: tuple[int, ...]) -> Mask:
    edge = np.ones(shape, np.bool_)
    edge[tuple(slice(1, max(1, size - 1)) for size in shape)] = False
    return edge


def _far(drawn: Drawn) -> Mask:
    """Voxels of the box that are away from the mask; beyond its surroundings all are."""
    region, around = drawn.spot.region, drawn.around.region
    far = np.ones(region.shape, np.bool_)
    pairs = tuple(
        (max(one, other), min(one_end, other_end))
        for one, other, one_end, other_end in zip(
            region.low, around.low, region.high, around.high, strict=True
        )
    )
    here = tuple(slice(a - low, b - low) for (a, b), low in zip(pairs, region.low, strict=True))
    there = tuple(slice(a - low, b - low) for (a, b), low in zip(pairs, around.low, strict=True))
    far[here] = drawn.around.distance[there] > FAR_MM
    return far
