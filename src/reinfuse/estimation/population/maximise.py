"""The new population from what the latents have been: one step of stochastic approximation.

Means of latents come from a regression and covariances from what is left of it, in closed form.
Everything that no latent carries (residual sizes, parameters that do not vary, covariates that
change within a subject) takes a Newton step along the likelihood.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.density import log_density, log_likelihood, sum_rows
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.structure import Arrays, Population, Structure
from reinfuse.kinetics.curves import Scale

# A random effect whose variance falls to this is none; smaller numbers gain nothing.
LEAST_VARIANCE = 1e-8
# Largest Newton step in one iteration, in units of `reach`.
_REACH = 0.3
_FORGET = 0.2  # weight of a new curvature against the remembered one


class Statistics(NamedTuple):
    """What is remembered of the latents.

    `mean` (`"random subjects"`) is each subject's latents on average, `scatter`
    (`"random random"`) their covariance within subjects summed over subjects, `between` the
    squared deviations of infusions summed over those seen, `bend` the curvature of the likelihood.
    """

    mean: Array
    scatter: Array
    between: Array
    bend: Array


class Step(NamedTuple):
    """How a search goes: chains in the lanes, weight of this round, longest step of each number.

    `anew` says whether the curvature is computed, or the remembered one used.
    """

    chains: int
    gamma: Array
    reach: Array
    anew: Array


def no_statistics(structure: Structure, subjects: int, dtype: jnp.dtype, count: int) -> Statistics:
    """Nothing remembered yet; `count` is how many numbers are searched."""
    random = len(structure.random)
    return Statistics(
        mean=jnp.zeros((random, subjects), dtype),
        scatter=jnp.zeros((random, random), dtype),
        between=jnp.zeros((len(structure.between),), dtype),
        bend=jnp.zeros((count, count), dtype),
    )


def remember(
    structure: Structure, seen: Array, statistics: Statistics, z: Array, gamma: Array
) -> Statistics:
    """Statistics with the latents `z` (`"latents chains subjects"`) taken in with weight gamma.

    The scatter is updated as it changes, never as a difference of large numbers, so that 32 bits
    suffice whatever the parameters' size.
    """
    count = len(structure.random)
    mine = z[:count]
    middle = mine.mean(1)
    within = mine - middle[:, None]
    away = middle - statistics.mean
    scatter = (
        (1.0 - gamma) * statistics.scatter
        + gamma * jnp.einsum("acn,bcn->ab", within, within) / z.shape[1]
        + gamma * (1.0 - gamma) * away @ away.T
    )
    square = (z[count:] ** 2).mean(1)
    square = square.reshape(len(structure.between), structure.occasions, z.shape[2])
    between = (square * seen[None, : structure.occasions]).sum((1, 2))
    return statistics._replace(
        mean=statistics.mean + gamma * away,
        scatter=scatter,
        between=statistics.between + gamma * (between - statistics.between),
    )


def regress(
    structure: Structure, arrays: Arrays, population: Population, statistics: Statistics
) -> Population:
    """Fixed effects of the latents, `omega` and `gamma`, that fit the statistics best."""
    beta = _regressed(structure, arrays, population, statistics)
    left = statistics.mean - mean_latents(structure, arrays, beta)[: len(structure.random)]
    subjects = left.shape[1]
    omega = (statistics.scatter + left @ left.T) / subjects
    omega = omega * block_mask(structure, omega.dtype)
    places = jnp.arange(len(structure.random))
    omega = omega.at[places, places].max(LEAST_VARIANCE)
    times = jnp.maximum(arrays.seen[: structure.occasions].sum(), 1)
    gamma = jnp.maximum(statistics.between / times, LEAST_VARIANCE)
    return population._replace(beta=beta, omega=omega, gamma=gamma)


def block_mask(structure: Structure, dtype: jnp.dtype) -> Array:
    """1 where the covariance of two random effects is estimated, else 0."""
    rows = [
        [float(one == other or any(one in block and other in block for block in structure.blocks))
         for other in range(len(structure.random))]
        for one in range(len(structure.random))
    ]  # fmt: skip
    return jnp.asarray(rows, dtype).reshape(len(rows), len(rows))


def reach_of(structure: Structure, population: Population) -> Array:
    """How far one step may go, for each searched number of beta and then of residual."""
    reach = []
    for place in structure.searched:
        own = place < len(structure.names) and structure.scales[place] is Scale.IDENTITY
        reach.append(jnp.maximum(jnp.abs(population.beta[place]), 1e-3) if own else jnp.ones(()))
    reach += [jnp.ones(())] * population.residual.shape[0]
    return _REACH * jnp.stack([one.astype(population.beta.dtype) for one in reach])


def search(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    statistics: Statistics,
    *,
    z: Array,
    step: Step,
) -> tuple[Population, Statistics]:
    """A Newton step of searched numbers; `z` is `"latents lanes"`, `arrays` has lanes.

    `step` says how far and how much is computed.
    """
    chains, gamma, reach, anew = step
    places = jnp.asarray(structure.searched, int)
    count = len(structure.searched)

    def with_numbers(numbers: Array) -> tuple[Array, Array]:
        beta = population.beta.at[places].set(numbers[:count]) if count else population.beta
        return beta, numbers[count:]

    if count:

        def fit(numbers: Array) -> Array:
            beta, residual = with_numbers(numbers)
            return log_likelihood(structure, arrays, beta, residual, z).sum() / chains

    else:
        # The curve does not depend on residual sizes: it is computed once.
        levels = predict(structure, arrays, population.beta, z)

        def fit(numbers: Array) -> Array:
            return sum_rows(log_density(structure, arrays, numbers, *levels)).sum() / chains

    now = jnp.concatenate([population.beta[places], population.residual])
    slope = jax.grad(fit)(now)
    # Curvature costs several times the slope and changes slowly: every few rounds suffice.
    bend = jax.lax.cond(
        anew,
        lambda: (
            statistics.bend
            + jnp.maximum(gamma, _FORGET) * (-jax.jacfwd(jax.grad(fit))(now) - statistics.bend)
        ),
        lambda: statistics.bend,
    )
    moved = jnp.clip(gamma * _newton(bend, slope, reach), -reach, reach)
    moved = jnp.where(jnp.isfinite(moved), moved, 0.0)
    beta, residual = with_numbers(now + moved)
    return population._replace(beta=beta, residual=residual), statistics._replace(bend=bend)


def _newton(bend: Array, slope: Array, reach: Array) -> Array:
    """The step to the top, uphill even where the curvature has the wrong sign."""
    scaled = bend * reach[:, None] * reach[None, :]
    values, vectors = jnp.linalg.eigh(scaled)
    firm = jnp.maximum(jnp.abs(values), 1e-6 * jnp.abs(values).max() + 1e-12)
    return reach * (vectors @ ((vectors.T @ (reach * slope)) / firm))


def _regressed(
    structure: Structure, arrays: Arrays, population: Population, statistics: Statistics
) -> Array:
    """Beta with the regressed numbers replaced by their generalised least squares."""
    places = structure.regressed
    if not places:
        return population.beta
    bare = population.beta.at[jnp.asarray(places)].set(0.0)
    offset = mean_latents(structure, arrays, bare)[: len(structure.random)]
    target = statistics.mean - offset
    if len(places) == len(structure.random) == sum(p < len(structure.names) for p in places):
        return population.beta.at[jnp.asarray(places)].set(target.mean(1))
    design = jnp.stack([
        mean_latents(structure, arrays, jnp.zeros_like(bare).at[place].set(1.0))
        [: len(structure.random)]
        for place in places
    ])  # fmt: skip
    weight = jnp.linalg.inv(population.omega)
    weighted = jnp.einsum("ab,pbn->pan", weight, design)
    left = jnp.einsum("pan,qan->pq", weighted, design)
    right = jnp.einsum("pan,an->p", weighted, target)
    return population.beta.at[jnp.asarray(places)].set(jnp.linalg.solve(left, right))
