"""Why a descriptor has no value, and what must be known of one that has: words by number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Reason(IntEnum):
    """Why there is no value; NONE is that there is one."""

    NONE = 0
    NO_SAMPLE = 1
    NEVER_QUANTIFIED = 2
    ABOVE_LIMIT = 3
    ONE_SAMPLE = 4
    FEW_POINTS = 5
    NOT_FALLING = 6
    SHORT_WINDOW = 7
    NOT_STRAIGHT = 8
    FEW_FALLING = 9
    NO_RISE = 10
    REINFUSED = 11
    NO_LATE_SAMPLE = 12
    MUCH_EXTRAPOLATED = 13
    ENDS_EARLY = 14
    STILL_THERE = 15
    ONE_BELOW = 16
    NONE_SEEN = 17
    NO_DOSE = 18
    WRONG_ROUTE = 19
    NO_EARLIER_LEVEL = 20
    TWO_POINTS = 21
    ZERO_AREA = 22
    NO_DURATION = 23


WORDS: dict[Reason, str] = {
    Reason.NONE: "",
    Reason.NO_SAMPLE: "no sample after the infusion",
    Reason.NEVER_QUANTIFIED: "every sample is below the limit",
    Reason.ABOVE_LIMIT: "a sample is above the upper limit of the assay",
    Reason.ONE_SAMPLE: "only one sample",
    Reason.FEW_POINTS: "{detail:.0f} quantified for the last phase; 3 are needed",
    Reason.NOT_FALLING: "the last values do not fall",
    Reason.SHORT_WINDOW: "the best window is {detail:.2g} half-lives long; more are needed",
    Reason.NOT_STRAIGHT: "the best window has an adjusted R2 of {detail:.2g}; more is needed",
    Reason.FEW_FALLING: "{detail:.0f} quantified in the unbroken fall from the peak; 3 are needed",
    Reason.NO_RISE: "no unbroken rise of two quantified samples to the peak",
    Reason.REINFUSED: "the next infusion was on day {detail:.4g}; no area crosses it",
    Reason.NO_LATE_SAMPLE: "the last sample is of day {detail:.4g}, too early for this area",
    Reason.MUCH_EXTRAPOLATED: "{detail:.0f} % would be extrapolated, too much",
    Reason.ENDS_EARLY: "the values end on day {detail:.4g} and no terminal half-life is accepted",
    Reason.STILL_THERE: "still quantified in the last sample, of day {detail:.4g}",
    Reason.ONE_BELOW: "only the last sample, of day {detail:.4g}, is below the limit; 2 are needed",
    Reason.NONE_SEEN: "none was seen",
    Reason.NO_DOSE: "the dose is not recorded",
    Reason.WRONG_ROUTE: "not defined for this route",
    Reason.NO_EARLIER_LEVEL: "no quantified level before the peak",
    Reason.TWO_POINTS: "two points always lie on a line",
    Reason.ZERO_AREA: "the value divided by is zero",
    Reason.NO_DURATION: "the duration of the infusion is not recorded",
}


class Note(IntFlag):
    """What must be known of a value."""

    NONE = 0
    LAST_SAMPLE = 1
    PEAK_UNCERTAIN = 2
    HALF_LIMIT = 4
    EXTRAPOLATED = 8
    FROM_NADIR = 16
    LOWER_BOUND = 32
    TWO_POINTS = 64
    POOR_LINE = 128
    UP_TO_LAST = 256


NOTES: dict[Note, str] = {
    Note.LAST_SAMPLE: "at least: it is the last sample taken",
    Note.PEAK_UNCERTAIN: "uncertain: no sample in the days in which the peak is expected",
    Note.HALF_LIMIT: "a sample below the limit between two quantified ones was given a value",
    Note.EXTRAPOLATED: "partly extrapolated by the terminal half-life",
    Note.FROM_NADIR: "from the lowest level after distribution",
    Note.LOWER_BOUND: "at least: an earlier sample is below the limit",
    Note.TWO_POINTS: "of two points only",
    Note.UP_TO_LAST: "at least: counted up to the last quantified sample",
    Note.POOR_LINE: "the samples lie badly on the line: adjusted R2 below 0.8",
}


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """Why a descriptor has no value for a profile."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One descriptor of every profile.

    `values` is nan exactly where `reason` is not NONE; `detail` is the number in the words of the
    reason; `note` holds Note flags.
    """

    values: Numbers
    reason: NDArray[np.int8]
    note: NDArray[np.uint16]
    detail: Numbers

    def at(self, place: int) -> float | NotEstimable:
        """The value of one profile, or why there is none."""
        if self.reason[place]:
            return NotEstimable(self.why(place))
        return float(self.values[place])

    def why(self, place: int) -> str:
        """The words of the reason of one profile; empty where there is a value."""
        words = WORDS[Reason(int(self.reason[place]))]
        return words.format(detail=self.detail[place]) if "{" in words else words

    def notes(self, place: int) -> tuple[str, ...]:
        """What must be known of the value of one profile."""
        return notes_of(int(self.note[place]))


@cache
def notes_of(flags: int) -> tuple[str, ...]:
    """The words of every note that is set."""
    return tuple(words for flag, words in NOTES.items() if flag.value & flags)


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """Profiles for which something stands in the way of a value, with the reason.

    `reason` is one reason, or one for each profile (0 where nothing bars it).
    """

    where: Truths
    reason: Reason | NDArray[np.int8]
    detail: Numbers | float = float("nan")


def column(values: Numbers, *bars: Bar, note: NDArray[np.uint16] | None = None) -> Column:
    """A column of values; where several things bar a value, the first one named is the reason."""
    reason = np.zeros(len(values), dtype=np.int8)
    detail = np.full(len(values), np.nan)
    for bar in reversed(bars):
        np.copyto(
            reason,
            np.int8(bar.reason) if isinstance(bar.reason, Reason) else bar.reason,
            where=bar.where,
        )
        np.copyto(detail, bar.detail, where=bar.where)
    barred = reason != 0
    flags = np.zeros(len(values), dtype=np.uint16) if note is None else note
    return Column(
        values=np.where(barred, np.nan, values),
        reason=reason,
        note=np.where(barred, np.uint16(0), flags),
        detail=detail,
    )


def inherited(other: Column) -> Bar:
    """The bar that another column without a value is to one that needs it."""
    return Bar(other.reason != 0, other.reason, other.detail)


def flagged(where: Truths, note: Note) -> NDArray[np.uint16]:
    """A note on some profiles."""
    return where.astype(np.uint16) * np.uint16(note.value)
