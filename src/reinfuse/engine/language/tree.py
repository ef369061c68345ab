"""A formula as it was written: a tree whose parts know their place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """Line and column of a text, both counted from 1; 0 where there is no text."""

    line: int = 0
    column: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with its unit where one is written behind it: `12 [1/d]`."""

    value: float
    unit: str | None = None
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A state, parameter, helper, or `time`."""

    name: str
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on formulas; `name` is a key of `OPERATIONS`, operators included."""

    name: str
    parts: tuple[Tree, ...]
    at: Place = field(default=NOWHERE, compare=False)


Tree = Number | Name | Call
TIME = "time"

# Operations and how many parts each has. `select` takes a condition, the value if it holds, the
# value if not. Conditions are only good for `select`, `and`, `or`, `not` and events.
OPERATIONS: dict[str, int] = {
    "add": 2, "sub": 2, "mul": 2, "div": 2, "pow": 2, "neg": 1,
    "exp": 1, "log": 1, "sqrt": 1, "abs": 1, "floor": 1, "ceil": 1, "min": 2, "max": 2,
    "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1,
    "sinh": 1, "cosh": 1, "tanh": 1,
    "lt": 2, "le": 2, "gt": 2, "ge": 2, "eq": 2, "ne": 2, "and": 2, "or": 2, "not": 1,
    "select": 3,
}  # fmt: skip
CONDITIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"})


def names_in(tree: Tree) -> frozenset[str]:
    """Every name that occurs."""
    match tree:
        case Name(name):
            return frozenset({name})
        case Call(_, parts):
            return frozenset().union(*(names_in(part) for part in parts))
        case _:
            return frozenset()


def renamed(tree: Tree, to: dict[str, Tree]) -> Tree:
    """The tree with trees in place of names."""
    match tree:
        case Name(name):
            return to.get(name, tree)
        case Call(name, parts, at):
            return Call(name, tuple(renamed(part, to) for part in parts), at)
        case _:
            return tree
