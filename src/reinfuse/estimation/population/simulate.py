"""New patients from a population: curves, measurements with their limit, what they add up to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.density import expected_and_sd, latent_covariance
from reinfuse.estimation.population.design.known import Source, known_of
from reinfuse.estimation.population.model import (
    DEGREES_OF_FREEDOM,
    ON_LOGARITHMS,
    STUDENTS,
    PopulationModel,
)
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.known_population import KnownPopulation
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import Arrays, Population, Structure
from reinfuse.estimation.population.vector import unpack
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

QUANTILES = (5, 25, 50, 75, 95)
# Populations drawn from the uncertainty; subjects are shared out among them.
_POPULATIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Whom to simulate: how many, when measured, when infused, with which covariates.

    `times` and `infusions` are on one clock. `covariates` are rows of which each subject gets one,
    drawn with replacement. Measurements below `limit` are given as lying below it.
    """

    subjects: int
    times: tuple[float, ...]
    infusions: tuple[float, ...] = (0.0,)
    amount: float | None = None
    covariates: tuple[Mapping[str, float | str], ...] = ()
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTime:
    """All subjects at one time, of the first assay.

    `levels` and `measured` are the percentiles of `QUANTILES` without and with assay error;
    `below` is the share of measurements below the limit, `persisting` the share of subjects whose
    level has stayed at or above it until here, both None where there is no limit.
    """

    time: float
    levels: tuple[float, ...]
    measured: tuple[float, ...]
    below: float | None
    persisting: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """Simulated subjects: `data` as if measured, `levels` (`"times subjects"`) behind them."""

    data: DataSet
    levels: np.ndarray
    by_time: tuple[ByTime, ...]
    notes: tuple[str, ...]


def simulate(
    source: Source,
    plan: Plan,
    *,
    seed: int,
    vectors: np.ndarray | None = None,
    names: str = "S",
) -> Simulated:
    """New subjects of a population; the same seed gives the same, and more leave the first alike.

    `vectors` (`"draws numbers"` of `vector.pack`) are populations that the data allow, such as
    `parameter_draws`; subjects are then shared out among them.
    """
    known = known_of(source)
    problem = _problem(known, plan, seed, names)
    levels, measured = _drawn(problem, known.numbers, vectors, seed)
    data = _measured(problem, plan, names, measured, seed, known)
    count = "" if vectors is None else f", from {min(len(vectors), plan.subjects)} populations"
    return Simulated(
        data=data,
        levels=levels[: len(plan.times)],
        by_time=tuple(_by_time(plan, levels, measured)),
        notes=(f"{plan.subjects} subjects{count}, seed {seed}",),
    )


def parameter_draws(
    vector: np.ndarray, covariance: np.ndarray, *, seed: int, count: int = _POPULATIONS
) -> np.ndarray:
    """Normal draws of a population's vector, `"draws numbers"`."""
    values, directions = np.linalg.eigh(covariance)
    white = np.random.default_rng([seed, 11]).standard_normal((count, len(vector)))
    return vector + (white * np.sqrt(np.maximum(values, 0.0))) @ directions.T


def _problem(known: KnownPopulation, plan: Plan, seed: int, names: str) -> Problem:
    faults = _faults(known.model, plan)
    if faults:
        raise ReinfuseError("this cannot be simulated:\n" + "\n".join(faults))
    return make_problem(_empty(known, plan, seed, names), known.model)


def _faults(model: PopulationModel, plan: Plan) -> list[str]:
    wanted = dict.fromkeys(one.covariate for one in model.effects)
    found = [
        f"the model needs {name}: give a file of covariates with that column"
        for name in wanted
        if not plan.covariates or any(name not in row for row in plan.covariates)
    ]
    if plan.subjects < 1:
        found.append(f"{plan.subjects} subjects: at least one is needed")
    if not plan.times:
        found.append("no time is given at which to look")
    if model.curve.needs_dose and plan.amount is None:
        found.append(f"curve {model.curve.name} needs a dose: say how much")
    if any(not math.isfinite(one) for one in (*plan.times, *plan.infusions)):
        found.append("a time is not a finite number")
    return found


def _empty(known: KnownPopulation, plan: Plan, seed: int, names: str) -> DataSet:
    """The subjects with a placeholder for every measurement."""
    infusions = sorted(plan.infusions)
    doses = tuple(
        Dose(time=time, amount=plan.amount or 1.0, occasion=number + 1)
        for number, time in enumerate(infusions)
    )
    samples = tuple(
        Sample(time=time, value=1.0, assay=assay,
               occasion=max(sum(one <= time for one in infusions), 1))
        for assay in range(len(known.assays))
        for time in sorted(plan.times)
    )  # fmt: skip
    rows = np.random.default_rng([seed, 3]).integers(
        max(len(plan.covariates), 1), size=plan.subjects
    )
    subjects = tuple(
        Subject(
            name=f"{names}{number + 1}", samples=samples, doses=doses,
            covariates=_covariates(plan.covariates, int(rows[number])),
        )
        for number in range(plan.subjects)
    )  # fmt: skip
    assays = tuple(Assay(label=label or "1") for label in known.assays)
    if known.assays != ("",):
        assays = tuple(Assay(label=label) for label in known.assays)
    return DataSet(subjects=subjects, assays=assays)


