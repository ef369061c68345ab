"""Units of formulas: products of powers of what was written, and what they are worth.

The unit table of a course (`reinfuse.quantity`) is a list of whole units; formulas multiply and
divide, so here units are taken apart. Any word is a unit of its own (`cells`, `copies`, `IL6`)
unless it is one of those below, which measure the same things by other factors.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from reinfuse.errors import ReinfuseError

_PREFIXES = {"k": 1e3, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6,
             "n": 1e-9, "p": 1e-12, "f": 1e-15}  # fmt: skip
# What may have a prefix, how many base units it is, and the base units.
_PREFIXED: dict[str, tuple[float, dict[str, int]]] = {
    "g": (1.0, {"g": 1}),
    "mol": (1.0, {"mol": 1}),
    "M": (1e3, {"mol": 1, "m": -3}),
    "L": (1e-3, {"m": 3}),
    "l": (1e-3, {"m": 3}),
    "m": (1.0, {"m": 1}),
    "s": (1.0, {"s": 1}),
    "IU": (1.0, {"IU": 1}),
}
_DAY = 86400.0
_OTHERS: dict[str, tuple[float, dict[str, int]]] = {
    **{word: (1.0, {"s": 1}) for word in ("sec", "second", "seconds")},
    **{word: (60.0, {"s": 1}) for word in ("min", "minute", "minutes")},
    **{word: (3600.0, {"s": 1}) for word in ("h", "hour", "hours")},
    **{word: (_DAY, {"s": 1}) for word in ("d", "day", "days")},
    **{word: (7 * _DAY, {"s": 1}) for word in ("wk", "week", "weeks")},
    **{word: (30.4375 * _DAY, {"s": 1}) for word in ("mo", "month", "months")},
    **{word: (365.25 * _DAY, {"s": 1}) for word in ("a", "y", "year", "years")},
    "mcg": (1e-6, {"g": 1}),
    "cc": (1e-6, {"m": 3}),
    "cell": (1.0, {"cells": 1}),
    "copy": (1.0, {"copies": 1}),
    "%": (0.01, {}),
    "percent": (0.01, {}),
}
_LEXER = re.compile(
    r"\s*(?:(?P<power>10[\^*][+-]?\d+)|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>%|\{[^{}]+\}|[^\W\d]\w*)|(?P<sign>[*/.^()·]))"
)
_EXPONENT = re.compile(r"\s*\^?\s*(?P<number>[+-]?\d+(?:\.\d+)?)|\s*\^\s*\((?P<ratio>[^()]*)\)")
_RAISED = re.compile(r"(?P<stem>\D+)(?P<power>\d)")
_LONGEST = 80


class BadUnit(ReinfuseError):
    """A text that is not a unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of units, each as it was written; none is a pure number."""

    powers: tuple[tuple[str, Fraction], ...] = ()

    def times(self, other: Unit) -> Unit:
        """The unit of a product."""
        powers = dict(self.powers)
        for word, power in other.powers:
            powers[word] = powers.get(word, Fraction(0)) + power
        return Unit(tuple((word, power) for word, power in powers.items() if power))

    def over(self, other: Unit) -> Unit:
        """The unit of a quotient."""
        return self.times(other.to(Fraction(-1)))

    def to(self, power: Fraction) -> Unit:
        """The unit of a power."""
        if not power:
            return PURE
        return Unit(tuple((word, old * power) for word, old in self.powers))

    @property
    def factor(self) -> float:
        """How many of its base units it is."""
        try:
            return math.prod(_known(word)[0] ** float(power) for word, power in self.powers)
        except OverflowError:
            return math.inf

    @property
    def base(self) -> frozenset[tuple[str, Fraction]]:
        """What it measures: powers of base units."""
        powers: dict[str, Fraction] = {}
        for word, power in self.powers:
            for base, times in _known(word)[1].items():
                powers[base] = powers.get(base, Fraction(0)) + power * times
        return frozenset((base, power) for base, power in powers.items() if power)

    def same_kind(self, other: Unit) -> bool:
        """Whether both measure the same thing, perhaps by other factors."""
        return self.base == other.base

    def equals(self, other: Unit) -> bool:
        """Whether both are the same unit, however they are written."""
        return self.same_kind(other) and math.isclose(self.factor, other.factor, rel_tol=1e-9)

    def __str__(self) -> str:
        """The unit as it would be written: `cells/uL`, `1/d`, `mg*L^2/d`."""
        above = [_raised(word, power) for word, power in self.powers if power > 0]
        below = [_raised(word, -power) for word, power in self.powers if power < 0]
        return "/".join(["*".join(above) or "1", *below])


PURE = Unit()


@cache
def unit_of(text: str) -> Unit:
    """The unit that a text means: `1/d`, `mg/L`, `10^6 cells/kg`; raises BadUnit."""
    words: list[str] = []
    place = 0
    shown = text.strip()
    while place < len(shown):
        match = _LEXER.match(shown, place)
        if match is None or len(shown) > _LONGEST:
            raise _bad(shown)
        if match["sign"] == "^":  # an exponent is taken with what it stands behind
            raise _bad(shown)
        place = match.end()
        if match["sign"]:
            words.append("*" if match["sign"] in ".·" else match["sign"])
            if match["sign"] != ")":
                continue
        else:
            words.append(match[str(match.lastgroup)])
        raised = _EXPONENT.match(shown, place)
        if raised:
            words += ["^", raised["number"] or raised["ratio"]]
            place = raised.end()
    reader = _Reader(shown, words)
    found = reader.product()
    if reader.words:
        raise _bad(shown)
    return found


@dataclass(slots=True)
class _Reader:
    """Reads words of a unit from the left; what was read is taken off."""

    text: str
    words: list[str]

    def product(self) -> Unit:
        """A product, up to the closing bracket or the end; a leading `/` divides 1."""
        found = PURE if self.words[:1] == ["/"] else self.power()
        while self.words and self.words[0] != ")":
            sign = self.words.pop(0) if self.words[0] in {"*", "/"} else "*"
            part = self.power()
            found = found.over(part) if sign == "/" else found.times(part)
        return found

    def power(self) -> Unit:
        """A word or bracket with the exponent behind it."""
        found = self.atom()
        if self.words[:1] != ["^"]:
            return found
        self.words.pop(0)
        try:
            return found.to(Fraction(self.words.pop(0)))
        except (ValueError, ZeroDivisionError):
            raise _bad(self.text) from None

    def atom(self) -> Unit:
        """A word, a number or a bracket."""
        if not self.words or self.words[0] in {"*", "/", "^", ")"}:
            raise _bad(self.text)
        word = self.words.pop(0)
        if word == "(":
            found = self.product()
            if self.words[:1] != [")"]:
                raise _bad(self.text)
            self.words.pop(0)
            return found
        if word[0].isdigit():
            return _number(word, self.text)
        return _word(word.strip("{}"))


def _number(word: str, text: str) -> Unit:
    if word == "1":
        return PURE
    try:
        value = _value(word)
    except OverflowError:
        raise _bad(text) from None
    if not (value > 0 and math.isfinite(value)):
        raise _bad(text)
    return Unit(((word.replace("*", "^"), Fraction(1)),))


def _word(word: str) -> Unit:
    raised = _RAISED.fullmatch(word)
    if raised and word not in _OTHERS and _table_entry(raised["stem"]):
        return Unit(((raised["stem"], Fraction(int(raised["power"]))),))  # m2
    return Unit(((word, Fraction(1)),))


def _value(word: str) -> float:
    base, _, power = word.replace("*", "^").partition("^")
    return float(base) ** int(power or 1)


@cache
def _known(word: str) -> tuple[float, dict[str, int]]:
    """Factor and base units of a word; a word that nobody knows is its own base."""
    if word[0].isdigit():
        return _value(word), {}
    return _table_entry(word) or (1.0, {word: 1})


def _table_entry(word: str) -> tuple[float, dict[str, int]] | None:
    if word in _OTHERS:
        return _OTHERS[word]
    if word in _PREFIXED:
        return _PREFIXED[word]
    if word[:1] in _PREFIXES and word[1:] in _PREFIXED:
        factor, base = _PREFIXED[word[1:]]
        return factor * _PREFIXES[word[0]], base
    return None


def _raised(word: str, power: Fraction) -> str:
    if power == 1:
        return word
    return f"{word}^{power}" if power.denominator == 1 else f"{word}^({power})"


def _bad(text: str) -> BadUnit:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return BadUnit(f"[{shown}] is not a unit", fix="write units like 1/d, mg/L or cells/uL")
