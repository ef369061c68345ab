"""A condition in the words of a table: `temperature ≥ 38 °C and (hypotension or hypoxia)`."""

from __future__ import annotations

from reinfuse.grading.rules.condition import (
    Amount,
    Compare,
    Condition,
    Every,
    Fixed,
    Measured,
    Not,
    OneOf,
    Some,
    Stated,
    Times,
)
from reinfuse.quantity import Quantity


def in_words(condition: Condition) -> str:
    """The condition on one line."""
    match condition:
        case Compare(left, relation, right):
            return f"{left.item} {relation} {_amount(right)}"
        case Stated(item):
            return item
        case OneOf(item, words):
            return f"{item}: {' or '.join(sorted(words))}"
        case Every(parts):
            return " and ".join(_inside(part) for part in parts)
        case Some(parts, least) if least > 1:
            return f"at least {least} of: {'; '.join(in_words(part) for part in parts)}"
        case Some(parts, _):
            return " or ".join(_inside(part) for part in parts)
        case Not(part):
            return f"not {_inside(part)}"


def _inside(part: Condition) -> str:
    return f"({in_words(part)})" if isinstance(part, (Every, Some)) else in_words(part)


def _amount(amount: Amount) -> str:
    match amount:
        case Fixed(value, unit):
            return Quantity(value, unit).shown()
        case Times(factor, of):
            return of.item if factor == 1 else f"{factor:g} × {of.item}"
        case Measured(item, _):
            return item
