"""What is asked of every option, and how it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.trials.forecast.asked import DAYS_A_MONTH

EVERYWHERE = "all sites"
ANYWHERE = "any site"
LOOK_MONTHS = (1, 3, 6, 12)
GVHD_DAY = 100.0
CAR_LIMIT_PERCENT = 0.1


class Ask(StrEnum):
    """What is asked."""

    UNSEEN = "leukemia not detectable"
    GONE = "no leukemia cell left"
    UNCLEARED = "detectable without a break"
    BACK = "detectable again"
    BACK_POSITIVE = "detectable again, CD19-positive"
    BACK_NEGATIVE = "detectable again, CD19-negative"
    CRS_2 = "CRS grade 2 or more"
    CRS_3 = "CRS grade 3 or more"
    GVHD = "acute GVHD"
    APLASIA = "B-cell aplasia"
    APLASIA_DAYS = "length of B-cell aplasia"
    CAR_SEEN = "CAR-T cells at 0.1 % or more"
    CAR_DAYS = "last day of CAR-T cells at 0.1 % or more"
    CMAX = "highest CAR-T cells, % of T cells"
    CMAX_PER_UL = "highest CAR-T cells per uL"
    TMAX = "day of the highest CAR-T cells"


class Measure(StrEnum):
    """What an answer is."""

    PROBABILITY = "probability"
    QUANTITY = "quantity"


#: Shown as ranges and never as one number: nothing of patients stands behind their scale.
UNCALIBRATED = frozenset({Ask.CRS_3, Ask.GVHD})
_UNITS = {
    Ask.APLASIA_DAYS: "d", Ask.CAR_DAYS: "d", Ask.TMAX: "d", Ask.CMAX: "%",
    Ask.CMAX_PER_UL: "cells/uL",
}  # fmt: skip
#: Days that cannot be told beyond the horizon.
CENSORED = frozenset({Ask.APLASIA_DAYS, Ask.CAR_DAYS})
BY_SITE = (Ask.UNSEEN, Ask.GONE, Ask.UNCLEARED, Ask.BACK, Ask.BACK_POSITIVE, Ask.BACK_NEGATIVE)
BY_DAY = (Ask.APLASIA, Ask.CAR_SEEN)
ONCE = (
    Ask.CRS_2, Ask.CRS_3, Ask.GVHD, Ask.APLASIA_DAYS, Ask.CAR_DAYS, Ask.CMAX, Ask.CMAX_PER_UL,
    Ask.TMAX,
)  # fmt: skip
_OF_ALL = {Ask.UNSEEN, Ask.GONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: `site` where it has one, `day` after the infusion of the record likewise."""

    ask: Ask
    site: str | None = None
    day: float | None = None

    @property
    def measure(self) -> Measure:
        """Probability or quantity."""
        return Measure.QUANTITY if self.ask in _UNITS else Measure.PROBABILITY

    @property
    def unit(self) -> str:
        """`1` for a probability."""
        return _UNITS.get(self.ask, "1")

    @property
    def calibrated(self) -> bool:
        """Whether one number may stand for it, or only a range."""
        return self.ask not in UNCALIBRATED

    def __str__(self) -> str:
        """In words."""
        words = str(self.ask)
        if self.site is not None:
            words += f", {self.site}"
        if self.ask is Ask.GVHD:
            return f"{words} by {GVHD_DAY:g} days after infusion"
        return words if self.day is None else f"{words}, {moment(self.day)}"


def moment(day: float) -> str:
    """A day in words: `3 months`, `day 100`."""
    months = day / DAYS_A_MONTH
    if round(months) and abs(months - round(months)) * DAYS_A_MONTH < 1:
        return f"{round(months)} month{'s' if round(months) > 1 else ''}"
    return f"day {day:g}"


def looks(horizon: float) -> tuple[float, ...]:
    """The days that are asked about: 1, 3, 6 and 12 months up to the horizon, and the horizon."""
    usual = [round(months * DAYS_A_MONTH, 1) for months in LOOK_MONTHS]
    return (*(day for day in usual if day < horizon - 1), horizon)


def questions(sites: Sequence[str], days: Sequence[float]) -> tuple[Question, ...]:
    """Everything that is asked, in the order of tables."""
    found = [
        Question(ask=ask, site=site, day=day)
        for ask in BY_SITE
        for site in (*sites, EVERYWHERE if ask in _OF_ALL else ANYWHERE)
        for day in days
    ]
    found += [Question(ask=ask, day=day) for ask in BY_DAY for day in days]
    return (*found, *(Question(ask=ask) for ask in ONCE))
