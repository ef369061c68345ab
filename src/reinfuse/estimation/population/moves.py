"""Markov moves of latent values towards what each subject's measurements say of them.

Lanes are subjects, chain after chain: lane c x subjects + i is chain c of subject i. Every move
leaves the conditional distribution of the latents as it is; step sizes are each lane's own.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.density import latent_covariance, log_likelihood, sum_rows
from reinfuse.estimation.population.numerics import Array, even_numbers, normal_numbers
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure

# Acceptance that is best for one coordinate at a time, and for all at once (Roberts 1997).
_ALONE, _TOGETHER = 0.44, 0.25
_ROOT_3 = 3.0**0.5
_EXCHANGES = 3  # in a round, for each parameter that varies between infusions
_DIGITS = 20  # random binary digits of one number, one for each coordinate
_FIRST_SIZE = -0.7  # ln of the first step, in SDs of the population


class Lanes(NamedTuple):
    """Where every lane stands.

    `z` is `"latents lanes"`; `fit` (`"lanes"`) the likelihood there; `sizes`
    (`"latents+1 lanes"`) ln of the step of each coordinate alone, then of all together.
    """

    z: Array
    fit: Array
    sizes: Array


class _Move(NamedTuple):
    """One move of all lanes: where from, which way, how it is judged."""

    afresh: Array  # coordinates drawn from the population, whatever the lane is there
    free: Array  # accepted without question: a lane stays, and its likelihood is computed anew
    size: Array  # which of `sizes` scales it ("latents+1"), none for a step of one
    whole: Array  # which of the two ways in all coordinates it takes ("2"), if any
    one: Array  # which coordinate alone it moves ("latents"), if any
    step: Array  # how far that one, "lanes"
    chance: Array  # "lanes"
    aim: Array  # acceptance to steer to


def begin(structure: Structure, arrays: Arrays, population: Population) -> Lanes:
    """All lanes at what the population expects of them; their likelihood is not yet known."""
    z = mean_latents(structure, arrays, population.beta)
    sizes = jnp.full((structure.latents + 1, z.shape[1]), _FIRST_SIZE, z.dtype)
    return Lanes(z, jnp.full(z.shape[1:], -jnp.inf, z.dtype), sizes)


def move(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    lanes: Lanes,
    *,
    key: Array,
    gain: Array,
    sweeps: int,
) -> tuple[Lanes, Array]:
    """One round of moves, and the share of single-coordinate moves that were accepted.

    A draw of some coordinates from the population, a step in all, then `sweeps` times each
    alone. The first takes a lane to another place that its measurements allow, where some of its
    parameters may be as they were. `gain` is how fast step sizes follow the acceptance; 0 keeps
    them.
    """
    factor = jnp.linalg.cholesky(latent_covariance(structure, population))
    centre = mean_latents(structure, arrays, population.beta)
    # Latents as independent standard normals beside the latents themselves: a move changes both
    # by vectors made beforehand, and the prior is a sum of squares.
    # A product with the inverse: one triangle solved for many columns is slow on a CPU.
    unit = jnp.eye(structure.latents, dtype=factor.dtype)
    inverse = jax.scipy.linalg.solve_triangular(factor, unit, lower=True)
    white = jnp.matmul(inverse, lanes.z - centre, precision="highest")

    moves, together, some = _moves(lanes, key=key, sweeps=sweeps)

    def one(carry: tuple[Array, ...], given: _Move) -> tuple[tuple, Array]:
        z, white, fit, sizes = carry
        length = jnp.exp(given.size @ sizes)
        whole = (given.whole @ together).reshape(z.shape)
        step = length * (whole + given.one[:, None] * given.step)
        way = jnp.where(given.afresh, some * (whole - white), step)
        new_white = white + way
        # The product also keeps all of the above out of the loop over rows of the likelihood.
        new = z + jnp.matmul(factor, way, precision="highest")
        new_fit = log_likelihood(structure, arrays, population.beta, population.residual, new)
        # A draw from the population is judged by its likelihood alone.
        prior = 0.5 * sum_rows((white - new_white) * (white + new_white))
        gained = new_fit - fit + jnp.where(given.afresh, 0.0, prior)
        taken = given.free | (given.chance < gained)
        sizes = sizes + given.size[:, None] * gain * (taken - given.aim)
        kept = (
            jnp.where(taken, new, z),
            jnp.where(taken, new_white, white),
            jnp.where(taken, new_fit, fit),
            sizes,
        )
        return kept, taken.mean()

    # One loop for all kinds of moves: the curve is compiled once.
    start = (lanes.z, white, lanes.fit, lanes.sizes)
    (z, _, fit, sizes), taken = jax.lax.scan(one, start, moves)
    if structure.between:
        z = _exchanged(structure, factor, centre, z, key=jax.random.fold_in(key, 1))
    return Lanes(z, fit, sizes), taken[3:].mean()


def _exchanged(
    structure: Structure, factor: Array, centre: Array, z: Array, *, key: Array
) -> Array:
    """Latents with a part of what is a patient's own given to all its infusions, or taken back.

    Levels stay as they are, so that the prior alone judges. Without it a patient's own value hardly
    moves: the sums with its infusions' deviations are known well, and one alone changes them all.
    """

    def prior_of(latents: Array) -> Array:
        white = jax.scipy.linalg.solve_triangular(factor, latents - centre, lower=True)
        return -0.5 * sum_rows(white * white)

    spread = jnp.sqrt((factor * factor).sum(1))
    for number, place in enumerate(structure.between):
        if place not in structure.random:
            continue
        own = structure.random.index(place)
        first = len(structure.random) + number * structure.occasions
        for turn in range(_EXCHANGES):
            steps, chance = jax.random.split(jax.random.fold_in(key, number * _EXCHANGES + turn))
            step = spread[own] * jax.random.normal(steps, z.shape[1:], z.dtype)
            new = z.at[own].add(step).at[first : first + structure.occasions].add(-step)
            limit = jnp.log(jax.random.uniform(chance, z.shape[1:], z.dtype))
            z = jnp.where(limit < prior_of(new) - prior_of(z), new, z)
    return z


def _moves(lanes: Lanes, *, key: Array, sweeps: int) -> tuple[_Move, Array, Array]:
    """The moves of one round, stacked: stay, draw, all together, then each alone.

    Then the two ways in all coordinates (`"2 latents x lanes"`), and 1 for each coordinate that is
    drawn from the population, else 0 (`"latents lanes"`): each for half of the lanes.
    """
    count, width = lanes.z.shape
    dtype = lanes.z.dtype
    alone = sweeps * count
    # All random numbers at once: each call of the generator takes a quarter second to compile.
    even = even_numbers(key, (2 * count + 2 * alone + 4, width), dtype)
    ways, steps, chance, which = jnp.split(
        even, (2 * count, 2 * count + alone, 2 * count + 2 * alone + 3)
    )
    digits = (0.5 * (1.0 + which) * 2**_DIGITS).astype(jnp.int32)
    some = (digits >> (jnp.arange(count)[:, None] % _DIGITS)) & 1
    places = jnp.tile(jnp.arange(count), sweeps)
    past = count + 1  # no place at all
    order = jnp.arange(alone + 3)
    aims = jnp.asarray([1.0, 1.0, _TOGETHER], dtype)
    moves = _Move(
        afresh=order == 1,
        free=order == 0,
        size=jax.nn.one_hot(
            jnp.concatenate([jnp.asarray([past, past, count]), places]), count + 1, dtype=dtype
        ),
        whole=jax.nn.one_hot(order - 1, 2, dtype=dtype),
        one=jax.nn.one_hot(jnp.concatenate([jnp.full((3,), past), places]), count, dtype=dtype),
        # A step alone is even between -sqrt(3) and sqrt(3): SD 1, and cheaper than a normal.
        step=jnp.concatenate([jnp.zeros((3, width), dtype), _ROOT_3 * steps]),
        chance=jnp.log(0.5 * (1.0 + chance)),
        aim=jnp.concatenate([aims, jnp.full((alone,), _ALONE, dtype)]),
    )
    return moves, normal_numbers(ways).reshape(2, -1), some.astype(dtype)
