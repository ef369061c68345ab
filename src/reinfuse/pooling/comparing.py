"""Where one answer, or one arm, lies among the cohorts that were pooled.

What it is held against is the rate of a cohort that is not there yet: the pooled rate with the
spread between cohorts, not the narrower interval of the middle one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc
from scipy.stats import binom

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Interval
from reinfuse.pooling.bayes import Marginal, RatePosterior

Floats = NDArray[np.float64]

#: What an arm is taken to be before its own patients are seen, when it is held against the pooled
#: rate: Jeffreys' prior, so that what was pooled is not counted twice. The choice is ours.
OWN_PRIOR = (0.5, 0.5)

NODES = 400  # of the rate over which averages are taken: right to some 1e-4
# Draws are counted in parts; with too few in each, chance alone would part two distributions.
_DRAWS_A_PART, _FEWEST_PARTS, _MOST_PARTS = 50, 2, 20

AS_NEXT_COHORT = (
    "the arm is taken as one more cohort like those pooled: same kind of patients, same outcome, "
    "same way of counting"
)
ON_ITS_OWN = (
    "the arm's rate rests on its own counts alone (Jeffreys' prior, ours), and the pooled rate is "
    "that of the middle cohort; nothing makes the patients of the two alike"
)
AS_DRAWN = (
    "the draws are taken as they came: what the model that made them leaves out is not in them"
)


class Wanted(StrEnum):
    """Which way a rate should go: responses up, toxicity down."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCounts:
    """`events` of `n` against the counts that a new cohort of that size would show.

    `expected` is their mean and `likely` their central interval, in events. `at_most` and
    `at_least` are the chances of a count as low and as high; both count the one seen. `surprise`
    is twice the smaller chance with half of the count seen, at most 1: small is far out.
    """

    events: int
    n: int
    expected: float
    likely: Interval
    at_most: float
    at_least: float
    surprise: float
    assumption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedDraws:
    """Draws of a rate against the rate of a new cohort.

    `above_new` is the chance that a draw lies above a new cohort's rate, `above_middle` above the
    middle cohort's; `inside` the share of draws in the new cohort's central interval `likely`.
    `overlap` is what the two distributions share, 0 to 1, over up to 20 parts that a new cohort is
    equally likely to fall in; with fewer than 1000 draws there are fewer parts, and it is coarse.
    """

    draws: int
    above_new: float
    above_middle: float
    inside: float
    overlap: float
    likely: Interval
    assumption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """How likely an arm's rate is `wanted` (higher or lower) than pooled by at least `margin`."""

    chance: float
    margin: float
    wanted: Wanted
    assumption: str


def place_answer(answered: bool, posterior: RatePosterior, *, level: float = 0.95) -> PlacedCounts:
    """One course's answer, yes or no, among those of a new cohort's patients.

    One patient cannot contradict a rate: `surprise` only says how common such an answer is.
    """
    return place_counts(int(answered), 1, posterior, level=level)


def place_counts(
    events: int, n: int, posterior: RatePosterior, *, level: float = 0.95
) -> PlacedCounts:
    """Where `events` of `n` lie among the counts a new cohort of `n` patients would show."""
    check_arm(events, n)
    counts = np.arange(n + 1)
    chance = _predict_counts(n, posterior.new_rate)
    below, cumulative = float(chance[:events].sum()), np.cumsum(chance)
    at, tail = float(chance[events]), (1 - level) / 2
    low = int(np.searchsorted(cumulative, tail))
    high = min(int(np.searchsorted(cumulative, 1 - tail)), n)
    above = max(1 - below - at, 0.0)
    return PlacedCounts(
        events=events,
        n=n,
        expected=float(counts @ chance),
        likely=Interval(low=low, high=high, level=level),
        at_most=min(below + at, 1.0),
        at_least=min(above + at, 1.0),
        surprise=min(2 * (min(below, above) + at / 2), 1.0),
        assumption=AS_NEXT_COHORT,
    )


def place_draws(
    rates: Sequence[float], posterior: RatePosterior, *, level: float = 0.95
) -> PlacedDraws:
    """Where draws of an arm's rate, 0 to 1, lie against the rate of a new cohort."""
    drawn = np.asarray(rates, dtype=np.float64)
    if drawn.size == 0 or not ((drawn >= 0) & (drawn <= 1)).all():
        raise ReinfuseError("these are no rates", fix="give one or more draws, each 0 to 1")
    new, middle = posterior.new_rate, posterior.rate
    likely = new.interval(level)
    share = np.interp(drawn, new.values, new.cumulative)
    parts = int(np.clip(drawn.size // _DRAWS_A_PART, _FEWEST_PARTS, _MOST_PARTS))
    fallen = np.bincount(np.minimum((share * parts).astype(int), parts - 1), minlength=parts)
    return PlacedDraws(
        draws=drawn.size,
        above_new=float(share.mean()),
        above_middle=float(np.interp(drawn, middle.values, middle.cumulative).mean()),
        inside=float(((drawn >= likely.low) & (drawn <= likely.high)).mean()),
        overlap=float(np.minimum(fallen / drawn.size, 1 / parts).sum()),
        likely=likely,
        assumption=AS_DRAWN,
    )


def chance_better(
    events: int, n: int, posterior: RatePosterior, *, margin: float, wanted: Wanted
) -> Better:
    """How likely the arm's rate is better than the middle cohort's by more than `margin`.

    `margin` is a difference of rates, 0 for none.
    """
    check_arm(events, n)
    check_margin(margin)
    chance = float(chances_better(np.array([events]), n, posterior, margin, wanted)[0])
    return Better(chance=chance, margin=margin, wanted=wanted, assumption=ON_ITS_OWN)


def chances_better(
    events: NDArray[np.int64], n: int, posterior: RatePosterior, margin: float, wanted: Wanted
) -> Floats:
    """The same for several counts of `n` patients at once: axis (counts)."""
    pooled, weights = rate_nodes(posterior.rate)
    bar = pooled + margin if wanted is Wanted.HIGHER else pooled - margin
    a = OWN_PRIOR[0] + events[:, None]
    below = betainc(a, OWN_PRIOR[1] + n - events[:, None], np.clip(bar, 0.0, 1.0))
    found: Floats = (1 - below if wanted is Wanted.HIGHER else below) @ weights
    return found


def rate_nodes(rate: Marginal) -> tuple[Floats, Floats]:
    """Rates and weights over which averages are taken."""
    at, weights = _legendre(NODES)
    return np.interp(at, rate.cumulative, rate.values), weights


def check_arm(events: int, n: int) -> None:
    """Raise for counts that cannot be."""
    if not 0 <= events <= n or n == 0:
        raise ReinfuseError(
            f"{events} events among {n} cannot be", fix="give 0 <= events <= n and n above 0"
        )


def check_margin(margin: float) -> None:
    """Raise for a margin that is no difference of rates."""
    if not 0 <= margin < 1:
        raise ReinfuseError(
            f"a margin of {margin:g} cannot be", fix="give a difference of rates such as 0.1"
        )


def _predict_counts(n: int, rate: Marginal) -> Floats:
    """The chance of each count 0 to n in a cohort whose rate is not known."""
    at, weights = rate_nodes(rate)
    found: Floats = weights @ binom.pmf(np.arange(n + 1), n, at[:, None])
    found /= found.sum()
    return found


@cache
def _legendre(count: int) -> tuple[Floats, Floats]:
    at, weights = np.polynomial.legendre.leggauss(count)
    return (at + 1) / 2, weights / 2