def _covariates(
    rows: Sequence[Mapping[str, float | str]], number: int
) -> dict[str, tuple[Known, ...]]:
    if not rows:
        return {}
    return {name: (Known(time=0.0, value=value),) for name, value in rows[number].items()}


def _drawn(
    problem: Problem, numbers: Population, vectors: np.ndarray | None, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Levels and measurements in natural units, `"rows subjects"`."""
    structure, arrays = problem.structure, problem.arrays
    subjects = len(problem.subjects)
    populations = [numbers]
    if vectors is not None:
        populations = [unpack(structure, numbers, jnp.asarray(one)) for one in vectors[:subjects]]
    width = -(-subjects // len(populations))
    effects, errors = _chance(problem, seed)
    parts = []
    for number, population in enumerate(populations):
        # The last share repeats its subjects, so that one compiled function serves all.
        mine = np.minimum(np.arange(number * width, (number + 1) * width), subjects - 1)
        chosen = Arrays(*(jax.tree.map(lambda one, mine=mine: one[..., mine], part)
                          for part in arrays))  # fmt: skip
        found = _curves(structure, chosen, population, effects[:, mine], errors[:, mine])
        parts.append(tuple(np.asarray(one) for one in found))
    levels, measured = (np.concatenate(one, axis=1) for one in zip(*parts, strict=True))
    return levels[:, :subjects], measured[:, :subjects]


def _chance(problem: Problem, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Standard random effects and residuals; a generator for each subject, whatever the others."""
    structure = problem.structure
    assays = np.asarray(problem.arrays.assay)
    students = np.asarray([kind in STUDENTS for kind in structure.residuals])
    effects = np.empty((structure.latents, assays.shape[1]))
    errors = np.empty(assays.shape)
    for subject in range(assays.shape[1]):
        rng = np.random.default_rng([seed, subject])
        effects[:, subject] = rng.standard_normal(structure.latents)
        errors[:, subject] = rng.standard_normal(len(assays))
        if students.any():
            tails = rng.standard_t(DEGREES_OF_FREEDOM, len(assays))
            errors[:, subject] = np.where(students[assays[:, subject]], tails, errors[:, subject])
    return effects, errors


@partial(jax.jit, static_argnames=("structure",))
def _curves(
    structure: Structure, arrays: Arrays, population: Population, effects: Array, errors: Array
) -> tuple[Array, Array]:
    sizes, directions = jnp.linalg.eigh(latent_covariance(structure, population))
    factor = directions * jnp.sqrt(jnp.maximum(sizes, 0.0))
    z = mean_latents(structure, arrays, population.beta) + factor @ effects
    level, logs = predict(structure, arrays, population.beta, z)
    middle, sd = expected_and_sd(structure, arrays, population.residual, level, logs)
    on_logs = jnp.asarray([kind in ON_LOGARITHMS for kind in structure.residuals])[arrays.assay]
    found = middle + sd * errors
    return level, jnp.where(on_logs, jnp.exp(jnp.where(on_logs, found, 0.0)), found)


def _measured(
    problem: Problem,
    plan: Plan,
    names: str,
    measured: np.ndarray,
    seed: int,
    known: KnownPopulation,
) -> DataSet:
    """The subjects with what was measured in the placeholders' stead."""
    empty = _empty(known, plan, seed, names)
    limit = plan.limit
    subjects = []
    for number, subject in enumerate(empty.subjects):
        values = measured[:, number].tolist()
        samples = tuple(
            Sample(time=one.time, value=None, high=limit, assay=one.assay, occasion=one.occasion)
            if limit is not None and value < limit
            else Sample(time=one.time, value=value, assay=one.assay, occasion=one.occasion)
            for one, value in zip(subject.samples, values, strict=True)
        )
        subjects.append(Subject(
            name=subject.name, samples=samples, doses=subject.doses, covariates=subject.covariates
        ))  # fmt: skip
    return DataSet(subjects=tuple(subjects), assays=empty.assays)


def _by_time(plan: Plan, levels: np.ndarray, measured: np.ndarray) -> list[ByTime]:
    times = sorted(plan.times)
    first = max(plan.infusions, default=0.0)
    still = np.ones(levels.shape[1], bool)
    seen = np.zeros(levels.shape[1], bool)
    found = []
    for row, time in enumerate(times):
        above = np.ones_like(still) if plan.limit is None else levels[row] >= plan.limit
        # Cells are lost when the level falls below the limit after having been above it.
        still = np.where(seen & ~above & (time > first), False, still)
        seen = seen | above
        below = None if plan.limit is None else float((measured[row] < plan.limit).mean())
        found.append(ByTime(
            time=time,
            levels=_percentiles(levels[row]),
            measured=_percentiles(measured[row]),
            below=below,
            persisting=None if plan.limit is None else float((still & seen).mean()),
        ))  # fmt: skip
    return found


def _percentiles(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(one) for one in np.percentile(values, QUANTILES))
