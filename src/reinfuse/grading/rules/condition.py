"""Conditions as data: what a published table asks for, in a form that can be judged and printed.

One tree of conditions is read by three readers: `judge` decides it for one patient, the columns
of a cohort decide it for ten thousand, and `printed` writes it as the line of a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """How two amounts are compared."""

    ABOVE = ">"
    AT_LEAST = "≥"
    BELOW = "<"
    AT_MOST = "≤"
    EQUAL = "="


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of an item, in a unit of the dimension that is meant."""

    item: str
    unit: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number of the table, in its printed unit."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Times:
    """A multiple of the value of another item, such as the upper limit of normal."""

    factor: float
    of: Measured


Amount = Measured | Fixed | Times


@dataclass(frozen=True, slots=True)
class Compare:
    """`left` stands in a relation to `right`."""

    left: Measured
    relation: Relation
    right: Amount


@dataclass(frozen=True, slots=True)
class Stated:
    """A sign is there."""

    item: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The word of an item is one of some."""

    item: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least `least` of the parts hold."""

    parts: tuple[Condition, ...]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Compare | Stated | OneOf | Every | Some | Not


def above(item: str, value: float, unit: str) -> Compare:
    """The item is above a number."""
    return Compare(Measured(item, unit), Relation.ABOVE, Fixed(value, unit))


def at_least(item: str, value: float, unit: str) -> Compare:
    """The item is a number or above it."""
    return Compare(Measured(item, unit), Relation.AT_LEAST, Fixed(value, unit))


def below(item: str, value: float, unit: str) -> Compare:
    """The item is below a number."""
    return Compare(Measured(item, unit), Relation.BELOW, Fixed(value, unit))


def at_most(item: str, value: float, unit: str) -> Compare:
    """The item is a number or below it."""
    return Compare(Measured(item, unit), Relation.AT_MOST, Fixed(value, unit))


def equal(item: str, value: float, unit: str) -> Compare:
    """The item is a number."""
    return Compare(Measured(item, unit), Relation.EQUAL, Fixed(value, unit))


def within(
    item: str, low: float, high: float, unit: str, *, with_low: bool = True, with_high: bool = True
) -> Every:
    """The item lies between two numbers, each counted in unless said otherwise."""
    first = at_least(item, low, unit) if with_low else above(item, low, unit)
    last = at_most(item, high, unit) if with_high else below(item, high, unit)
    return Every((first, last))


def compared(item: str, relation: str, factor: float, other: str, unit: str) -> Compare:
    """The item against a multiple of another: `compared("ALT", ">", 5, "ALT upper limit", ...)`."""
    return Compare(Measured(item, unit), Relation(relation), Times(factor, Measured(other, unit)))


def stated(item: str) -> Stated:
    """The sign is there."""
    return Stated(item)


def one_of(item: str, *words: str) -> OneOf:
    """The word of the item is one of these."""
    return OneOf(item, frozenset(words))


def every(*parts: Condition) -> Every:
    """All parts hold."""
    return Every(parts)


def some(*parts: Condition) -> Some:
    """At least one part holds."""
    return Some(parts)


def count_of(least: int, *parts: Condition) -> Some:
    """At least so many of the parts hold."""
    return Some(parts, least)


def no(part: Condition) -> Not:
    """The part does not hold."""
    return Not(part)
