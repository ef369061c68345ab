"""Arithmetic as a graph in which every value is computed once.

A node is a whole number; equal expressions are one node, so that common parts are found while the
graph grows, and no generated name can ever stand for two things. What is known to be 0 or 1 is
taken out at once: a sparse matrix written out entry by entry stays sparse by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

Node = int


class Instruction(NamedTuple):
    """One operation: `op` is `const`, `input` or a key of `language.tree.OPERATIONS`.

    `value` is the number of a constant or the name of an input.
    """

    op: str
    parts: tuple[Node, ...] = ()
    value: float | str = 0.0


_FOLDED: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "min": min,
    "max": max,
    "neg": lambda a: -a,
    "abs": abs,
    "exp": math.exp,
    "floor": math.floor,
    "ceil": math.ceil,
}
_COMMUTE = frozenset({"add", "mul", "min", "max", "eq", "ne", "and", "or"})
_HALF = 0.5
_MOST_MULTIPLICATIONS = 16  # a whole power up to this is multiplied out


class Graph:
    """Nodes in an order in which each comes after its parts."""

    def __init__(self) -> None:
        self.nodes: list[Instruction] = []
        self._known: dict[Instruction, Node] = {}

    def _node(self, op: str, parts: tuple[Node, ...] = (), value: float | str = 0.0) -> Node:
        if op in _COMMUTE:
            parts = tuple(sorted(parts))
        wanted = Instruction(op, parts, value)
        found = self._known.get(wanted)
        if found is None:
            found = self._known[wanted] = len(self.nodes)
            self.nodes.append(wanted)
        return found

    def constant(self, value: float) -> Node:
        """A number."""
        return self._node("const", (), float(value) + 0.0)  # -0.0 is 0.0

    def input(self, name: str) -> Node:
        """A value that is given from outside."""
        return self._node("input", (), name)

    def number_of(self, node: Node) -> float | None:
        """The number, if the node is one."""
        op, _, value = self.nodes[node]
        return float(value) if op == "const" else None

    def apply(self, op: str, *parts: Node) -> Node:
        """An operation, simplified where that changes no value."""
        numbers = [self.number_of(part) for part in parts]
        folded = self._folded(op, numbers)
        if folded is not None:
            return self.constant(folded)
        match op:
            case "add":
                return self._added(parts, numbers)
            case "sub":
                return self._subtracted(parts, numbers)
            case "mul":
                return self._multiplied(parts, numbers)
            case "div":
                return self._divided(parts, numbers)
            case "pow" if numbers[1] is not None:
                return self._power(parts[0], numbers[1])
            case _:
                return self._plain(op, parts)

    def total(self, parts: Iterable[Node]) -> Node:
        """A sum of any length."""
        found = self.constant(0.0)
        for part in parts:
            found = self.apply("add", found, part)
        return found

    def _folded(self, op: str, numbers: list[float | None]) -> float | None:
        rule = _FOLDED.get(op)
        if rule is None or any(number is None for number in numbers):
            return None
        try:
            return float(rule(*numbers))
        except (OverflowError, ValueError):
            return None

    def _added(self, parts: tuple[Node, ...], numbers: list[float | None]) -> Node:
        (one, other), (first, second) = parts, numbers
        if first == 0.0:
            return other
        if second == 0.0:
            return one
        if self.nodes[other].op == "neg":
            return self._node("sub", (one, self.nodes[other].parts[0]))
        if self.nodes[one].op == "neg":
            return self._node("sub", (other, self.nodes[one].parts[0]))
        return self._node("add", parts)

    def _subtracted(self, parts: tuple[Node, ...], numbers: list[float | None]) -> Node:
        (one, other), (first, second) = parts, numbers
        if second == 0.0:
            return one
        if first == 0.0:
            return self.apply("neg", other)
        if one == other:
            return self.constant(0.0)
        if self.nodes[other].op == "neg":
            return self.apply("add", one, self.nodes[other].parts[0])
        return self._node("sub", parts)

    def _multiplied(self, parts: tuple[Node, ...], numbers: list[float | None]) -> Node:
        for number, other in zip(numbers, reversed(parts), strict=True):
            if number == 0.0:
                return self.constant(0.0)
            if number == 1.0:
                return other
            if number == -1.0:
                return self.apply("neg", other)
        return self._node("mul", parts)

    def _divided(self, parts: tuple[Node, ...], numbers: list[float | None]) -> Node:
        if numbers[0] == 0.0:
            return parts[0]
        if numbers[1] is not None and numbers[1] != 0.0:
            return self.apply("mul", parts[0], self.constant(1.0 / numbers[1]))
        return self._node("div", parts)

    def _plain(self, op: str, parts: tuple[Node, ...]) -> Node:
        if op == "neg" and self.nodes[parts[0]].op == "neg":
            return self.nodes[parts[0]].parts[0]
        if op == "select" and parts[1] == parts[2]:
            return parts[1]
        return self._node(op, parts)

    def _power(self, base: Node, exponent: float) -> Node:
        """A whole power by repeated squares, a half by a root; else as it stands."""
        if exponent == 0.0:
            return self.constant(1.0)
        if exponent == _HALF:
            return self._node("sqrt", (base,))
        if exponent != int(exponent) or abs(exponent) > _MOST_MULTIPLICATIONS:
            return self._node("pow", (base, self.constant(exponent)))
        left, square, found = int(abs(exponent)), base, None
        while left:
            if left % 2:
                found = square if found is None else self.apply("mul", found, square)
            left //= 2
            square = self.apply("mul", square, square) if left else square
        assert found is not None  # the exponent is not 0
        return self.apply("div", self.constant(1.0), found) if exponent < 0 else found


class Program(NamedTuple):
    """Instructions that compute `outputs` from `inputs`; parts are places of earlier ones.

    `inputs` lists every name that may be given, used or not, in the order in which it is given.
    """

    inputs: tuple[str, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[Node, ...]


def needed_for(graph: Graph, outputs: Iterable[Node]) -> list[Node]:
    """Every node that these outputs are computed from, themselves included, parts first."""
    found: set[Node] = set()
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph.nodes[node].parts
    return sorted(found)


def program_of(graph: Graph, inputs: Iterable[str], outputs: Iterable[Node]) -> Program:
    """What is needed of the graph for these outputs, in order."""
    wanted = tuple(outputs)
    order = needed_for(graph, wanted)
    place = {node: number for number, node in enumerate(order)}
    instructions = tuple(
        graph.nodes[node]._replace(parts=tuple(place[part] for part in graph.nodes[node].parts))
        for node in order
    )
    return Program(tuple(inputs), instructions, tuple(place[node] for node in wanted))
