"""The half-life between two points, which mixes whatever phases lie between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.kinetics.data import Below, CurveData, Days, Level, PeakSeen

# Limits that are tried where none was stated, per cent.
LIMITS_TRIED = (1.0, 0.1, 0.01)


class Bound(StrEnum):
    """What an apparent half-life says of the decline between its two points."""

    BETWEEN = "between two measured levels"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class NotFalling:
    """Two points between which nothing falls, so that no half-life lies between them."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApparentHalfLife:
    """Half-life of a straight line, on the logarithm of the percentage, through two points.

    Days, from the shortest to the longest that the days of the two points leave possible; where
    only a limit bounds the fall, or its length is not bounded from below, `low_days` is 0.
    `limit_percent` is the limit that the number was worked out for, `limit_stated` whether the
    record states it.
    """

    low_days: float
    high_days: float
    bound: Bound
    from_day: Days
    from_percent: float
    to_day: Days
    to_percent: float
    limit_percent: float | None = None
    limit_stated: bool = False
    note: str = "one number for what may be two phases"

    def in_words(self) -> str:
        """The number as a sentence, with its limit and the days that it rests on."""
        level = f"{self.to_percent:g} %"
        if self.bound is Bound.BETWEEN:
            return (
                f"From the peak of {self.from_percent:g} % ({_days(self.from_day)}) to {level} "
                f"({_days(self.to_day)}) the level halved every {self._range()} days."
            )
        first = f"day {self.from_day[0]:g}{_or(self.from_day, 'at the earliest')}"
        last = f"day {self.to_day[1]:g}{_or(self.to_day, 'at the latest')}"
        fall = f"the fall from the peak of {self.from_percent:g} % ({first})"
        needs = f"needs a half-life of at most {self.high_days:.1f} days"
        if self.limit_percent is None:
            return f"T{fall[1:]} to {level} ({last}) {needs}."
        if self.limit_stated:
            return f"T{fall[1:]} to below the limit of {level} ({last}) {needs}."
        return f"If the limit was {level}, {fall} to {last} {needs}."

    def _range(self) -> str:
        low, high = f"{self.low_days:.1f}", f"{self.high_days:.1f}"
        return low if low == high else f"{low} to {high}"


def apparent_half_life(
    *, from_day: float, from_percent: float, to_day: float, to_percent: float
) -> float | NotFalling:
    """Days in which the percentage halves between two points."""
    if to_day <= from_day:
        return NotFalling(f"day {to_day:g} is not after day {from_day:g}")
    if to_percent >= from_percent:
        return NotFalling(f"{to_percent:g} % is not below {from_percent:g} %")
    return math.log(2.0) * (to_day - from_day) / math.log(from_percent / to_percent)


def apparent_half_lives(data: CurveData) -> tuple[ApparentHalfLife, ...]:
    """The half-life where a peak and one later point are all there is; empty otherwise.

    Every day that the two can have counts, so that `at most` holds whichever is true: the longest
    fall is from the earliest day of the peak to the latest of the other. A peak whose day is not
    known can have been on the day of the infusion. A limit nobody stated is tried at 1, 0.1 and
    0.01 %.
    """
    peaks = [point for point in data.points if isinstance(point, PeakSeen)]
    later = [point for point in data.points if not isinstance(point, PeakSeen)]
    if len(peaks) != 1 or len(later) != 1:
        return ()
    found = (_between(peaks[0], later[0], percent) for percent in _percents(later[0]))
    return tuple(one for one in found if one is not None)


def _between(peak: PeakSeen, last: Level | Below, percent: float) -> ApparentHalfLife | None:
    from_day = (0.0, last.day[1]) if peak.day is None else peak.day
    longest = _half_life(peak, percent, from_day[0], last.day[1])
    shortest = _half_life(peak, percent, from_day[1], last.day[0])
    if isinstance(longest, NotFalling):
        return None
    measured = isinstance(last, Level) and isinstance(shortest, float)
    return ApparentHalfLife(
        low_days=shortest if measured and isinstance(shortest, float) else 0.0,
        high_days=longest,
        bound=Bound.BETWEEN if measured else Bound.AT_MOST,
        from_day=from_day,
        from_percent=peak.percent,
        to_day=last.day,
        to_percent=percent,
        limit_percent=percent if isinstance(last, Below) else None,
        limit_stated=isinstance(last, Below) and last.limit_percent is not None,
    )


def _half_life(
    peak: PeakSeen, percent: float, from_day: float, to_day: float
) -> float | NotFalling:
    return apparent_half_life(
        from_day=from_day, from_percent=peak.percent, to_day=to_day, to_percent=percent
    )


def _percents(point: Level | Below) -> tuple[float, ...]:
    if isinstance(point, Level):
        return (point.percent,)
    return LIMITS_TRIED if point.limit_percent is None else (point.limit_percent,)


def _days(days: Days) -> str:
    return f"day {days[0]:g}" if days[0] == days[1] else f"day {days[0]:g} to {days[1]:g}"


def _or(days: Days, words: str) -> str:
    return "" if days[0] == days[1] else f" {words}"
