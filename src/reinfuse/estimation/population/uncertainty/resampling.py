"""Sampling importance resampling: intervals from the likelihood itself, without a normal shape.

Vectors are drawn from a normal around the estimate, weighed by how likely the data are under each
against how likely they were drawn, and drawn again by weight. All likelihoods share their points,
so that their differences hold little Monte Carlo error.

Source: Dosne 2016, doi:10.1007/s10928-016-9487-8; again from what was drawn: Dosne 2017,
doi:10.1007/s10928-017-9542-0.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.density import log_likelihood
from reinfuse.estimation.population.importance import WORST_SHAPE
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.pareto import pareto_shape
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.structure import Arrays, Population, Structure
from reinfuse.estimation.population.uncertainty.drawn import from_draws
from reinfuse.estimation.population.uncertainty.points import (
    Draws,
    Rule,
    log_terms,
    points_of,
    rule_for,
)
from reinfuse.estimation.population.uncertainty.result import Uncertainty
from reinfuse.estimation.population.vector import unpack

VECTORS, KEPT, ROUNDS = 1000, 500, 2
# Points of each likelihood: differences count, and those share their points.
_POINTS = 300
# A proposal wider than the estimate's covariance keeps weights small in its tails.
_WIDER = 1.2


@partial(jax.jit, static_argnames=("structure", "rule"))
def log_likelihoods(
    structure: Structure,
    arrays: Arrays,
    base: Population,
    vectors: Array,
    conditional: Conditional,
    *,
    rule: Rule,
    key: Array,
) -> Array:
    """ln of the likelihood under each vector (`"vectors"`), all with the same points and key."""

    def one(vector: Array) -> Array:
        now = unpack(structure, base, vector)
        points = points_of(structure, arrays, now, conditional, rule, key)
        terms = log_terms(
            points, lambda z: log_likelihood(structure, arrays, now.beta, now.residual, z)
        )
        return jax.scipy.special.logsumexp(terms, axis=0).sum()

    return jax.lax.map(one, vectors)


def resample(
    fit: PopulationFit,
    from_information: Uncertainty,
    *,
    seed: int,
    vectors: int = VECTORS,
    kept: int = KEPT,
    rounds: int = ROUNDS,
) -> Uncertainty:
    """Intervals by sampling importance resampling, begun from the covariance of the information.

    `rounds` of `vectors` each, of which the last leaves `kept`, without replacement. Numbers that
    the information does not fix stay where they are.
    """
    structure, arrays = fit.problem.structure, fit.problem.arrays
    base = Population(*(jnp.asarray(part) for part in fit.population))
    rule = rule_for(structure, len(fit.problem.subjects))
    rule = Draws(count=_POINTS) if isinstance(rule, Draws) else rule
    generator = np.random.default_rng(seed)
    key = jax.random.key(seed)
    centre, covariance = from_information.vector, from_information.vector_covariance
    drawn = centre[None]
    notes: tuple[str, ...] = ()
    for number in range(rounds):
        proposed, log_density = _proposed(centre, _WIDER * covariance, vectors, generator)
        fits = np.asarray(log_likelihoods(
            structure, arrays, base, jnp.asarray(proposed), fit.conditional, rule=rule, key=key
        ))  # fmt: skip
        weights = np.where(np.isfinite(fits), fits, -np.inf) - log_density
        # Gumbel's trick draws without replacement in proportion to weights.
        order = np.argsort(weights + generator.gumbel(size=vectors))[::-1]
        drawn = proposed[order[: min(kept, vectors)]]
        centre, covariance = drawn.mean(0), np.cov(drawn.T).reshape(covariance.shape)
        notes = (*notes, _quality(number + 1, weights, fits))
    found = from_draws(
        structure, fit.problem.assays, fit.population, drawn, method="SIR", notes=notes
    )
    return replace(found, loose=_still_loose(found, from_information))


def _proposed(
    centre: np.ndarray, covariance: np.ndarray, count: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Normal vectors, and ln of their density up to a constant; a flat direction is not moved."""
    values, vectors = np.linalg.eigh(covariance)
    scale = np.sqrt(np.maximum(values, 0.0))
    white = generator.standard_normal((count, len(centre)))
    return centre + (white * scale) @ vectors.T, -0.5 * (white[:, scale > 0.0] ** 2).sum(1)


def _quality(number: int, weights: np.ndarray, fits: np.ndarray) -> str:
    shares = np.exp(weights - weights.max())
    effective = shares.sum() ** 2 / (shares**2).sum()
    shape = float(pareto_shape(weights[:, None])[0])
    trusted = "" if shape <= WORST_SHAPE else ": not to be trusted"
    return (
        f"round {number}: {effective:.0f} effective of {len(weights)} vectors, Pareto k "
        f"{shape:.2f}{trusted}"
    )


def _still_loose(found: Uncertainty, before: Uncertainty) -> tuple:
    fixed = {one.name for one, error in zip(before.loose, before.loose, strict=True)
             if np.isfinite(before.standard_errors[before.names.index(one.name)])}  # fmt: skip
    kept = tuple(one for one in before.loose if one.name not in fixed)
    return (*kept, *(one for one in found.loose if one not in kept))
