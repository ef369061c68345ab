"""One thing that the record says and that an output of the mechanism can be held against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.errors import ReinfuseError


class Kind(StrEnum):
    """What was measured; `OUTPUT` names the output of the model that it is held against."""

    CAR_PERCENT = "CAR-T cells, % of T cells"
    CAR_PER_UL = "CAR-T cells per uL"
    CAR_COPIES = "CAR transgene, copies per ug of DNA"
    BLASTS = "blasts of marrow"
    MRD = "MRD of marrow"
    LESION_VOLUME = "volume of a lesion"
    LESION_CHANGE = "what imaging says of a lesion"
    IL6 = "IL-6"
    IFN = "IFN-gamma"
    IL10 = "IL-10"
    CRP = "CRP"
    FERRITIN = "ferritin"
    T_CELLS = "T cells"
    B_CELLS = "B cells"


#: Unit of `value`, `below` and `above`, as UCUM code; None where there is no number.
UNIT: dict[Kind, str | None] = {
    Kind.CAR_PERCENT: "%",
    Kind.CAR_PER_UL: "{cells}/uL",
    Kind.CAR_COPIES: "{copies}/ug",
    Kind.BLASTS: "%",
    Kind.MRD: "%",
    Kind.LESION_VOLUME: "mL",
    Kind.LESION_CHANGE: None,
    Kind.IL6: "pg/mL",
    Kind.IFN: "pg/mL",
    Kind.IL10: "pg/mL",
    Kind.CRP: "mg/L",
    Kind.FERRITIN: "ug/L",
    Kind.T_CELLS: "{cells}/uL",
    Kind.B_CELLS: "{cells}/uL",
}

#: Output of `course_model` for each kind; that of a lesion takes its number.
OUTPUT: dict[Kind, str] = {
    Kind.CAR_PERCENT: "car_percent",
    Kind.CAR_PER_UL: "car_per_ul",
    Kind.CAR_COPIES: "car_copies",
    Kind.BLASTS: "blasts_percent",
    Kind.MRD: "blasts_percent",
    Kind.LESION_VOLUME: "lesion_{lesion}_volume",
    Kind.LESION_CHANGE: "lesion_{lesion}_volume",
    Kind.IL6: "il6",
    Kind.IFN: "ifn",
    Kind.IL10: "il10",
    Kind.CRP: "crp",
    Kind.FERRITIN: "ferritin",
    Kind.T_CELLS: "t_per_ul",
    Kind.B_CELLS: "b_per_ul",
}


class Change(StrEnum):
    """What a look says of a lesion, against the first look of the window."""

    PRESENT = "present"  # seen, and nothing is said of its size
    REDUCED = "reduced"  # smaller than at the first look, and still seen
    GONE = "not seen"  # below what the look can show, which is not without cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One fact of the record, in the unit of the model's output (`UNIT`).

    `days` are the earliest and latest day of the window on which it can have been taken. Of
    `value`, `below` (the limit it lies under), `above` (the value it lies over), `limit_unknown`
    (it lies under a limit that nobody stated) and `change` exactly one is told. `peak` marks the
    highest of a series: it was reached within `days`, which are one day where that is known.
    `lesion` is the number of a lesion, from 1; `entries` are ids of the record.

    Raises ReinfuseError where not exactly one of them is told, or the days end before they begin.
    """

    kind: Kind
    days: tuple[float, float]
    value: float | None = None
    below: float | None = None
    above: float | None = None
    limit_unknown: bool = False
    peak: bool = False
    lesion: int | None = None
    change: Change | None = None
    entries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what says nothing, or two things."""
        told = sum(said is not None for said in (self.value, self.below, self.above, self.change))
        if told + self.limit_unknown != 1:
            raise ReinfuseError(
                "an observed thing tells none or several of value, below, above, change",
                where=", ".join(self.entries),
                fix="make one of each thing that is told",
            )
        if not (self.days[0] <= self.days[1] and math.isfinite(self.days[1] - self.days[0])):
            raise ReinfuseError(
                "the days of an observed thing end before they begin, or have no end",
                where=", ".join(self.entries),
                fix="leave it out, or keep the days within the window",
            )

    @property
    def output(self) -> str:
        """The output of the model that it is held against."""
        return OUTPUT[self.kind].format(lesion=self.lesion)
