from __future__ import annotations

import numpy as np
import pytest

from reinfuse.engine.compiler.derivative import derivatives
from reinfuse.engine.compiler.graph import Graph, program_of
from reinfuse.engine.compiler.lowering import Equations, equations_of
from reinfuse.engine.language.tree import CONDITIONS, OPERATIONS
from reinfuse.engine.plain.evaluation import evaluate
from tests.unit.engine_formulas import model

FORMULAS = {
    "add": "x + 2*y",
    "sub": "x - 3*y",
    "mul": "x*y*x",
    "div": "x/(x + y)",
    "pow": "x**y + x**2.5 + x**-3 + 2**y",
    "neg": "-x*y",
    "exp": "exp(x*y)",
    "log": "log(x + y*y)",
    "sqrt": "sqrt(x*x + y)",
    "abs": "abs(x - 2*y)",
    "min": "min(x*x, 3*y)",
    "max": "max(x*x, 3*y)",
    "sin": "sin(x*y)",
    "cos": "cos(x*y)",
    "tan": "tan(x*y/3)",
    "asin": "asin(x/4)",
    "acos": "acos(y/4)",
    "atan": "atan(x*y)",
    "sinh": "sinh(x*y)",
    "cosh": "cosh(x*y)",
    "tanh": "tanh(x*y/2)",
    "select": "select(x < y, x*x*y, y/x)",
    "floor": "floor(x)*y",
    "ceil": "ceil(x)*y",
}
POINTS = np.array([[0.7, 1.3, 1.9, 2.2], [1.1, 0.6, 2.4, 0.9]])


def equations(text: str) -> Equations:
    return equations_of(model({"x": text, "y": "0"}))


def slopes(text: str, points: np.ndarray = POINTS) -> np.ndarray:
    """d formula / d (x, y) at points `"x and y, points"`."""
    asked = equations(text)
    graph = asked.graph
    found = derivatives(graph, asked.rates[:1], [graph.input(name) for name in asked.state_inputs])
    zero = graph.constant(0.0)
    nodes = [found.get((0, column), zero) for column in range(2)]
    values = evaluate(program_of(graph, asked.inputs, nodes), [0.0, *points])
    return np.array([np.broadcast_to(value, points.shape[1]) for value in values])


def differences(text: str) -> np.ndarray:
    asked = equations(text)
    program = program_of(asked.graph, asked.inputs, asked.rates[:1])
    step = 1e-6
    found = []
    for row in np.eye(2):
        moved = step * row[:, None]
        above, below = (evaluate(program, [0.0, *(POINTS + s * moved)])[0] for s in (1, -1))
        found.append((above - below) / (2 * step))
    return np.array(found)


def test_every_operation_of_the_language_is_tried() -> None:
    assert set(FORMULAS) == set(OPERATIONS) - CONDITIONS


@pytest.mark.parametrize("name", FORMULAS)
def test_a_derivative_is_what_differences_say(name: str) -> None:
    np.testing.assert_allclose(
        slopes(FORMULAS[name]), differences(FORMULAS[name]), rtol=2e-7, atol=2e-8
    )


@pytest.mark.parametrize("condition", ["x < y", "both(x < 9, negated(y > 3))", "x == y"])
def test_a_condition_chooses_a_slope_and_adds_none(condition: str) -> None:
    text = f"select({condition}, x*x, 5*y)"
    holds = {"x < y": POINTS[0] < POINTS[1], "x == y": np.zeros(4, bool)}
    expected = np.where(
        holds.get(condition, np.ones(4, bool)),
        [2 * POINTS[0], np.zeros(4)],
        [np.zeros(4), np.full(4, 5.0)],
    )
    np.testing.assert_allclose(slopes(text), expected)


def test_a_derivative_that_is_always_zero_is_not_written() -> None:
    asked = equations_of(model({"x": "p*y + floor(x) + (x - x)", "y": "p"}, parameters={"p": 1.0}))
    graph = asked.graph
    found = derivatives(graph, asked.rates, [graph.input(name) for name in asked.state_inputs])
    assert found == {(0, 1): graph.input("parameter p")}


def test_a_hill_term_has_a_slope_where_there_is_no_cell() -> None:
    nothing = np.array([[0.0], [2.0]])
    np.testing.assert_array_equal(slopes("x**y/(1 + x**y)", nothing), [[0.0], [0.0]])
    np.testing.assert_array_equal(slopes("x**1.0*y", nothing), [[2.0], [0.0]])


def test_a_long_chain_of_helpers_does_not_exhaust_the_stack() -> None:
    graph = Graph()
    x = graph.input("x")
    node = x
    for _ in range(20_000):
        node = graph.apply("sin", node)
    found = derivatives(graph, [node], [x])
    value = evaluate(program_of(graph, ["x"], [found[0, 0]]), [0.0])[0]
    assert value == 1.0  # cos(0) to any power
