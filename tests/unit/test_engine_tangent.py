from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from reinfuse.engine.compiler.graph import Program
from reinfuse.engine.compiler.lowering import Equations, equations_of
from reinfuse.engine.compiler.programs import observe_program, rates_program
from reinfuse.engine.compiler.rosenbrock import StepPlaces, step_places, step_program
from reinfuse.engine.compiler.step_tangent import step_tangent_program
from reinfuse.engine.compiler.tangent import tangent_input, tangent_program
from reinfuse.engine.plain.evaluation import evaluate
from tests.judge.engine_ode8.eight_states import EIGHT, patients
from tests.unit.engine_formulas import model
from tests.unit.test_engine_derivative import FORMULAS

STEPS = [0.002, 0.004, 0.01, 0.02, 0.04, 0.06, 0.1, 0.1, 0.2, 0.3]


def run(program: Program, places: StepPlaces, start: np.ndarray, given: np.ndarray) -> np.ndarray:
    """States after the same steps whatever happens; complex numbers stay complex."""
    time, states = 0.0, list(start)
    for length in STEPS:
        states = evaluate(program, [time, length, *states, *given])[places.new]
        time += length
    return np.array(states)


def run_with_tangent(
    equations: Equations,
    start: np.ndarray,
    given: np.ndarray,
    moves: Sequence[float],
    lengths: Sequence[float] = STEPS,
) -> tuple[np.ndarray, np.ndarray]:
    """States after the steps, and how they move with the parameters along `moves`."""
    by = {*equations.state_inputs, *equations.parameter_inputs}
    program, places = step_tangent_program(equations, by), step_places(equations)
    time, states, tangents = 0.0, list(start), [0.0] * len(start)
    outputs = 4 * len(start)
    for length in lengths:
        found = evaluate(program, [time, length, *states, *given, *tangents, *moves])
        states, tangents = found[:outputs][places.new], found[outputs:][places.new]
        time += length
    return np.array(states), np.array(tangents)


def test_tangents_of_a_step_are_the_derivative_of_that_same_step() -> None:
    equations = equations_of(EIGHT)
    program, places = step_program(equations), step_places(equations)
    start = np.array([100.0, 0.0, 0.0, 0.0, 5e4, 200.0, 0.0, 0.0])
    row = patients()[0]
    plain = run(program, places, start, row)
    for number, value in enumerate(row):
        moves = np.where(np.arange(len(row)) == number, value, 0.0)  # relative to the parameter
        states, tangents = run_with_tangent(equations, start, row, moves)
        # A complex step has no rounding to divide by, so the judge is good to the last digits.
        judge = run(program, places, start + 0j, row + 1e-30j * moves).imag / 1e-30
        np.testing.assert_allclose(states, plain, rtol=1e-13)
        np.testing.assert_allclose(tangents, judge, rtol=1e-9, atol=1e-12 * np.abs(judge).max())


def test_sensitivities_of_a_linear_model_are_the_exact_ones() -> None:
    equations = equations_of(
        model({"x": "-k*x", "y": "k*x - m*y"}, parameters={"k": 1.5, "m": 0.4})
    )
    lengths, (k, m) = [0.01] * 100, (1.5, 0.4)
    end = sum(lengths)
    x, y = math.exp(-k * end), k / (m - k) * (math.exp(-k * end) - math.exp(-m * end))
    by_k = m / (m - k) ** 2 * (math.exp(-k * end) - math.exp(-m * end)) - k / (m - k) * end * x
    by_m = -y / (m - k) + k / (m - k) * end * math.exp(-m * end)
    for moves, expected in (([1.0, 0.0], [-end * x, by_k]), ([0.0, 1.0], [0.0, by_m])):
        states, tangents = run_with_tangent(
            equations, np.array([1.0, 0.0]), np.array([k, m]), moves, lengths
        )
        np.testing.assert_allclose(states, [x, y], rtol=1e-9)
        np.testing.assert_allclose(tangents, expected, rtol=1e-8)


@pytest.mark.parametrize("name", FORMULAS)
def test_every_operation_has_its_tangent(name: str) -> None:
    equations = equations_of(model({"x": FORMULAS[name], "y": "0"}))
    program = rates_program(equations)
    moving = tangent_program(program, {"t", *equations.state_inputs})
    point, move, step = np.array([0.7, 1.1]), np.array([0.3, -0.8]), 1e-6
    found = evaluate(moving, [0.0, *point, 0.0, *move])[2]
    above, below = (evaluate(program, [0.0, *(point + s * step * move)])[0] for s in (1, -1))
    assert found == pytest.approx((above - below) / (2 * step), rel=2e-7, abs=2e-8)


def test_inputs_and_outputs_of_a_tangent_come_behind_those_of_the_program() -> None:
    equations = equations_of(
        model({"x": "-k*x"}, parameters={"k": 1.0, "m": 1.0}, observables={"a": "m*x", "b": "time"})
    )
    program = observe_program(equations)
    moving = tangent_program(program, {"parameter m", "state x"})
    assert moving.inputs == (
        *program.inputs,
        tangent_input("state x"),
        tangent_input("parameter m"),
    )
    assert evaluate(moving, [3.0, 2.0, 1.0, 5.0, 0.1, 0.2]) == [10.0, 3.0, 0.1 * 5 + 2 * 0.2, 0.0]


def test_a_step_moves_as_its_instructions_do_by_fewer_of_them() -> None:
    told = model(
        {"x": "-k*x*y + sin(time)*m", "y": "k*x*y - y/(1 + x*x)", "still": "0", "z": "still*x - z"},
        parameters={"k": 1.5, "m": 0.4},
    )
    by = {"state x", "state still", "parameter k"}
    equations = equations_of(told)
    plain, short = tangent_program(step_program(equations), by), step_tangent_program(equations, by)
    assert short.inputs == plain.inputs
    assert len(short.outputs) == len(plain.outputs) == 8 * 4
    assert len(short.instructions) < len(plain.instructions)
    chance = np.random.default_rng(8)
    given = [0.3, 0.1, *chance.uniform(0.5, 2.0, size=(9, 20))]
    for one, other in zip(evaluate(short, given), evaluate(plain, given), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-11)


def test_what_does_not_move_costs_nothing() -> None:
    program = step_program(equations_of(EIGHT))
    still = tangent_program(program, set())
    assert len(still.instructions) <= len(program.instructions) + 1  # and one zero
