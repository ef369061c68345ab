"""Draws from what measurements say of each new patient, by tempering: all patients at once.

Particles start in the population. Each patient's likelihood is let in by powers from 0 to 1, at
the patient's own pace: a step is as large as the effective share of particles allows, and the
next is taken when particles have forgotten where they stood. Between steps they are resampled
and moved by Metropolis steps that follow their own covariance. A patient who is done stays as it
is, so that nobody's draws depend on who else is fitted.

Source: Del Moral, Doucet and Jasra 2006, doi:10.1111/j.1467-9868.2006.00553.x (recalled), as in
`reinfuse.estimation.smc`, which is its plain twin in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.density import latent_covariance, log_likelihood
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure

# Our own choices, judged by calibration and by brute force.
ESS_SHARE = 0.5  # of particles, that a step may leave
MOVES = 6  # Metropolis steps of a round, a jump and walks by turns
FORGOTTEN, LAST_FORGOTTEN = 0.3, 0.1  # correlation with the start at which a power is left
MOST_ROUNDS, MOST_LAST_ROUNDS = 12, 40
MOST_STEPS = 400  # rounds in all
_HEAVINESS = 6.0  # degrees of freedom of the jump
_SHORTENING = 2.5  # strides run from the scale down to exp(-2.5) of it
_AIM = 0.25
_FIRST_SCALE = 2.38


class Cloud(NamedTuple):
    """Particles of every patient on their way.

    `white` and `start` are `"particles latents subjects"`, standard normal in the population;
    `fit` is `"particles subjects"`; all else is `"subjects"`. `rounds` counts rounds at the
    present power, `steps` powers passed.
    """

    white: Array
    start: Array
    fit: Array
    power: Array
    scale: Array
    rounds: Array
    steps: Array
    evidence: Array
    remembered: Array
    accepted: Array
    number: Array

    @property
    def done(self) -> Array:
        """Whether a patient's draws stand for its posterior, or nothing can be done."""
        settled = (self.remembered < LAST_FORGOTTEN) | (self.rounds >= MOST_LAST_ROUNDS)
        return ((self.power >= 1.0) & settled) | ~jnp.isfinite(self.evidence)


@partial(jax.jit, static_argnames=("structure", "particles"))
def temper(
    structure: Structure, arrays: Arrays, population: Population, keys: Array, *, particles: int
) -> Cloud:
    """The particles of all patients at the posterior; `keys` has one for each patient."""
    fit_of = _fit_of(structure, arrays, population)
    cloud = _begin(structure, arrays, keys, fit_of, particles)

    def unfinished(cloud: Cloud) -> Array:
        return (cloud.number < MOST_STEPS) & ~cloud.done.all()

    def one(cloud: Cloud) -> Cloud:
        mine = jax.vmap(lambda key: jax.random.fold_in(key, cloud.number + 1))(keys)
        new = _move(_step(cloud, mine), mine, fit_of)
        still = cloud.done
        pairs = zip(Cloud._fields[:-1], cloud[:-1], new[:-1], strict=True)
        kept = {name: jnp.where(still, old, now) for name, old, now in pairs}
        return new._replace(number=cloud.number + 1, **kept)

    return jax.lax.while_loop(unfinished, one, cloud)


def latents_of(structure: Structure, arrays: Arrays, population: Population, white: Array) -> Array:
    """Latents from standard normals, `"... latents subjects"`."""
    factor = jnp.linalg.cholesky(latent_covariance(structure, population))
    mean = mean_latents(structure, arrays, population.beta)
    return mean + jnp.einsum("ab,...bn->...an", factor, white)


def _fit_of(
    structure: Structure, arrays: Arrays, population: Population
) -> Callable[[Array], Array]:
    def fit_of(white: Array) -> Array:
        z = latents_of(structure, arrays, population, white)
        fit = jax.vmap(
            lambda one: log_likelihood(structure, arrays, population.beta, population.residual, one)
        )(z)
        # What is not a number cannot be explained either.
        return jnp.where(jnp.isnan(fit), -jnp.inf, fit)

    return jax.jit(fit_of)


