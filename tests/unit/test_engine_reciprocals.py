from __future__ import annotations

import numpy as np

from reinfuse.engine.compiler.graph import program_of
from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.reciprocals import divided_once
from reinfuse.engine.compiler.rosenbrock import step_program
from reinfuse.engine.plain.evaluation import evaluate
from tests.unit.engine_formulas import model


def test_two_quotients_by_one_thing_take_one_division() -> None:
    equations = equations_of(
        model({"x": "(x/v)/(k + x/v) - x/v", "y": "y*y/v + exp(x)/(k + x/v)"},
              parameters={"k": 1.0, "v": 2.0})
    )  # fmt: skip
    graph = equations.graph
    before = program_of(graph, equations.inputs, equations.rates)
    after = program_of(graph, equations.inputs, divided_once(graph, equations.rates))
    assert sum(instruction.op == "div" for instruction in after.instructions) == 2
    given = np.random.default_rng(2).uniform(0.5, 3.0, size=(5, 30))
    for one, other in zip(evaluate(before, given), evaluate(after, given), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


def test_a_step_divides_by_a_parameter_once_for_all_stages() -> None:
    program = step_program(equations_of(model({"x": "-x/v", "y": "x/v"}, parameters={"v": 2.0})))
    divisions = [instruction for instruction in program.instructions if instruction.op == "div"]
    assert len(divisions) == 1 + 1 + 2  # the step, the volume, two pivots
