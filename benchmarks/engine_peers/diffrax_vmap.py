"""`vmap(diffeqsolve)` of diffrax, all patients at once, from dose to dose."""

from __future__ import annotations

import functools
import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from turns import Asked, Numbers, Problem, answer

jax.config.update("jax_enable_x64", True)


def solve(problem: Problem, asked: Asked) -> Numbers:
    """States, `"patients times states"`; `way` is the name of a solver."""
    many = _compiled(problem.rates, asked.way, asked.rtol, float(problem.times[-1]))
    given = (problem.parameters, problem.initial, problem.moments, problem.kept, problem.added)
    rows = [array[: asked.patients] for array in given]
    tolerances = problem.tolerances * asked.scale
    return np.asarray(many(*rows, problem.start, problem.times, tolerances))


@functools.cache
def _compiled(text: str, way: str, rtol: float, end: float) -> jax.stages.Wrapped:
    found: dict = {}
    exec(text, found)
    term = diffrax.ODETerm(
        lambda time, state, parameters: jnp.stack(found["rates"](time, state, parameters))
    )
    solver = getattr(diffrax, way)()

    def one(
        parameters: jax.Array, initial: jax.Array, moments: jax.Array, kept: jax.Array,
        added: jax.Array, start: jax.Array, times: jax.Array, tolerances: jax.Array,
    ) -> jax.Array:  # fmt: skip
        control = diffrax.PIDController(rtol=rtol, atol=tolerances)

        def stretch(carry: tuple, piece: tuple) -> tuple:
            state, out = carry
            begin, stop, keep, add = piece
            # Times outside the stretch are taken at its ends, and not kept.
            solved = diffrax.diffeqsolve(
                term, solver, begin, stop, None, state, parameters, stepsize_controller=control,
                saveat=diffrax.SaveAt(ts=jnp.clip(times, begin, stop), t1=True),
                max_steps=100_000, adjoint=diffrax.ForwardMode(), throw=False,
            )  # fmt: skip
            mine = (times > begin) & (times <= stop)
            seen, last = solved.ys[:-1], solved.ys[-1]
            return (last * keep + add, jnp.where(mine[:, None], seen, out)), None

        begins = jnp.concatenate([start[None], moments])
        ends = jnp.concatenate([moments, jnp.array([end])])
        keep = jnp.concatenate([kept, jnp.ones((1, len(initial)))])
        add = jnp.concatenate([added, jnp.zeros((1, len(initial)))])
        first = (initial, jnp.zeros((len(times), len(initial))))
        (_, out), _ = jax.lax.scan(stretch, first, (begins, ends, keep, add))
        return out

    return jax.jit(jax.vmap(one, in_axes=(0, 0, 0, 0, 0, None, None, None)))


if __name__ == "__main__":
    answer(solve, {"diffrax": diffrax.__version__, "JAX": jax.__version__})