def _begin(
    structure: Structure,
    arrays: Arrays,
    keys: Array,
    fit_of: Callable[[Array], Array],
    particles: int,
) -> Cloud:
    dtype, subjects = arrays.y.dtype, arrays.jacobian.shape[0]
    white = _normals(keys, (particles, structure.latents), dtype)
    fit = fit_of(white)
    zero = jnp.zeros((subjects,), dtype)
    # Where no particle can be, no power will help.
    possible = jnp.isfinite(fit).sum(0) > structure.latents
    return Cloud(
        white=white,
        start=white,
        fit=fit,
        power=zero,
        scale=zero + _FIRST_SCALE,
        rounds=jnp.zeros((subjects,), jnp.int32),
        steps=jnp.zeros((subjects,), jnp.int32),
        evidence=jnp.where(possible, zero, -jnp.inf),
        remembered=zero,
        accepted=zero + 1.0,
        number=jnp.zeros((), jnp.int32),
    )


def _normals(keys: Array, shape: tuple[int, ...], dtype: jnp.dtype) -> Array:
    # 32 bits of chance are enough for proposals, and cost half.
    drawn = jax.vmap(lambda key: jax.random.normal(key, shape, jnp.float32), out_axes=-1)(keys)
    return drawn.astype(dtype)


def _step(cloud: Cloud, keys: Array) -> Cloud:
    """The next power for those who have forgotten enough, and particles resampled for it."""
    ready = (cloud.remembered < FORGOTTEN) | (cloud.rounds >= MOST_ROUNDS)
    ready &= cloud.power < 1.0
    rise = jnp.where(ready, _rise(cloud.fit, 1.0 - cloud.power), 0.0)
    logs = rise * jnp.where(jnp.isfinite(cloud.fit), cloud.fit, -jnp.inf)
    logs = jnp.where(ready, logs, 0.0)
    top = logs.max(0)
    weights = jnp.exp(logs - top)
    gained = top + jnp.log(weights.mean(0))
    chosen = jnp.where(ready, _systematic(weights, keys), jnp.arange(logs.shape[0])[:, None])
    white = jnp.take_along_axis(cloud.white, chosen[:, None], 0)
    # Rounding may leave the last power a hair below 1.
    power = cloud.power + rise
    return cloud._replace(
        white=white,
        start=jnp.where(ready, white, cloud.start),
        fit=jnp.take_along_axis(cloud.fit, chosen, 0),
        power=jnp.where(power > 1.0 - _HAIR, 1.0, power),
        rounds=jnp.where(ready, 0, cloud.rounds),
        steps=cloud.steps + ready,
        evidence=cloud.evidence + gained,
    )


_HAIR = 1e-6
_HALVINGS = 25


def _rise(fit: Array, most: Array) -> Array:
    """The largest rise in power that leaves the wanted effective share."""
    finite = jnp.isfinite(fit)
    away = jnp.where(finite, fit - fit.max(0), -jnp.inf)
    target = ESS_SHARE * finite.sum(0)

    def effective(rise: Array) -> Array:
        weights = jnp.where(finite, jnp.exp(rise * jnp.where(finite, away, 0.0)), 0.0)
        return weights.sum(0) ** 2 / (weights**2).sum(0)

    def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        enough = effective(middle) >= target
        return jnp.where(enough, middle, low), jnp.where(enough, high, middle)

    low, _ = jax.lax.fori_loop(0, _HALVINGS, halve, (0.0 * most, most))
    low = jnp.maximum(low, _HAIR * most)
    return jnp.where(effective(most) >= target, most, low)


def _systematic(weights: Array, keys: Array) -> Array:
    """Which particles stay, `"particles subjects"`: one uniform number for each patient."""
    count = weights.shape[0]
    edges = jnp.cumsum(weights, 0) / weights.sum(0)
    offsets = jax.vmap(lambda key: jax.random.uniform(jax.random.fold_in(key, 1)))(keys)
    places = (offsets[None] + jnp.arange(count)[:, None]) / count
    chosen = jax.vmap(jnp.searchsorted, in_axes=(1, 1), out_axes=1)(
        edges, places.astype(edges.dtype)
    )
    return jnp.minimum(chosen, count - 1)


