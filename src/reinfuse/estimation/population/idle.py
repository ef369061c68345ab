"""Random effects that the data do without.

Where the likeliest variance is 0, EM creeps towards it: each step takes away a share that shrinks
with the variance itself. Asking the likelihood outright whether it is higher without the effect
costs two evaluations.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import likelihood_of
from reinfuse.estimation.population.maximise import LEAST_VARIANCE
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure

# An effect whose variance is, in the mean over subjects, left to the prior by this share is asked.
_SHRUNK = 0.8
_NONE = 10.0 * LEAST_VARIANCE
_DRAWS = 500


def without_idle(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    *,
    key: Array,
) -> Population:
    """The population with next to no variance where that makes the data likelier.

    The same object if there is no such effect.
    """
    variances = jnp.diagonal(population.omega)
    within = jnp.diagonal(conditional.covariance, axis1=1, axis2=2).mean(0)[: len(variances)]
    asked = [
        row
        for row in range(len(variances))
        if variances[row] > 10.0 * _NONE and within[row] > _SHRUNK * variances[row]
    ]
    best = None
    for row in asked:
        if best is None:
            best = _minus_2ll(structure, arrays, population, conditional, key)
        thinner = _without(structure, arrays, population, conditional, row)
        value = _minus_2ll(structure, arrays, *thinner, key)
        if value < best:
            (population, conditional), best = thinner, value
    return population


def _without(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    row: int,
) -> tuple[Population, Conditional]:
    """Both with the effect taken away; what is left of it lies at its mean."""
    omega = population.omega.at[row, :].set(0.0).at[:, row].set(0.0).at[row, row].set(_NONE)
    covariance = conditional.covariance.at[:, row, :].set(0.0).at[:, :, row].set(0.0)
    middle = mean_latents(structure, arrays, population.beta)[row]
    return population._replace(omega=omega), Conditional(
        conditional.mean.at[row].set(middle), covariance.at[:, row, row].set(_NONE)
    )


def _minus_2ll(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    key: Array,
) -> float:
    found = likelihood_of(
        structure, arrays, population, conditional, key=jax.random.fold_in(key, 2), draws=_DRAWS
    )
    return found.minus_2ll
