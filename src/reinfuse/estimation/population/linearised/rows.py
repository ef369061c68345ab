"""What each row is expected to be, given independent standard normals in place of latents.

`white` (`"latents subjects"`) are random effects in units of their own spread: they stay well
behaved where a variance falls to nothing, and their prior is a sum of squares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.density import expected_and_sd, log_likelihood
from reinfuse.estimation.population.linearised.objective import CONSTANT_SD
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.structure import VALUE, Arrays, Population, Structure
from reinfuse.estimation.population.vector import omega_factor, unpack

LOG_2PI = 1.8378770664093453

Seen = TypeVar("Seen")  # an array, or a tuple of them


class Point(NamedTuple):
    """A population with the factor of its `omega`."""

    population: Population
    factor: Array


def point_of(structure: Structure, base: Population, vector: Array) -> Point:
    """The population that a vector stands for."""
    return Point(unpack(structure, base, vector), omega_factor(structure, vector))


def effects_of(structure: Structure, point: Point, white: Array) -> Array:
    """Random effects and deviations of occasions, `"latents subjects"`."""
    count = len(structure.random)
    spread = jnp.repeat(jnp.sqrt(point.population.gamma), structure.occasions)
    return jnp.concatenate([point.factor @ white[:count], spread[:, None] * white[count:]])


def latents_of(structure: Structure, arrays: Arrays, point: Point, white: Array) -> Array:
    """The latents, `"latents subjects"`."""
    mean = mean_latents(structure, arrays, point.population.beta)
    return mean + effects_of(structure, point, white)


def expected(
    structure: Structure, arrays: Arrays, point: Point, white: Array
) -> tuple[Array, Array]:
    """What is expected on each row and its SD, on the scale on which its assay errs."""
    z = latents_of(structure, arrays, point, white)
    level, logs = predict(structure, arrays, point.population.beta, z)
    middle, sd = expected_and_sd(structure, arrays, point.population.residual, level, logs)
    here = arrays.kind == VALUE
    return jnp.where(here, middle, 0.0), jnp.where(here, sd, 1.0)


def with_slopes(of: Callable[[Array], Seen], white: Array) -> tuple[Seen, Seen]:
    """What `of` gives, and how it moves with each latent: latents become a new first axis."""
    count = white.shape[0]
    unit = jnp.eye(count, dtype=white.dtype)[:, :, None]
    ways = jnp.broadcast_to(unit, (count, *white.shape))
    both = jax.vmap(lambda way: jax.jvp(of, (white,), (way,)), out_axes=(None, 0))
    found: tuple[Seen, Seen] = both(ways)
    return found


def misfit(
    structure: Structure, arrays: Arrays, point: Point, white: Array, *, still: bool
) -> Array:
    """-ln of likelihood times prior of each subject, without the prior's constant.

    With `still`, the residual SD is that of the typical subject, whatever the random effects are.
    """
    prior = 0.5 * (white**2).sum(0)
    population = point.population
    if not still:
        z = latents_of(structure, arrays, point, white)
        fit = log_likelihood(structure, arrays, population.beta, population.residual, z)
        return prior - fit
    middle, _ = expected(structure, arrays, point, white)
    return prior - normal_rows(arrays, middle, typical_sd(structure, arrays, point))


def typical_sd(structure: Structure, arrays: Arrays, point: Point) -> Array:
    """The residual SD of each row at random effects of 0; 1 where there is no value."""
    if all(kind in CONSTANT_SD for kind in structure.residuals):
        sizes = jnp.exp(point.population.residual)[arrays.assay]
        return jnp.where(arrays.kind == VALUE, sizes, 1.0)
    nothing = jnp.zeros((structure.latents, *arrays.jacobian.shape), arrays.y.dtype)
    return expected(structure, arrays, point, nothing)[1]


def normal_rows(arrays: Arrays, middle: Array, sd: Array) -> Array:
    """ln of the normal density of each subject's rows (`"subjects"`)."""
    here = arrays.kind == VALUE
    away = jnp.where(here, arrays.y - middle, 0.0) / sd
    rows = jnp.where(here, -0.5 * away**2 - jnp.log(sd) - 0.5 * LOG_2PI, 0.0)
    return rows.sum(0) + arrays.jacobian
