"""Exact derivatives of formulas, by the chain rule over the graph.

`min`, `max`, `abs` and `select` have the derivative of the branch that they take; `floor`, `ceil`
and conditions are flat. Zero is never written: a missing entry is the constant 0, so that a sparse
Jacobian comes out sparse.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from reinfuse.engine.compiler.graph import Graph, Node, needed_for

Tangent = Node | None  # none where it is the constant 0


def derivatives(
    graph: Graph, outputs: Sequence[Node], by: Sequence[Node]
) -> dict[tuple[int, int], Node]:
    """The Jacobian `{(row, column): d outputs[row] / d by[column]}` without its constant zeros."""
    slopes: dict[Node, dict[int, Node]] = {node: {} for node in by}
    one = graph.constant(1.0)
    for column, node in enumerate(by):
        slopes[node][column] = one
    for node in needed_for(graph, outputs):
        if node not in slopes:
            slopes[node] = _slopes_of(graph, node, slopes)
    return {
        (row, column): slope
        for row, node in enumerate(outputs)
        for column, slope in sorted(slopes[node].items())
    }


def tangent_of(graph: Graph, node: Node, tangents: Sequence[Tangent]) -> Tangent:
    """How a node moves when its parts move by `tangents`."""
    if all(tangent is None for tangent in tangents):
        return None
    op, parts, _ = graph.nodes[node]
    rule = _RULES.get(op)
    if rule is not None:
        return rule(graph, node, parts, tangents)
    slope = _SLOPES.get(op)
    if slope is None:
        return None
    return _times(graph, slope(graph, node, parts[0]), tangents[0])


def _slopes_of(graph: Graph, node: Node, slopes: dict[Node, dict[int, Node]]) -> dict[int, Node]:
    parts = graph.nodes[node].parts
    found = {}
    for column in sorted({column for part in parts for column in slopes[part]}):
        slope = tangent_of(graph, node, [slopes[part].get(column) for part in parts])
        if slope is not None:
            found[column] = slope
    return found


# --------------------------------------------------------------- sums and products without zeros


def _known(graph: Graph, node: Node) -> Tangent:
    return None if graph.number_of(node) == 0.0 else node


def _times(graph: Graph, one: Tangent, other: Tangent) -> Tangent:
    return None if one is None or other is None else _known(graph, graph.apply("mul", one, other))


def _minus(graph: Graph, one: Tangent, other: Tangent) -> Tangent:
    if other is None:
        return one
    if one is None:
        return graph.apply("neg", other)
    return _known(graph, graph.apply("sub", one, other))


def _plus(graph: Graph, one: Tangent, other: Tangent) -> Tangent:
    if one is None or other is None:
        return other if one is None else one
    return _known(graph, graph.apply("add", one, other))


def _chosen(graph: Graph, condition: Node, one: Tangent, other: Tangent) -> Tangent:
    zero = graph.constant(0.0)
    first, second = zero if one is None else one, zero if other is None else other
    return _known(graph, graph.apply("select", condition, first, second))


# ------------------------------------------------------------------- operations with two parts

Rule = Callable[[Graph, Node, tuple[Node, ...], Sequence[Tangent]], Tangent]


def _of_product(
    graph: Graph, _: Node, parts: tuple[Node, ...], moves: Sequence[Tangent]
) -> Tangent:
    first = _times(graph, moves[0], parts[1])
    return _plus(graph, first, _times(graph, parts[0], moves[1]))


def _of_quotient(
    graph: Graph, node: Node, parts: tuple[Node, ...], moves: Sequence[Tangent]
) -> Tangent:
    above, below = moves
    inverse = graph.apply("div", graph.constant(1.0), parts[1])
    if above is None:  # the slope by the part below is shared by every direction
        slope = graph.apply("mul", node, inverse)
        return _minus(graph, None, _times(graph, slope, below))
    return _times(graph, _minus(graph, above, _times(graph, node, below)), inverse)


def _of_power(
    graph: Graph, node: Node, parts: tuple[Node, ...], moves: Sequence[Tangent]
) -> Tangent:
    base, exponent = parts
    # x^(n-1), not x^n/x: cells may be exactly 0, where a Hill term still has a slope.
    less = graph.apply("sub", exponent, graph.constant(1.0))
    slope = graph.apply("mul", exponent, graph.apply("pow", base, less))
    found = _times(graph, slope, moves[0])
    if moves[1] is None:
        return found
    return _plus(graph, found, _times(graph, _times(graph, node, _log(graph, base)), moves[1]))


def _log(graph: Graph, base: Node) -> Node:
    """ln(base), and 0 at base 0, where 0^n does not move with n."""
    number = graph.number_of(base)
    if number is not None and number > 0.0:
        return graph.constant(math.log(number))
    one = graph.constant(1.0)
    positive = graph.apply("gt", base, graph.constant(0.0))
    return graph.apply("log", graph.apply("select", positive, base, one))


_RULES: dict[str, Rule] = {
    "add": lambda graph, _, parts, moves: _plus(graph, moves[0], moves[1]),
    "sub": lambda graph, _, parts, moves: _minus(graph, moves[0], moves[1]),
    "neg": lambda graph, _, parts, moves: _minus(graph, None, moves[0]),
    "mul": _of_product,
    "div": _of_quotient,
    "pow": _of_power,
    "min": lambda graph, _, parts, moves: _chosen(graph, graph.apply("le", *parts), *moves),
    "max": lambda graph, _, parts, moves: _chosen(graph, graph.apply("ge", *parts), *moves),
    "select": lambda graph, _, parts, moves: _chosen(graph, parts[0], moves[1], moves[2]),
}

# ------------------------------------------------------------------- operations with one part

Slope = Callable[[Graph, Node, Node], Node]


def _sign(graph: Graph, _: Node, part: Node) -> Node:
    negative = graph.apply("lt", part, graph.constant(0.0))
    return graph.apply("select", negative, graph.constant(-1.0), graph.constant(1.0))


def _one_over(graph: Graph, node: Node) -> Node:
    return graph.apply("div", graph.constant(1.0), node)


def _one_and(graph: Graph, op: str, node: Node) -> Node:
    """1 + node^2 or 1 - node^2."""
    return graph.apply(op, graph.constant(1.0), graph.apply("mul", node, node))


_SLOPES: dict[str, Slope] = {
    "abs": _sign,
    "exp": lambda graph, node, part: node,
    "log": lambda graph, node, part: _one_over(graph, part),
    "sqrt": lambda graph, node, part: graph.apply("div", graph.constant(0.5), node),
    "sin": lambda graph, node, part: graph.apply("cos", part),
    "cos": lambda graph, node, part: graph.apply("neg", graph.apply("sin", part)),
    "tan": lambda graph, node, part: _one_and(graph, "add", node),
    "asin": lambda graph, node, part: _one_over(
        graph, graph.apply("sqrt", _one_and(graph, "sub", part))
    ),
    "acos": lambda graph, node, part: graph.apply(
        "neg", _one_over(graph, graph.apply("sqrt", _one_and(graph, "sub", part)))
    ),
    "atan": lambda graph, node, part: _one_over(graph, _one_and(graph, "add", part)),
    "sinh": lambda graph, node, part: graph.apply("cosh", part),
    "cosh": lambda graph, node, part: graph.apply("sinh", part),
    "tanh": lambda graph, node, part: _one_and(graph, "sub", node),
}
