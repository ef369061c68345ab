"""The algorithm of Lindstrom and Bates: a straight line, a linear mixed model, a new line.

At each subject's mode the curve is replaced by a straight line in fixed and random effects. The
numbers that are most likely under that line give new modes and a new line, until nothing moves.
Where it ends, the line's likelihood is at its maximum with the line held, which is not quite the
maximum of FOCE. Source: doi:10.2307/2532087; the likelihood of nlme is the same.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.linearised.approximations import modes_at, straight_rows
from reinfuse.estimation.population.linearised.minimise import Minimum, Value, minimise
from reinfuse.estimation.population.linearised.mode import Modes
from reinfuse.estimation.population.linearised.rows import (
    Point,
    effects_of,
    expected,
    point_of,
    typical_sd,
    with_slopes,
)
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.structure import Arrays, Population, Structure

_MOST_LINES = 200
_SETTLED = 1e-8  # change of -2 ln L from one line to the next


class Line(NamedTuple):
    """The curve as a straight line around `vector` and random effects.

    `away` (`"rows subjects"`) are measurements less what the line expects at `vector` and random
    effects of 0; `fixed` (`"rows subjects vector"`) and `random` (`"latents rows subjects"`) its
    slopes, the latter in units of the effects themselves.
    """

    vector: Array
    away: Array
    fixed: Array
    random: Array


def fit_lines(
    structure: Structure, arrays: Arrays, base: Population, start: np.ndarray
) -> tuple[Minimum, Line, Modes]:
    """Where lines and numbers agree, the last line, and the modes that it was laid through."""
    vector = jnp.asarray(start)
    white = jnp.zeros((structure.latents, arrays.jacobian.shape[0]), vector.dtype)
    before = np.inf
    for _ in range(_MOST_LINES):
        modes = modes_at(structure, arrays, base, vector, white, still=True)
        white = modes.white
        line = line_at(structure, arrays, base, vector, white)
        found = minimise(partial(value_on, structure, arrays, base, line), np.asarray(vector))
        vector = jnp.asarray(found.vector)
        if not abs(before - found.value.total) > _SETTLED:
            break
        before = found.value.total
    return found, line, modes


def value_on(
    structure: Structure, arrays: Arrays, base: Population, line: Line, vector: np.ndarray
) -> Value:
    """-2 ln L of each subject under a line, and its derivatives."""
    terms, found = _on_line(structure, arrays, base, line, jnp.asarray(vector))
    return Value(np.asarray(terms), np.asarray(found))


@partial(jax.jit, static_argnames=("structure",))
def line_at(
    structure: Structure, arrays: Arrays, base: Population, vector: Array, white: Array
) -> Line:
    """The line through the modes `white` at a vector."""
    centre = point_of(structure, base, vector)
    effects = effects_of(structure, centre, white)

    def middles(moving: Array, aside: Array) -> Array:
        point = point_of(structure, base, moving)
        unit = Point(
            point.population._replace(gamma=jnp.ones_like(point.population.gamma)),
            jnp.eye(len(structure.random), dtype=moving.dtype),
        )
        return expected(structure, arrays, unit, aside)[0]

    middle, random = with_slopes(partial(middles, vector), effects)
    return Line(
        vector=vector,
        away=arrays.y - middle + jnp.einsum("arn,an->rn", random, effects),
        fixed=jax.jacfwd(middles)(vector, effects),
        random=random,
    )


@partial(jax.jit, static_argnames=("structure",))
def _on_line(
    structure: Structure, arrays: Arrays, base: Population, line: Line, vector: Array
) -> tuple[Array, Array]:
    def values(moving: Array) -> tuple[Array, Array]:
        point = point_of(structure, base, moving)
        sd = typical_sd(structure, arrays, point)
        # Slopes along white effects: the factor's columns are the ways.
        wide = effects_of(structure, point, jnp.eye(structure.latents, dtype=moving.dtype))
        scaled = jnp.einsum("ba,brn->arn", wide, line.random)
        away = line.away - line.fixed @ (moving - line.vector)
        found = straight_rows(arrays, away, sd, scaled)
        return found, found

    slope, terms = jax.jacfwd(values, has_aux=True)(vector)
    return terms, slope
