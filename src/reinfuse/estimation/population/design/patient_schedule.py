"""Which days tell most about one patient, given a population.

A schedule is judged by what would be known after it: patients are drawn from the population, their
measurements with assay error and limit, and each is looked at through all other draws, weighed by
how likely they make the measurements. The mean of the variances that are left is what the
schedule is expected to leave. A measurement below the limit enters by its probability (M3).

Every schedule is judged by the same draws, so that differences between schedules hold little of
their error. The best is sought day by day, then by exchanging single days until none helps.

Sources: Chaloner and Verdinelli 1995, doi:10.1214/ss/1177009939; Fedorov 1972,
ISBN 978-0122507502 (exchange).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.density import expected_and_sd, latent_covariance
from reinfuse.estimation.population.design.asked import (
    AUC,
    PERSISTENCE,
    Asked,
    asked_for,
    exposure,
    looks,
    persistence,
)
from reinfuse.estimation.population.design.known import Source, known_of
from reinfuse.estimation.population.design.population_information import Arm, problem_of_arms
from reinfuse.estimation.population.model import ON_LOGARITHMS, STUDENTS
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.known_population import KnownPopulation
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Arrays, Population, Structure

GRID = (1.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0, 60.0, 90.0, 120.0, 180.0, 270.0, 365.0)
COMMON = ((7.0, 14.0, 28.0, 90.0, 180.0), (1.0, 3.0, 7.0, 14.0, 28.0), (28.0, 90.0, 180.0))
HORIZON = 3650.0
TRUTHS, DRAWS = 200, 4000
# With fewer draws that count, the variance that is left is told too small.
FEWEST_EFFECTIVE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be chosen: so many days of a grid, to tell about what, with which limit.

    `taken` are days on which samples have been taken or will be in any case. `horizon` is the last
    day that is looked at.
    """

    about: str = PERSISTENCE
    grid: tuple[float, ...] = GRID
    samples: int = 5
    limit: float | None = None
    taken: tuple[float, ...] = ()
    compared: tuple[tuple[float, ...], ...] = COMMON
    arm: Arm = field(default_factory=lambda: Arm(times=()))
    horizon: float = HORIZON


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Days, and the SD that they are expected to leave; `effective` is how many draws counted.

    `sd` is the root of the mean variance, `effective` the median over simulated patients.
    """

    days: tuple[float, ...]
    sd: float
    effective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDesign:
    """The best schedule of a grid, the prior's SD, and common schedules beside it."""

    asked: Asked
    prior_sd: float
    best: Schedule
    compared: tuple[Schedule, ...]
    notes: tuple[str, ...]


class Judge:
    """Expected variances of schedules over one set of draws; see the module's text."""

    def __init__(self, terms: dict[float, np.ndarray], asked: np.ndarray) -> None:
        # Half the bits: what is left of them is far below the error of the draws.
        self.terms, self.asked = terms, (asked - asked.mean()).astype(np.float32)
        self.seen: dict[tuple[float, ...], Schedule] = {}

    def of(self, days: Sequence[float]) -> Schedule:
        """What these days are expected to leave."""
        key = tuple(sorted(days))
        if key not in self.seen:
            self.seen[key] = self._judge(key)
        return self.seen[key]

    def _judge(self, days: tuple[float, ...]) -> Schedule:
        weights = self.terms[days[0]].copy()
        for day in days[1:]:
            weights += self.terms[day]
        weights -= weights.max(1, keepdims=True)
        np.exp(weights, out=weights)
        whole = weights.sum(1)
        mean = weights @ self.asked / whole
        variance = weights @ self.asked**2 / whole - mean**2
        effective = whole**2 / np.einsum("td,td->t", weights, weights)
        return Schedule(
            days=days, sd=float(np.sqrt(variance.mean())), effective=float(np.median(effective))
        )


def design_schedule(
    source: Source, question: Question, *, seed: int, truths: int = TRUTHS, draws: int = DRAWS
) -> ScheduleDesign:
    """The days of the grid that tell most; see the module's text. Raises ReinfuseError."""
    known = known_of(source)
    asked = asked_for(known, question.about, question.limit, question.horizon)
    _refuse(question)
    judge = judge_of(known, question, seed=seed, truths=truths, draws=draws)
    best = exchange(judge, question.grid, question.samples, taken=question.taken)
    compared = tuple(judge.of((*question.taken, *days)) for days in question.compared)
    return ScheduleDesign(
        asked=asked,
        prior_sd=float(judge.asked.std()),
        best=best,
        compared=compared,
        notes=tuple(_notes(known, question, best, truths, draws)),
    )


def exchange(
    judge: Judge, grid: Sequence[float], samples: int, *, taken: Sequence[float] = ()
) -> Schedule:
    """The best schedule found day by day, then by exchanges of one day for another."""
    chosen: list[float] = []
    while len(chosen) < samples:
        left = [day for day in grid if day not in chosen and day not in taken]
        chosen.append(min(left, key=lambda day: judge.of((*taken, *chosen, day)).sd))
    while True:
        now = judge.of((*taken, *chosen)).sd
        swaps = [
            [*chosen[:place], day, *chosen[place + 1 :]]
            for place in range(samples)
            for day in grid
            if day not in chosen and day not in taken
        ]
        best = min(swaps, key=lambda days: judge.of((*taken, *days)).sd, default=chosen)
        if judge.of((*taken, *best)).sd >= now:
            return judge.of((*taken, *chosen))
        chosen = best


