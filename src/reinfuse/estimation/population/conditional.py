"""What each subject's latents are, given its measurements and a population: by Markov chains."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.saem import SEGMENT, Phases, State, advance, start
from reinfuse.estimation.population.structure import Arrays, Population, Structure

_SETTLING = SEGMENT  # rounds before any is counted


class Conditional(NamedTuple):
    """Means (`"latents subjects"`) and covariances (`"subjects latents latents"`) of latents."""

    mean: Array
    covariance: Array


def conditional_of(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    *,
    key: Array,
    chains: int,
    rounds: int,
) -> Conditional:
    """Moments over `rounds` rounds of moves or a few more, once the chains have settled in."""
    state = start(structure, arrays, population, key=key, chains=chains)
    phases = Phases(jnp.asarray(0), jnp.asarray(_SETTLING))
    # The population is held from the first round on; counting begins anew after settling in.
    state, _ = advance(
        structure, arrays, state, phases._replace(hold=jnp.asarray(0)), chains=chains
    )
    while int(state.moments.rounds) < rounds or int(state.round) == _SETTLING:
        state, _ = advance(structure, arrays, state, phases, chains=chains)
    return conditional_from(state)


def conditional_from(state: State) -> Conditional:
    """The moments that a run holds."""
    return Conditional(state.moments.mean, state.moments.covariance)
