"""The likelihood of a population by importance sampling, with its own error.

Each subject has its own proposal: a Student's t around its conditional mean, mixed with a little
of the population itself, so that no weight can be large where the population reaches and the
proposal does not. Source of the reliability measure: Vehtari et al. 2024, Pareto smoothed
importance sampling, JMLR 25(72).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.density import (
    LOG_2PI,
    latent_covariance,
    log_likelihood,
    log_prior,
    sum_rows,
)
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.pareto import pareto_shape
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure

FREEDOM = 4.0  # of the proposal's t; its chi-square is then the logarithm of two uniforms
_WIDER = 1.2  # its covariance against that of the chains
_POPULATION_SHARE = 0.1
# Above this the average of a subject's weights may not be trusted (Vehtari et al., section 3).
WORST_SHAPE = 0.7
_MOST_WEIGHTS = 3_000_000  # kept at once, so that memory stays bounded
FEWEST, MOST = 300, 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """-2 ln L with its error.

    `minus_2ll` counts every constant; `objective` leaves out n ln(2 pi), as NONMEM prints it.
    `se` is the Monte Carlo SD of either. `subjects` are the contributions to `minus_2ll`, `shapes`
    the Pareto k of each subject's weights; above 0.7 a contribution is not to be trusted.
    """

    minus_2ll: float
    objective: float
    se: float
    draws: int
    subjects: np.ndarray
    shapes: np.ndarray

    @property
    def worst_shape(self) -> float:
        """The largest Pareto k of any subject."""
        return float(self.shapes.max())


def draws_for(subjects: int) -> int:
    """How many draws of each subject fit in memory, within bounds."""
    return int(np.clip(_MOST_WEIGHTS // max(subjects, 1), FEWEST, MOST))


def likelihood_of(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    *,
    key: Array,
    draws: int | None = None,
) -> Likelihood:
    """The likelihood of all subjects, by independent draws for each."""
    subjects = arrays.jacobian.shape[0]
    count = draws_for(subjects) if draws is None else draws
    weights = np.asarray(
        _log_weights(structure, arrays, population, conditional, key, draws=count), np.float64
    )
    top = weights.max(0)
    shares = np.exp(weights - top)
    mean = shares.mean(0)
    logs = top + np.log(mean)
    # Error of the logarithm of a mean, to first order.
    variance = shares.var(0, ddof=1) / (count * mean**2)
    minus_2ll = float(-2.0 * logs.sum())
    measured = int((np.asarray(arrays.kind) > 0).sum())
    return Likelihood(
        minus_2ll=minus_2ll,
        objective=minus_2ll - measured * math.log(2.0 * math.pi),
        se=float(2.0 * math.sqrt(variance.sum())),
        draws=count,
        subjects=-2.0 * logs,
        shapes=pareto_shape(weights),
    )


def expectations(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    of: Callable[[Array], Array],
    *,
    key: Array,
    draws: int,
) -> Array:
    """The conditional expectation of `of(z)`, whose last axis is subjects, for each subject."""
    weights = _log_weights(structure, arrays, population, conditional, key, draws=draws)
    shares = jax.nn.softmax(weights, axis=0)
    shape = _shape(conditional)

    def one(total: Array, given: tuple[Array, Array]) -> tuple[Array, None]:
        number, share = given
        z = _draw(structure, arrays, population, conditional, shape, key, number)
        return total + share * of(z), None

    like = jax.eval_shape(of, conditional.mean)
    start = jnp.zeros(like.shape, like.dtype)
    total, _ = jax.lax.scan(one, start, (jnp.arange(draws), shares))
    return total


@partial(jax.jit, static_argnames=("structure", "draws"))
def _log_weights(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    key: Array,
    *,
    draws: int,
) -> Array:
    """ln of the weight of every draw, `"draws subjects"`."""
    shape = _shape(conditional)

    def one(_: None, number: Array) -> tuple[None, Array]:
        z = _draw(structure, arrays, population, conditional, shape, key, number)
        prior = log_prior(structure, arrays, population, z)
        own = _log_t(structure, conditional, shape, z)
        proposed = jnp.logaddexp(
            own + math.log1p(-_POPULATION_SHARE), prior + math.log(_POPULATION_SHARE)
        )
        fit = log_likelihood(structure, arrays, population.beta, population.residual, z)
        return None, fit + prior - proposed

    return jax.lax.scan(one, None, jnp.arange(draws))[1]


class _Shape(NamedTuple):
    """Cholesky factors of the proposals' scales and inverses, `"latents latents subjects"`."""

    factor: Array
    inverse: Array
    log_det: Array


def _shape(conditional: Conditional) -> _Shape:
    covariance = conditional.covariance
    count = covariance.shape[-1]
    # A chain that hardly moved has next to no spread; this much is kept on every coordinate.
    sizes = jnp.diagonal(covariance, axis1=1, axis2=2)
    least = 1e-6 * jnp.maximum(sizes, 1e-3 * sizes.max(0)) + 1e-12
    factor = jnp.linalg.cholesky(_WIDER * covariance + jax.vmap(jnp.diag)(least))
    unit = jnp.broadcast_to(jnp.eye(count, dtype=factor.dtype), factor.shape)
    inverse = jax.scipy.linalg.solve_triangular(factor, unit, lower=True)
    log_det = jnp.log(jnp.diagonal(factor, axis1=1, axis2=2)).sum(1)
    return _Shape(factor.transpose(1, 2, 0), inverse.transpose(1, 2, 0), log_det)


def _times(triangle: Array, vector: Array) -> Array:
    """A lower triangle for each subject times a vector for each, subjects last.

    Written out, since one small product for each of many subjects is slow on a CPU.
    """
    rows = []
    for row in range(vector.shape[0]):
        total = triangle[row, 0] * vector[0]
        for column in range(1, row + 1):
            total = total + triangle[row, column] * vector[column]
        rows.append(total)
    return jnp.stack(rows)


def _draw(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    shape: _Shape,
    key: Array,
    number: Array,
) -> Array:
    """Draw `number` of every subject's latents."""
    normals, tails, which = jax.random.split(jax.random.fold_in(key, number), 3)
    size, dtype = conditional.mean.shape, conditional.mean.dtype
    normal = jax.random.normal(normals, size, dtype)
    chi = -2.0 * jnp.log1p(-jax.random.uniform(tails, (2, *size[1:]), dtype)).sum(0)
    spread = _times(shape.factor, normal) * jnp.sqrt(FREEDOM / chi)
    whole = jnp.linalg.cholesky(latent_covariance(structure, population))
    afresh = mean_latents(structure, arrays, population.beta) + whole @ normal
    anew = jax.random.uniform(which, size[1:], dtype) < _POPULATION_SHARE
    return jnp.where(anew, afresh, conditional.mean + spread)


def _log_t(structure: Structure, conditional: Conditional, shape: _Shape, z: Array) -> Array:
    """ln of the density of the t proposal at `z` (`"subjects"`)."""
    count = structure.latents
    square = sum_rows(_times(shape.inverse, z - conditional.mean) ** 2)
    constant = (
        math.lgamma((FREEDOM + count) / 2)
        - math.lgamma(FREEDOM / 2)
        - 0.5 * count * (LOG_2PI + math.log(FREEDOM) - math.log(2.0))
    )
    return constant - shape.log_det - 0.5 * (FREEDOM + count) * jnp.log1p(square / FREEDOM)
