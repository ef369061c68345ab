"""-2 ln L of each subject under each approximation, with every constant, and its derivatives.

Sources: FO, FOCE and FOCE-I: Wang 2007, doi:10.1007/s10928-007-9060-6; derivatives that follow
the modes: Almquist 2015, doi:10.1007/s10928-015-9409-1; Lindstrom and Bates 1990,
doi:10.2307/2532087.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from reinfuse.estimation.population.linearised.mode import (
    Looked,
    Modes,
    find_modes,
    following,
    look,
)
from reinfuse.estimation.population.linearised.objective import Objective
from reinfuse.estimation.population.linearised.rows import (
    LOG_2PI,
    Point,
    expected,
    misfit,
    normal_rows,
    point_of,
    typical_sd,
    with_slopes,
)
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.structure import VALUE, Arrays, Population, Structure

STILL = (Objective.FOCE, Objective.LINDSTROM_BATES)


class Evaluated(NamedTuple):
    """An objective at one population.

    `subjects` are contributions to -2 ln L; `slopes` (`"subjects vector"`) their derivatives;
    `modes` those of white random effects, which FO does not look at.
    """

    subjects: Array
    slopes: Array
    modes: Modes


def evaluate(
    structure: Structure,
    arrays: Arrays,
    base: Population,
    vector: Array,
    start: Modes,
    *,
    objective: Objective,
) -> Evaluated:
    """The objective and its derivatives at a vector; searches for modes begin at `start`."""
    modes = start
    if objective is not Objective.FO:
        modes = modes_at(structure, arrays, base, vector, start.white, still=objective in STILL)
    # Two pieces of compiled code: that of the modes serves several objectives.
    slope, subjects = sloped(structure, arrays, base, vector, modes, objective=objective)
    return Evaluated(subjects, slope, modes)


@partial(jax.jit, static_argnames=("structure", "objective"))
def sloped(
    structure: Structure,
    arrays: Arrays,
    base: Population,
    vector: Array,
    modes: Modes,
    *,
    objective: Objective,
) -> tuple[Array, Array]:
    """Derivatives of -2 ln L of each subject (`"subjects vector"`), and its values."""

    def values(moving: Array) -> tuple[Array, Array]:
        point = point_of(structure, base, moving)
        found = subjects_at(structure, arrays, point, modes, objective)
        return found, found

    return jax.jacfwd(values, has_aux=True)(vector)


@partial(jax.jit, static_argnames=("structure", "objective"))
def valued(
    structure: Structure,
    arrays: Arrays,
    base: Population,
    vector: Array,
    modes: Modes,
    *,
    objective: Objective,
) -> Array:
    """-2 ln L of each subject (`"subjects"`)."""
    return subjects_at(structure, arrays, point_of(structure, base, vector), modes, objective)


@partial(jax.jit, static_argnames=("structure", "still"))
def modes_at(
    structure: Structure,
    arrays: Arrays,
    base: Population,
    vector: Array,
    start: Array,
    *,
    still: bool,
) -> Modes:
    """The modes of white random effects (`"latents subjects"`), searched for from `start`.

    With `still`, under the residual SD of the typical subject.
    """
    point = point_of(structure, base, vector)
    return find_modes(partial(misfit, structure, arrays, point, still=still), start)


def no_modes(structure: Structure, arrays: Arrays) -> Modes:
    """Where a search begins that knows nothing: at random effects of 0."""
    subjects, count, dtype = arrays.jacobian.shape[0], structure.latents, arrays.y.dtype
    nothing = jnp.zeros((count, subjects), dtype)
    whole = jnp.broadcast_to(jnp.eye(count, dtype=dtype), (subjects, count, count))
    return Modes(nothing, Looked(nothing[0], nothing.T, whole), nothing[0])


def subjects_at(
    structure: Structure, arrays: Arrays, point: Point, modes: Modes, objective: Objective
) -> Array:
    """-2 ln L of each subject, given modes that were searched for before (`"subjects"`)."""
    if objective is Objective.FO:
        return _straight(structure, arrays, point, jnp.zeros_like(modes.white))
    still = objective in STILL
    of = partial(misfit, structure, arrays, point, still=still)
    white = following(of, modes)
    if still:
        return _straight(structure, arrays, point, white)
    if objective is Objective.LAPLACE:
        seen = look(of, white)
        return 2.0 * seen.value + _log_det(seen.bend)
    return _expected_laplace(structure, arrays, point, white)


def straight_rows(arrays: Arrays, away: Array, sd: Array, slope: Array) -> Array:
    """-2 ln L of rows that are straight lines in white random effects (`"subjects"`).

    `away` are measurements less what is expected at random effects of 0, `sd` residual SDs and
    `slope` (`"latents rows subjects"`) how expectations move with the effects.
    """
    here = arrays.kind == VALUE
    unit = jnp.where(here, away, 0.0) / sd
    ways = jnp.where(here, slope, 0.0) / sd
    bend = _with_prior(jnp.einsum("arn,brn->nab", ways, ways))
    pull = jnp.einsum("arn,rn->na", ways, unit)
    factor = jnp.linalg.cholesky(bend)
    half = jax.scipy.linalg.solve_triangular(factor, pull[:, :, None], lower=True)[:, :, 0]
    rows = jnp.where(here, 2.0 * jnp.log(sd) + LOG_2PI, 0.0) + unit**2
    log_det = 2.0 * jnp.log(jnp.diagonal(factor, axis1=1, axis2=2)).sum(1)
    return rows.sum(0) - (half**2).sum(1) + log_det - 2.0 * arrays.jacobian


def _straight(structure: Structure, arrays: Arrays, point: Point, white: Array) -> Array:
    middle, slope = with_slopes(lambda at: expected(structure, arrays, point, at)[0], white)
    sd = typical_sd(structure, arrays, point)
    away = arrays.y - middle + jnp.einsum("arn,an->rn", slope, white)
    return straight_rows(arrays, away, sd, slope)


def _expected_laplace(structure: Structure, arrays: Arrays, point: Point, white: Array) -> Array:
    def rows(at: Array) -> tuple[Array, Array]:
        middle, sd = expected(structure, arrays, point, at)
        return middle, jnp.log(sd)

    (middle, log_sd), (slope, bend) = with_slopes(rows, white)
    sd = jnp.exp(log_sd)
    ways = slope / sd
    # Fisher's information on a normal's mean and on the logarithm of its SD.
    whole = _with_prior(
        jnp.einsum("arn,brn->nab", ways, ways) + 2.0 * jnp.einsum("arn,brn->nab", bend, bend)
    )
    return (white**2).sum(0) - 2.0 * normal_rows(arrays, middle, sd) + _log_det(whole)


def _with_prior(bend: Array) -> Array:
    return bend + jnp.eye(bend.shape[-1], dtype=bend.dtype)


def _log_det(bend: Array) -> Array:
    return 2.0 * jnp.log(jnp.diagonal(jnp.linalg.cholesky(bend), axis1=1, axis2=2)).sum(1)
