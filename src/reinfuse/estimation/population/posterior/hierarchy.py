"""The full model of a population for NumPyro: priors, non-centred latents, the likelihood.

Latents are a mean plus a triangular factor times independent standard normals, so that a small
spread does not narrow the space in which the sampler moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any  # NumPyro, which is loaded late and ships no types

import jax
import jax.numpy as jnp

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.density import log_likelihood
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.prior import (
    CORRELATIONS,
    Family,
    NumberPrior,
    between_name,
    spread_name,
)
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import residual_names
from reinfuse.estimation.population.structure import Arrays, Structure
from reinfuse.kinetics.curves import normal

WHITE = "white"  # site of the latents as independent standard normals
LATENTS = "latents"

Model = Callable[..., None]
Numpyro = Any


def load_numpyro(part: str = "numpyro") -> Numpyro:
    """NumPyro or a part of it, or an error that says how to get it."""
    try:
        return import_module(part)
    except ImportError as missing:
        raise ReinfuseError(
            "the full posterior of a population needs NumPyro, which is not installed",
            fix="pip install 'reinfuse[population]'",
        ) from missing


def hierarchy(problem: Problem, priors: Mapping[str, NumberPrior], held: Array) -> Model:
    """A NumPyro model of `Arrays`; `held` is beta for the numbers that are not estimated."""
    numpyro = load_numpyro()
    structure = problem.structure
    sizes = residual_names(structure, problem.assays)
    # Compiled on its own, it is traced once for the several places in which the sampler needs it.
    fit_of = jax.jit(partial(log_likelihood, structure))

    def model(arrays: Arrays) -> None:
        beta = _fixed_effects(numpyro, structure, priors, held)
        residual = jnp.stack([jnp.log(_draw(numpyro, name, priors[name])) for name in sizes])
        z = _latents(numpyro, structure, priors, arrays, beta)
        numpyro.deterministic(LATENTS, z)
        fit = fit_of(arrays, beta, residual, z)
        numpyro.factor("measurements", fit.sum())

    return model


def block_site(number: int) -> str:
    """The site of the triangular factor of a block's correlations."""
    return f"{CORRELATIONS} {number}"


def _fixed_effects(
    numpyro: Numpyro, structure: Structure, priors: Mapping[str, NumberPrior], held: Array
) -> Array:
    found = []
    for place, name in enumerate(structure.beta_names):
        if not structure.free[place]:
            found.append(held[place])
            continue
        prior = priors[name]
        value = _draw(numpyro, name, prior)
        # A prior in the parameter's own unit is brought to the scale of estimation.
        own = prior.family is not Family.NORMAL and place < len(structure.names)
        found.append(normal(structure.scales[place], value) if own else value)
    return jnp.stack(found)


def _latents(
    numpyro: Numpyro,
    structure: Structure,
    priors: Mapping[str, NumberPrior],
    arrays: Arrays,
    beta: Array,
) -> Array:
    mean = mean_latents(structure, arrays, beta)
    if not structure.latents:
        return mean
    dist = numpyro.distributions
    names = structure.names
    sds = [_draw(numpyro, spread_name(names[one]), priors[spread_name(names[one])])
           for one in structure.random]  # fmt: skip
    again = [_draw(numpyro, between_name(names[one]), priors[between_name(names[one])])
             for one in structure.between]  # fmt: skip
    factor = jnp.diag(jnp.stack(sds)) if sds else jnp.zeros((0, 0))
    for number, block in enumerate(structure.blocks):
        if len(block) > 1:
            share = numpyro.sample(
                block_site(number), dist.LKJCholesky(len(block), priors[CORRELATIONS].size)
            )
            places = jnp.asarray(block)
            mine = jnp.stack([sds[place] for place in block])[:, None] * share
            factor = factor.at[places[:, None], places[None, :]].set(mine)
    white = numpyro.sample(WHITE, dist.Normal(jnp.zeros_like(mean), 1.0).to_event(2))
    first = len(sds)
    parts = [mean[:first] + factor @ white[:first]]
    if again:
        parts.append(jnp.repeat(jnp.stack(again), structure.occasions)[:, None] * white[first:])
    return jnp.concatenate(parts)


def _draw(numpyro: Numpyro, name: str, prior: NumberPrior) -> Array:
    dist = numpyro.distributions
    match prior.family:
        case Family.NORMAL:
            shape = dist.Normal(prior.location, prior.size)
        case Family.LOG_NORMAL:
            shape = dist.LogNormal(prior.location, prior.size)
        case Family.HALF_NORMAL:
            shape = dist.HalfNormal(prior.size)
        case _:
            shape = dist.HalfCauchy(prior.size)
    return numpyro.sample(name, shape)
