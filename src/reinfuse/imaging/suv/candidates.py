"""Candidates for one moment in time: what each rule gives, and why it holds or does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from reinfuse.imaging.suv.clock import DAY_S, Axis, told
from reinfuse.imaging.suv.facts import Moment

# Beyond this nobody scans, and a date has been shifted: 18 hours of fluorine-18. Our own choice.
MOST_HALF_LIVES = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What one rule gives: `moment` is None when it gives none, and `why` says why it holds or not.

    `seconds` is the moment on the axis of the scan.
    """

    rule: str
    seconds: float | None
    moment: Moment | None
    valid: bool
    why: str

    def __str__(self) -> str:
        """The candidate on one line, without a date."""
        clock = "no time" if self.moment is None else told(self.moment)
        return f"{self.rule}: {clock}, {'valid' if self.valid else 'not valid'}, {self.why}"


def candidate(rule: str, seconds: float, axis: Axis, *, valid: bool = True, why: str) -> Candidate:
    """A rule that gives a moment."""
    return Candidate(rule=rule, seconds=seconds, moment=axis.moment(seconds), valid=valid, why=why)


def nothing(rule: str, why: str) -> Candidate:
    """A rule that gives no moment."""
    return Candidate(rule=rule, seconds=None, moment=None, valid=False, why=why)


def first_valid(candidates: Iterable[Candidate]) -> Candidate | None:
    """The first candidate that holds."""
    return next((known for known in candidates if known.valid), None)


def furthest_apart(candidates: Iterable[Candidate]) -> tuple[Candidate, Candidate, float] | None:
    """The two candidates that differ most, with the seconds between them; None for fewer than 2."""
    known = [(one.seconds, one) for one in candidates if one.seconds is not None]
    pairs = [(abs(a - b), one, other) for (a, one), (b, other) in combinations(known, 2)]
    if not pairs:
        return None
    apart, one, other = max(pairs, key=lambda pair: pair[0])
    return one, other, apart


def longest_wait_s(half_life_s: float | None) -> float:
    """The longest time from injection to scan that can be so, s; a day for no half-life."""
    return DAY_S if half_life_s is None else MOST_HALF_LIVES * half_life_s
