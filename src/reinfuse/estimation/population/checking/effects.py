"""Random effects of subjects: how they scatter, how far they shrink, what they go along with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from reinfuse.estimation.population.checking.bins import first_value
from reinfuse.estimation.population.checking.normality import (
    NormalTests,
    NotTested,
    assess_normal,
)
from reinfuse.estimation.population.checking.residuals import Residuals
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Population
from reinfuse.record.data_set import DataSet

FEWEST = 3  # subjects for a correlation, or in a category
MOST_CATEGORIES = 8
_LEAST_SD = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrinkage:
    """How far random effects are drawn towards 0, by two definitions that are both in use.

    `by_sd` is 1 - SD(eta) / omega, `by_variance` 1 - var(eta) / omega squared, each at modes and
    at conditional means. A parameter that the fit found not to vary has no shrinkage: nan.
    """

    parameter: str
    omega: float
    by_sd: float
    by_variance: float
    by_sd_of_means: float
    by_variance_of_means: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualShrinkage:
    """1 - SD(IWRES) of one assay, over measurements that are numbers."""

    assay: str
    by_sd: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A random effect against a covariate at the start: exploratory, by correlation or ANOVA.

    `statistic` is Pearson's r, or the share of variance between categories. `values` are the
    covariate's, None where it was not recorded.
    """

    parameter: str
    covariate: str
    values: tuple[float | str | None, ...]
    numeric: bool
    statistic: float
    p: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssociated:
    """Why a random effect was not set against a covariate."""

    parameter: str
    covariate: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomEffects:
    """Random effects of every subject at the mode and at the conditional mean.

    `mode` and `mean` are `"parameters subjects"` on the scales of estimation. `tests` are of
    mode / omega against a standard normal: shrinkage alone makes the variance differ.
    """

    parameters: tuple[str, ...]
    mode: np.ndarray
    mean: np.ndarray
    omega: np.ndarray
    shrinkage: tuple[Shrinkage, ...]
    tests: tuple[NormalTests | NotTested, ...]
    associations: tuple[Association | NotAssociated, ...]


def random_effects(
    problem: Problem,
    population: Population,
    data: DataSet,
    *,
    mode: np.ndarray,
    mean: np.ndarray,
) -> RandomEffects:
    """Everything about the random effects between patients, from their latents."""
    structure = problem.structure
    count = len(structure.random)
    middle = np.asarray(mean_latents(structure, problem.arrays, population.beta), np.float64)
    at_mode, at_mean = (np.asarray(one, np.float64)[:count] - middle[:count]
                        for one in (mode, mean))  # fmt: skip
    omega = np.sqrt(np.maximum(np.diagonal(np.asarray(population.omega, np.float64)), 0.0))
    names = tuple(structure.names[place] for place in structure.random)
    return RandomEffects(
        parameters=names,
        mode=at_mode,
        mean=at_mean,
        omega=omega,
        shrinkage=tuple(
            _shrinkage(name, omega[row], at_mode[row], at_mean[row])
            for row, name in enumerate(names)
        ),
        tests=tuple(
            assess_normal(at_mode[row] / omega[row]) if omega[row] > _LEAST_SD
            else NotTested(why="the fit found no variance")
            for row in range(count)
        ),
        associations=tuple(
            associate(name, at_mode[row], covariate, _values(data, covariate))
            for covariate in data.covariates
            for row, name in enumerate(names)
        ),
    )  # fmt: skip


def residual_shrinkage(residuals: Residuals, assays: tuple[str, ...]) -> list[ResidualShrinkage]:
    """Epsilon shrinkage of every assay with at least two numbers."""
    found = []
    for number, label in enumerate(assays):
        mine = residuals.iwres[(residuals.assay == number) & ~residuals.beyond]
        if mine.size > 1:
            sd = 1.0 - float(mine.std(ddof=1))
            found.append(ResidualShrinkage(assay=label, by_sd=sd, count=int(mine.size)))
    return found


def associate(
    parameter: str,
    effect: np.ndarray,
    covariate: str,
    values: tuple[float | str | None, ...],
) -> Association | NotAssociated:
    """One random effect against one covariate, over subjects for whom it was recorded."""
    known = np.asarray([one is not None for one in values])
    kinds = {one for one in values if one is not None}
    numeric = all(isinstance(one, float | int) for one in kinds)

    def refused(why: str) -> NotAssociated:
        return NotAssociated(parameter=parameter, covariate=covariate, why=why)

    if known.sum() < FEWEST:
        return refused(f"recorded for {int(known.sum())} subjects")
    if len(kinds) == 1:
        return refused("the same for every subject")
    if np.ptp(effect[known]) <= _LEAST_SD:
        return refused("the fit found no variance")
    if numeric and len(kinds) > 2:  # noqa: PLR2004 # two numbers are a category
        numbers = np.asarray([one for one in values if one is not None], np.float64)
        found = stats.pearsonr(numbers, effect[known])
        statistic, p = float(found.statistic), float(found.pvalue)
    else:
        numeric = False
        if len(kinds) > MOST_CATEGORIES:
            return refused(f"{len(kinds)} categories")
        groups = [effect[[value == one for value in values]] for one in sorted(kinds, key=str)]
        if min(len(one) for one in groups) < 2:  # noqa: PLR2004 # a variance needs two
            return refused("a category with one subject")
        p = float(stats.f_oneway(*groups).pvalue)
        within = sum(float(((one - one.mean()) ** 2).sum()) for one in groups)
        statistic = 1.0 - within / float(((effect[known] - effect[known].mean()) ** 2).sum())
    return Association(
        parameter=parameter, covariate=covariate, values=values, numeric=numeric,
        statistic=statistic, p=p, count=int(known.sum()),
    )  # fmt: skip


def _shrinkage(name: str, omega: float, mode: np.ndarray, mean: np.ndarray) -> Shrinkage:
    def share(values: np.ndarray) -> float:
        if omega <= _LEAST_SD or values.size < 2:  # noqa: PLR2004 # an SD needs two
            return math.nan
        return float(values.std(ddof=1)) / omega

    first, second = share(mode), share(mean)
    return Shrinkage(
        parameter=name, omega=float(omega), by_sd=1.0 - first, by_variance=1.0 - first**2,
        by_sd_of_means=1.0 - second, by_variance_of_means=1.0 - second**2,
    )  # fmt: skip


def _values(data: DataSet, covariate: str) -> tuple[float | str | None, ...]:
    return tuple(first_value(one.covariates.get(covariate, ())) for one in data.subjects)
