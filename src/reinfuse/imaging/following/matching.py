"""Which lesions of a scan are which of those known before: by assignment, then by overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.following.propagating import points_of
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.volume import Floats

FARTHEST_MM = 20.0  # apart, after registration, that may still be one lesion (ours)
BESIDE_MM = 5.0  # of an outline that still count as within it (ours)
MOSTLY = 0.5  # of the voxels of a piece
# Of two that fit as well, the one that covers more of it wins.
_COVER_MM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Lesions by their place in the list of a scan, for each known lesion by its place.

    `own` is one for one; `pieces` are further parts of a lesion that fell apart; `merged` names
    the lesion that a known one went up in; `new` belong to none. `gaps_mm` is how far, on average,
    a matched lesion lies from where it was expected; 0 within it.
    """

    own: Mapping[int, int]
    pieces: Mapping[int, tuple[int, ...]]
    merged: Mapping[int, int]
    new: tuple[int, ...]
    gaps_mm: Mapping[int, float]


def match(expected: Sequence[Delineated | None], drawn: Sequence[Delineated]) -> Matches:
    """Match known lesions, as outlines carried to a scan, with those drawn in it.

    First one to one, at the least sum of distances, none beyond 20 mm. A lesion left over that lies
    mostly within 5 mm of a known one is a piece of it; a known one left over that lies mostly
    within 5 mm of a drawn one has merged with it. None stands for a place that was not scanned.

    Source: registration, then linear assignment, after Santoro-Fernandes 2021, Phys Med Biol
    66:155017; the distances are ours.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 # heavy

    known = [None if one is None else points_of(one) for one in expected]
    seen = [points_of(one) for one in drawn]
    pairs = {
        (row, column): _between(before, now)
        for row, before in enumerate(known)
        if before is not None and len(before)
        for column, now in enumerate(seen)
    }
    # A column for each known lesion stands for its being matched with none.
    costs = np.full((len(known), len(seen) + len(known)), FARTHEST_MM)
    for (row, column), pair in pairs.items():
        costs[row, column] = min(pair.cost, 2 * FARTHEST_MM)
    rows, columns = linear_sum_assignment(costs)
    own = {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if column < len(seen) and costs[row, column] < FARTHEST_MM
    }
    pieces: dict[int, tuple[int, ...]] = {}
    new = []
    for column in sorted(set(range(len(seen))) - set(own.values())):
        shares = {row: pair.within_known for (row, at), pair in pairs.items() if at == column}
        whole = _mostly(shares)
        if whole is None:
            new.append(column)
        else:
            pieces[whole] = (*pieces.get(whole, ()), column)
    merged = {}
    for row in sorted(set(range(len(known))) - set(own)):
        shares = {column: pair.within_drawn for (at, column), pair in pairs.items() if at == row}
        into = _mostly(shares)
        if into is not None:
            merged[row] = into
    return Matches(
        own=own,
        pieces=pieces,
        merged=merged,
        new=tuple(new),
        gaps_mm={row: pairs[row, column].gap_mm for row, column in own.items()},
    )


def _mostly(shares: Mapping[int, float]) -> int | None:
    """The place with the largest share, if that is half at least."""
    best = max(shares, key=lambda place: shares[place], default=None)
    return best if best is not None and shares[best] >= MOSTLY else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    gap_mm: float
    cost: float
    within_known: float
    within_drawn: float


def _between(known: Floats, drawn: Floats) -> _Pair:
    """How a known and a drawn lesion lie, points `"n xyz"` each."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 # heavy

    to_known = cKDTree(known).query(drawn)[0]
    to_drawn = cKDTree(drawn).query(known)[0]
    # One that shrank lies within the other, and one that grew around it: the nearer way counts.
    gap = min(float(to_known.mean()), float(to_drawn.mean()))
    covered = float((to_known <= BESIDE_MM).mean() + (to_drawn <= BESIDE_MM).mean()) / 2
    return _Pair(
        gap_mm=gap,
        cost=gap + _COVER_MM * (1 - covered),
        within_known=float((to_known <= BESIDE_MM).mean()),
        within_drawn=float((to_drawn <= BESIDE_MM).mean()),
    )
