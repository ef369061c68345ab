"""How a later infusion compares with the first: ratios of descriptors in the same patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors.described import Described
from reinfuse.kinetics.descriptors.reasons import WORDS, NotEstimable, Reason

COMPARED = ("cmax", "auc_0_28")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """What a later infusion gave over what an earlier one gave, by one assay in one patient.

    `of` holds each descriptor compared: the ratio, or which of the two is not estimable and why.
    """

    subject: str
    assay: str
    later: int
    earlier: int
    of: Mapping[str, float | NotEstimable]


def ratios_of(
    described: Described, *, later: int = 2, earlier: int = 1, names: Sequence[str] = COMPARED
) -> tuple[Ratio, ...]:
    """Descriptors of one infusion over those of another, for every patient who had both.

    A descriptor that was not computed is left out.
    """
    profiles = described.profiles
    there = [name for name in names if name in described.columns]
    first = {
        (profiles.subject[place], int(profiles.assay[place])): int(place)
        for place in np.flatnonzero(profiles.occasion == earlier)
    }
    found = []
    for place in map(int, np.flatnonzero(profiles.occasion == later)):
        assay = int(profiles.assay[place])
        before = first.get((profiles.subject[place], assay))
        if before is None:
            continue
        ratio = Ratio(
            subject=profiles.subject[place],
            assay=profiles.assays[assay].label,
            later=later,
            earlier=earlier,
            of={name: _ratio(described, name, place, before) for name in there},
        )
        found.append(ratio)
    return tuple(found)


def _ratio(described: Described, name: str, later: int, earlier: int) -> float | NotEstimable:
    column, occasion = described[name], described.profiles.occasion
    for place in (later, earlier):
        if column.reason[place]:
            return NotEstimable(f"infusion {int(occasion[place])}: {column.why(place)}")
    if column.values[earlier] == 0:
        return NotEstimable(WORDS[Reason.ZERO_AREA])
    return float(column.values[later] / column.values[earlier])
