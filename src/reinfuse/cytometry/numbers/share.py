"""A share of events with its exact interval: k of n, before any background is thought of."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from reinfuse.errors import ReinfuseError
from reinfuse.quantity import shown_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A lower and an upper limit, with the confidence that they were made for."""

    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShare:
    """There is no share; `reason` says why."""

    reason: str

    @property
    def said(self) -> str:
        """The reason, for a reader."""
        return f"no percentage: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`k` events among `n`, with the exact interval of the share, 0 to 1.

    With no event the interval begins at 0, and its upper limit is what can still be excluded.
    """

    k: int
    n: int
    interval: Interval

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.k / self.n

    @property
    def counting_cv(self) -> float | None:
        """1 / sqrt(k), the coefficient of variation by counting alone; None for no event."""
        return 1 / math.sqrt(self.k) if self.k else None

    @property
    def said(self) -> str:
        """The share in words: counts, percentage, interval and counting error."""
        level = f"{100 * self.interval.level:g} %"
        if self.k == 0:
            high = percent(self.interval.high)
            return f"0 of {self.n:,} events: below {high} (exact {level} interval)"
        return (
            f"{self.k:,} of {self.n:,} events = {percent(self.value)}"
            f" ({spread(self.interval)}; counting CV {100 / math.sqrt(self.k):.2g} %)"
        )


def share_of(k: int, n: int, *, level: float = 0.95) -> Share | NoShare:
    """`k` of `n` with the Clopper-Pearson interval at `level`; NoShare if nothing was looked at.

    Raises ReinfuseError for counts that cannot be.
    Source: Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404.
    """
    check_counts(k, n)
    check_level(level)
    if n == 0:
        return NoShare(reason="the parent gate holds no events")
    return Share(k=k, n=n, interval=exact_interval(k, n, level))


def exact_interval(k: int, n: int, level: float) -> Interval:
    """The Clopper-Pearson interval of a binomial share, by beta quantiles."""
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(special.betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(special.betainccinv(k + 1, n - k, tail))
    return Interval(low=low, high=high, level=level)


def check_counts(k: int, n: int, where: str = "") -> None:
    """Raise ReinfuseError unless 0 <= k <= n."""
    if not 0 <= k <= n:
        raise ReinfuseError(
            f"{k} events among {n} cannot be",
            where=where,
            fix="count the gate inside its own denominator: 0 <= k <= n",
        )


def check_level(level: float) -> None:
    """Raise ReinfuseError unless the level lies between 0 and 1."""
    if not 0 < level < 1:
        raise ReinfuseError(f"a level of {level:g} cannot be", fix="give a share such as 0.95")


def percent(share: float) -> str:
    """A share as a percentage of three digits: 0.0024 %."""
    return f"{shown_number(float(f'{100 * share:.3g}'))} %"


def spread(interval: Interval) -> str:
    """The interval of a share in words: 95 % interval 0.001 to 0.004 %."""
    low = percent(interval.low).removesuffix(" %")
    return f"{100 * interval.level:g} % interval {low} to {percent(interval.high)}"
