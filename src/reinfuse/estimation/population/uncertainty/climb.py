"""The last steps to the top of the likelihood: Newton's, by the observed information.

Points move with what is known of the latents, so that a climb from a nearby fit needs no Markov
chains. A model that differs by a few covariate effects climbs in the same compiled code.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty.information import Information, information_of
from reinfuse.estimation.population.uncertainty.points import Rule
from reinfuse.estimation.population.vector import pack, unpack

MOST_STEPS = 25
# The climb ends when a step would raise ln L by less than half of this.
_LITTLE = 1e-4
_LONGEST = 0.5  # of one number in one step
_HALVINGS = 5
_FIRM = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """Where a climb ended; `left` is how much a further step would raise 2 ln L."""

    population: Population
    conditional: Conditional
    information: Information
    minus_2ll: float
    left: float
    steps: int

    @property
    def arrived(self) -> bool:
        """Whether it ended at a top."""
        return self.left < _LITTLE


def climb(
    problem: Problem,
    population: Population,
    conditional: Conditional,
    *,
    rule: Rule,
    key: Array,
    active: np.ndarray | None = None,
) -> Climbed:
    """The top near a population, moving only the numbers that are `active` (all, if None)."""
    base = Population(*(jnp.asarray(part) for part in population))
    vector = np.asarray(pack(problem.structure, base))
    chosen = np.arange(len(vector)) if active is None else np.flatnonzero(active)

    def look(vector: np.ndarray, conditional: Conditional) -> Information:
        return information_of(
            problem.structure, problem.arrays,
            unpack(problem.structure, base, jnp.asarray(vector)), conditional,
            rule=rule, key=key,
        )  # fmt: skip

    here = look(vector, conditional)
    here = look(vector, here.conditional)  # the points are where they belong from now on
    steps = 0
    while True:
        step, left = _newton(here, chosen)
        if left < _LITTLE or steps == MOST_STEPS:
            break
        moved = _higher(look, vector, here, chosen, step)
        if moved is None:
            break
        vector, here = moved
        steps += 1
    return Climbed(
        population=unpack(problem.structure, base, jnp.asarray(vector)),
        conditional=here.conditional,
        information=here,
        minus_2ll=_minus_2ll(here),
        left=left,
        steps=steps,
    )


def _minus_2ll(here: Information) -> float:
    return float(-2.0 * np.asarray(here.log_likelihood).sum())


def _newton(here: Information, chosen: np.ndarray) -> tuple[np.ndarray, float]:
    """A step uphill, and how much it promises for 2 ln L."""
    slope = np.asarray(here.scores).sum(1)[chosen]
    bend = np.asarray(here.observed)[np.ix_(chosen, chosen)]
    size = np.sqrt(np.maximum(np.abs(np.diagonal(bend)), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(bend / np.outer(size, size))
    firm = np.maximum(np.abs(values), _FIRM * np.abs(values).max())
    step = vectors @ ((vectors.T @ (slope / size)) / firm) / size
    return step, float(slope @ step)


def _higher(
    look: object, vector: np.ndarray, here: Information, chosen: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, Information] | None:
    """A point with a higher likelihood along the step, None if there is none."""
    share = min(1.0, _LONGEST / max(float(np.abs(step).max()), np.finfo(float).tiny))
    for _ in range(_HALVINGS):
        moved = vector.copy()
        moved[chosen] += share * step
        there = look(moved, here.conditional)  # type: ignore[operator]
        if _minus_2ll(there) < _minus_2ll(here) + _LITTLE:
            return moved, there
        share *= 0.5
    return None
