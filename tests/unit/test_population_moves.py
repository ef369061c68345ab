"""Moves of latents leave the distribution they aim at, whatever the starting place."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.moves import Lanes, begin, move
from reinfuse.estimation.population.problem import make_problem
from reinfuse.estimation.population.structure import ABSENT, Population
from reinfuse.kinetics.curves import DECAY
from tests.unit.population_decay import decaying

LANES = 4000
OMEGA = np.asarray([[0.36, 0.24], [0.24, 0.25]])
MEAN = np.asarray([2.0, -1.0])


def test_without_measurements_latents_become_the_population() -> None:
    """Correlated effects, from a place far away: all three kinds of move must respect the prior."""
    model = PopulationModel(curve=DECAY, random=("start", "k"), blocks=(("start", "k"),))
    problem = make_problem(decaying(1, seed=1), model)
    silent = problem.arrays._replace(kind=jnp.full_like(problem.arrays.kind, ABSENT))
    wide = jax.tree.map(lambda one: jnp.tile(one, (1,) * (one.ndim - 1) + (LANES,)), silent)
    population = Population(
        beta=jnp.asarray(MEAN), omega=jnp.asarray(OMEGA), gamma=jnp.zeros(0),
        residual=jnp.asarray([-1.0]),
    )  # fmt: skip
    lanes = begin(problem.structure, wide, population)
    lanes = lanes._replace(z=lanes.z + 3.0)

    @jax.jit
    def further(lanes: Lanes, key: jax.Array) -> Lanes:
        moved, _ = move(
            problem.structure, wide, population, lanes, key=key, gain=jnp.asarray(0.0), sweeps=1
        )
        return moved

    for key in jax.random.split(jax.random.key(1), 40):
        lanes = further(lanes, key)
    found = np.asarray(lanes.z)
    assert found.mean(1) == pytest.approx(MEAN, abs=0.04)
    assert np.cov(found) == pytest.approx(OMEGA, abs=0.03)