def _move(cloud: Cloud, keys: Array, fit_of: Callable[[Array], Array]) -> Cloud:
    """One round of Metropolis steps by the shape the particles have now."""
    particles, count, _ = cloud.white.shape
    dtype = cloud.white.dtype
    mean = cloud.white.mean(0)
    away = cloud.white - mean
    spread = jnp.einsum("pan,pbn->nab", away, away) / particles
    root = jnp.linalg.cholesky(spread + 1e-9 * jnp.eye(count, dtype=dtype))
    inverse = jax.scipy.linalg.solve_triangular(
        root, jnp.broadcast_to(jnp.eye(count, dtype=dtype), root.shape), lower=True
    )

    def log_t(square: Array) -> Array:
        return -0.5 * (_HEAVINESS + count) * jnp.log1p(square / _HEAVINESS)

    def one(carry: tuple[Array, ...], number: Array) -> tuple[tuple[Array, ...], Array]:
        white, fit, scale = carry
        mine = jax.vmap(lambda key: jax.random.fold_in(key, number + 2))(keys)
        noise = _normals(mine, (particles, count), dtype)
        tails, strides, chance = (one.astype(dtype) for one in _others(mine, particles))
        jump = number % 2 == 0
        far = noise * jnp.sqrt(_HEAVINESS / tails)[:, None]
        near = noise * (scale / jnp.sqrt(count) * jnp.exp(-_SHORTENING * strides))[:, None]
        way = jnp.einsum("nab,pbn->pan", root, jnp.where(jump, far, near))
        new = jnp.where(jump, mean, white) + way
        here = jnp.einsum("nab,pbn->pan", inverse, white - mean)
        correction = log_t((here**2).sum(1)) - log_t((far**2).sum(1))
        gain = 0.5 * ((white - new) * (white + new)).sum(1) + jnp.where(jump, correction, 0.0)
        new_fit = fit_of(new)
        gain = gain + cloud.power * (new_fit - fit)
        taken = jnp.log(chance) < gain
        share = taken.mean(0)
        # Walks settle near the acceptance that explores fastest.
        scale = jnp.where(jump, scale, scale * jnp.exp(share - _AIM))
        kept = (jnp.where(taken[:, None], new, white), jnp.where(taken, new_fit, fit), scale)
        return kept, share

    start = (cloud.white, cloud.fit, cloud.scale)
    (white, fit, scale), shares = jax.lax.scan(one, start, jnp.arange(MOVES))
    return cloud._replace(
        white=white,
        fit=fit,
        scale=scale,
        rounds=cloud.rounds + 1,
        remembered=_correlation(cloud.start, white),
        accepted=shares.mean(0).astype(dtype),
    )


def _others(keys: Array, particles: int) -> tuple[Array, Array, Array]:
    """A chi-square number for the jump's tail, the walk's stride and the chance to be taken."""

    def of(key: Array) -> tuple[Array, Array, Array]:
        one, two, three = jax.random.split(jax.random.fold_in(key, 0), 3)
        # Chi-square of 6 degrees of freedom is twice a sum of three exponentials.
        tails = 2.0 * jax.random.exponential(one, (particles, 3), jnp.float32).sum(1)
        return (
            tails,
            jax.random.uniform(two, (particles,), jnp.float32),
            jax.random.uniform(three, (particles,), jnp.float32),
        )

    return jax.vmap(of, out_axes=-1)(keys)


def _correlation(one: Array, other: Array) -> Array:
    """For each patient the highest correlation of a latent with where it started."""
    left, right = one - one.mean(0), other - other.mean(0)
    spread = jnp.sqrt((left**2).sum(0) * (right**2).sum(0))
    return (jnp.abs((left * right).sum(0)) / jnp.maximum(spread, 1e-30)).max(0)
