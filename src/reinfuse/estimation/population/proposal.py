"""Where latents are drawn from when a likelihood is averaged: near what a subject's data say.

A proposal is a Student's t about one or several centres of each subject, mixed with a little of
the population itself, so that no weight can be large where the population reaches and the t does
not.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.density import LOG_2PI, latent_covariance, sum_rows
from reinfuse.estimation.population.numerics import Array, even_numbers, normal_numbers
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure

FREEDOM = 4.0  # of the t; its chi-square is then the logarithm of two uniforms
_WIDER = 1.2  # its covariance against that of the chains
POPULATION_SHARE = 0.1


class Proposal(NamedTuple):
    """Centres (`"centres latents subjects"`), and factors of the scale they share.

    `factor` and `inverse` are Cholesky factors of each subject's scale and their inverses
    (`"latents latents subjects"`), `white` the products of the latter with the centres.
    """

    centres: Array
    white: Array
    factor: Array
    inverse: Array
    log_det: Array


def around(centres: Array, covariance: Array) -> Proposal:
    """The proposal about `centres` with a scale for each subject (`"subjects latents latents"`)."""
    count = covariance.shape[-1]
    # A chain that hardly moved has next to no spread; this much is kept on every coordinate.
    sizes = jnp.diagonal(covariance, axis1=1, axis2=2)
    least = 1e-6 * jnp.maximum(sizes, 1e-3 * sizes.max(0)) + 1e-12
    factor = jnp.linalg.cholesky(covariance + jax.vmap(jnp.diag)(least))
    unit = jnp.broadcast_to(jnp.eye(count, dtype=factor.dtype), factor.shape)
    inverse = jax.scipy.linalg.solve_triangular(factor, unit, lower=True)
    log_det = jnp.log(jnp.diagonal(factor, axis1=1, axis2=2)).sum(1)
    inverse = inverse.transpose(1, 2, 0)
    white = jnp.einsum("abn,kbn->kan", inverse, centres)
    return Proposal(centres, white, factor.transpose(1, 2, 0), inverse, log_det)


def about_means(conditional: Conditional) -> Proposal:
    """One centre for each subject: its conditional mean."""
    return around(conditional.mean[None], _WIDER * conditional.covariance)


class Prior(NamedTuple):
    """The population as a proposal: means (`"latents subjects"`), a factor and its inverse."""

    mean: Array
    factor: Array
    inverse: Array


def prior_of(structure: Structure, arrays: Arrays, population: Population) -> Prior:
    """The distribution of latents in the population."""
    factor = jnp.linalg.cholesky(latent_covariance(structure, population))
    unit = jnp.eye(structure.latents, dtype=factor.dtype)
    inverse = jax.scipy.linalg.solve_triangular(factor, unit, lower=True)
    return Prior(mean_latents(structure, arrays, population.beta), factor, inverse)


def log_density_of(prior: Prior, z: Array) -> Array:
    """ln of the density of latents in the population (`"subjects"`)."""
    white = jnp.matmul(prior.inverse, z - prior.mean, precision="highest")
    constant = jnp.log(jnp.diagonal(prior.inverse)).sum() - 0.5 * z.shape[0] * LOG_2PI
    return constant - 0.5 * sum_rows(white * white)


def draw(prior: Prior, proposal: Proposal, key: Array) -> Array:
    """One draw of every subject's latents."""
    centres, count, subjects = proposal.centres.shape
    even = even_numbers(key, (count + 4, subjects), proposal.centres.dtype)
    normal = normal_numbers(even[:count])
    share = 0.5 * (1.0 + even[count:])
    chi = -2.0 * jnp.log(share[0] * share[1])
    spread = times(proposal.factor, normal) * jnp.sqrt(FREEDOM / chi)
    middle = proposal.centres[0]
    if centres > 1:
        place = jnp.minimum((share[2] * centres).astype(int), centres - 1)
        middle = jnp.take_along_axis(proposal.centres, place[None, None], 0)[0]
    afresh = prior.mean + jnp.matmul(prior.factor, normal, precision="highest")
    return jnp.where(share[3] < POPULATION_SHARE, afresh, middle + spread)


def log_proposed(proposal: Proposal, z: Array, log_prior: Array) -> Array:
    """ln of the density with which `z` is drawn (`"subjects"`), given that in the population."""
    count = z.shape[0]
    constant = (
        math.lgamma((FREEDOM + count) / 2)
        - math.lgamma(FREEDOM / 2)
        - 0.5 * count * (LOG_2PI + math.log(FREEDOM) - math.log(2.0))
    )

    white = times(proposal.inverse, z)
    square = sum((white[row] - proposal.white[:, row]) ** 2 for row in range(count))
    each = -0.5 * (FREEDOM + count) * jnp.log1p(square / FREEDOM)
    centres = each.shape[0]
    own = each[0] if centres == 1 else jax.nn.logsumexp(each, axis=0) - math.log(centres)
    return jnp.logaddexp(
        own + constant - proposal.log_det + math.log1p(-POPULATION_SHARE),
        log_prior + math.log(POPULATION_SHARE),
    )


def times(triangle: Array, vector: Array) -> Array:
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
