"""A population fitted by minimising a linearised or Laplace objective."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.linearised.approximations import (
    STILL,
    evaluate,
    modes_at,
    no_modes,
    valued,
)
from reinfuse.estimation.population.linearised.lindstrom_bates import fit_lines, value_on
from reinfuse.estimation.population.linearised.minimise import (
    Minimum,
    Value,
    curvature,
    minimise,
)
from reinfuse.estimation.population.linearised.mode import Modes
from reinfuse.estimation.population.linearised.objective import Objective, refusal
from reinfuse.estimation.population.linearised.result import LinearisedFit, ObjectiveValue
from reinfuse.estimation.population.linearised.rows import (
    effects_of,
    latents_of,
    point_of,
)
from reinfuse.estimation.population.linearised.standard_errors import (
    NoErrors,
    StandardErrors,
    loose_places,
    standard_errors,
)
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.result import NotFitted, Outcome
from reinfuse.estimation.population.starting import starting_population
from reinfuse.estimation.population.structure import Arrays, Population, Structure
from reinfuse.estimation.population.vector import (
    logarithms,
    natural_jacobian,
    number_labels,
    pack,
    unpack,
)
from reinfuse.record.data_set import DataSet

_ELSEWHERE = 0.5  # SD of further starts around the first, in spreads of each parameter
_UNSETTLED = 1e-6  # a mode from which the misfit would still fall by more was not found
_LEAST_CONVEX = 1e-6  # smallest eigenvalue, scaled, with which a Newton step is tried
_CONVERGED = 1e-3  # what -2 ln L may still fall by


def fit_linearised(
    data: DataSet,
    model: PopulationModel,
    *,
    objective: Objective,
    seed: int = 0,
    start: Population | None = None,
    starts: int = 1,
) -> LinearisedFit | NotFitted:
    """The population that minimises `objective`, with standard errors.

    `start` is where the search begins (the model's starting values if None). With more `starts`,
    further searches begin around it, drawn with `seed`, and the best is kept. Raises UnusableData
    where the data cannot be fitted at all.
    """
    problem = make_problem(data, model)
    refused = refusal(problem, objective)
    if refused is not None:
        return refused
    base = starting_population(problem) if start is None else start
    runs = [
        _search(problem, objective, base, vector)
        for vector in _starting_vectors(problem.structure, base, seed=seed, starts=starts)
    ]
    best = min(runs, key=lambda run: run.minimum.value.total)
    if not np.isfinite(best.minimum.value.total):
        return NotFitted(
            why=f"{objective.value} cannot be computed where the search begins",
            fix="give starting values nearer to the data (`start`, `spread`, `residual_start`)",
        )
    ended = tuple(run.minimum.value.total for run in runs)
    return _result(problem, objective, base, best, starts=ended, seed=seed)


def objective_at(
    problem: Problem, population: Population, objective: Objective
) -> ObjectiveValue | NotFitted:
    """The objective at given numbers, subject by subject."""
    refused = refusal(problem, objective)
    if refused is not None:
        return refused
    base = Population(*(jnp.asarray(part, jnp.float64) for part in population))
    vector = pack(problem.structure, base)
    structure, arrays = problem.structure, problem.arrays
    modes = no_modes(structure, arrays)
    if objective is not Objective.FO:
        modes = modes_at(structure, arrays, base, vector, modes.white, still=objective in STILL)
    subjects = valued(structure, arrays, base, vector, modes, objective=objective)
    return _value(problem, objective, base, vector, modes, np.asarray(subjects))


class _Run(NamedTuple):
    """A search that ended: where, how the objective bends there, modes and evaluations."""

    minimum: Minimum
    bend: np.ndarray
    modes: Modes
    evaluations: int


class _Objective:
    """The objective as a function of the vector; modes are searched for from the last ones."""

    def __init__(self, problem: Problem, objective: Objective, base: Population) -> None:
        self.problem, self.objective, self.base = problem, objective, base
        self.modes = no_modes(problem.structure, problem.arrays)
        self.evaluations = 0

    def __call__(self, vector: np.ndarray) -> Value:
        found = evaluate(
            self.problem.structure, self.problem.arrays, self.base, jnp.asarray(vector), self.modes,
            objective=self.objective,
        )  # fmt: skip
        self.evaluations += 1
        value = Value(np.asarray(found.subjects), np.asarray(found.slopes))
        if np.isfinite(value.total):
            self.modes = found.modes
        return value


def _starting_vectors(
    structure: Structure, base: Population, *, seed: int, starts: int
) -> list[np.ndarray]:
    draws = np.random.default_rng(seed)
    spread = np.sqrt(np.diagonal(np.asarray(base.omega)))
    found = [np.asarray(pack(structure, base))]
    for _ in range(starts - 1):
        beta = np.array(base.beta)
        moved = draws.normal(size=len(spread)) * _ELSEWHERE * spread
        beta[list(structure.random)] += moved * np.asarray(structure.free)[list(structure.random)]
        found.append(np.asarray(pack(structure, base._replace(beta=jnp.asarray(beta)))))
    return found


def _search(problem: Problem, objective: Objective, base: Population, start: np.ndarray) -> _Run:
    structure, arrays = problem.structure, problem.arrays
    if objective is Objective.LINDSTROM_BATES:
        minimum, line, modes = fit_lines(structure, arrays, base, start)
        bend = curvature(partial(value_on, structure, arrays, base, line), minimum)
        return _Run(minimum, bend, modes, 0)
    at = _Objective(problem, objective, base)
    minimum = minimise(at, start)
    if not np.isfinite(minimum.value.total):
        return _Run(minimum, np.zeros((len(start), len(start))), at.modes, at.evaluations)
    bend = curvature(at, minimum)
    minimum = _polished(at, minimum, bend)
    at(minimum.vector)
    return _Run(minimum, bend, at.modes, at.evaluations)


def _polished(at: Callable[[np.ndarray], Value], minimum: Minimum, bend: np.ndarray) -> Minimum:
    """One Newton step, where the objective is convex and the step lowers it."""
    slope = minimum.value.slope
    sizes = np.sqrt(np.maximum(np.abs(np.diagonal(bend)), 1e-12))
    values, vectors = np.linalg.eigh(bend / np.outer(sizes, sizes))
    if values[0] <= _LEAST_CONVEX:
        return minimum
    step = -(vectors @ ((vectors.T @ (slope / sizes)) / values)) / sizes
    left = float(-0.5 * slope @ step)
    value = at(minimum.vector + step)
    if value.total > minimum.value.total:
        return minimum._replace(left=left)
    slope = value.slope
    left = float(0.5 * (slope / sizes) @ (vectors @ ((vectors.T @ (slope / sizes)) / values)))
    return Minimum(minimum.vector + step, value, left)


@partial(jax.jit, static_argnames=("structure",))
def _around(
    structure: Structure, arrays: Arrays, base: Population, vector: Array, modes: Modes
) -> tuple[Array, Conditional]:
    """Random effects at the modes, and latents as normals around them."""
    point = point_of(structure, base, vector)
    wide = effects_of(structure, point, jnp.eye(structure.latents, dtype=vector.dtype))
    spread = wide @ jnp.linalg.inv(modes.seen.bend) @ wide.T
    mean = latents_of(structure, arrays, point, modes.white)
    return effects_of(structure, point, modes.white), Conditional(mean, spread)


def _value(
    problem: Problem,
    objective: Objective,
    base: Population,
    vector: Array,
    modes: Modes,
    subjects: np.ndarray,
) -> ObjectiveValue:
    structure, arrays = problem.structure, problem.arrays
    if objective is Objective.FO:  # post hoc
        modes = modes_at(structure, arrays, base, vector, modes.white, still=False)
    effects, conditional = _around(structure, arrays, base, vector, modes)
    lost = np.flatnonzero(~(np.asarray(modes.left) < _UNSETTLED))
    return ObjectiveValue(
        problem=problem,
        objective=objective,
        subjects=subjects,
        effects=np.asarray(effects),
        conditional=conditional,
        unsettled=tuple(problem.subjects[one] for one in lost),
    )


def _result(
    problem: Problem,
    objective: Objective,
    base: Population,
    run: _Run,
    *,
    starts: tuple[float, ...],
    seed: int,
) -> LinearisedFit:
    structure = problem.structure
    minimum, vector = run.minimum, jnp.asarray(run.minimum.vector)
    labels = number_labels(structure, problem.assays)
    loose = loose_places(run.bend, logarithms(structure))
    errors = standard_errors(
        labels,
        run.bend,
        minimum.value.slopes,
        np.asarray(natural_jacobian(structure, base, vector)),
        loose,
    )
    value = _value(problem, objective, base, vector, run.modes, minimum.value.terms)
    fitted = unpack(structure, base, vector)
    return LinearisedFit(
        problem=problem,
        objective=objective,
        population=Population(*(np.asarray(part) for part in fitted)),
        outcome=_outcome(minimum.left, errors, loose),
        value=value,
        errors=errors,
        hessian=run.bend,
        vector=minimum.vector,
        slope=minimum.left,
        starts=starts,
        evaluations=run.evaluations,
        seed=seed,
        loose=tuple(label for label, out in zip(labels, loose, strict=True) if out),
        notes=(*problem.notes, *_notes(value)),
    )


def _outcome(left: float, errors: StandardErrors | NoErrors, loose: np.ndarray) -> Outcome:
    if not abs(left) < _CONVERGED:
        return Outcome.DRIFTING
    return Outcome.LOOSE if loose.any() or isinstance(errors, NoErrors) else Outcome.CONVERGED


def _notes(value: ObjectiveValue) -> list[str]:
    if not value.unsettled:
        return []
    return [f"no mode of random effects was found for ID {', '.join(value.unsettled)}"]
