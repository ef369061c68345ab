"""A published score as data: lines with points, their sum, and the classes of the sum."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import Condition
from reinfuse.grading.rules.finding import Findings
from reinfuse.grading.rules.judge import holds, leaves, met, unsettled
from reinfuse.grading.rules.scale import Verdict


@dataclass(frozen=True, slots=True)
class Tier:
    """So many points where the condition holds."""

    points: int
    words: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score: the tier with the most points that holds counts, none is 0."""

    name: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Class:
    """A name for sums from `least` points upward."""

    name: str
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A criterion whose level is the sum of its lines; `classes` name ranges of the sum.

    `pool_days` and `minds_cause` are those of a scale.
    """

    criterion: Criterion
    lines: tuple[Line, ...]
    classes: tuple[Class, ...] = ()
    pool_days: int = 1
    minds_cause: bool = False
    notes: tuple[str, ...] = ()

    def keys(self) -> tuple[str, ...]:
        """The keys of the findings that the score looks at, each once, in reading order."""
        found = (key for line in self.lines for tier in line.tiers for key in leaves(tier.when))
        return tuple(dict.fromkeys(found))

    def class_of(self, points: int) -> str:
        """The name of the class that a sum belongs to; empty if the score has none."""
        fitting = [one for one in self.classes if points >= one.least]
        return max(fitting, key=lambda one: one.least).name if fitting else ""


def add_up(score: Score, findings: Findings) -> Verdict:
    """The sums that the score allows; what was not recorded could be anything."""
    low = high = 0
    because: dict[str, None] = {}
    missing: dict[str, None] = {}
    for line in score.lines:
        truths = [(tier, holds(tier.when, findings)) for tier in line.tiers]
        surely = max((tier.points for tier, truth in truths if truth), default=0)
        possibly = max((tier.points for tier, truth in truths if truth is not False), default=0)
        low, high = low + surely, high + max(surely, possibly)
        for tier, truth in truths:
            if truth and tier.points == surely:
                because |= dict.fromkeys(met(tier.when, findings))
            if truth is None and tier.points > surely:
                missing |= dict.fromkeys(unsettled(tier.when, findings))
    return Verdict(low=low, high=high, because=tuple(because), missing=tuple(missing))
