"""The rows of a forest plot of one outcome: cohorts, what pools them, and one course beside them.

All numbers are where they stand on the ruler of the plot; what a reader reads of them is `told`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What a pooled row was pooled by; it decides how its diamond is drawn."""

    PRIOR = "with a prior"
    LIKELIHOOD = "by likelihood"
    VARIANCE = "by inverse variance"


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRow:
    """One cohort: `middle` between its own limits `low` and `high`.

    `counts` is as `35/40`, `told` as `87.5 % (73.2 to 95.8 %)`, `standing` how the numbers
    reached us. `weight` is the share of the pooled mean, 0 to 1. `drawn` is the cohort drawn
    towards the others by the leading prior, from low over middle to high, with its words.
    """

    label: str
    counts: str
    told: str
    low: float
    middle: float
    high: float
    standing: str = ""
    weight: float | None = None
    drawn: tuple[float, float, float] | None = None
    drawn_told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledRow:
    """One method's pooled number with its limits; `predicted` are those of a new cohort."""

    label: str
    by: By
    told: str
    low: float
    middle: float
    high: float
    predicted: tuple[float, float] | None = None
    predicted_told: str = ""
    leading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One course beside the cohorts: a yes or a no of one patient, at `place` on the ruler."""

    label: str
    told: str
    place: float
