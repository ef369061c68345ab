"""The rates of a model as a function of JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from reinfuse.engine.compiler.graph import Program
from reinfuse.engine.compiler.lowering import Equations
from reinfuse.engine.compiler.programs import rates_program

Rates = Callable[[ArrayLike, jax.Array, jax.Array], jax.Array]

_OPERATIONS: dict[str, Callable[..., jax.Array]] = {
    "add": jnp.add, "sub": jnp.subtract, "mul": jnp.multiply, "div": jnp.divide, "pow": jnp.power,
    "neg": jnp.negative, "exp": jnp.exp, "log": jnp.log, "sqrt": jnp.sqrt, "abs": jnp.abs,
    "floor": jnp.floor, "ceil": jnp.ceil, "min": jnp.minimum, "max": jnp.maximum,
    "sin": jnp.sin, "cos": jnp.cos, "tan": jnp.tan,
    "asin": jnp.arcsin, "acos": jnp.arccos, "atan": jnp.arctan,
    "sinh": jnp.sinh, "cosh": jnp.cosh, "tanh": jnp.tanh,
    "lt": jnp.less, "le": jnp.less_equal, "gt": jnp.greater, "ge": jnp.greater_equal,
    "eq": jnp.equal, "ne": jnp.not_equal,
    "and": jnp.logical_and, "or": jnp.logical_or, "not": jnp.logical_not,
    "select": jnp.where,
}  # fmt: skip


def jax_rates(equations: Equations) -> Rates:
    """How fast states change, as a function of time, states and parameters.

    States are `"states ..."` and parameters `"parameters ..."`, with any axes behind the first
    that fit together; the rates are `"states ..."`.
    """
    program = rates_program(equations)

    def rates(time: ArrayLike, states: jax.Array, parameters: jax.Array) -> jax.Array:
        states, parameters = jnp.asarray(states), jnp.asarray(parameters)
        values = [jnp.asarray(time, dtype=states.dtype), *states, *parameters]
        found = traced(program, values)
        shape = jnp.broadcast_shapes(*(value.shape for value in values))
        return jnp.stack([jnp.broadcast_to(value, shape) for value in found])

    return rates


def traced(program: Program, values: Sequence[jax.Array]) -> list[jax.Array]:
    """The outputs of a program, for inputs in its order and of one precision."""
    given = dict(zip(program.inputs, values, strict=True))
    precision = values[0].dtype
    found: list[jax.Array] = []
    for op, parts, value in program.instructions:
        if op == "const":
            found.append(jnp.asarray(value, dtype=precision))
        elif op == "input":
            found.append(given[str(value)])
        else:
            found.append(_OPERATIONS[op](*(found[part] for part in parts)))
    return [found[output] for output in program.outputs]
