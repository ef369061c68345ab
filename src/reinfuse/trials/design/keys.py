"""Keys and values of a design file, and a tree of plain values as one that was read."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from typing import Any  # a tree of plain JSON values

from reinfuse.exchange.course_file.nodes import Listing, Mapping, Node, Refused, Scalar
from reinfuse.exchange.course_file.text import MOST_PROBLEMS, Unreadable, problem
from reinfuse.trials.forecast.keys import Keys


class DesignKeys(Keys):
    """Reads sets of keys of a design file; problems pile up."""

    empty = "write what it is after the colon"

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._name = file

    def say(self, what: str, line: int, fix: str) -> None:
        """Note a problem."""
        where = f"{self._name} line {line}"
        self.problems.append(problem(what, where, fix, rule="design-file"))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Unreadable(*self.problems)


def plain_of(node: Node) -> Any:  # noqa: ANN401 # a tree of plain JSON values
    """A tree as plain values: objects, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain_of(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain_of(value) for key, value in node.items}
    return None


def node_of(plain: Any) -> Node:  # noqa: ANN401 # a tree of plain JSON values
    """The tree that `plain_of` was given, without its lines."""
    if isinstance(plain, str):
        return Scalar(plain, 0)
    if isinstance(plain, list):
        return Listing(tuple(node_of(item) for item in plain), 0)
    if isinstance(plain, Pairs):
        return Mapping(tuple((Scalar(key, 0), node_of(value)) for key, value in plain.items()), 0)
    return Refused(0)
