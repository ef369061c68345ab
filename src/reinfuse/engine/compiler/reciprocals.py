"""Quotients as products with a reciprocal that everybody shares.

A division costs a processor about as much as twenty multiplications, and the stages of a step
divide by the same things over and over: carrying capacities, volumes, the pivots.
"""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse.engine.compiler.graph import Graph, Node, needed_for


def divided_once(graph: Graph, outputs: Sequence[Node]) -> list[Node]:
    """The outputs with `a * (1 / b)` for every `a / b`: the last digit may change."""
    became: dict[Node, Node] = {}
    one = graph.constant(1.0)
    for node in needed_for(graph, outputs):
        op, parts, _ = graph.nodes[node]
        new = tuple(became[part] for part in parts)
        if op == "div":
            became[node] = graph.apply("mul", new[0], graph.apply("div", one, new[1]))
        else:
            became[node] = node if new == parts else graph.apply(op, *new)
    return [became[node] for node in outputs]
