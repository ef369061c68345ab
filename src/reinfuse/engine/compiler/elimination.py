"""A sparse linear system solved once and for all, entry by entry, without a loop left.

Pivots stay on the diagonal, in an order that keeps fill small: next goes whatever makes the
fewest products (Markowitz 1957, doi:10.1287/mnsc.3.3.255). For the matrices of implicit steps,
whose diagonal carries 1/(step x gamma), diagonal pivots are as good as the step is short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reinfuse.engine.compiler.graph import Graph, Node
from reinfuse.errors import ReinfuseError

Entry = tuple[int, int]  # row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """Lower and upper triangle in the order of elimination, with pivots as reciprocals.

    `lower` has a unit diagonal, which is not written. `upper` has none either: its diagonal is
    `1 / reciprocals`, by row.
    """

    order: tuple[int, ...]
    lower: Mapping[Entry, Node]
    upper: Mapping[Entry, Node]
    reciprocals: Mapping[int, Node]

    @property
    def entries(self) -> int:
        """How many numbers the factors hold, the diagonal once."""
        return len(self.lower) + len(self.upper) + len(self.reciprocals)


def elimination_order(pattern: Iterable[Entry], size: int) -> tuple[int, ...]:
    """The order of pivots; ties go to the lower number, so that it never changes.

    A row without a diagonal entry waits until elimination has given it one.
    """
    filled = set(pattern)
    rest = set(range(size))
    order: list[int] = []
    while rest:
        ready = [pivot for pivot in sorted(rest) if (pivot, pivot) in filled]
        if not ready:
            raise ReinfuseError(
                f"{len(rest)} of {size} rows have no pivot on the diagonal",
                fix="swap rows so that every row has an entry on the diagonal",
            )
        pivot = min(ready, key=lambda number: _products(filled, rest, number))
        rest.discard(pivot)
        order.append(pivot)
        rows = [row for row in rest if (row, pivot) in filled]
        columns = [column for column in rest if (pivot, column) in filled]
        filled |= {(row, column) for row in rows for column in columns}
    return tuple(order)


def _products(filled: set[Entry], rest: set[int], pivot: int) -> int:
    rows = sum((row, pivot) in filled for row in rest if row != pivot)
    columns = sum((pivot, column) in filled for column in rest if column != pivot)
    return rows * columns


def factorised(graph: Graph, matrix: Mapping[Entry, Node], size: int) -> Factors:
    """The factors of a matrix given by its entries; what is not given is 0."""
    left = {entry: node for entry, node in matrix.items() if graph.number_of(node) != 0.0}
    order = elimination_order(left, size)
    one = graph.constant(1.0)
    lower: dict[Entry, Node] = {}
    reciprocals: dict[int, Node] = {}
    for number, pivot in enumerate(order):
        rest = order[number + 1 :]
        reciprocals[pivot] = graph.apply("div", one, left[pivot, pivot])
        columns = [column for column in rest if (pivot, column) in left]
        for row in rest:
            if (row, pivot) not in left:
                continue
            times = lower[row, pivot] = graph.apply("mul", left[row, pivot], reciprocals[pivot])
            for column in columns:
                product = graph.apply("mul", times, left[pivot, column])
                before = left.get((row, column), graph.constant(0.0))
                left[row, column] = graph.apply("sub", before, product)
    place = {pivot: number for number, pivot in enumerate(order)}
    upper = {
        (row, column): node for (row, column), node in left.items() if place[row] < place[column]
    }
    return Factors(order=order, lower=lower, upper=upper, reciprocals=reciprocals)


def solved(graph: Graph, factors: Factors, right: Sequence[Node]) -> list[Node]:
    """The unknowns of `matrix x unknowns = right`."""
    values = list(right)
    for number, pivot in enumerate(factors.order):
        for row in factors.order[number + 1 :]:
            if (row, pivot) in factors.lower:
                product = graph.apply("mul", factors.lower[row, pivot], values[pivot])
                values[row] = graph.apply("sub", values[row], product)
    for number in reversed(range(len(factors.order))):
        row = factors.order[number]
        for column in factors.order[number + 1 :]:
            if (row, column) in factors.upper:
                product = graph.apply("mul", factors.upper[row, column], values[column])
                values[row] = graph.apply("sub", values[row], product)
        values[row] = graph.apply("mul", values[row], factors.reciprocals[row])
    return values
