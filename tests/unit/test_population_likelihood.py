"""The likelihood by importance sampling: right on a known integral, and with a second proposal."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from reinfuse.estimation.population import importance
from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import (
    CHUNK,
    WORST_SHAPE,
    compile_ahead,
    draws_for,
    likelihood_of,
)
from reinfuse.estimation.population.numerics import even_numbers, normal_numbers
from reinfuse.estimation.population.proposal import (
    about_means,
    around,
    draw,
    log_density_of,
    log_proposed,
    prior_of,
)
from tests.unit.population_decay import POPULATION, START, design

KEY = jax.random.key(3)
SUBJECTS = 10


def made(sd: float = 0.1, shift: float = 0.0) -> tuple:
    problem = design(SUBJECTS, limit=2.0).problem
    population = jax.tree.map(jnp.asarray, POPULATION)
    latents = problem.structure.latents
    mean = jnp.full((latents, SUBJECTS), math.log(START) + shift)
    covariance = jnp.broadcast_to(jnp.eye(latents) * sd**2, (SUBJECTS, latents, latents))
    return problem.structure, problem.arrays, population, Conditional(mean, covariance)


def test_draws_come_in_whole_chunks() -> None:
    assert draws_for(100) == 5000
    assert draws_for(700) % CHUNK == 0
    assert draws_for(10**6) == 300


def test_even_and_normal_numbers_are_what_they_say() -> None:
    even = np.asarray(even_numbers(KEY, (20_000,), jnp.dtype("float32")))
    assert -1.0 < even.min() < -0.999 < 0.999 < even.max() < 1.0
    normal = np.asarray(normal_numbers(jnp.asarray(even)))
    assert np.isfinite(normal).all()
    assert normal.std() == pytest.approx(1.0, abs=0.02)
    assert np.quantile(normal, 0.975) == pytest.approx(norm.ppf(0.975), abs=0.05)


@pytest.mark.parametrize("centres", [1, 5])
def test_a_proposal_has_the_density_it_is_drawn_with(centres: int) -> None:
    """Averaged over its own draws, any density over the proposal's is 1."""
    structure, arrays, population, conditional = made(sd=0.3)
    prior = prior_of(structure, arrays, population)
    spread = jnp.linspace(-0.2, 0.2, centres)[:, None, None]
    proposal = around(conditional.mean[None] + spread, conditional.covariance)

    def weight(key: jax.Array) -> jax.Array:
        z = draw(prior, proposal, key)
        likely = log_density_of(prior, z)
        return jnp.exp(likely - log_proposed(proposal, z, likely))

    weights = np.asarray(jax.vmap(weight)(jax.random.split(KEY, 20_000)))
    errors = weights.std(0) / math.sqrt(len(weights))
    assert (abs(weights.mean(0) - 1.0) < 4.0 * errors + 1e-12).all()


def test_the_likelihood_does_not_hang_on_where_draws_come_from() -> None:
    """Good and bad proposals agree within their errors, and the bad one has the larger."""
    good = likelihood_of(*made(sd=0.1), key=KEY, draws=4000)
    bad = likelihood_of(*made(sd=0.03, shift=0.15), key=KEY, draws=4000)
    assert bad.se > good.se
    assert abs(good.minus_2ll - bad.minus_2ll) < 4.0 * math.hypot(good.se, bad.se)


def test_a_patient_with_heavy_weights_gets_a_second_proposal() -> None:
    structure, arrays, population, conditional = made(sd=0.1)
    # One proposal that lies off and is far too narrow.
    off = conditional.mean.at[:, 4].add(0.5)
    narrow = conditional.covariance.at[4].multiply(1e-3)
    poor = Conditional(off, narrow)
    first = likelihood_of(structure, arrays, population, poor, key=KEY, draws=5000)
    second = likelihood_of(structure, arrays, population, poor, key=KEY)
    assert first.again == 0
    assert first.worst_shape > WORST_SHAPE, "the proposal is not poor enough for the test"
    assert second.again >= 1
    assert second.worst_shape < WORST_SHAPE
    best = likelihood_of(structure, arrays, population, conditional, key=KEY)
    assert second.subjects[4] == pytest.approx(best.subjects[4], abs=0.2)


def test_compiling_ahead_is_of_the_code_that_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    structure, arrays, population, conditional = made()
    asked = []
    lower = importance._log_weights.lower

    class Watched:
        def lower(self, *arguments: object) -> object:
            asked.append(jax.tree.map(jnp.shape, about_means(conditional)))
            given = jax.tree.map(lambda one: one.shape, arguments[3])
            assert jax.tree.leaves(given) == jax.tree.leaves(asked[0])
            return lower(*arguments)

    monkeypatch.setattr(importance, "_log_weights", Watched())
    compile_ahead(structure, arrays, population, KEY).join()
    assert asked
