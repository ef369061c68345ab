"""Formulas of a graph with other nodes in place of some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reinfuse.engine.compiler.graph import Graph, Node, needed_for


def substituted(graph: Graph, outputs: Sequence[Node], by: Mapping[Node, Node]) -> list[Node]:
    """The outputs as they are when the nodes `by` names are replaced.

    What does not hang on a replaced node stays the node it was.
    """
    became = dict(by)
    for node in needed_for(graph, outputs):
        if node in became:
            continue
        op, parts, _ = graph.nodes[node]
        new = tuple(became[part] for part in parts)
        became[node] = node if new == parts else graph.apply(op, *new)
    return [became[node] for node in outputs]
