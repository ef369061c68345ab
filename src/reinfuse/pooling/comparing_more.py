"""What more patients would tell of an arm and the pooled rate, and how many settle it.

The rate of the arm is not known, so power is averaged over it: the arm as one more cohort, given
what it has shown. What is read off at the end is stricter, and lets the arm stand on its own.

Source: assurance, O'Hagan, Stevens and Campbell 2005, doi:10.1002/pst.175 (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.bayes import RatePosterior
from reinfuse.pooling.comparing import (
    AS_NEXT_COHORT,
    ON_ITS_OWN,
    Wanted,
    chances_better,
    check_arm,
    check_margin,
    rate_nodes,
)

Floats = NDArray[np.float64]

#: So many further patients are looked at, and no more: larger than any CAR-T arm.
MOST_PATIENTS = 500

_EXPECTED = f"before the patients: {AS_NEXT_COHORT}. After them: {ON_ITS_OWN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be settled about an arm that has shown `events` of `n` (0 of 0: nothing yet).

    The arm is called better when its rate is `wanted` than the pooled one by more than `margin`
    with a probability of at least `bound`, and not better when that probability is 1 - `bound` or
    less.
    """

    events: int
    n: int
    margin: float
    bound: float
    wanted: Wanted

    def __post_init__(self) -> None:
        """Refuse what is no question."""
        if (self.events, self.n) != (0, 0):
            check_arm(self.events, self.n)
        check_margin(self.margin)
        check_chance(self.bound, "a bound")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPower:
    """How likely `more` patients are to show the arm better, or not better, than pooled."""

    more: int
    better: float
    not_better: float
    assumption: str

    @property
    def settled(self) -> float:
        """How likely they are to settle it either way."""
        return self.better + self.not_better


@dataclass(frozen=True, slots=True, kw_only=True)
class Settles:
    """The fewest further patients after which the question is settled with the chance asked for.

    Chances go up and down a little from one patient to the next, because counts are whole; this
    is the first number that reaches it.
    """

    power: ExpectedPower
    chance: float

    @property
    def more(self) -> int:
        """How many further patients."""
        return self.power.more


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSettled:
    """No number of further patients up to `power.more` settles the question as asked."""

    power: ExpectedPower
    chance: float
    why: str
    fix: str


def expected_power(more: int, question: Question, posterior: RatePosterior) -> ExpectedPower:
    """How likely `more` patients are to settle the question, averaged over the arm's rate."""
    if more < 0:
        raise ReinfuseError(f"{more} further patients cannot be", fix="give 0 or more")
    rates, weights = _arm_rates(question, posterior)
    return _power(more, question, posterior, rates=rates, weights=weights)


def patients_to_settle(
    question: Question,
    posterior: RatePosterior,
    *,
    chance: float,
    most: int = MOST_PATIENTS,
) -> Settles | NotSettled:
    """The fewest further patients that settle the question with at least this expected chance."""
    check_chance(chance, "a chance")
    if most < 0:
        raise ReinfuseError(f"{most} further patients cannot be", fix="give 0 or more")
    rates, weights = _arm_rates(question, posterior)
    for more in range(most + 1):
        power = _power(more, question, posterior, rates=rates, weights=weights)
        if power.settled >= chance:
            return Settles(power=power, chance=chance)
    return NotSettled(
        power=power,
        chance=chance,
        why=f"{most} further patients settle it with a chance of {power.settled:.0%} only: the "
        "pooled rate is itself too uncertain, or the arm may lie too close to it",
        fix="ask for a lower chance or bound, another margin, or add cohorts to what is pooled",
    )


def check_chance(share: float, name: str) -> None:
    """Raise for a probability that settles nothing."""
    if not 0.5 < share < 1:  # noqa: PLR2004  (at one half both answers would be given at once)
        raise ReinfuseError(
            f"{name} of {share:g} cannot be used", fix="give a share between 0.5 and 1, such as 0.9"
        )


def _arm_rates(question: Question, posterior: RatePosterior) -> tuple[Floats, Floats]:
    """Rates the arm may have, as one more cohort given its own counts, with weights."""
    rates, weights = rate_nodes(posterior.new_rate)
    likely = binom.logpmf(question.events, question.n, rates) if question.n else 0 * rates
    weights = weights * np.exp(likely - likely.max())
    return rates, weights / weights.sum()


def _power(
    more: int,
    question: Question,
    posterior: RatePosterior,
    *,
    rates: Floats,
    weights: Floats,
) -> ExpectedPower:
    """Chances of the counts that settle it; they lie at the two ends of 0 to `more`."""
    up = question.wanted is Wanted.HIGHER
    # Fewer than `low` events further mean a low rate, `high` or more a high one.
    better = _first(more, question, posterior, question.bound)
    worse = _first(more, question, posterior, 1 - question.bound)
    many, few = (better, worse) if up else (worse, better)
    high = float(weights @ binom.sf(many - 1, more, rates))
    low = float(weights @ binom.cdf(few - 1, more, rates))
    return ExpectedPower(
        more=more,
        better=high if up else low,
        not_better=low if up else high,
        assumption=_EXPECTED,
    )


def _first(more: int, question: Question, posterior: RatePosterior, bound: float) -> int:
    """The first count of further events at which the chance of better has crossed `bound`.

    The chance rises with events where higher is wanted and falls where lower is; `more` + 1 when
    no count crosses it.
    """
    up = question.wanted is Wanted.HIGHER
    low, high = 0, more + 1
    while low < high:
        middle = (low + high) // 2
        counts = np.array([question.events + middle])
        found = chances_better(
            counts, question.n + more, posterior, question.margin, question.wanted
        )[0]
        crossed = found >= bound if up else found < bound
        low, high = (low, middle) if crossed else (middle + 1, high)
    return low
