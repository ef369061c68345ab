"""What is known of an item at one assessment: a span of numbers, a truth, or words left open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from reinfuse.record.vocabulary import items


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers that a value can be, both ends included; one number where it is known."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether one number is left."""
        return self.low == self.high

    def times(self, factor: float) -> Span:
        """The span scaled by a positive factor, to 12 digits: 3 × 0.7 is 2.1 and no less."""
        return Span(*(float(f"{end * factor:.12g}") for end in (self.low, self.high)))

    def with_(self, other: Span) -> Span:
        """The span that holds both."""
        return Span(min(self.low, other.low), max(self.high, other.high))


ANY_NUMBER = Span(-math.inf, math.inf)


class Elsewhere(Enum):
    """The sign was there and was put down to another cause: it meets no condition."""

    ELSEWHERE = "put down to another cause"


ELSEWHERE = Elsewhere.ELSEWHERE

# A set of words holds those that the value can be. An item that is not a key was not recorded.
Finding = Span | bool | frozenset[str] | Elsewhere
Findings = Mapping[str, Finding]


def exactly(value: float) -> Span:
    """A number that is known."""
    return Span(value, value)


@lru_cache(maxsize=4096)
def key_of(item: str, unit: str = "") -> str:
    """Where findings hold an item: by its name, and by its unit where it has two dimensions.

    `blasts` holds the percentage that is its usual unit, `blasts [10*9/L]` the count.
    """
    known = items().get(item)
    if known is None or not unit or known.unit_like(unit) == known.unit:
        return item
    return f"{item} [{known.unit_like(unit)}]"


@lru_cache(maxsize=4096)
def has_molar_mass(item: str) -> bool:
    """Whether the item is reported by mass and by amount, so that its numbers are conversions."""
    known = items().get(item)
    return known is not None and known.per_mg_dl is not None


def name_in(key: str) -> str:
    """The name of the item that a key stands for."""
    return key.partition(" [")[0]


@lru_cache(maxsize=4096)
def unit_in(key: str) -> str:
    """The unit in which a key holds its numbers; empty where it holds none."""
    name, _, unit = key.partition(" [")
    known = items().get(name)
    return unit.removesuffix("]") or (known.unit if known is not None else "")
