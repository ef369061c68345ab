"""Where chains begin: the value of every site of the full model, from numbers of a population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.density import latent_covariance
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.hierarchy import WHITE, block_site
from reinfuse.estimation.population.posterior.prior import (
    Family,
    NumberPrior,
    between_name,
    spread_name,
)
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import PopulationFit, residual_names
from reinfuse.estimation.population.starting import starting_population
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import natural

# A chain that begins at no spread at all would take long to leave it.
_LEAST_SD = 0.05
_SHRUNK = 0.95  # correlations at the start, so that none is at its edge

Start = PopulationFit | Population


def starts_of(
    problem: Problem, start: Start | Sequence[Start] | None, chains: int
) -> list[tuple[Population, Array]]:
    """Numbers and standard normal latents for every chain; several starts are dealt out in turn."""
    if start is None:
        given: list[Start] = [starting_population(problem)]
    elif isinstance(start, PopulationFit | Population):
        given = [start]
    else:
        given = list(start)
    return [_start(problem, given[chain % len(given)]) for chain in range(chains)]


def _start(problem: Problem, one: Start) -> tuple[Population, Array]:
    structure = problem.structure
    population = one.population if isinstance(one, PopulationFit) else one
    population = Population(*(jnp.asarray(part) for part in population))
    if not isinstance(one, PopulationFit) or not structure.latents:
        return population, jnp.zeros((structure.latents, len(problem.subjects)))
    centre = mean_latents(structure, problem.arrays, population.beta)
    factor = jnp.linalg.cholesky(latent_covariance(structure, population))
    away = jnp.asarray(one.conditional.mean) - centre
    return population, jax.scipy.linalg.solve_triangular(factor, away, lower=True)


def sites_at(
    problem: Problem, priors: Mapping[str, NumberPrior], population: Population, white: Array
) -> dict[str, Array]:
    """The value of every site at given numbers of a population, latents as standard normals."""
    structure = problem.structure
    sizes = jnp.exp(population.residual)
    found = _fixed_effects(problem, priors, population)
    found |= dict(zip(residual_names(structure, problem.assays), sizes, strict=True))
    if structure.latents:
        found |= _spreads(problem, population) | {WHITE: white}
    return found


def _fixed_effects(
    problem: Problem, priors: Mapping[str, NumberPrior], population: Population
) -> dict[str, Array]:
    structure = problem.structure
    found: dict[str, Array] = {}
    for place, name in enumerate(structure.beta_names):
        if structure.free[place]:
            value = population.beta[place]
            own = priors[name].family is not Family.NORMAL and place < len(structure.names)
            found[name] = natural(structure.scales[place], value) if own else value
    return found


def _spreads(problem: Problem, population: Population) -> dict[str, Array]:
    structure = problem.structure
    found: dict[str, Array] = {}
    sds = jnp.sqrt(jnp.diagonal(population.omega))
    for place, sd in zip(structure.random, sds, strict=True):
        found[spread_name(structure.names[place])] = jnp.maximum(sd, _LEAST_SD)
    for place, variance in zip(structure.between, population.gamma, strict=True):
        found[between_name(structure.names[place])] = jnp.maximum(jnp.sqrt(variance), _LEAST_SD)
    for number, block in enumerate(structure.blocks):
        if len(block) > 1:
            found[block_site(number)] = _correlation_factor(population.omega, block)
    return found


def _correlation_factor(omega: Array, block: tuple[int, ...]) -> Array:
    places = jnp.asarray(block)
    mine = omega[places[:, None], places[None, :]]
    sds = jnp.sqrt(jnp.diagonal(mine))
    whole = jnp.eye(len(block), dtype=omega.dtype)
    return jnp.linalg.cholesky(whole + _SHRUNK * (mine / sds[:, None] / sds[None, :] - whole))
