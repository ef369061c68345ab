"""Several points to start from, and the naming of parameters that is meant."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.structure import Population, Structure
from reinfuse.kinetics.curves import Scale, natural, normal

# How far starting points lie apart: SD of logarithms and log-odds, and of values on the identity
# scale as a share of their size. Our own choice.
_APART, _SHARE_APART = 0.7, 0.5


def scattered(
    structure: Structure, first: Population, count: int, *, seed: int
) -> list[Population]:
    """`first`, and further points around it; parameters that are held stay."""
    rng = np.random.default_rng([seed, 7])
    points = [first]
    beta = np.asarray(first.beta, np.float64)
    for _ in range(count - 1):
        moved = beta.copy()
        for place, scale in enumerate(structure.scales):
            if structure.free[place]:
                apart = _SHARE_APART * abs(beta[place]) if scale is Scale.IDENTITY else _APART
                moved[place] += apart * rng.standard_normal()
        point = first._replace(beta=jnp.asarray(moved, first.beta.dtype))
        points.append(settled_population(structure, point))
    return points


def settled_population(structure: Structure, population: Population) -> Population:
    """The population under the naming that the curve means; the same object if it has it already.

    Two namings that describe the same curves have the same likelihood; a fit that ended in the
    other one begins again from here.
    """
    settle = structure.curve.settled
    if settle is None:
        return population
    own = structure.curve.parameters
    values = {
        one.name: float(natural(one.scale, np.float64(population.beta[place])))
        for place, one in enumerate(own)
    }
    meant = settle(dict(values))
    changed = [place for place, one in enumerate(own) if meant[one.name] != values[one.name]]
    if not changed or not all(structure.free[place] for place in changed):
        return population
    beta = np.asarray(population.beta, np.float64).copy()
    for place in changed:
        beta[place] = float(normal(own[place].scale, np.float64(meant[own[place].name])))
    return population._replace(beta=jnp.asarray(beta, population.beta.dtype))
