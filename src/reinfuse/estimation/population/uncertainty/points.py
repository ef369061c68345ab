"""Where a subject's latents are looked at, so that sums over points are integrals over latents.

Few latents take a Gauss-Hermite grid around what the data say of them: no chance enters. More of
them take independent draws from a Student's t around the same, mixed with a little of the
population itself, so that no weight can be large where the population reaches and the t does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.density import LOG_2PI, latent_covariance
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure

# Nodes for each latent, by the number of latents; beyond that, draws are cheaper than a grid.
_NODES = {1: 60, 2: 24, 3: 11}
DRAWS = 2000
# Draws times subjects, so that a pass stays within seconds and memory within a gigabyte.
_MOST_WEIGHTS = 4_000_000
_FEWEST_DRAWS = 200
# Of the t: a whole number, so that its scale is a sum of squared normals.
_FREEDOM = 5
_WIDER = 1.2
_POPULATION_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Gauss-Hermite with so many nodes for each latent."""

    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """So many independent draws for each subject."""

    count: int


Rule = Grid | Draws


class Points(NamedTuple):
    """Functions of a point: latents by its number, and what the likelihood there weighs in a sum.

    `at` gives `"latents subjects"`. `log_weight(number, z)` is ln of the density of latents times
    the volume that the point stands for (`"subjects"`).
    """

    at: Callable[[Array], Array]
    log_weight: Callable[[Array, Array], Array]
    size: int


def rule_for(structure: Structure, subjects: int) -> Rule:
    """A grid for at most three latents, else as many draws as stay quick."""
    if structure.latents in _NODES:
        return Grid(nodes=_NODES[structure.latents])
    return Draws(count=int(np.clip(_MOST_WEIGHTS // max(subjects, 1), _FEWEST_DRAWS, DRAWS)))


def points_of(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    rule: Rule,
    key: Array,
) -> Points:
    """The points of a rule; a grid does not depend on the key."""
    middle = mean_latents(structure, arrays, population.beta)
    whole = jnp.linalg.cholesky(latent_covariance(structure, population))
    inward = _inverse(whole)
    constant = -jnp.log(jnp.diagonal(whole)).sum() - 0.5 * structure.latents * LOG_2PI

    def log_prior(z: Array) -> Array:
        return constant - 0.5 * ((inward @ (z - middle)) ** 2).sum(0)

    if isinstance(rule, Grid):
        return _on_grid(structure, conditional, rule.nodes, log_prior)
    return _drawn(conditional, (middle, whole), rule.count, key, log_prior)


def _on_grid(
    structure: Structure,
    conditional: Conditional,
    nodes: int,
    log_prior: Callable[[Array], Array],
) -> Points:
    places, weights = np.polynomial.hermite.hermgauss(nodes)
    count = structure.latents
    grid = np.asarray(list(product(places, repeat=count))).reshape(-1, count)
    logs = np.asarray([sum(one) for one in product(np.log(weights), repeat=count)])
    volumes = jnp.asarray(logs + (grid**2).sum(1) + 0.5 * count * math.log(2.0))
    steps = jnp.asarray(math.sqrt(2.0) * grid)
    factor = jnp.linalg.cholesky(conditional.covariance + 1e-12 * jnp.eye(count))
    volume = jnp.log(jnp.diagonal(factor, axis1=1, axis2=2)).sum(1)
    return Points(
        at=lambda number: conditional.mean + jnp.einsum("nab,b->an", factor, steps[number]),
        log_weight=lambda number, z: log_prior(z) + volumes[number] + volume,
        size=len(grid),
    )


def _drawn(
    conditional: Conditional,
    population: tuple[Array, Array],
    draws: int,
    key: Array,
    log_prior: Callable[[Array], Array],
) -> Points:
    width, subjects = conditional.mean.shape
    middle, whole = population
    sizes = jnp.diagonal(conditional.covariance, axis1=1, axis2=2)
    # Chains that hardly moved have next to no spread; this much is kept on every coordinate.
    least = 1e-6 * jnp.maximum(sizes.max(0), 1e-12)
    factor = jnp.linalg.cholesky(_WIDER * conditional.covariance + least * jnp.eye(width))
    inward = _inverse(factor)
    constant = (
        math.lgamma(0.5 * (_FREEDOM + width))
        - math.lgamma(0.5 * _FREEDOM)
        - 0.5 * width * (LOG_2PI + math.log(0.5 * _FREEDOM))
    ) - jnp.log(jnp.diagonal(factor, axis1=1, axis2=2)).sum(1)

    def at(number: Array) -> Array:
        normals, which = jax.random.split(jax.random.fold_in(key, number))
        normal = jax.random.normal(normals, (width + _FREEDOM, subjects))
        tail = jnp.sqrt(_FREEDOM / (normal[width:] ** 2).sum(0))
        near = conditional.mean + jnp.einsum("nab,bn->an", factor, normal[:width]) * tail
        anew = jax.random.uniform(which, (subjects,)) < _POPULATION_SHARE
        return jnp.where(anew, middle + whole @ normal[:width], near)

    def log_weight(_: Array, z: Array) -> Array:
        white = jnp.einsum("nab,bn->an", inward, z - conditional.mean)
        square = (white**2).sum(0)
        own = constant - 0.5 * (_FREEDOM + width) * jnp.log1p(square / _FREEDOM)
        prior = log_prior(z)
        proposed = jnp.logaddexp(
            own + math.log1p(-_POPULATION_SHARE), prior + math.log(_POPULATION_SHARE)
        )
        return prior - proposed - math.log(draws)

    return Points(at, log_weight, draws)


def _inverse(factor: Array) -> Array:
    """The inverse of a lower triangle, or of many."""
    whole = jnp.broadcast_to(jnp.eye(factor.shape[-1], dtype=factor.dtype), factor.shape)
    return jax.scipy.linalg.solve_triangular(factor, whole, lower=True)


def log_terms(points: Points, log_likelihood: Callable[[Array], Array]) -> Array:
    """ln of every term of the sum that is a subject's likelihood, `"points subjects"`."""

    def one(_: None, number: Array) -> tuple[None, Array]:
        z = points.at(number)
        return None, log_likelihood(z) + points.log_weight(number, z)

    return jax.lax.scan(one, None, jnp.arange(points.size))[1]
