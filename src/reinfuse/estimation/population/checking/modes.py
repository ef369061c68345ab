"""The most probable latents of each subject, given its measurements and the population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.checking.simulate import in_precision
from reinfuse.estimation.population.density import latent_covariance, log_likelihood
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Arrays, Population, Structure

MOST_STEPS = 100
# What -2 ln of the posterior would still fall by at most where a subject counts as arrived.
ARRIVED = 1e-6
_STIFFER, _LOOSER = 5.0, 0.2
_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-2, 1e-9, 1e9
_LEAST_VARIANCE = 1e-8  # of a latent that the fit found not to vary


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """Modes (`"latents subjects"`), and which subjects arrived at one."""

    z: np.ndarray
    arrived: np.ndarray


def modes_of(problem: Problem, population: Population, start: np.ndarray) -> Modes:
    """The mode of each subject's latents, from `start` (`"latents subjects"`)."""
    dtype = problem.arrays.y.dtype
    numbers = kept_apart(in_precision(population, dtype))
    z, left = _found(problem.structure, problem.arrays, numbers, jnp.asarray(start, dtype))
    return Modes(z=np.asarray(z, np.float64), arrived=np.asarray(left) < ARRIVED)


def kept_apart(population: Population) -> Population:
    """The population with variances of 0 made small, so that its covariance has a factor."""
    small = jnp.where(jnp.diagonal(population.omega) < _LEAST_VARIANCE, _LEAST_VARIANCE, 0.0)
    return population._replace(
        omega=population.omega + jnp.diag(small.astype(population.omega.dtype)),
        gamma=jnp.maximum(population.gamma, _LEAST_VARIANCE),
    )


class _At(NamedTuple):
    """Where each subject is, in units of the population's spread; what it knows of that place."""

    white: Array
    misfit: Array
    slope: Array
    values: Array  # eigenvalues of the second derivatives, and their vectors
    vectors: Array
    damping: Array
    left: Array
    steps: Array


@partial(jax.jit, static_argnames=("structure",))
def _found(
    structure: Structure, arrays: Arrays, population: Population, start: Array
) -> tuple[Array, Array]:
    """Modes, and what each misfit would still fall by."""
    middle = mean_latents(structure, arrays, population.beta)
    factor = jnp.linalg.cholesky(latent_covariance(structure, population))

    def misfit(white: Array) -> Array:
        z = middle + factor @ white
        fit = log_likelihood(structure, arrays, population.beta, population.residual, z)
        return (white**2).sum(0) - 2.0 * fit

    white = jax.scipy.linalg.solve_triangular(factor, start - middle, lower=True)
    return _descended(misfit, white, middle, factor)


def _descended(
    misfit: Callable[[Array], Array], start: Array, middle: Array, factor: Array
) -> tuple[Array, Array]:
    count, subjects = start.shape
    unit = jnp.eye(count, dtype=start.dtype)

    def slope(white: Array) -> tuple[Array, Array]:
        value, back = jax.vjp(misfit, white)
        return back(jnp.ones_like(value))[0], value

    def going(at: _At) -> Array:
        return (at.steps < MOST_STEPS) & (at.left > 0.1 * ARRIVED).any()

    def one(at: _At) -> _At:
        # A direction along which the misfit bends downwards is followed as if it were flat.
        turned = jnp.einsum("nab,an->nb", at.vectors, at.slope)
        step = -turned / (jnp.maximum(at.values, 0.0) + at.damping[:, None])
        proposed = at.white + jnp.einsum("nab,nb->an", at.vectors, step)
        found, onwards, value = jax.linearize(slope, proposed, has_aux=True)
        bend = jax.vmap(lambda along: onwards(jnp.broadcast_to(along[:, None], proposed.shape)))
        curved = jnp.moveaxis(bend(unit), 2, 0)
        better = value <= at.misfit  # never where it is nan
        curved = jnp.where(better[:, None, None], 0.5 * (curved + curved.swapaxes(1, 2)), unit)
        values, vectors = jnp.linalg.eigh(curved)
        damping = jnp.where(better, _LOOSER, _STIFFER) * at.damping
        new = _At(
            white=jnp.where(better, proposed, at.white),
            misfit=jnp.where(better, value, at.misfit),
            slope=jnp.where(better, found, at.slope),
            values=jnp.where(better[:, None], values, at.values),
            vectors=jnp.where(better[:, None, None], vectors, at.vectors),
            damping=jnp.clip(damping, _LEAST_DAMPING, _MOST_DAMPING),
            left=at.left,
            steps=at.steps + 1,
        )
        turned = jnp.einsum("nab,an->nb", new.vectors, new.slope)
        left = 0.5 * (turned**2 / jnp.maximum(new.values, _LEAST_DAMPING)).sum(1)
        return new._replace(left=left)

    nothing = jnp.zeros((subjects,), start.dtype)
    # The first step goes nowhere: it only looks at the start.
    first = _At(
        white=start, misfit=nothing + jnp.inf, slope=jnp.zeros_like(start),
        values=jnp.ones((subjects, count), start.dtype),
        vectors=jnp.broadcast_to(unit, (subjects, count, count)),
        damping=nothing + _FIRST_DAMPING / _LOOSER, left=nothing + jnp.inf,
        steps=jnp.zeros((), jnp.int32),
    )  # fmt: skip
    last = jax.lax.while_loop(going, one, first)
    return middle + factor @ last.white, last.left
