"""Which coronal slices show the lesions of a scan: as few as can be, the heaviest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.volume import Floats

STEP_MM = 4.0
WELL_CUT = 0.3  # of a lesion's largest section, from which a slice shows it (ours)
MOST_SLICES = 3


@dataclass(frozen=True, slots=True)
class Slice:
    """A coronal slice at y = `depth_mm`, LPS, and the numbers of the lesions that it shows well."""

    depth_mm: float
    shows: frozenset[int]


def coronal_slices(lesions: Sequence[Delineated], *, most: int = MOST_SLICES) -> tuple[Slice, ...]:
    """The slices that show lesions: each shows most of those that none before shows.

    Among slices that show as many, the one with the largest sections. With more lesions apart than
    slices, the last ones are in no slice.
    """
    if not lesions:
        return ()
    places = [one.grid.millimetres(np.argwhere(one.mask) + one.corner) for one in lesions]
    low = min(float(one[:, 1].min()) for one in places)
    high = max(float(one[:, 1].max()) for one in places)
    depths = np.linspace(low, high, int((high - low) // STEP_MM) + 2)
    areas = np.array([_areas(one, at, depths) for one, at in zip(lesions, places, strict=True)])
    shown = areas >= WELL_CUT * areas.max(axis=1, keepdims=True)
    waiting = np.ones(len(lesions), np.bool_)
    chosen: list[Slice] = []
    while waiting.any() and len(chosen) < most:
        fresh = shown & waiting[:, None]
        counts, sums = fresh.sum(axis=0), (areas * fresh).sum(axis=0)
        best = int(np.lexsort((sums, counts))[-1])
        shows = frozenset(np.flatnonzero(shown[:, best]).tolist())
        chosen.append(Slice(round(float(depths[best]), 1), shows))
        waiting &= ~shown[:, best]
    return tuple(chosen)


def _areas(lesion: Delineated, places: Floats, depths: Floats) -> Floats:
    """How many voxels each depth cuts."""
    half = float(np.abs(lesion.grid.steps[:, 1]).max()) / 2
    away = np.abs(places[:, 1][:, None] - depths[None, :])
    return np.asarray((away <= half + 1e-6).sum(axis=0), np.float64)
