"""What the data say of a population's numbers: scores of subjects and the observed information.

With S a subject's complete-data score and B its second derivative, both given the latents,
    score of the data = E[S | data]                                   (Fisher's identity)
    information       = -E[B | data] - E[S S' | data] + E[S]E[S]'     (Louis)
Expectations are over the latents given the data, by the points of a rule. The complete likelihood
is one of measurements given latents and one of latents; they share no number, and the second
needs the first two moments of the latents only.

Source: Louis 1982, doi:10.1111/j.2517-6161.1982.tb01203.x.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.density import (
    latent_covariance,
    log_density,
    log_likelihood,
)
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.structure import Arrays, Population, Structure
from reinfuse.estimation.population.uncertainty.points import (
    Rule,
    log_terms,
    points_of,
)
from reinfuse.estimation.population.vector import pack, unpack

_NO_WEIGHT = 1e-30


class Information(NamedTuple):
    """Of the vector of `vector.pack`: `scores` (`"numbers subjects"`) and `observed`.

    `log_likelihood` is each subject's (`"subjects"`), `log_weights` (`"points subjects"`) what it
    was summed from; `conditional` is each subject's latents given its data.
    """

    scores: Array
    observed: Array
    log_likelihood: Array
    log_weights: Array
    conditional: Conditional


class _Sums(NamedTuple):
    """Sums over points by share: scores, their products, curvature, latents and their squares."""

    scores: Array
    products: Array
    curved: Array
    mean: Array
    square: Array


@partial(jax.jit, static_argnames=("structure", "rule"))
def information_of(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    *,
    rule: Rule,
    key: Array,
) -> Information:
    """Scores and information at a population; `key` matters for a rule of draws only."""
    vector = pack(structure, population)
    points = points_of(structure, arrays, population, conditional, rule, key)
    weights = log_terms(
        points,
        lambda z: log_likelihood(structure, arrays, population.beta, population.residual, z),
    )
    likelihood = jax.scipy.special.logsumexp(weights, axis=0)
    of_data = _of_data(structure, arrays, population, vector)
    of_latents = _score_of_latents(structure, arrays, population, vector)

    def one(sums: _Sums, given: tuple[Array, Array]) -> tuple[_Sums, None]:
        number, share = given
        z = points.at(number)
        # Points of no weight may lie where derivatives are not finite.
        z = jnp.where(share > _NO_WEIGHT, z, conditional.mean)
        slope, curved = of_data(z, share)
        slope = slope + of_latents(z)
        mine = slope * share
        away = z - conditional.mean
        return _Sums(
            scores=sums.scores + mine,
            products=sums.products + mine @ slope.T,
            curved=sums.curved + curved,
            mean=sums.mean + share * away,
            square=sums.square + jnp.einsum("an,bn->nab", share * away, away),
        ), None

    width, subjects = vector.shape[0], likelihood.shape[0]
    start = _Sums(
        jnp.zeros((width, subjects)), jnp.zeros((width, width)), jnp.zeros((width, width)),
        jnp.zeros_like(conditional.mean), jnp.zeros_like(conditional.covariance),
    )  # fmt: skip
    shares = jnp.exp(weights - likelihood)
    sums, _ = jax.lax.scan(one, start, (jnp.arange(points.size), shares))
    # Latents were summed as deviations, so that squares lose nothing to rounding.
    now = Conditional(
        conditional.mean + sums.mean,
        sums.square - jnp.einsum("an,bn->nab", sums.mean, sums.mean),
    )
    bend = sums.curved + _curve_of_latents(structure, arrays, population, vector, now)
    observed = sums.scores @ sums.scores.T - sums.products - bend
    return Information(sums.scores, observed, likelihood, weights, now)


def places_of_data(structure: Structure, width: int, residuals: int) -> tuple[int, ...]:
    """Places in a vector of that width that the likelihood of measurements depends on."""
    free = [place for place, free in enumerate(structure.free) if free]
    searched = set(structure.searched)
    first = [row for row, place in enumerate(free) if place in searched]
    return (*first, *range(width - residuals, width))


def _of_data(
    structure: Structure, arrays: Arrays, population: Population, vector: Array
) -> Callable[[Array, Array], tuple[Array, Array]]:
    """Scores of measurements given latents, and second derivatives summed by share."""
    width = vector.shape[0]
    chosen = places_of_data(structure, width, population.residual.shape[0])
    places = jnp.asarray(chosen, int)
    here = vector[places]

    def found(z: Array, share: Array) -> tuple[Array, Array]:
        # The curve does not depend on residual sizes: where nothing else is searched, it is
        # computed once.
        levels = None if structure.searched else predict(structure, arrays, population.beta, z)

        def fit(numbers: Array) -> Array:
            if levels is not None:
                return log_density(structure, arrays, numbers, *levels).sum(0)
            now = unpack(structure, population, vector.at[places].set(numbers))
            return log_likelihood(structure, arrays, now.beta, now.residual, z)

        slope = jnp.zeros((width, z.shape[1])).at[places].set(jax.jacfwd(fit)(here).T)
        bend = jax.jacfwd(jax.grad(lambda numbers: (share * fit(numbers)).sum()))(here)
        return slope, jnp.zeros((width, width)).at[jnp.ix_(places, places)].set(bend)

    return found


def _score_of_latents(
    structure: Structure, arrays: Arrays, population: Population, vector: Array
) -> Callable[[Array], Array]:
    """Scores (`"numbers subjects"`) of the density of latents: quadratic forms of them."""

    def moments(numbers: Array) -> tuple[Array, Array]:
        now = unpack(structure, population, numbers)
        return mean_latents(structure, arrays, now.beta), latent_covariance(structure, now)

    middle, spread = moments(vector)
    mean_lean, spread_lean = jax.jacfwd(moments)(vector)
    inverse = jnp.linalg.inv(spread)
    constant = -0.5 * jnp.einsum("ab,bap->p", inverse, spread_lean)

    def found(z: Array) -> Array:
        away = inverse @ (z - middle)
        by_mean = jnp.einsum("anp,an->pn", mean_lean, away)
        return by_mean + 0.5 * jnp.einsum("an,abp,bn->pn", away, spread_lean, away) \
            + constant[:, None]  # fmt: skip

    return found


def _curve_of_latents(
    structure: Structure, arrays: Arrays, population: Population, vector: Array, now: Conditional
) -> Array:
    """Second derivatives of the expected log density of latents."""
    within = now.covariance.sum(0)
    subjects = now.mean.shape[1]

    def expected(numbers: Array) -> Array:
        moved = unpack(structure, population, numbers)
        away = now.mean - mean_latents(structure, arrays, moved.beta)
        spread = latent_covariance(structure, moved)
        square = jnp.linalg.solve(spread, within + away @ away.T)
        return -0.5 * jnp.trace(square) - 0.5 * subjects * jnp.linalg.slogdet(spread)[1]

    return jax.jacfwd(jax.grad(expected))(vector)
