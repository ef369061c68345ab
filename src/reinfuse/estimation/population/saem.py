"""Stochastic approximation EM: the population under which the measurements are most likely.

Latents are moved towards their conditional distribution, and the population follows what they
have been. In the first phase it follows the last round alone and finds its way from afar, with
variances kept from collapsing; in the second, rounds are averaged and it settles.

The weight of a round falls as its number to the power -2/3, and the population that is kept is the
average over these rounds. Were the weight 1 over the number, a parameter of which the data say
little would hardly leave the place where averaging began.

Source: Kuhn and Lavielle 2005, doi:10.1016/j.csda.2004.07.002; averages of slowly decreasing
steps: Polyak and Juditsky 1992, doi:10.1137/0330046, and for SAEM Delyon et al. 1999,
doi:10.1214/aos/1018031103; variances that fall slowly: Lavielle 2014, ISBN 978-1482226508.
Censored values enter by their probability, which the moves and the Newton step take as it is.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.maximise import (
    Statistics,
    Step,
    no_statistics,
    reach_of,
    regress,
    remember,
    search,
)
from reinfuse.estimation.population.moves import Lanes, begin, move
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.structure import Arrays, Population, Structure

# In the first phase no variance and no residual size falls by more than this in one round.
_SLOWEST_FALL = 0.95
SWEEPS = 1
SEGMENT = 50  # rounds between two looks at the progress
_EVERY = 5  # rounds between two looks at the curvature
_MANY_LANES = 5000
_ADAPT = 0.4  # how fast step sizes follow in the first phase
_FADE = 2.0 / 3.0  # the power with which the weight of a round falls in the second


class Moments(NamedTuple):
    """Latents on average: means (`"latents subjects"`), covariances (`"subjects latents latents"`).

    `rounds` is how many rounds of moves they rest on.
    """

    mean: Array
    covariance: Array
    rounds: Array


class State(NamedTuple):
    """Everything a run needs to go on: all of it is kept at a checkpoint."""

    population: Population
    average: Population  # over the rounds of the second phase so far
    statistics: Statistics
    lanes: Lanes
    moments: Moments
    reach: Array
    round: Array
    key: Array


class Phases(NamedTuple):
    """The round with which averaging begins, and that from which the population is held."""

    settle: Array
    hold: Array


@partial(jax.jit, static_argnames=("structure", "chains"))
def start(
    structure: Structure, arrays: Arrays, population: Population, *, key: Array, chains: int
) -> State:
    """The state before the first round."""
    wide = tile(arrays, chains)
    subjects = arrays.jacobian.shape[0]
    count = len(structure.searched) + population.residual.shape[0]
    dtype = population.beta.dtype
    latents = structure.latents
    return State(
        population=population,
        average=population,
        statistics=no_statistics(structure, subjects, dtype, count),
        lanes=begin(structure, wide, population),
        moments=Moments(
            jnp.zeros((latents, subjects), dtype),
            jnp.zeros((subjects, latents, latents), dtype),
            jnp.zeros((), jnp.int32),
        ),
        reach=reach_of(structure, population),
        round=jnp.zeros((), jnp.int32),
        key=key,
    )


@partial(jax.jit, static_argnames=("structure", "chains", "rounds"))
def advance(
    structure: Structure,
    arrays: Arrays,
    state: State,
    phases: Phases,
    *,
    chains: int,
    rounds: int = SEGMENT,
) -> tuple[State, Array]:
    """The state after `rounds` more rounds, and what was passed (`"rounds numbers"`).

    Each row of the second value holds beta, the variances of `omega`, `gamma`, `residual`, the
    likelihood at the latents and the acceptance.
    """
    wide = tile(arrays, chains)

    key, moving = jax.random.split(state.key)

    def one(state: State, key: Array) -> tuple[State, Array]:
        return _round(structure, arrays, wide, state, phases, key=key, chains=chains)

    state, passed = jax.lax.scan(one, state, jax.random.split(moving, rounds))
    return state._replace(key=key), passed


def tile(arrays: Arrays, chains: int) -> Arrays:
    """The arrays with every subject once for each chain, chain after chain."""
    if chains == 1:
        return arrays
    return Arrays(*(
        jax.tree.map(lambda one: jnp.tile(one, (1,) * (one.ndim - 1) + (chains,)), part)
        for part in arrays
    ))  # fmt: skip


def _round(
    structure: Structure,
    arrays: Arrays,
    wide: Arrays,
    state: State,
    phases: Phases,
    *,
    key: Array,
    chains: int,
) -> tuple[State, Array]:
    dtype = state.population.beta.dtype
    first, held = state.round < phases.settle, state.round >= phases.hold
    since = jnp.maximum(state.round - phases.settle, 0).astype(dtype)
    gamma = ((since + 1.0) ** -_FADE).astype(dtype)
    lanes, accepted = move(
        structure, wide, state.population, state.lanes,
        key=key, gain=_ADAPT / (1.0 + 0.1 * since), sweeps=SWEEPS,
    )  # fmt: skip
    z = lanes.z.reshape(structure.latents, chains, -1)
    statistics = remember(structure, arrays.seen, state.statistics, z, gamma)
    found = regress(structure, arrays, state.population, statistics)
    anew = (state.round < _EVERY) | (state.round % _EVERY == 0)
    # Of many lanes every second round says enough of what no latent carries.
    spared = state.round % 2 == 1 if lanes.z.shape[1] > _MANY_LANES else False
    found, statistics = jax.lax.cond(
        held | spared,
        lambda: (found, statistics),
        lambda: search(
            structure, wide, found, statistics,
            z=lanes.z, step=Step(chains, gamma, state.reach, anew),
        ),
    )  # fmt: skip
    found = _fall_slowly(state.population, found, first)
    found = jax.tree.map(lambda old, new: jnp.where(held, old, new), state.average, found)
    # The first third still remembers where averaging began.
    counted = phases.settle + (phases.hold - phases.settle) // 3
    share = jnp.where(held, 0.0, 1.0 / (jnp.maximum(state.round - counted, 0) + 1.0)).astype(dtype)
    average = jax.tree.map(lambda old, new: old + share * (new - old), state.average, found)
    passed = jnp.concatenate([
        numbers_of(found), jnp.stack([lanes.fit.sum() / chains, accepted])
    ])  # fmt: skip
    return State(
        population=found,
        average=average,
        statistics=statistics,
        lanes=lanes,
        moments=_averaged(state.moments, z, state.round == phases.hold),
        reach=state.reach,
        round=state.round + 1,
        key=state.key,
    ), passed


def _averaged(moments: Moments, z: Array, anew: Array) -> Moments:
    """Moments with the latents `z` (`"latents chains subjects"`) taken in, or begun with them."""
    rounds = jnp.where(anew, 0, moments.rounds)
    share = 1.0 / (rounds + 1.0).astype(z.dtype)
    away = z.mean(1) - moments.mean
    mean = moments.mean + share * away
    within = z - mean[:, None]
    now = jnp.einsum("acn,bcn->nab", within, within) / z.shape[1]
    # What the old average was off, now that the mean has moved.
    moved = mean - moments.mean
    old = moments.covariance + jnp.einsum("an,bn->nab", moved, moved)
    return Moments(mean, (1.0 - share) * old + share * now, rounds + 1)


def numbers_of(population: Population) -> Array:
    """Beta, the variances of `omega`, `gamma` and `residual` in one row."""
    variances = jnp.diagonal(population.omega)
    return jnp.concatenate([population.beta, variances, population.gamma, population.residual])


def _fall_slowly(before: Population, after: Population, first_phase: Array) -> Population:
    """Variances and residual sizes kept from collapsing while the means are still far off."""
    old, new = jnp.diagonal(before.omega), jnp.diagonal(after.omega)
    kept = jnp.where(first_phase, jnp.maximum(new, _SLOWEST_FALL * old), new)
    raised = after.omega + jnp.diag(kept - new)
    gamma = jnp.where(first_phase, jnp.maximum(after.gamma, _SLOWEST_FALL * before.gamma),
                      after.gamma)  # fmt: skip
    least = before.residual + jnp.log(jnp.asarray(_SLOWEST_FALL, before.residual.dtype))
    residual = jnp.where(first_phase, jnp.maximum(after.residual, least), after.residual)
    return after._replace(omega=raised, gamma=gamma, residual=residual)
