"""The likeliest latents of each patient from several starts, and the normal shape around them.

Density is that of the latents on their scales of estimation. Steps are Newton's with exact
derivatives, uphill even where the curvature has the wrong sign, and shortened until they gain.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.density import log_likelihood
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.tempering import latents_of
from reinfuse.estimation.population.structure import Arrays, Population, Structure

ROUNDS = 60
_LEAST_BEND = 1e-2  # of the prior's curvature, which is 1 here
_FIRST_DAMPING = 1e-2
_REACH = 2.0  # longest step, in SDs of the population
_FLAT = 1e-3  # slope (per SD of the population) below which a search has ended


class Modes(NamedTuple):
    """Where each start ended: `white` is `"starts latents subjects"`.

    `height` (`"starts subjects"`) is ln(likelihood) less half the squared distance from what is
    expected; `covariance` (`"starts subjects latents latents"`) that of the normal around it, of
    the standard normal latents. `found` says that the slope is gone and the curvature a peak's.
    """

    white: Array
    height: Array
    covariance: Array
    found: Array


@partial(jax.jit, static_argnames=("structure",))
def modes_of(structure: Structure, arrays: Arrays, population: Population, starts: Array) -> Modes:
    """The modes reached from `starts` (`"starts latents subjects"`)."""
    count, dtype = structure.latents, starts.dtype

    def heights(white: Array) -> Array:
        z = latents_of(structure, arrays, population, white)
        fit = log_likelihood(structure, arrays, population.beta, population.residual, z)
        return fit - 0.5 * (white**2).sum(0)

    def slopes(white: Array) -> tuple[Array, Array]:
        # Patients do not touch each other: the slope of the sum holds the slope of each.
        height, back = jax.vjp(heights, white)
        return back(jnp.ones_like(height))[0], height

    def shape(white: Array) -> tuple[Array, Array, Array]:
        def along(way: Array) -> tuple[Array, ...]:
            ways = jnp.broadcast_to(way[:, None], white.shape)
            return jax.jvp(slopes, (white,), (ways,))

        (slope, height), (bend, _) = jax.vmap(along)(jnp.eye(count, dtype=dtype))
        return height[0], slope[0].T, -jnp.moveaxis(bend, 2, 0)

    def climb(white: Array) -> tuple[Array, ...]:
        return jax.lax.map(shape, white)

    def one(carry: tuple[Array, ...], _: None) -> tuple[tuple[Array, ...], None]:
        best, top, slope, bend, damping = carry
        trial = best + jnp.swapaxes(_newton(slope, bend, damping), -1, -2)
        height, new_slope, new_bend = climb(trial)
        better = jnp.isfinite(height) & (height >= top)
        kept = (
            jnp.where(better[:, None], trial, best),
            jnp.where(better, height, top),
            jnp.where(better[..., None], new_slope, slope),
            jnp.where(better[..., None, None], new_bend, bend),
            jnp.clip(jnp.where(better, damping * 0.2, damping * 6.0), 1e-8, 1e8),
        )
        return kept, None

    nothing = jnp.full((*starts.shape[:1], starts.shape[2]), -jnp.inf, dtype)
    first = (
        starts,
        nothing,
        jnp.zeros((*nothing.shape, count), dtype),
        jnp.broadcast_to(jnp.eye(count, dtype=dtype), (*nothing.shape, count, count)),
        jnp.full_like(nothing, _FIRST_DAMPING),
    )
    (white, height, slope, bend, _), _ = jax.lax.scan(one, first, None, length=ROUNDS)
    values, vectors = jnp.linalg.eigh(bend)
    firm = jnp.maximum(values, _LEAST_BEND)
    covariance = jnp.einsum("...ab,...b,...cb->...ac", vectors, 1.0 / firm, vectors)
    flat = jnp.abs(slope).max(-1) < _FLAT
    return Modes(white, height, covariance, flat & (values > _LEAST_BEND).all(-1))


def _newton(slope: Array, bend: Array, damping: Array) -> Array:
    """Steps, `"starts subjects latents"`, no longer than the reach."""
    values, vectors = jnp.linalg.eigh(bend)
    firm = jnp.maximum(jnp.abs(values), _LEAST_BEND) + damping[..., None]
    along = jnp.einsum("...ba,...b->...a", vectors, slope) / firm
    step = jnp.einsum("...ab,...b->...a", vectors, along)
    length = jnp.sqrt((step**2).sum(-1, keepdims=True))
    step = step * jnp.minimum(1.0, _REACH / jnp.maximum(length, 1e-30))
    return jnp.where(jnp.isfinite(step), step, 0.0)
