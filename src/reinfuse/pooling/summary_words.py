"""What a reader must be told beside pooled numbers: why there are none, and where they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from reinfuse.evidence import Interval

#: Methods are said to disagree when one interval is so many times as wide as another, or when
#: their rates lie so far apart. Both are ours.
WIDTH_RATIO = 1.5
RATES_APART = 0.05


class Stated(Protocol):
    """A method's pooled rate."""

    @property
    def method(self) -> str:
        """Its name."""

    @property
    def rate(self) -> float:
        """The pooled rate, 0 to 1."""

    @property
    def interval(self) -> Interval:
        """The interval of the rate."""

    @property
    def predicted(self) -> Interval | None:
        """That of a new cohort's rate, where the method has one."""

    @property
    def tau(self) -> float | None:
        """The spread between cohorts, log odds, where the method has one."""


def say_extreme(
    events: tuple[int, ...], n: tuple[int, ...], exact: tuple[Interval, ...]
) -> tuple[str, ...]:
    """Why one cohort, no event at all, or events only leave nothing to pool without a prior."""
    x, m, k = sum(events), sum(n), len(n)
    if k == 1:
        return (
            f"One cohort, {x} of {m}: nothing is pooled. Its exact interval is "
            f"{_span(exact[0])}; it says nothing of how other cohorts would fare.",
        )
    if x == 0:
        return (
            f"No event in any of {k} cohorts (0 of {m}). Only a prior gives a pooled rate, and "
            "its lower end is that prior's; the upper end is what the cohorts rule out.",
        )
    if x == m:
        return (
            f"Everybody had the event in each of {k} cohorts ({m} of {m}). Only a prior gives a "
            "pooled rate, and its upper end is that prior's; the lower end is what the cohorts "
            "rule out.",
        )
    return ()


def say_vague(answers: Sequence[Stated]) -> tuple[str, ...]:
    """Why a prior leads among many cohorts; the leading answer comes first."""
    told = f"{answers[0].method}, {_span(answers[0].interval)}, leads"
    return (
        f"{told}: the interval of maximum likelihood is more than three times as wide, as it is "
        "where events are very rare or very common, and says little.",
    )


def say_no_spread(leading: Sequence[Stated]) -> tuple[str, ...]:
    """That no spread was seen, which does not mean that there is none."""
    if not leading or leading[0].tau != 0 or leading[0].predicted is None:
        return ()
    return (
        "No spread between cohorts is seen (tau 0), so the interval of a new cohort is as narrow "
        "as that of the middle one, which is too narrow: see a row with a prior.",
    )


def say_disagreement(answers: Sequence[Stated]) -> tuple[str, ...]:
    """How far the methods lie apart: in the width of their intervals, and in the rate itself."""
    if len(answers) <= 1:
        return ()
    narrow = min(answers, key=width_of)
    wide = max(answers, key=width_of)
    low = min(answers, key=lambda one: one.rate)
    high = max(answers, key=lambda one: one.rate)
    words = []
    ratio = width_of(wide) / width_of(narrow)
    if ratio >= WIDTH_RATIO:
        words.append(
            f"The methods disagree about how sure one can be: {wide.method} says "
            f"{_span(wide.interval)}, {narrow.method} {_span(narrow.interval)}; the first is "
            f"{ratio:.1f} times as wide."
        )
    if high.rate - low.rate >= RATES_APART:
        words.append(
            f"The methods disagree about the rate: {low.method} says {100 * low.rate:.1f} %, "
            f"{high.method} {100 * high.rate:.1f} %."
        )
    if not words:
        words.append(
            f"The {len(answers)} methods agree: rates between {100 * low.rate:.1f} and "
            f"{100 * high.rate:.1f} %, no interval {WIDTH_RATIO:g} times as wide as another."
        )
    return tuple(words)


def say_priors(answers: Sequence[Stated]) -> tuple[str, ...]:
    """How much of the answer is the prior's: the widest and the narrowest interval among priors."""
    if len(answers) <= 1:
        return ()
    narrow, wide = min(answers, key=width_of), max(answers, key=width_of)
    ratio = width_of(wide) / width_of(narrow)
    told = f"{wide.method} gives {_span(wide.interval)}, {narrow.method} {_span(narrow.interval)}"
    if ratio < WIDTH_RATIO:
        return (f"The prior changes little here ({ratio:.1f} times in width): {told}.",)
    return (f"The prior decides much here, so name it: {told}; {ratio:.1f} times as wide.",)


def say_recalled(recalled: Sequence[str], k: int) -> tuple[str, ...]:
    """Which rows rest on memory."""
    if not recalled:
        return ()
    told = ", ".join(recalled)
    return (f"{len(recalled)} of {k} numbers were recalled, not read: {told}.",)


def width_of(one: Stated) -> float:
    """How wide its interval is, 0 to 1."""
    return one.interval.high - one.interval.low


def _span(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %"
