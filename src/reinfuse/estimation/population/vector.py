"""The numbers of a population as one vector without bounds, and back.

In turn: the free numbers of `beta`; for every block of `omega` its Cholesky factor by rows, the
diagonal as logarithms; logarithms of `gamma`; `residual`. Any real vector is a valid population,
so that minimisers, normal approximations and proposals need no constraints. The same numbers in
natural units are typical values in the parameters' own units, covariate effects, variances and
covariances, and residual sizes.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.model import RESIDUAL_PARAMETERS
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.result import residual_names
from reinfuse.estimation.population.structure import Population, Structure
from reinfuse.kinetics.curves import natural

# A variance of 0 has no logarithm; this one is next to none on any scale of estimation.
_LEAST_VARIANCE = 1e-12


@partial(jax.jit, static_argnames=("structure",))
def pack(structure: Structure, population: Population) -> Array:
    """The population as a vector; its held numbers are left out."""
    free = jnp.asarray(population.beta)[jnp.asarray(_free_places(structure), int)]
    blocks = [_packed(population.omega, group) for group in groups(structure)]
    gamma = 0.5 * jnp.log(jnp.maximum(jnp.asarray(population.gamma), _LEAST_VARIANCE))
    return jnp.concatenate([free, *blocks, gamma, jnp.asarray(population.residual)])


def unpack(structure: Structure, base: Population, vector: Array) -> Population:
    """The population of a vector; held numbers of beta are those of `base`."""
    places = _free_places(structure)
    beta = (
        jnp.asarray(base.beta, vector.dtype).at[jnp.asarray(places, int)].set(vector[: len(places)])
    )
    factor, first = _factor(structure, vector)
    middle = first + len(structure.between)
    return Population(
        beta=beta,
        omega=factor @ factor.T,
        gamma=jnp.exp(2.0 * vector[first:middle]),
        residual=vector[middle:],
    )


def omega_factor(structure: Structure, vector: Array) -> Array:
    """The Cholesky factor of `omega` that a vector holds."""
    return _factor(structure, vector)[0]


def number_labels(structure: Structure, assays: tuple[str, ...]) -> tuple[str, ...]:
    """What each number of a vector is in natural units, such as `cmax`, `var cmax` or `a`."""
    names = tuple(structure.names[place] for place in structure.random)
    spreads = tuple(
        f"var {names[row]}" if row == column else f"cov {names[row]} {names[column]}"
        for row, column in _entries(structure)
    )
    return (
        *(structure.beta_names[place] for place in _free_places(structure)),
        *spreads,
        *(f"var between infusions {structure.names[place]}" for place in structure.between),
        *residual_names(structure, assays),
    )


def naturals(structure: Structure, base: Population, vector: Array) -> Array:
    """The vector's numbers in natural units, in the order of `number_labels`."""
    return _naturals(structure, unpack(structure, base, vector))


@partial(jax.jit, static_argnames=("structure",))
def natural_numbers(structure: Structure, population: Population) -> Array:
    """A population's free numbers in natural units, in the order of `number_labels`."""
    return _naturals(structure, Population(*(jnp.asarray(part) for part in population)))


@partial(jax.jit, static_argnames=("structure",))
def natural_jacobian(structure: Structure, base: Population, vector: Array) -> Array:
    """How the numbers in natural units move with the vector, `"numbers vector"`.

    A covariance of vectors V becomes J V J' in natural units, to first order.
    """
    return jax.jacfwd(partial(naturals, structure, base))(vector)


def logarithms(structure: Structure) -> np.ndarray:
    """Which numbers of a vector are logarithms of a spread or a residual size (booleans)."""
    return np.asarray([
        *(False for _ in _free_places(structure)),
        *(row == column for row, column in _entries(structure)),
        *(True for _ in structure.between),
        *(True for kind in structure.residuals for _ in RESIDUAL_PARAMETERS[kind]),
    ])  # fmt: skip


def groups(structure: Structure) -> tuple[tuple[int, ...], ...]:
    """Places in `random` by block; one that is in no block is a block of its own."""
    found: list[tuple[int, ...]] = []
    for place in range(len(structure.random)):
        block = next((one for one in structure.blocks if place in one), (place,))
        if block not in found:
            found.append(block)
    return tuple(found)


def _free_places(structure: Structure) -> tuple[int, ...]:
    return tuple(place for place, free in enumerate(structure.free) if free)


def _entries(structure: Structure) -> list[tuple[int, int]]:
    """Rows and columns of `omega` in the vector's order: lower triangles, by rows."""
    return [
        (group[row], group[column])
        for group in groups(structure)
        for row in range(len(group))
        for column in range(row + 1)
    ]


def _packed(omega: Array, group: tuple[int, ...]) -> Array:
    count = len(group)
    mine = jnp.asarray(omega)[np.ix_(group, group)] + _LEAST_VARIANCE * jnp.eye(count)
    factor = jnp.linalg.cholesky(mine)
    rows, columns = np.tril_indices(count)
    entries = factor[rows, columns]
    return jnp.where(rows == columns, jnp.log(jnp.maximum(entries, 1e-300)), entries)


def _factor(structure: Structure, vector: Array) -> tuple[Array, int]:
    """The factor of omega, and where in the vector `gamma` begins."""
    first = sum(structure.free)
    entries = _entries(structure)
    count = len(structure.random)
    factor = jnp.zeros((count, count), vector.dtype)
    if not entries:
        return factor, first
    values = vector[first : first + len(entries)]
    rows, columns = np.asarray(entries).T
    values = jnp.where(rows == columns, jnp.exp(values), values)
    return factor.at[rows, columns].set(values), first + len(entries)


def _naturals(structure: Structure, population: Population) -> Array:
    places = _free_places(structure)
    beta = [
        natural(structure.scales[place], population.beta[place])
        if place < len(structure.names)
        else population.beta[place]
        for place in places
    ]
    entries = _entries(structure)
    rows, columns = np.asarray(entries, int).reshape(-1, 2).T
    return jnp.concatenate([
        jnp.stack(beta) if beta else jnp.zeros((0,), population.residual.dtype),
        population.omega[rows, columns],
        population.gamma,
        jnp.exp(population.residual),
    ])  # fmt: skip
