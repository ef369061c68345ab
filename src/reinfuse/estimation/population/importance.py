"""The likelihood of a population by importance sampling, with its own error.

Every subject has a proposal of its own; where its weights turn out to have a heavy tail, a second
one is made from the weighted draws of the first. Source of the measure of the tail: Vehtari et al.
2024, Pareto smoothed importance sampling, JMLR 25(72); of proposals made from weighted draws:
Cappe et al. 2004, doi:10.1198/106186004X12803.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.density import log_likelihood
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.pareto import pareto_shape
from reinfuse.estimation.population.proposal import (
    Prior,
    Proposal,
    about_means,
    around,
    draw,
    log_density_of,
    log_proposed,
    prior_of,
)
from reinfuse.estimation.population.structure import Arrays, Population, Structure

# Above this the average of a subject's weights may not be trusted (Vehtari et al., section 3).
WORST_SHAPE = 0.7
_MOST_WEIGHTS = 3_000_000  # kept at once, so that memory stays bounded
FEWEST, MOST = 300, 5000
CHUNK = 100  # draws of one call: whatever is asked, one piece of code is compiled
# A second proposal: its centres, the draws they are chosen from, and how many subjects may have
# one. More than that with heavy tails means a population that does not fit, not a few odd patients.
_CENTRES, _CHOSEN_FROM, _MOST_AGAIN = 64, 2000, 64
_TOGETHER = 8  # subjects of one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """-2 ln L with its error.

    `minus_2ll` counts every constant; `objective` leaves out n ln(2 pi), as NONMEM prints it.
    `se` is the Monte Carlo SD of either. `subjects` are the contributions to `minus_2ll`, `shapes`
    the Pareto k of each subject's weights; above 0.7 a contribution is not to be trusted. `again`
    is how many subjects had a second proposal.
    """

    minus_2ll: float
    objective: float
    se: float
    draws: int
    subjects: np.ndarray
    shapes: np.ndarray
    again: int = 0

    @property
    def worst_shape(self) -> float:
        """The largest Pareto k of any subject."""
        return float(self.shapes.max())


def draws_for(subjects: int) -> int:
    """How many draws of each subject fit in memory, within bounds: whole chunks."""
    return int(np.clip(_MOST_WEIGHTS // max(subjects, 1), FEWEST, MOST)) // CHUNK * CHUNK


def likelihood_of(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    conditional: Conditional,
    *,
    key: Array,
    draws: int | None = None,
) -> Likelihood:
    """The likelihood of all subjects, by independent draws for each; `draws` in whole chunks."""
    subjects = arrays.jacobian.shape[0]
    chunks = math.ceil((draws_for(subjects) if draws is None else draws) / CHUNK)
    proposal = _about_means(conditional)
    found = _averaged(np.concatenate([
        np.asarray(_log_weights(structure, arrays, population, proposal, key, number), np.float64)
        for number in range(chunks)
    ]))  # fmt: skip
    heavy = np.flatnonzero(found.shapes > WORST_SHAPE)
    again = 0
    if 0 < len(heavy) <= _MOST_AGAIN and draws is None:
        again = len(heavy)
        for first in range(0, again, _TOGETHER):
            some = heavy[first : first + _TOGETHER]
            better = _second(
                structure, arrays, population, proposal, some, chunks,
                key=jax.random.fold_in(key, first + 1),
            )  # fmt: skip
            found = found.with_better(some, better)
    minus_2ll = float(-2.0 * found.logs.sum())
    measured = int((np.asarray(arrays.kind) > 0).sum())
    return Likelihood(
        minus_2ll=minus_2ll,
        objective=minus_2ll - measured * math.log(2.0 * math.pi),
        se=float(2.0 * math.sqrt(found.variances.sum())),
        draws=chunks * CHUNK,
        subjects=-2.0 * found.logs,
        shapes=found.shapes,
        again=again,
    )


def compile_ahead(
    structure: Structure, arrays: Arrays, population: Population, key: Array
) -> threading.Thread:
    """Begin to compile the likelihood beside other work; what it costs later is then small."""
    subjects, count, dtype = arrays.jacobian.shape[0], structure.latents, population.beta.dtype

    def shaped(*size: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(size, dtype)

    proposal = Proposal(
        shaped(1, count, subjects), shaped(1, count, subjects), shaped(count, count, subjects),
        shaped(count, count, subjects), shaped(subjects),
    )  # fmt: skip

    def work() -> None:
        _log_weights.lower(structure, arrays, population, proposal, key, 0).compile()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


class _Averages(NamedTuple):
    """Of each subject: ln of the mean weight, the variance of that, and Pareto k."""

    logs: np.ndarray
    variances: np.ndarray
    shapes: np.ndarray

    def with_better(self, places: np.ndarray, other: _Averages) -> _Averages:
        """With the values of `other` at `places` where its weights have the lighter tail."""
        better = other.shapes < self.shapes[places]
        values = []
        for mine, new in zip(self, other, strict=True):
            changed = mine.copy()
            changed[places] = np.where(better, new, mine[places])
            values.append(changed)
        return _Averages(*values)


def _averaged(weights: np.ndarray) -> _Averages:
    """What weights (`"draws subjects"`) average to."""
    top = weights.max(0)
    shares = np.exp(weights - top)
    mean = shares.mean(0)
    # Error of the logarithm of a mean, to first order.
    variance = shares.var(0, ddof=1) / (len(weights) * mean**2)
    return _Averages(top + np.log(mean), variance, pareto_shape(weights))


def _second(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    proposal: Proposal,
    places: np.ndarray,
    chunks: int,
    *,
    key: Array,
) -> _Averages:
    """Averages of the subjects at `places` from proposals about many weighted draws."""
    padded = jnp.asarray(np.resize(places, _TOGETHER))
    few, now = jax.tree.map(lambda one: one[..., padded], (arrays, proposal))
    for turn in range(2):
        parts = [
            _drawn(structure, few, population, now, jax.random.fold_in(key, turn), number)
            for number in range(_CHOSEN_FROM // CHUNK)
        ]
        z, weights = (np.concatenate([np.asarray(part[side], np.float64) for part in parts])
                      for side in range(2))  # fmt: skip
        now = _about(z, weights, population.beta.dtype)
    last = jax.random.fold_in(key, 2)
    weights = np.concatenate([
        np.asarray(_drawn(structure, few, population, now, last, number)[1], np.float64)
        for number in range(chunks)
    ])  # fmt: skip
    return _Averages(*(part[: len(places)] for part in _averaged(weights)))


def _about(z: np.ndarray, weights: np.ndarray, dtype: jnp.dtype) -> Proposal:
    """Centres at draws (`"draws latents subjects"`) taken evenly through the weights.

    The scale is that of a kernel estimate for so many centres (Silverman's rule).
    """
    latents = z.shape[1]
    shares = np.exp(weights - weights.max(0))
    shares /= shares.sum(0)
    through = (np.arange(_CENTRES) + 0.5) / _CENTRES
    chosen = np.stack([
        z[np.searchsorted(np.cumsum(share)[:-1], through), :, number]
        for number, share in enumerate(shares.T)
    ], axis=-1)  # fmt: skip
    away = z - np.einsum("dan,dn->an", z, shares)
    covariance = np.einsum("dan,dbn,dn->nab", away, away, shares)
    narrow = (4.0 / (latents + 2) / _CENTRES) ** (2.0 / (latents + 4))
    return around(jnp.asarray(chosen, dtype), jnp.asarray(narrow * covariance, dtype))


@jax.jit
def _about_means(conditional: Conditional) -> Proposal:
    return about_means(conditional)


@partial(jax.jit, static_argnames=("structure",))
def _log_weights(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    proposal: Proposal,
    key: Array,
    number: int,
) -> Array:
    """ln of the weights of the draws of chunk `number`, `"draws subjects"`."""
    prior = prior_of(structure, arrays, population)

    def one(_: None, key: Array) -> tuple[None, Array]:
        return None, _weighed(structure, arrays, population, (prior, proposal), key)[1]

    keys = jax.random.split(jax.random.fold_in(key, number), CHUNK)
    return jax.lax.scan(one, None, keys)[1]


@partial(jax.jit, static_argnames=("structure",))
def _drawn(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    proposal: Proposal,
    key: Array,
    number: int,
) -> tuple[Array, Array]:
    """Draws (`"draws latents subjects"`) of a chunk, and ln of their weights."""
    prior = prior_of(structure, arrays, population)

    def one(_: None, key: Array) -> tuple[None, tuple[Array, Array]]:
        return None, _weighed(structure, arrays, population, (prior, proposal), key)

    keys = jax.random.split(jax.random.fold_in(key, number), CHUNK)
    return jax.lax.scan(one, None, keys)[1]


def _weighed(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    sources: tuple[Prior, Proposal],
    key: Array,
) -> tuple[Array, Array]:
    """One draw of every subject's latents, and ln of its weight."""
    prior, proposal = sources
    z = draw(prior, proposal, key)
    likely = log_density_of(prior, z)
    fit = log_likelihood(structure, arrays, population.beta, population.residual, z)
    return z, fit + likely - log_proposed(proposal, z, likely)
