"""Comparisons of numbers known only as spans, and the three-valued answers put together."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reinfuse.grading.rules.finding import Span
from reinfuse.grading.rules.judge import Truth

NOTHING = Span(0.0, 0.0)
UNKNOWN = Span(0.0, math.inf)
# Sums and products of decimals carry a last digit that nobody measured: 0.7 x 90 is 63.
_DIGITS = ".12g"


def any_of(truths: Iterable[Truth]) -> Truth:
    """Whether one at least holds; False where there is none."""
    found = tuple(truths)
    return True if True in found else (None if None in found else False)


def all_of(truths: Iterable[Truth]) -> Truth:
    """Whether every one holds; True where there is none."""
    found = tuple(truths)
    return False if False in found else (None if None in found else True)


def negated(truth: Truth) -> Truth:
    """The opposite; what is open stays open."""
    return None if truth is None else not truth


def at_least(left: Span, right: Span | float) -> Truth:
    """Whether one span is the other or above it."""
    low, high = _ends(right)
    return True if left.low >= high else (False if left.high < low else None)


def above(left: Span, right: Span | float) -> Truth:
    """Whether one span is above the other."""
    low, high = _ends(right)
    return True if left.low > high else (False if left.high <= low else None)


def at_most(left: Span, right: Span | float) -> Truth:
    """Whether one span is the other or below it."""
    return negated(above(left, right))


def below(left: Span, right: Span | float) -> Truth:
    """Whether one span is below the other."""
    return negated(at_least(left, right))


def scaled(span: Span, factor: float) -> Span:
    """The span times a positive number."""
    return Span(rounded(span.low * factor), rounded(span.high * factor))


def product(left: Span, right: Span) -> Span:
    """The product of two sizes; nothing in one direction is nothing."""
    high = 0.0 if 0.0 in (left.high, right.high) else rounded(left.high * right.high)
    return Span(rounded(left.low * right.low), high)


def total(spans: Iterable[Span]) -> Span:
    """The sum of sizes; one that is unknown leaves it open upward."""
    found = tuple(spans)
    low, high = sum(span.low for span in found), sum(span.high for span in found)
    return Span(rounded(low), rounded(high))


def minus(left: Span, right: Span) -> Span:
    """The difference of two sizes; the lower ends are finite."""
    return Span(rounded(left.low - right.high), rounded(left.high - right.low))


def smallest(spans: Iterable[Span]) -> Span:
    """The smallest of some sizes; unknown where there is none."""
    found = tuple(spans)
    if not found:
        return UNKNOWN
    return Span(min(span.low for span in found), min(span.high for span in found))


def largest(spans: Iterable[Span]) -> Span:
    """The largest of some sizes; nothing where there is none."""
    found = tuple(spans)
    if not found:
        return NOTHING
    return Span(max(span.low for span in found), max(span.high for span in found))


def rounded(value: float) -> float:
    """The number without the digits that only binary arithmetic put there."""
    return float(f"{value:{_DIGITS}}")


def _ends(right: Span | float) -> tuple[float, float]:
    return (right.low, right.high) if isinstance(right, Span) else (right, right)
