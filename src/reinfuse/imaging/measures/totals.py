"""Sums over the lesions of one patient at one time point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.measures.measured import Measured
from reinfuse.imaging.measures.uncertainty import Interval
from reinfuse.imaging.measures.uptake import Uptake


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums over `lesions` lesions; no lesion is a volume of 0.

    `interval_ml` adds low ends and high ends: a threshold or a resolution that is off is off in all
    lesions alike. `tlg_ml` is in the unit of the uptake x mL. `hottest` is the label of the lesion
    with the highest `max`, and both are None without a lesion. `methods` are all that were used.
    """

    lesions: int
    volume_ml: float
    interval_ml: Interval
    tlg_ml: float
    max: float | None
    hottest: str | None
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTotals:
    """Why lesions were not summed up."""

    reason: str


def total(measured: Sequence[Measured]) -> Totals | NoTotals:
    """Metabolic volume and glycolysis of a patient: the sums over the lesions that were accepted.

    Not summed up are lesions that share voxels, which would count twice, lesions of different
    series, and lesions without uptake.
    """
    problem = _problem(measured)
    if problem:
        return NoTotals(reason=problem)
    hot = [(one.uptake, one.lesion.label) for one in measured if isinstance(one.uptake, Uptake)]
    hottest = max(hot, key=lambda pair: pair[0].max, default=None)
    return Totals(
        lesions=len(measured),
        volume_ml=sum(one.volume_ml for one in measured),
        interval_ml=Interval(
            low=sum(one.uncertainty.volume_ml.low for one in measured),
            high=sum(one.uncertainty.volume_ml.high for one in measured),
        ),
        tlg_ml=sum(uptake.tlg_ml for uptake, _ in hot),
        max=hottest[0].max if hottest else None,
        hottest=hottest[1] if hottest else None,
        methods=tuple(dict.fromkeys(one.lesion.method.name for one in measured)),
    )


def _problem(measured: Sequence[Measured]) -> str:
    """Why these cannot be summed up, or nothing."""
    units = {one.uptake.unit if isinstance(one.uptake, Uptake) else "" for one in measured}
    if "" in units:
        return "a lesion was measured on CT and has no uptake"
    if len(units) > 1:
        return f"uptake is in different units: {', '.join(sorted(units))}"
    for one, other in combinations((one.lesion for one in measured), 2):
        if not one.grid.same_as(other.grid):
            return f"lesions {one.label} and {other.label} lie on different series"
        shared = _shared(one, other)
        if shared:
            voxels = "1 voxel" if shared == 1 else f"{shared} voxels"
            return f"lesions {one.label} and {other.label} have {voxels} in common"
    return ""


def _shared(one: Delineated, other: Delineated) -> int:
    """How many voxels two lesions of one grid have in common."""
    low = np.maximum(one.corner, other.corner)
    high = np.minimum(np.add(one.corner, one.mask.shape), np.add(other.corner, other.mask.shape))
    if (high <= low).any():
        return 0
    first, second = (
        lesion.mask[
            tuple(
                slice(*ends) for ends in zip(low - lesion.corner, high - lesion.corner, strict=True)
            )
        ]
        for lesion in (one, other)
    )
    return int(np.count_nonzero(first & second))
