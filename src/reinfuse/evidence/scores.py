"""How well a predicted interval fared against a published rate, and how easy the target was.

The interval score is from Gneiting and Raftery 2007, doi:10.1198/016214506000001437, section 6.2:
the width of the interval, and 2 / (1 - level) times the distance by which it missed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.evidence.interval import Interval
from reinfuse.evidence.target import Role, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One target against what a model predicted; rates are 0 to 1, values in the target's unit.

    `hit`: the predicted middle lies in the target's own 95 % interval. `covered`: the published
    number lies in the predicted interval. `interval_score` is small when good. `easy` is the chance
    that a rate guessed blindly, any rate as likely as another, would be a hit; it is the width of
    the target's interval, and `None` for a value that is no rate.
    """

    target: Target
    middle: float
    predicted: Interval
    interval_score: float
    hit: bool
    covered: bool
    easy: float | None

    @property
    def width(self) -> float:
        """The width of the predicted interval."""
        return self.predicted.high - self.predicted.low


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Hits among the targets of one role, beside what would be hit without any model.

    `by_chance` is what blind guesses hit on average, and `by_one_rate` how many hits the luckiest
    single rate scores when it is said of every target: a model that hits no more has shown nothing.
    These and `mean_score` are over rates only: a value in days has no share in them.
    """

    role: Role
    targets: int
    hits: int
    covered: int
    rates: int
    rate_hits: int
    by_chance: float
    by_one_rate: int
    mean_score: float | None


def score_interval(predicted: Interval, observed: float) -> float:
    """The interval score of one predicted central interval; lower is better, in the same unit."""
    if not predicted.low <= predicted.high or not 0 < predicted.level < 1:
        raise ReinfuseError(
            f"{predicted.low:g} to {predicted.high:g} at {predicted.level:g} is no interval",
            fix="give low <= high and a level such as 0.95",
        )
    missed = max(predicted.low - observed, observed - predicted.high, 0.0)
    return predicted.high - predicted.low + 2 / (1 - predicted.level) * missed


def score_target(target: Target, predicted: Interval, middle: float) -> Score:
    """One target scored. For a count, `predicted` is for the rate that would be *observed* in `n`.

    An interval for the true rate alone is too narrow by the chance of so few patients:
    `spread_rate` adds it. `middle` is the predicted true rate, or the typical value.
    """
    if not predicted.low <= middle <= predicted.high:
        raise ReinfuseError(
            f"the middle {middle:g} is outside {predicted.low:g} to {predicted.high:g}",
            where=target.id,
            fix="give the middle of the same prediction",
        )
    own = target.interval
    return Score(
        target=target,
        middle=middle,
        predicted=predicted,
        interval_score=score_interval(predicted, target.observed),
        hit=own.low <= middle <= own.high,
        covered=predicted.low <= target.observed <= predicted.high,
        easy=None if target.published else own.high - own.low,
    )


def tally_scores(scores: Iterable[Score], role: Role) -> Tally:
    """The scores of one role together."""
    mine = tuple(score for score in scores if score.target.role is role)
    rates = tuple(score for score in mine if score.easy is not None)
    scored = math.fsum(score.interval_score for score in rates)
    return Tally(
        role=role,
        targets=len(mine),
        hits=sum(score.hit for score in mine),
        covered=sum(score.covered for score in mine),
        rates=len(rates),
        rate_hits=sum(score.hit for score in rates),
        by_chance=math.fsum(score.easy or 0.0 for score in rates),
        by_one_rate=_most_together([score.target.interval for score in rates]),
        mean_score=scored / len(rates) if rates else None,
    )


def spread_rate(rates: Sequence[float], n: int, *, level: float = 0.95) -> Interval:
    """The central interval of x / n when the true rate is any of `rates`, each as likely.

    `rates` are a model's draws of one rate, 0 to 1. The distribution is the mixture of their
    binomials, summed exactly; each limit is the first x / n whose tail has reached its share.
    """
    if not rates or n < 1 or not all(0 <= rate <= 1 for rate in rates) or not 0 < level < 1:
        raise ReinfuseError(
            "a rate cannot be spread over patients",
            fix="give at least one rate from 0 to 1, n above 0 and a level such as 0.95",
        )
    chances = [_binomial(x, n, rates) for x in range(n + 1)]
    tail = (1 - level) / 2
    low = _first(chances, tail)
    high = n - _first(chances[::-1], tail)
    return Interval(low=low / n, high=high / n, level=level)


def _most_together(intervals: Sequence[Interval]) -> int:
    """How many intervals one number can lie in; the lower limit of one of them is such a number."""
    return max((sum(i.low <= one.low <= i.high for i in intervals) for one in intervals), default=0)


def _binomial(x: int, n: int, rates: Sequence[float]) -> float:
    ways = math.comb(n, x)
    return math.fsum(ways * rate**x * (1 - rate) ** (n - x) for rate in rates) / len(rates)


def _first(chances: Sequence[float], tail: float) -> int:
    """The first place at which the chances so far exceed the tail."""
    so_far = 0.0
    for place, chance in enumerate(chances):
        so_far += chance
        if so_far > tail:
            return place
    return len(chances) - 1
