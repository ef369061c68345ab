"""An `Uncertainty` from draws of the vector: percentiles instead of a normal shape."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.structure import Population, Structure
from reinfuse.estimation.population.uncertainty.result import (
    Uncertainty,
    condition_of,
    correlation_of,
    loose_of,
)
from reinfuse.estimation.population.vector import (
    natural_numbers,
    naturals,
    number_labels,
    pack,
)

_ENDS = (2.5, 97.5)


@partial(jax.jit, static_argnames=("structure",))
def _naturals(structure: Structure, base: Population, vectors: jax.Array) -> jax.Array:
    return jax.vmap(partial(naturals, structure, base))(vectors)


def from_draws(
    structure: Structure,
    assays: tuple[str, ...],
    population: Population,
    draws: np.ndarray,
    *,
    method: str,
    notes: tuple[str, ...] = (),
) -> Uncertainty:
    """Spread, correlation and percentiles of draws (`"draws numbers"` of the vector)."""
    base = Population(*(jnp.asarray(part) for part in population))
    values = np.asarray(_naturals(structure, base, jnp.asarray(draws)))
    covariance = np.cov(values.T).reshape(values.shape[1], values.shape[1])
    estimates = np.asarray(natural_numbers(structure, population))
    errors = np.sqrt(np.diagonal(covariance))
    names = number_labels(structure, assays)
    correlation = correlation_of(covariance)
    return Uncertainty(
        method=method,
        names=names,
        estimates=estimates,
        standard_errors=errors,
        covariance=covariance,
        correlation=correlation,
        condition=condition_of(correlation, kept=errors > 0.0),
        intervals=np.percentile(values, _ENDS, axis=0).T,
        vector=np.asarray(pack(structure, base)),
        vector_covariance=np.cov(draws.T).reshape(draws.shape[1], draws.shape[1]),
        loose=loose_of(structure, names, estimates, errors, correlation, {}),
        notes=notes,
        draws=draws,
    )
