"""Standard errors from the fit itself: the curvature of the likelihood and its subjects' scores."""

from __future__ import annotations

from enum import StrEnum

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import WORST_SHAPE
from reinfuse.estimation.population.pareto import pareto_shape
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty.information import Information, information_of
from reinfuse.estimation.population.uncertainty.points import Draws, Rule, rule_for
from reinfuse.estimation.population.uncertainty.result import (
    Uncertainty,
    at_the_floor,
    from_information,
    make_uncertainty,
)

# Independent passes whose differences are the Monte Carlo error.
PASSES = 4


class Method(StrEnum):
    """What the covariance of the estimates is made from; I is Louis' information, S the scores."""

    LOUIS = "louis"  # inverse of I
    SCORES = "scores"  # inverse of S S', after Berndt, Hall, Hall and Hausman
    SANDWICH = "sandwich"  # inverse of I, S S', inverse of I: right in a wrong model too


def uncertainty_of(
    fit: PopulationFit, *, seed: int, method: Method = Method.LOUIS, draws: int | None = None
) -> Uncertainty:
    """Standard errors of a fit; `seed` and `draws` matter with more than three latents only.

    Sources: Louis 1982, doi:10.1111/j.2517-6161.1982.tb01203.x; Berndt 1974, NBER 0045; White
    1982, doi:10.2307/1912526.
    """
    return uncertainty_at(
        fit.problem, fit.population, fit.conditional, seed=seed, method=method, draws=draws
    )


def uncertainty_at(
    problem: Problem,
    population: Population,
    conditional: Conditional,
    *,
    seed: int,
    method: Method = Method.LOUIS,
    draws: int | None = None,
    active: np.ndarray | None = None,
) -> Uncertainty:
    """The same of a population that maximises the likelihood of a problem.

    Where `active` says which numbers of the vector were estimated, the others count as known.
    """
    structure = problem.structure
    rule = rule_for(structure, len(problem.subjects))
    if draws is not None and isinstance(rule, Draws):
        rule = Draws(count=max(draws // PASSES, 1))
    passes = information_passes(problem, population, conditional, rule=rule, seed=seed)
    floor = at_the_floor(structure, population)
    known = np.zeros(len(floor), bool) if active is None else ~active
    covariance, why = _covariance(_mean(passes), floor, known, method)
    apart = [_covariance(one, floor, known, method)[0] for one in passes] if len(passes) > 1 else []
    return make_uncertainty(
        structure,
        problem.assays,
        population,
        covariance,
        method=str(method),
        why=why,
        notes=(*_notes(problem, passes, rule), *_from_the_top(_mean(passes), floor | known)),
        error=_error(covariance, apart) if apart else None,
    )


def information_passes(
    problem: Problem,
    population: Population,
    conditional: Conditional,
    *,
    rule: Rule,
    seed: int,
) -> list[Information]:
    """Independent passes for draws, one for a grid."""
    key = jax.random.key(seed)
    there = Population(*(jnp.asarray(part) for part in population))
    count = PASSES if isinstance(rule, Draws) else 1
    return [
        information_of(
            problem.structure, problem.arrays, there, conditional,
            rule=rule, key=jax.random.fold_in(key, number),
        )
        for number in range(count)
    ]  # fmt: skip


def _mean(passes: list[Information]) -> Information:
    scores = sum(np.asarray(one.scores) for one in passes) / len(passes)
    observed = sum(np.asarray(one.observed) for one in passes) / len(passes)
    return passes[0]._replace(scores=scores, observed=observed)


def _from_the_top(information: Information, left_out: np.ndarray) -> tuple[str, ...]:
    """How far the estimate is from where the scores are 0, in standard errors."""
    covariance, _ = from_information(np.asarray(information.observed), left_out)
    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    shift = np.abs(covariance @ np.asarray(information.scores).sum(1))
    far = float((shift / np.where(errors > 0.0, errors, np.inf)).max(initial=0.0))
    return (f"every estimate is within {far:.2g} standard errors of the top of the likelihood",)


def _covariance(
    information: Information, floor: np.ndarray, known: np.ndarray, method: Method
) -> tuple[np.ndarray, dict[int, str]]:
    outer = np.asarray(information.scores @ information.scores.T)
    made_of = outer if method is Method.SCORES else np.asarray(information.observed)
    bread, why = from_information(made_of, floor | known)
    why = {place: reason for place, reason in why.items() if not known[place]}
    return (bread @ outer @ bread if method is Method.SANDWICH else bread), why


def _error(covariance: np.ndarray, apart: list[np.ndarray]) -> np.ndarray:
    """Monte Carlo SD of each standard error, relative to it."""
    middle = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    each = np.sqrt([np.maximum(np.diagonal(one), 0.0) for one in apart])
    size = np.where(middle > 0.0, middle, 1.0)
    return each.std(0, ddof=1) / np.sqrt(len(apart)) / size


def _notes(problem: Problem, passes: list[Information], rule: Rule) -> tuple[str, ...]:
    if not isinstance(rule, Draws):
        return (f"latents integrated on a grid of {rule.nodes} nodes each",)
    shapes = pareto_shape(np.asarray(passes[0].log_weights))
    notes = [f"latents integrated by {rule.count} draws of each subject, {len(passes)} times"]
    bad = [
        name for name, shape in zip(problem.subjects, shapes, strict=True) if shape > WORST_SHAPE
    ]
    if bad:
        notes.append(f"the draws cannot be trusted (Pareto k above {WORST_SHAPE}) for ID "
                     + ", ".join(bad))  # fmt: skip
    return tuple(notes)
