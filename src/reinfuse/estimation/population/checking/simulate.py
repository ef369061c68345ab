"""Replicates of a data set from the numbers of a population, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.checking.design import Design
from reinfuse.estimation.population.density import expected_and_sd, latent_covariance
from reinfuse.estimation.population.model import (
    ON_LOGARITHMS,
    STUDENTS,
    Censoring,
)
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.structure import Arrays, Population, Structure

MOST_VALUES = 2_000_000  # simulated and held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Replicates from number `first` on: `"replicates rows subjects"`, no limit applied."""

    first: int
    values: np.ndarray


def replicates(
    design: Design,
    population: Population,
    *,
    seed: int,
    count: int,
    most: int = MOST_VALUES,
) -> Iterator[Chunk]:
    """`count` replicates with new random effects and residuals, on the scale of the errors.

    Each replicate and each subject has a key of its own, so more of either change none of the
    others. Never more than about `most` values are held.
    """
    problem = design.problem
    per = max(1, min(count, most // max(design.observed.size, 1)))
    numbers = in_precision(population, problem.arrays.y.dtype)
    subjects = jnp.arange(design.observed.shape[1])
    for first in range(0, count, per):
        # The last call draws too many rather than compile for another length.
        drawn = draw(
            drawable(problem.structure), problem.arrays, numbers, subjects, jax.random.key(seed),
            jnp.asarray(first), count=per,
        )  # fmt: skip
        values = np.asarray(drawn, np.float64)[: count - first]
        yield Chunk(first=first, values=values)


def drawable(structure: Structure) -> Structure:
    """The structure without what drawing does not look at, so that compiled code is shared."""
    return replace(structure, kinds=())


def in_precision(population: Population, dtype: np.dtype) -> Population:
    """The numbers of a population as JAX arrays of one precision."""
    return Population(*(jnp.asarray(one, dtype) for one in population))


@partial(jax.jit, static_argnames=("structure", "count"))
def draw(
    structure: Structure,
    arrays: Arrays,
    population: Population,
    subjects: Array,
    key: Array,
    first: Array,
    *,
    count: int,
) -> Array:
    """Replicates `first` to `first + count`, `"replicates rows subjects"`.

    `subjects` are the numbers by which subjects draw, whichever of them the arrays hold.
    """
    middle = mean_latents(structure, arrays, population.beta)
    spread = _factor(latent_covariance(structure, population))

    def one(_: None, number: Array) -> tuple[None, Array]:
        effects, normal = _normals(structure, arrays, subjects, jax.random.fold_in(key, number))
        level, logs = predict(structure, arrays, population.beta, middle + spread @ effects)
        mean, sd = expected_and_sd(structure, arrays, population.residual, level, logs)
        return None, mean + sd * _errors(structure, arrays, mean / sd, normal)

    return jax.lax.scan(one, None, first + jnp.arange(count))[1]


def _factor(covariance: Array) -> Array:
    """A square root of a covariance that may have variances of 0."""
    sizes, vectors = jnp.linalg.eigh(covariance)
    return vectors * jnp.sqrt(jnp.maximum(sizes, 0.0))


def _normals(
    structure: Structure, arrays: Arrays, subjects: Array, key: Array
) -> tuple[Array, Array]:
    """Standard random effects (`"latents subjects"`) and standard normals of every row."""
    rows, dtype = arrays.time.shape[0], arrays.y.dtype

    def mine(subject: Array) -> Array:
        own = jax.random.fold_in(key, subject)
        return jax.random.normal(own, (structure.latents + rows,), dtype)

    normal = jax.vmap(mine, out_axes=1)(subjects)
    return normal[: structure.latents], normal[structure.latents :]


def _errors(structure: Structure, arrays: Arrays, away: Array, normal: Array) -> Array:
    """Residuals in their SDs: Student's where the model says so, and positive levels (M4).

    `away` is the prediction in SDs. Each error is the quantile at the share of its normal.
    """
    students = [kind in STUDENTS for kind in structure.residuals]
    truncated = structure.censoring is Censoring.M4
    if not truncated and not any(students):
        return normal
    tailed = jnp.asarray(students)[arrays.assay]
    below, above = jax.scipy.special.ndtr(normal), jax.scipy.special.ndtr(-normal)
    if truncated:
        logs = jnp.asarray([kind in ON_LOGARITHMS for kind in structure.residuals])[arrays.assay]
        least = jnp.where(tailed, student_share(-away), jax.scipy.special.ndtr(-away))
        least = jnp.where(logs, 0.0, least)
        below, above = least + (1.0 - least) * below, (1.0 - least) * above
    # The smaller of both tails is the one that is not rounded.
    tail = jnp.minimum(below, above)
    size = jnp.where(tailed, -student_quantile(tail), -jax.scipy.special.ndtri(tail))
    return jnp.where(below < above, -size, size)


def student_share(value: Array) -> Array:
    """Student's distribution function with four degrees of freedom, in closed form."""
    square = value * value / (4.0 + value * value)
    root = value / jnp.sqrt(4.0 + value * value)
    return 0.5 + 0.75 * root * (1.0 - square / 3.0)


def student_quantile(tail: Array) -> Array:
    """The value below which a share `tail`, at most a half, of Student's t with four degrees lies.

    Source: Shaw 2006, Journal of Computational Finance 9(4), the closed form for n = 4.
    """
    root = jnp.sqrt(jnp.minimum(4.0 * tail * (1.0 - tail), 1.0))
    inner = jnp.cos(jnp.arccos(root) / 3.0) / root
    return -2.0 * jnp.sqrt(jnp.maximum(inner - 1.0, 0.0))
