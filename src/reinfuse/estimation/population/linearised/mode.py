"""The mode of each subject's random effects, by Newton steps of all subjects at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.linearised.rows import with_slopes
from reinfuse.estimation.population.numerics import Array

# What a subject's misfit would still fall by when its search ends.
_SETTLED = 1e-14
# Below this a step is taken unseen: differences of misfits are rounding by then.
_UNSEEN = 1e-9
_MOST_STEPS = 100
_LEAST_DAMPING, _MOST_DAMPING = 1e-3, 1e8
_SLIGHT = 0.1  # damping up to this is given up once a step succeeds

Misfit = Callable[[Array], Array]


class Looked(NamedTuple):
    """A misfit (`"subjects"`), its gradient (`"subjects latents"`) and its Hessian."""

    value: Array
    slope: Array
    bend: Array


class Modes(NamedTuple):
    """Where searches ended: white random effects, what was seen there, what is left to fall."""

    white: Array
    seen: Looked
    left: Array


class _Search(NamedTuple):
    modes: Modes
    damping: Array
    steps: Array


def look(of: Misfit, white: Array) -> Looked:
    """A misfit with its derivatives at white random effects (`"latents subjects"`)."""

    def slope_and_value(at: Array) -> tuple[Array, Array]:
        def total(here: Array) -> tuple[Array, Array]:
            values = of(here)
            return values.sum(), values

        return jax.grad(total, has_aux=True)(at)

    (slope, value), (bend, _) = with_slopes(slope_and_value, white)
    return Looked(value, slope.T, jnp.moveaxis(bend, -1, 0))


def find_modes(of: Misfit, start: Array) -> Modes:
    """The modes, searched for from `start` or from 0, whichever fits a subject better.

    Steps are damped where the misfit is not convex.
    """
    count, subjects = start.shape
    dtype = start.dtype
    nothing = Looked(
        jnp.full((subjects,), jnp.inf, dtype),
        jnp.zeros((subjects, count), dtype),
        jnp.broadcast_to(jnp.eye(count, dtype=dtype), (subjects, count, count)),
    )
    first = _Search(
        modes=Modes(start, nothing, jnp.full((subjects,), jnp.inf, dtype)),
        damping=jnp.zeros((subjects,), dtype),
        steps=jnp.zeros((), jnp.int32),
    )

    def going(search: _Search) -> Array:
        return (search.steps < _MOST_STEPS) & (search.modes.left > _SETTLED).any()

    return jax.lax.while_loop(going, lambda search: _step(of, search), first).modes


def following(of: Misfit, modes: Modes) -> Array:
    """The modes, with the first derivative with which they follow the population.

    One Newton step whose Hessian is held: at a mode it changes nothing but the derivative.
    """
    held = jax.lax.stop_gradient(modes.white)
    bend = jax.lax.stop_gradient(modes.seen.bend)
    slope = jax.grad(lambda white: of(white).sum())(held).T[:, :, None]
    return held - jnp.linalg.solve(bend, slope)[:, :, 0].T


def _step(of: Misfit, search: _Search) -> _Search:
    modes, damping = search.modes, search.damping
    way, fall = _way(modes.seen, damping)
    # The first two looks are at where the search begins and at 0; the curve is compiled once.
    looking = search.steps <= 1
    new = jnp.where(search.steps == 1, 0.0, modes.white + jnp.where(looking, 0.0, way))
    seen = look(of, new)
    undamped = damping == 0.0
    unseen = (damping <= _SLIGHT) & (fall < _UNSEEN) & ~looking
    lower = seen.value < modes.seen.value
    active = modes.left > _SETTLED
    taken = active & (lower | unseen) & jnp.isfinite(seen.value)
    left = jnp.where(taken & undamped & ~looking, fall, jnp.inf)
    less = jnp.where(damping <= _SLIGHT, 0.0, 0.1 * damping)
    more = jnp.clip(10.0 * damping, _LEAST_DAMPING, _MOST_DAMPING)
    after = jnp.where(lower | unseen, less, more)
    return _Search(
        modes=Modes(
            white=jnp.where(taken, new, modes.white),
            seen=Looked(
                jnp.where(taken, seen.value, modes.seen.value),
                jnp.where(taken[:, None], seen.slope, modes.seen.slope),
                jnp.where(taken[:, None, None], seen.bend, modes.seen.bend),
            ),
            left=jnp.where(active, left, modes.left),
        ),
        damping=jnp.where(active & ~looking, after, damping),
        steps=search.steps + 1,
    )


def _way(seen: Looked, damping: Array) -> tuple[Array, Array]:
    """The next step (`"latents subjects"`) and what a misfit is expected to fall by."""
    count = seen.slope.shape[1]
    damped = seen.bend + damping[:, None, None] * jnp.eye(count, dtype=seen.slope.dtype)
    # Cholesky gives nan where the misfit is not convex; such a step stays put and is damped more.
    factor = jnp.linalg.cholesky(damped)
    way = -jax.scipy.linalg.cho_solve((factor, True), seen.slope[:, :, None])[:, :, 0]
    fall = -0.5 * (way * seen.slope).sum(1)
    convex = jnp.isfinite(fall)
    return jnp.where(convex, way.T, 0.0), jnp.where(convex, fall, jnp.inf)
