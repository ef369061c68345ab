"""The step in pieces that are used six times, for models whose whole step is too long.

Written out in one, the step of 25 states is fifty thousand bytes of code, which a processor fetches
anew for each step. In pieces (factors once, then rates and a solution for each stage) it stays in
the processor's nearest memory. What hangs on parameters alone is computed with the factors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reinfuse.engine.compiler.elimination import Factors, solved
from reinfuse.engine.compiler.graph import Graph, Node, Program, needed_for, program_of
from reinfuse.engine.compiler.lowering import Equations
from reinfuse.engine.compiler.ordering import ordered_by_need
from reinfuse.engine.compiler.reciprocals import divided_once
from reinfuse.engine.compiler.rosenbrock import factors_of, step_inputs
from reinfuse.engine.compiler.substitution import substituted
from reinfuse.engine.language.tree import CONDITIONS


def held_input(number: int) -> str:
    """What the input is called that holds a value of the factors' program."""
    return f"held {number}"


def right_input(number: int) -> str:
    """What the input is called that holds the right side of a row."""
    return f"right {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Programs of a step in pieces.

    `prepare` takes the inputs of a step and gives the `held` values. `rates` takes time, states,
    parameters and held values; `solve` takes held values and the right side by state, and gives
    the solution with J - 1/(gamma h), which is a stage negated. `drift` says where among the held
    values the rates' slopes by time stand, none for a state that has none.
    """

    prepare: Program
    rates: Program
    solve: Program
    drift: tuple[int | None, ...]

    @property
    def held(self) -> int:
        """How many values are held."""
        return len(self.prepare.outputs)


def staged_step(equations: Equations) -> Staged:
    """The pieces of a model's step."""
    graph, states = equations.graph, len(equations.model.states)
    factors, slopes = factors_of(equations)
    once = _once(equations)
    held: list[Node] = []

    def place_of(node: Node) -> int:
        if node not in held:
            held.append(node)
        return held.index(node)

    solve = _solve_program(graph, factors, states, place_of)
    drift = tuple(None if graph.number_of(node) == 0.0 else place_of(node) for node in slopes)
    became = {node: graph.input(held_input(place_of(node))) for node in once}
    rates = substituted(graph, divided_once(graph, equations.rates), became)
    names = tuple(held_input(number) for number in range(len(held)))
    return Staged(
        prepare=_ordered(graph, step_inputs(equations), held),
        rates=_ordered(graph, (*equations.inputs, *names), rates),
        solve=Program((*names, *solve.inputs), solve.instructions, solve.outputs),
        drift=drift,
    )


def _ordered(graph: Graph, inputs: Sequence[str], outputs: Sequence[Node]) -> Program:
    return ordered_by_need(program_of(graph, inputs, divided_once(graph, outputs)))


def _once(equations: Equations) -> list[Node]:
    """Values of the rates that hang on parameters alone, where they meet what does not.

    Of a divisor its reciprocal is held, since a product is cheaper than a quotient.
    """
    graph = equations.graph
    outputs = divided_once(graph, equations.rates)
    needed = needed_for(graph, outputs)
    moving = {graph.input(name) for name in equations.inputs[: 1 + len(equations.model.states)]}
    for node in needed:
        op, parts, _ = graph.nodes[node]
        # Only numbers can be held, not whether a condition holds.
        if op in CONDITIONS or any(part in moving for part in parts):
            moving.add(node)
    borders = {
        part
        for node in needed
        if node in moving
        for part in graph.nodes[node].parts
        if part not in moving
    } | {node for node in outputs if node not in moving}
    return sorted(node for node in borders if graph.nodes[node].op not in {"const", "input"})


def _solve_program(
    graph: Graph, factors: Factors, states: int, place_of: Callable[[Node], int]
) -> Program:
    own = Graph()

    def known(node: Node) -> Node:
        number = graph.number_of(node)
        if number is not None:
            return own.constant(number)
        return own.input(held_input(place_of(node)))

    copied = Factors(
        order=factors.order,
        lower={entry: known(node) for entry, node in factors.lower.items()},
        upper={entry: known(node) for entry, node in factors.upper.items()},
        reciprocals={row: known(node) for row, node in factors.reciprocals.items()},
    )
    names = [right_input(number) for number in range(states)]
    found = solved(own, copied, [own.input(name) for name in names])
    return ordered_by_need(program_of(own, names, found))
