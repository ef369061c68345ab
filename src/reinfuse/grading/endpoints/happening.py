"""What happened to one patient after a start, as far as endpoints ask for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.timeline import DayRange


class What(StrEnum):
    """What an endpoint can ask for.

    The order is that in which things of one day count: relapse and death on the same day are a
    relapse first.
    """

    REMISSION = "complete remission"
    RELAPSE = "relapse"
    MRD_RELAPSE = "MRD relapse"
    ACUTE_GVHD = "acute GVHD"
    CHRONIC_GVHD = "chronic GVHD"
    SYSTEMIC_TREATMENT = "systemic treatment of chronic GVHD"
    ENGRAFTMENT = "neutrophil engraftment"
    B_CELL_RECOVERY = "B-cell recovery"
    SECOND_MALIGNANCY = "second primary malignancy"
    T_CELL_MALIGNANCY = "T-cell malignancy"
    NEW_THERAPY = "new therapy"
    TRANSPLANT = "transplant"
    DEATH = "death"

    @property
    def rank(self) -> int:
        """The place in the order in which things of one day count."""
        return list(What).index(self)


# What is asked of each: the cause of a death, the grade of a GVHD.
DETAIL = {
    What.DEATH: "cause of death",
    What.ACUTE_GVHD: "grade of acute GVHD",
    What.CHRONIC_GVHD: "severity of chronic GVHD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened, on days counted from the start.

    `ref` is the entry or mark that it stands in; `detail` the cause of a death or the grade of a
    GVHD, None where it was not recorded. What is not `sure` may have been something else.
    """

    what: What
    days: DayRange
    ref: str
    detail: str | None = None
    sure: bool = True


def _no_order(first: str, second: str) -> DayRange | None:
    """No more is known of the order of two entries than their days say."""
    return None if first != second else DayRange(0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that endpoints ask for of one patient, counted from one start.

    `start` is the entry or mark that is day 0. `looked` holds the last day on which each thing
    was looked for, found or not; `seen` the last day on which the patient was seen alive. `apart`
    gives the days from one entry to another where the record knows more of them than of the two
    alone.
    """

    subject: str
    start: str
    happenings: tuple[Happening, ...]
    looked: Mapping[What, DayRange]
    seen: DayRange | None
    apart: Callable[[str, str], DayRange | None] = _no_order

    def of(self, what: What) -> tuple[Happening, ...]:
        """All of one kind, the earliest first."""
        found = (one for one in self.happenings if one.what is what)
        return tuple(sorted(found, key=lambda one: (one.days.high, one.days.low)))

    def before(self, first: Happening, second: Happening) -> bool:
        """Whether the first surely comes before the second; on one day their order decides."""
        known = self.apart(first.ref, second.ref) if first.ref != second.ref else None
        gap = known or DayRange(
            second.days.low - first.days.high, second.days.high - first.days.low
        )
        return gap.low > 0 or (gap.low == 0 and first.what.rank < second.what.rank)


def latest(days: list[DayRange]) -> DayRange | None:
    """The last of several days: not before any of their earliest, not after all of their latest."""
    kept = [one for one in days if one.high >= 0 and math.isfinite(one.low)]
    if not kept:
        return None
    low = max(0.0, *(one.low for one in kept))
    tops = [one.high for one in kept if math.isfinite(one.high)]
    return DayRange(low, max(low, *tops) if tops else low)
