"""The tempered sampler beside plain importance sampling from the prior, at equal effective size.

The effective size of the tempered sampler is measured, not taken from the sampler: over repeated
runs, the variance within a run over the variance of the run's mean, for the parameter that is
worst off. Importance sampling draws from the prior until its weights have that effective size.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.timing import HOME
from reinfuse.estimation import CurveFit, fit_course, sample_posterior
from reinfuse.exchange.course_file import read_course
from reinfuse.kinetics import CurveProblem

RUNS = 40
BATCH = 5_000
MOST_DRAWS = 2_000_000
COURSES = {
    "founding case": "examples/founding-case.yaml",
    "invented child": "examples/invented-child.yaml",
    "invented adult": "examples/invented-adult.yaml",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one way of sampling reached, and in what time."""

    seconds: float
    effective: float


def time_sampling() -> list[str]:
    """Rows of the result table, one for each curve."""
    rows = []
    for course, file in COURSES.items():
        for problem in _problems(file):
            tempered = _temper(problem)
            plain = _weigh(problem, tempered.effective)
            rows.append(_row(f"{course}, {problem.data.label}", problem, tempered, plain))
    return rows


def _row(label: str, problem: CurveProblem, tempered: Drawn, plain: Drawn) -> str:
    # Batches overshoot and the cap falls short: the time to the same size follows by proportion.
    needed = plain.seconds * tempered.effective / plain.effective
    mark = f" (cap at {plain.effective:.0f})" if plain.effective < tempered.effective else ""
    return (
        f"| {label} | {len(problem.data.points)} | {tempered.effective:.0f} |"
        f" {tempered.seconds:.2f} s | {needed:.2f} s{mark} | {needed / tempered.seconds:.1f} |"
    )


def _problems(file: str) -> list[CurveProblem]:
    course = read_course(HOME / file).course
    if course is None:
        raise SystemExit(f"{file} cannot be read")
    fits = [item.fit for item in fit_course(course, seed=1).infusions]
    return [fit.problem for fit in fits if isinstance(fit, CurveFit)]


def _temper(problem: CurveProblem) -> Drawn:
    means, variances = [], []
    began = time.perf_counter()
    for run in range(RUNS):
        draws = sample_posterior(problem, rng=np.random.default_rng([11, run])).draws
        means.append(draws.mean(axis=0))
        variances.append(draws.var(axis=0))
    seconds = (time.perf_counter() - began) / RUNS
    effective = np.mean(variances, axis=0) / np.var(means, axis=0, ddof=1)
    return Drawn(seconds, float(effective.min()))


def _weigh(problem: CurveProblem, wanted: float) -> Drawn:
    """Draw until the weights are worth what is wanted, or to the cap; nothing is kept but sums."""
    rng = np.random.default_rng(12)
    began, drawn = time.perf_counter(), 0
    top, total, squares, effective = -np.inf, 0.0, 0.0, 0.0
    while effective < wanted and drawn < MOST_DRAWS:
        logs = np.nan_to_num(problem.log_likelihood(problem.sample_prior(rng, BATCH)), nan=-np.inf)
        highest = max(top, float(logs.max()))
        shrink, weights = np.exp(top - highest), np.exp(logs - highest)
        total = total * shrink + weights.sum()
        squares = squares * shrink**2 + weights @ weights
        top, drawn, effective = highest, drawn + BATCH, float(total**2 / squares)
    return Drawn(time.perf_counter() - began, effective)
