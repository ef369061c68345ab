from __future__ import annotations

import numpy as np
import pytest

from reinfuse.engine.compiler.graph import Program
from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.programs import rates_program
from reinfuse.engine.compiler.rosenbrock import StepPlaces, step_places, step_program
from reinfuse.engine.language.model import Model
from reinfuse.engine.plain.evaluation import evaluate
from reinfuse.engine.plain.floats import compiled_for_floats
from tests.unit.engine_formulas import model

# y' = -a (y - cos t)^3 - sin t, nonlinear and hanging on time, with y = cos t from y(0) = 1;
# z' = y z cos(t)/(1 + y^2), which needs y.
NONLINEAR = model(
    {"y": "-a*(y - cos(time))**3 - a*(y - cos(time)) - sin(time)", "z": "-z*sin(time)/(2 + y)"},
    parameters={"a": 3.0},
)


def exact(t: float) -> np.ndarray:
    return np.array([np.cos(t), (2 + np.cos(t)) / 3.0])


def steps(program: Program, places: StepPlaces, count: int, end: float) -> np.ndarray:
    state = exact(0.0)
    for number in range(count):
        given = [end / count * number, end / count, *state, 3.0]
        state = np.array(evaluate(program, given)[places.new])
    return state


@pytest.fixture(scope="module")
def nonlinear() -> tuple[Program, StepPlaces]:
    equations = equations_of(NONLINEAR)
    return step_program(equations), step_places(equations)


def test_halving_the_step_divides_the_error_by_sixteen(
    nonlinear: tuple[Program, StepPlaces],
) -> None:
    program, places = nonlinear
    errors = [
        np.abs(steps(program, places, count, 2.0) - exact(2.0)).max() for count in (10, 20, 40, 80)
    ]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert np.all(orders > 3.8), orders
    assert errors[-1] < 1e-7


def test_the_error_estimate_falls_with_the_fourth_power_of_the_step(
    nonlinear: tuple[Program, StepPlaces],
) -> None:
    program, places = nonlinear
    start = exact(0.3)
    sizes = [
        np.abs(np.array(evaluate(program, [0.3, step, *start, 3.0])[places.error]))
        for step in (0.04, 0.02, 0.01)
    ]
    orders = np.log2(np.array(sizes[:-1]) / np.array(sizes[1:]))
    assert np.all(np.abs(orders[-1] - 4.0) < 0.3), orders


def test_inside_of_a_step_the_error_falls_with_its_fourth_power(
    nonlinear: tuple[Program, StepPlaces],
) -> None:
    program, places = nonlinear

    def inside(step: float) -> float:
        old = exact(0.3)
        found = np.array(evaluate(program, [0.3, step, *old, 3.0]))
        new, u, w = found[places.new], found[places.dense_u], found[places.dense_w]
        errors = []
        for theta in (0.25, 0.5, 0.75):
            value = (1 - theta) * old + theta * (new + (1 - theta) * (u + theta * w))
            errors.append(np.abs(value - exact(0.3 + theta * step)).max())
        return max(errors)

    assert np.log2(inside(0.04) / inside(0.02)) > 3.6
    assert inside(0.02) < 1e-7


def test_a_stiff_decay_is_damped_in_one_step() -> None:
    equations = equations_of(model({"x": "-k*x"}, parameters={"k": 1e9}))
    places = step_places(equations)
    new = evaluate(step_program(equations), [0.0, 1.0, 5.0, 1e9])[places.new][0]
    assert abs(new) < 1e-6


def test_a_state_that_nothing_changes_stays_exactly_what_it_was() -> None:
    equations = equations_of(model({"dose": "0", "x": "dose - x"}))
    places = step_places(equations)
    outputs = evaluate(step_program(equations), [0.0, 0.1, 7.3, 1.0])
    kept = [outputs[part][0] for part in (places.new, places.error, places.dense_u)]
    assert kept == [7.3, 0.0, 0.0]
    moved = 7.3 + (1.0 - 7.3) * np.exp(-0.1)
    assert outputs[places.new][1] == pytest.approx(moved, rel=1e-6)


def test_places_cover_every_input_and_output_once() -> None:
    equations = equations_of(NONLINEAR)
    places, program = step_places(equations), step_program(equations)
    inputs = list(range(len(program.inputs)))
    assert [places.time, places.length] == inputs[:2]
    assert inputs[places.input_states] + inputs[places.input_parameters] == inputs[2:]
    outputs = list(range(len(program.outputs)))
    assert (
        outputs[places.new]
        + outputs[places.error]
        + outputs[places.dense_u]
        + outputs[places.dense_w]
        == outputs
    )
    assert program.inputs[places.input_parameters] == ("parameter a",)


EVERYTHING: Model = model(
    {
        "x": "select(both(x < 2, negated(y >= 3)), exp(-x), log(y)) + min(x, y) - max(x, 1)",
        "y": "sin(x)*cos(y) - tan(x/9)*atan(y) + sinh(x/5) - cosh(y/5) + tanh(x) + abs(x - y)",
        "z": "sqrt(x*x + 1) + asin(x/9) - acos(y/9) + floor(x) - ceil(y) + x**y + x**1.7 - z",
    }
)


def test_plain_numbers_and_arrays_give_the_same() -> None:
    equations = equations_of(EVERYTHING)
    program = step_program(equations)
    compiled = compiled_for_floats(program)
    states = np.random.default_rng(5).uniform(0.2, 4.0, size=(3, 40))
    arrays = evaluate(program, [0.0, 0.01, *states])
    for patient in range(states.shape[1]):
        numbers = compiled([0.0, 0.01, *states[:, patient].tolist()])
        expected = [np.broadcast_to(value, 40)[patient] for value in arrays]
        np.testing.assert_allclose(numbers, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("1/x", 0.0), ("-1/x", 0.0), ("x/x", 0.0), ("log(x)", 0.0), ("log(x)", -1.0),
        ("sqrt(x)", -1.0), ("exp(x)", 1e4), ("x**0.5 + x**0.3", -2.0), ("x**-1.5", 0.0),
        ("(x*x)**300", 1e10), ("x*(0 - 1)**300.5", 2.0), ("asin(x)", 2.0), ("cosh(x)", 1e4),
        ("sinh(x)", -1e4), ("floor(1/x)", 0.0), ("min(log(x), 1)", -1.0),
        ("max(1, log(x))", -1.0), ("select(x > 0, log(x), x)", -1.0), ("sin(1/x)", 0.0),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_no_error_in_numbers_either(text: str, x: float) -> None:
    equations = equations_of(model({"x": text}))
    program = rates_program(equations)
    numbers = compiled_for_floats(program)([0.0, x])
    np.testing.assert_array_equal(numbers, [float(v) for v in evaluate(program, [0.0, x])])


def test_a_name_of_the_model_cannot_touch_the_generated_text() -> None:
    named = model(
        {"v0": "-v1*v0", "v1": "given*v0", "given": "-div_*given"}, parameters={"div_": 2.0}
    )
    program = step_program(equations_of(named))
    given = [0.0, 0.1, 1.0, 2.0, 3.0, 2.0]
    np.testing.assert_allclose(compiled_for_floats(program)(given), evaluate(program, given))
