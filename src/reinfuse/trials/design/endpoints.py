"""What is read off each virtual patient: names as a design file writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.text import shortened
from reinfuse.exchange.course_file.values import read_choice

DAYS_A_MONTH = 365.25 / 12
FIRST_RESPONSE_DAYS = 90.0  # by which a response counts for what follows it; our own choice


class What(StrEnum):
    """Kinds of endpoints."""

    CRS_ANY = "CRS any grade"
    CRS_2 = "CRS grade >= 2"
    CRS_3 = "CRS grade >= 3"
    CRS_4 = "CRS grade 4"
    TOCILIZUMAB = "tocilizumab"
    CR = "CR"
    MRD_NEGATIVE_CR = "MRD-negative CR"
    SITES_CLEARED = "site clearance"
    RELAPSE_FREE = "relapse-free"
    CD19_NEGATIVE = "CD19-negative relapse"
    CD19_POSITIVE = "CD19-positive relapse"
    APLASIA = "B-cell aplasia"
    LOSS_OF_APLASIA = "loss of B-cell aplasia"
    PERSISTENCE = "CAR-T persistence"
    ACUTE_GVHD = "acute GVHD"
    CMAX = "Cmax"
    TMAX = "Tmax"
    IL6_PEAK = "IL-6 peak"


class Sort(StrEnum):
    """What kind of number an endpoint is over many patients."""

    SHARE = "share of patients"
    TIME = "time to event"
    VALUE = "value"


#: Kinds that ask for a day, and the word before it.
BY, AT = "by", "at"
_TIMED = {
    What.CR: BY,
    What.MRD_NEGATIVE_CR: BY,
    What.SITES_CLEARED: BY,
    What.RELAPSE_FREE: AT,
    What.CD19_NEGATIVE: BY,
    What.CD19_POSITIVE: BY,
    What.APLASIA: AT,
    What.LOSS_OF_APLASIA: BY,
    What.PERSISTENCE: AT,
    What.ACUTE_GVHD: BY,
}
_TIMES = {What.RELAPSE_FREE, What.CD19_NEGATIVE, What.CD19_POSITIVE, What.LOSS_OF_APLASIA}
_VALUES = {What.CMAX: "cells/uL", What.TMAX: "d", What.IL6_PEAK: "pg/mL"}
_WRITTEN = re.compile(r"(?P<what>.+?)\s+(?P<word>by|at)\s+(?P<when>.+)")
_DAY = re.compile(r"day\s+(\d{1,4})|(\d{1,3})\s+months?|(\d{1,4})\s+days?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An endpoint of a design; `day` counts from the first infusion, 0 where none is asked for."""

    what: What
    day: float = 0.0
    name: str

    @property
    def sort(self) -> Sort:
        """What kind of number it is."""
        if self.what in _VALUES:
            return Sort.VALUE
        return Sort.TIME if self.what in _TIMES else Sort.SHARE

    @property
    def unit(self) -> str:
        """The unit of a value; of shares, 1."""
        return _VALUES.get(self.what, "1")

    @property
    def column(self) -> str:
        """Its name in the header of a table."""
        bare = self.name.replace(">=", "from").replace("-", " ")
        return re.sub(r"[^a-z0-9]+", "_", bare.casefold()).strip("_")


def read_endpoint(text: str) -> Endpoint:
    """An endpoint from its name, such as `CR by day 28`; raises ReinfuseError."""
    bare = " ".join(text.split())
    found = _WRITTEN.fullmatch(bare)
    if found is None or bare in {str(what) for what in What}:
        what = read_choice(bare, {str(what): what for what in What})
        if what in _TIMED:
            raise ReinfuseError(
                f"{bare!r} does not say when", fix=f"write it like {_example(what)}"
            )
        return Endpoint(what=what, name=bare)
    what = read_choice(found["what"], {str(what): what for what in What})
    if what not in _TIMED:
        raise ReinfuseError(f"{str(what)!r} has no day", fix=f"write {what} alone")
    if found["word"] != _TIMED[what]:
        raise ReinfuseError(f"{shortened(bare)!r} has the wrong word before its day",
                            fix=f"write it like {_example(what)}")  # fmt: skip
    return Endpoint(what=what, day=_day(found["when"], what), name=bare)


def _day(text: str, what: What) -> float:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ReinfuseError(
            f"{shortened(text)!r} is not a day", fix=f"write it like {_example(what)}"
        )
    day, months, days = found.groups()
    return float(round(float(months) * DAYS_A_MONTH)) if months else float(day or days)


def _example(what: What) -> str:
    return f"{what} {'by day 28' if _TIMED[what] == BY else 'at 6 months'}"