def judge_of(
    known: KnownPopulation, question: Question, *, seed: int, truths: int, draws: int
) -> Judge:
    """The draws by which all schedules of a question are judged."""
    days = sorted({*question.grid, *question.taken, *(d for one in question.compared for d in one)})
    rng = np.random.default_rng(seed)
    total = truths + draws
    arm = question.arm
    problem = problem_of_arms(known, [_at(arm, tuple(days))])
    latents = _latents(problem, known, rng.standard_normal((problem.structure.latents, total)))
    middle, sd, _ = _curves(problem, known, latents)
    middle, sd = middle[: len(days)], sd[: len(days)]
    noise = rng.standard_normal((len(days), truths))
    measured = middle[:, :truths] + sd[:, :truths] * noise
    limit = _limit(known, question.limit)
    terms = {
        day: _log_terms(measured[row], middle[row, truths:], sd[row, truths:], limit)
        for row, day in enumerate(days)
    }
    return Judge(terms, _asked(known, question, latents[:, truths:]))


def _at(arm: Arm, times: tuple[float, ...]) -> Arm:
    return Arm(times=times, infusions=arm.infusions, amount=arm.amount, covariates=arm.covariates)


def _limit(known: KnownPopulation, limit: float | None) -> float | None:
    """The limit on the scale on which the first assay errs."""
    if limit is None:
        return None
    kind = known.model.residual_of(known.assays[0])
    return float(np.log(limit)) if kind in ON_LOGARITHMS else limit


def _log_terms(
    measured: np.ndarray, middle: np.ndarray, sd: np.ndarray, limit: float | None
) -> np.ndarray:
    """ln of how likely each draw makes each truth's measurement, `"truths draws"`."""
    logs = stats.norm.logpdf(measured[:, None], middle, sd)
    if limit is not None:
        under = stats.norm.logcdf((limit - middle) / sd)
        logs = np.where(measured[:, None] < limit, under, logs)
    return logs.astype(np.float32)


def _latents(problem: Problem, known: KnownPopulation, white: np.ndarray) -> np.ndarray:
    spread = np.asarray(latent_covariance(problem.structure, known.numbers))
    values, directions = np.linalg.eigh(spread)
    middle = np.asarray(mean_latents(problem.structure, problem.arrays, known.numbers.beta))
    return middle + (directions * np.sqrt(np.maximum(values, 0.0))) @ white


def _curves(
    problem: Problem, known: KnownPopulation, latents: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is expected, its SD, and ln of the level, each `"times draws"`."""
    found = _seen(problem.structure, problem.arrays, known.numbers, jnp.asarray(latents))
    middle, sd, logs = (np.asarray(one) for one in found)
    return middle, sd, logs


@partial(jax.jit, static_argnames=("structure",))
def _seen(
    structure: Structure, arrays: Arrays, numbers: Population, latents: Array
) -> tuple[Array, Array, Array]:
    many = latents.shape[1]
    wide = Arrays(*(
        jax.tree.map(lambda one: jnp.broadcast_to(one, (*one.shape[:-1], many)), part)
        for part in arrays
    ))  # fmt: skip
    level, logs = predict(structure, wide, numbers.beta, latents)
    middle, sd = expected_and_sd(structure, wide, numbers.residual, level, logs)
    return middle, jnp.broadcast_to(sd, middle.shape), logs


def _asked(known: KnownPopulation, question: Question, latents: np.ndarray) -> np.ndarray:
    """What is asked for, of every draw."""
    names = known.model.curve.names
    if question.about in names:
        if question.about not in known.model.varying:
            raise ReinfuseError(
                f"{question.about} is the same for all patients: no sample tells more of it",
                fix="ask for a parameter that varies between patients",
            )
        return latents[known.model.varying.index(question.about)]
    times = looks(question.horizon)
    problem = problem_of_arms(known, [_at(question.arm, tuple(times))])
    logs = _curves(problem, known, latents)[2][: len(times)]
    if question.about == PERSISTENCE:
        return persistence(times, logs, question.limit or 0.0)
    return exposure(times, logs) if question.about == AUC else logs.max(0)


def _refuse(question: Question) -> None:
    faults = []
    free = set(question.grid) - set(question.taken)
    if not 1 <= question.samples <= len(free):
        faults.append(f"{question.samples} samples cannot be chosen from {len(free)} days")
    if any(day > question.horizon for day in question.grid):
        faults.append(f"a day of the grid lies beyond day {question.horizon:g}, the last looked at")
    if faults:
        raise ReinfuseError("no schedule can be chosen:\n" + "\n".join(faults),
                            fix="change the grid or the number of samples")  # fmt: skip


def _notes(
    known: KnownPopulation, question: Question, best: Schedule, truths: int, draws: int
) -> list[str]:
    found = [f"{truths} simulated patients, each looked at through {draws} draws of the population"]
    if question.limit is None:
        found.append("no limit of the assay was counted")
    if best.effective < FEWEST_EFFECTIVE:
        found.append(
            f"about {best.effective:.0f} draws count for one patient: what is left is told too "
            "small; take more draws"
        )
    if known.model.residual_of(known.assays[0]) in STUDENTS:
        found.append("the assay's Student error was taken as normal")
    if len(known.assays) > 1:
        found.append(f"samples are measured by {known.assays[0]} alone")
    return found
