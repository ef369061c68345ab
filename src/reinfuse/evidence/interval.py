"""The exact interval of a rate: x of n, by inverting the binomial tails.

Source: Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404; the tails are incomplete beta
functions, evaluated by the continued fraction of DLMF 8.17.22 with Lentz's method.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError

_TINY = 1e-300  # stands for a zero denominator in Lentz's method
_EXACT = 1e-15  # relative; about four units of the last binary digit
_MOST_TERMS = 100_000  # far above the roughly sqrt(n) that are needed
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Lower and upper limit of a rate, each 0 to 1, with the confidence it was made for."""

    low: float
    high: float
    level: float


def bound_rate(events: int, n: int, *, level: float = 0.95) -> Interval:
    """The exact (Clopper-Pearson) interval of `events` among `n`.

    Each limit is the rate at which a result as far out as the one seen has probability
    (1 - level) / 2. No event gives a lower limit of exactly 0, and all events an upper limit of
    exactly 1; their other limits are closed forms. It is never too narrow, and for small n wide.
    """
    if not 0 <= events <= n or n == 0:
        raise ReinfuseError(
            f"{events} events among {n} cannot be", fix="give 0 <= events <= n and n above 0"
        )
    if not 0 < level < 1:
        raise ReinfuseError(
            f"a confidence level of {level:g} cannot be", fix="give a share such as 0.95"
        )
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else _beta_quantile(tail, events, n - events + 1)
    # The upper limit of x is the mirror of the lower limit of n - x, so one solver serves both.
    high = 1.0 if events == n else 1 - _beta_quantile(tail, n - events, events + 1)
    return Interval(low=low, high=high, level=level)


def _beta_quantile(share: float, a: int, b: int) -> float:
    """The p at which the incomplete beta function I_p(a, b) equals `share`.

    Newton's step on the logarithm, kept inside a bracket that only shrinks.
    """
    if b == 1:  # I_p(a, 1) = p^a
        return math.exp(math.log(share) / a)
    if a == 1:  # I_p(1, b) = 1 - (1 - p)^b
        return -math.expm1(math.log1p(-share) / b)
    low, high = 0.0, 1.0
    p = a / (a + b)
    for _ in range(_MOST_STEPS):
        below = _beta_share(p, a, b)
        low, high = (p, high) if below < share else (low, p)
        step = _newton_step(p, below, share, a, b)
        nearer = p - step if low < p - step < high else (low + high) / 2
        if abs(nearer - p) <= _EXACT * nearer:
            return nearer
        p = nearer
    return p


def _newton_step(p: float, below: float, share: float, a: int, b: int) -> float:
    if below <= 0.0:
        return math.inf  # too far out to see a slope: the caller halves its bracket
    density = math.exp(_log_front(p, a, b)) / (p * (1 - p))
    if density <= 0.0:
        return math.inf
    return (math.log(below) - math.log(share)) * below / density


def _beta_share(p: float, a: int, b: int) -> float:
    """The regularised incomplete beta function I_p(a, b), from the side that converges fast."""
    front = math.exp(_log_front(p, a, b))
    if p < (a + 1) / (a + b + 2):
        return front * _continued_fraction(p, a, b) / a
    return 1 - front * _continued_fraction(1 - p, b, a) / b


def _log_front(p: float, a: int, b: int) -> float:
    """The logarithm of p^a (1 - p)^b / B(a, b)."""
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return a * math.log(p) + b * math.log1p(-p) - log_beta


def _continued_fraction(p: float, a: int, b: int) -> float:
    above, under = 1.0, _inverse(1 - (a + b) * p / (a + 1))
    value = under
    for term in range(1, _MOST_TERMS):
        even = term * (b - term) * p / ((a + 2 * term - 1) * (a + 2 * term))
        odd = -(a + term) * (a + b + term) * p / ((a + 2 * term) * (a + 2 * term + 1))
        for numerator in (even, odd):
            under = _inverse(1 + numerator * under)
            above = 1 + numerator / above
            above = above if abs(above) > _TINY else _TINY
            change = under * above
            value *= change
        if abs(change - 1) < _EXACT:
            break
    return value


def _inverse(denominator: float) -> float:
    return 1 / (denominator if abs(denominator) > _TINY else _TINY)
