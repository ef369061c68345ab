from __future__ import annotations

import numpy as np

from reinfuse.engine.compiler.graph import Graph, Program, program_of
from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.ordering import ordered_by_need
from reinfuse.engine.compiler.rosenbrock import step_program
from reinfuse.engine.compiler.tangent import tangent_program
from reinfuse.engine.plain.evaluation import evaluate
from tests.judge.engine_ode8.eight_states import EIGHT


def most_alive(program: Program) -> int:
    """How many values wait for a later use at the worst moment."""
    last = {part: place for place, told in enumerate(program.instructions) for part in told.parts}
    alive, worst = set(), 0
    for place, told in enumerate(program.instructions):
        alive -= {part for part in told.parts if last[part] == place}
        if place in last:
            alive.add(place)
        worst = max(worst, len(alive))
    return worst


def wide(terms: int) -> Program:
    """A sum of products whose products were all written before the sum."""
    graph = Graph()
    x = graph.input("x")
    products = [graph.apply("mul", x, graph.apply("sin", graph.constant(n))) for n in range(terms)]
    return program_of(graph, ["x"], [graph.total(products)])


def test_a_sum_of_many_terms_keeps_few_of_them_waiting() -> None:
    program = wide(50)
    assert most_alive(program) > 50
    assert most_alive(ordered_by_need(program)) < 5


def test_order_changes_no_digit_and_puts_parts_first() -> None:
    program = tangent_program(step_program(equations_of(EIGHT)), {"state A", "parameter g"})
    again = ordered_by_need(program)
    given = np.random.default_rng(1).uniform(0.5, 2.0, size=(len(program.inputs), 4))
    for one, other in zip(evaluate(again, given), evaluate(program, given), strict=True):
        np.testing.assert_array_equal(one, other)
    for place, told in enumerate(again.instructions):
        assert all(part < place for part in told.parts)
    assert again.instructions != program.instructions
    assert sorted(told.op for told in again.instructions) == sorted(
        told.op for told in program.instructions
    )


def test_an_output_may_be_an_input_or_come_twice() -> None:
    graph = Graph()
    x = graph.input("x")
    twice = graph.apply("add", x, x)
    program = ordered_by_need(program_of(graph, ["x"], [twice, x, twice]))
    assert evaluate(program, [3.0]) == [6.0, 3.0, 6.0]
