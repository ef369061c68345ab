"""A grade as an interval, with what made it, what would settle it, and what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.source import Source

Level = int | float | str


class Trust(StrEnum):
    """How much a derived grade rests on."""

    DERIVED = "derived"  # every sign it needs was recorded
    BOUNDED = "bounded"  # something was recorded, and something is missing
    NOT_EVALUABLE = "not evaluable"  # nothing it needs was recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A published set of criteria: its name with version, its levels, where it was published.

    `levels` run from best to worst, or from the lowest grade to the highest; `low` and `high` of
    a grade are two of them; none are listed where the level is a number such as a score. `family`
    is the heading that it is listed under.
    """

    name: str
    title: str
    levels: tuple[Level, ...]
    source: Source
    family: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One observation that made a grade, and the entries of the course it stands in."""

    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayGrade:
    """The grade on one day of a series; `day` counts from the subject's day 0."""

    day: int
    low: Level
    high: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A run of days with a grade above none: when it began, its peak, when it was over.

    Days count from day 0. `resolved` is the first day known to be free of it, None while none is.
    """

    onset: int
    peak: Level
    peak_day: int
    resolved: int | None

    @property
    def days_to_peak(self) -> int:
        """Days from onset to the first day of the peak."""
        return self.peak_day - self.onset


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What a criterion allows, given what was recorded.

    `subject` is the id of the entry it is about, `topic` a heading such as `CRS`, `when` its time
    in words. What was not recorded could be anything: it widens the interval, never narrows it.
    `low` and `high` are levels of the criterion, or None where nothing bounds them. `reported`
    stands beside and never instead; `assumed` says what the grade would be under an assumption
    that the record does not state. `series` holds the days of a grade that has days, `episodes`
    its runs of days above none. `as_published` is what the criterion's own rule for gaps gives
    (interpolated counts, for instance); None where it has no such rule and a gap matters.
    """

    criterion: Criterion
    topic: str
    subject: str
    when: str
    low: Level | None
    high: Level | None
    trust: Trust
    reported: str | None = None
    reported_by: tuple[str, ...] = ()
    because: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    series: tuple[DayGrade, ...] = ()
    episodes: tuple[Episode, ...] = ()
    as_published: Level | None = None

    @property
    def evaluable(self) -> bool:
        """Whether anything that the criterion needs was recorded."""
        return self.trust is not Trust.NOT_EVALUABLE

    @property
    def exact(self) -> bool:
        """Whether one level is left."""
        return self.low is not None and self.low == self.high

    @property
    def published(self) -> Level | None:
        """What the criterion's own rule for gaps gives, else the one level that is left."""
        return self.low if self.as_published is None and self.exact else self.as_published

    def shown(self) -> str:
        """The interval as a reader sees it: `2`, `1 to 4`, `3.2 or more`, `not derivable`."""
        if self.low is None and self.high is None:
            return "not derivable"
        if self.high is None:
            return f"{self.low} or more"
        return f"{self.low}" if self.exact else f"{self.low} to {self.high}"


def trust_of(known: bool, exact: bool) -> Trust:
    """How much a grade rests on: whether anything was recorded, and whether one level is left."""
    if not known:
        return Trust.NOT_EVALUABLE
    return Trust.DERIVED if exact else Trust.BOUNDED


def peak_of(series: tuple[DayGrade, ...]) -> int:
    """The highest of the lowest grades of a series of days."""
    return max(int(day.low) for day in series)
