from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.engine.compiler.derivative import derivatives
from reinfuse.engine.compiler.graph import program_of
from reinfuse.engine.compiler.lowering import Equations, equations_of
from reinfuse.engine.compiler.programs import rates_program
from reinfuse.engine.jaxed.jax_function import jax_rates
from reinfuse.engine.language.model import Model
from reinfuse.engine.plain.evaluation import evaluate
from tests.judge.engine_ode8.eight_states import EIGHT, patients
from tests.unit.engine_formulas import model
from tests.unit.test_engine_derivative import FORMULAS

ALL = {f"s{number}": f"p*({text})" for number, text in enumerate(FORMULAS.values())}
EVERY = model({**ALL, "x": "y", "y": "x"}, parameters={"p": 1.5})


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def inputs_of(equations: Equations) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(3)
    if equations.model is EIGHT:
        return chance.uniform(1.0, 1e4, size=(8, 3)), patients().T
    return chance.uniform(0.3, 1.9, size=(len(equations.model.states), 6)), np.full((1, 6), 1.5)


@pytest.mark.parametrize("which", [EIGHT, EVERY], ids=["eight states", "every operation"])
def test_jax_gives_the_rates_that_arrays_give(which: Model) -> None:
    equations = equations_of(which)
    states, parameters = inputs_of(equations)
    found = jax.jit(jax_rates(equations))(0.5, jnp.asarray(states), jnp.asarray(parameters))
    expected = evaluate(rates_program(equations), [0.5, *states, *parameters])
    np.testing.assert_allclose(found, np.stack(expected), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("which", [EIGHT, EVERY], ids=["eight states", "every operation"])
def test_the_jacobian_of_jax_is_the_written_one(which: Model) -> None:
    equations = equations_of(which)
    graph = equations.graph
    jacobian = jax.jit(jax.jacfwd(jax_rates(equations), argnums=(1, 2)))
    names = [*equations.state_inputs, *equations.parameter_inputs]
    written = derivatives(graph, equations.rates, [graph.input(name) for name in names])
    program = program_of(graph, equations.inputs, list(written.values()))
    states, parameters = inputs_of(equations)
    for patient in range(states.shape[1]):
        y, p = states[:, patient], parameters[:, patient]
        found = np.zeros((len(y), len(names)))
        for entry, value in zip(written, evaluate(program, [0.5, *y, *p]), strict=True):
            found[entry] = value
        by_state, by_parameter = jacobian(0.5, jnp.asarray(y), jnp.asarray(p))
        judge = np.hstack([by_state, by_parameter])
        np.testing.assert_allclose(found, judge, rtol=1e-9, atol=1e-12 * np.abs(judge).max())


def test_gradients_go_through_where_there_is_no_cell() -> None:
    hill = equations_of(model({"x": "x**n/(k + x**n) - x"}, parameters={"n": 2.0, "k": 1.0}))
    gradient = jax.jacfwd(jax_rates(hill), argnums=1)(0.0, jnp.zeros(1), jnp.array([2.0, 1.0]))
    np.testing.assert_array_equal(gradient, [[-1.0]])
