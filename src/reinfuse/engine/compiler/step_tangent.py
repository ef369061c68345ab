"""A step beside its derivative along one direction.

The derivative of the equations that a step solves, not of the instructions that solve them: both
are the same number, but this one goes through the factors that are there already.

    M k = r   gives   M k' = r' - J' k,   with M = J - 1/(gamma h), whose step does not move.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reinfuse.engine.compiler.derivative import Tangent
from reinfuse.engine.compiler.elimination import Entry, solved
from reinfuse.engine.compiler.graph import Graph, Node, Program, program_of
from reinfuse.engine.compiler.lowering import Equations
from reinfuse.engine.compiler.ordering import ordered_by_need
from reinfuse.engine.compiler.reciprocals import divided_once
from reinfuse.engine.compiler.rodas4 import VALUES
from reinfuse.engine.compiler.rosenbrock import (
    Stages,
    combined,
    right_side,
    stages_of,
    step_inputs,
    step_outputs,
)
from reinfuse.engine.compiler.tangent import tangent_input, tangents_of


def step_tangent_program(equations: Equations, by: Collection[str]) -> Program:
    """What `tangent_program` makes of the step, shorter; `by` names states and parameters."""
    graph = equations.graph
    moving = [name for name in step_inputs(equations)[2:] if name in by]
    known: dict[Node, Tangent] = {
        graph.input(name): graph.input(tangent_input(name)) for name in moving
    }
    stages = stages_of(equations)
    states = [graph.input(name) for name in equations.state_inputs]
    moved = tangents_of(graph, states, known)
    outputs = [
        *step_outputs(graph, states, stages.solutions),
        *step_outputs(graph, moved, _moved_solutions(graph, stages, moved, known)),
    ]
    inputs = (*step_inputs(equations), *(tangent_input(name) for name in moving))
    return ordered_by_need(program_of(graph, inputs, divided_once(graph, outputs)))


def _moved_solutions(
    graph: Graph, stages: Stages, start: Sequence[Node], known: dict[Node, Tangent]
) -> list[list[Node]]:
    """Tangents of the solutions, by stage and state."""
    entries = dict(
        zip(
            stages.jacobian,
            tangents_of(graph, list(stages.jacobian.values()), known),
            strict=True,
        )
    )
    drift = tangents_of(graph, stages.drift, known)
    found: list[list[Node]] = []
    for stage, solution in enumerate(stages.solutions):
        values = combined(graph, start, VALUES[stage], found)
        for value, moved in zip(stages.values[stage], values, strict=True):
            known[value] = None if graph.number_of(moved) == 0.0 else moved
        rates = tangents_of(graph, stages.rates[stage], known)
        right = right_side(graph, stage, rates, drift, found)
        found.append(solved(graph, stages.factors, _without(graph, right, entries, solution)))
    return found


def _without(
    graph: Graph, right: Sequence[Node], entries: Mapping[Entry, Node], solution: Sequence[Node]
) -> list[Node]:
    """right - entries x solution."""
    found = list(right)
    for (row, column), entry in entries.items():
        product = graph.apply("mul", entry, solution[column])
        found[row] = graph.apply("sub", found[row], product)
    return found
