"""How the outputs of a program move when its inputs move: the program beside its derivative."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reinfuse.engine.compiler.derivative import Tangent, tangent_of
from reinfuse.engine.compiler.graph import Graph, Node, Program, program_of


def tangent_input(name: str) -> str:
    """What the input is called that holds the movement of an input."""
    return f"{name}'"


def tangent_program(program: Program, by: Collection[str]) -> Program:
    """The program with an input more for each that `by` names, and a tangent for each output.

    Tangents of inputs come behind the inputs and in their order; tangents of outputs behind the
    outputs and in theirs. They are the exact derivative of the instructions along one direction,
    so a step gives the sensitivities of just the numbers that it computes.
    """
    graph = Graph()
    outputs = _copied(graph, program)
    moving = [name for name in program.inputs if name in by]
    tangents: dict[Node, Tangent] = {
        graph.input(name): graph.input(tangent_input(name)) for name in moving
    }
    moved = tangents_of(graph, outputs, tangents)
    inputs = (*program.inputs, *(tangent_input(name) for name in moving))
    return program_of(graph, inputs, [*outputs, *moved])


def tangents_of(graph: Graph, outputs: Sequence[Node], known: dict[Node, Tangent]) -> list[Node]:
    """How outputs move, from how nodes move that are known; whatever is found is noted there."""
    for node in _unknown_for(graph, outputs, known):
        own = graph.nodes[node].parts
        known[node] = tangent_of(graph, node, [known[part] for part in own])
    zero = graph.constant(0.0)
    found = [known[output] for output in outputs]
    return [zero if tangent is None else tangent for tangent in found]


def _unknown_for(
    graph: Graph, outputs: Sequence[Node], known: Mapping[Node, Tangent]
) -> list[Node]:
    """Nodes between what is known and the outputs, parts first."""
    found: set[Node] = set()
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        if node not in found and node not in known:
            found.add(node)
            waiting += graph.nodes[node].parts
    return sorted(found)


def _copied(graph: Graph, program: Program) -> list[Node]:
    """The outputs of a program as nodes of a graph."""
    nodes: list[Node] = []
    for op, parts, value in program.instructions:
        if op == "const":
            nodes.append(graph.constant(float(value)))
        elif op == "input":
            nodes.append(graph.input(str(value)))
        else:
            nodes.append(graph.apply(op, *(nodes[part] for part in parts)))
    return [nodes[output] for output in program.outputs]
