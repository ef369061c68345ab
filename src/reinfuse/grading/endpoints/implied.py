"""What follows from what was found: relapse by residual disease, treatment, kind of malignancy."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reinfuse.grading.endpoints.happening import Happening, What
from reinfuse.grading.mrd import CUT_PERCENT
from reinfuse.timeline import DayRange

Measured = tuple[DayRange, float, float, str]  # days, lowest and highest per cent, where it stands
Looked = dict[What, list[DayRange]]

# A look for the first serves the second too: none of the first means none of the second.
SERVES = (
    (What.CHRONIC_GVHD, What.SYSTEMIC_TREATMENT),
    (What.SECOND_MALIGNANCY, What.T_CELL_MALIGNANCY),
)


def mrd_relapses(levels: Iterable[Measured]) -> list[Happening]:
    """Every MRD at 0.01 % or above that follows one below it, on or after day 0.

    A level that lies on both sides of the cut may be a relapse.
    """
    rows, found = list(levels), []
    for days, low, high, ref in rows:
        below = any(
            other.high < days.low and other.low >= 0 and least < CUT_PERCENT
            for other, least, _, _ in rows
        )
        if below and high >= CUT_PERCENT:
            sure = low >= CUT_PERCENT
            found.append(Happening(what=What.MRD_RELAPSE, days=days, ref=ref, sure=sure))
    return found


def implied(found: Iterable[Happening], looked: Looked) -> list[Happening]:
    """What may have been, given what was found; adds to `looked` what was looked for with it.

    Chronic GVHD may have been treated systemically from its day on, a second malignancy may have
    been of T cells, where nobody said.
    """
    more: list[Happening] = []
    for what, other in SERVES:
        if other not in looked:
            seen = [one for one in found if one.what is what]
            ends = math.inf if other is What.SYSTEMIC_TREATMENT else 0.0
            more += [
                Happening(
                    what=other,
                    days=DayRange(one.days.low, max(ends, one.days.high)),
                    ref=one.ref,
                    sure=False,
                )
                for one in seen
            ]
        if what in looked:
            looked.setdefault(other, []).extend(looked[what])
    return more
