"""Which candidates are worth a fit, from what the model without them says of the latents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reinfuse.estimation.population.covariates.fits import Chosen, Fits, Fitted
from reinfuse.estimation.population.covariates.result import Group, SearchMethod
from reinfuse.estimation.population.covariates.tests_of_effects import (
    correlation_p,
    draw_effects,
    score_p,
)
from reinfuse.estimation.population.predict import mean_latents

# p values by group, given the present model and what is in it.
Screening = Callable[[Fitted, Chosen], dict[str, float]]


def screening_of(
    method: SearchMethod, fits: Fits, groups: Mapping[str, Group], seed: int
) -> Screening | None:
    """The screening of a method; None where every candidate is fitted."""
    match method:
        case SearchMethod.STEPWISE:
            return None
        case SearchMethod.SCORES:
            return _by_scores(fits)
        case SearchMethod.SAMPLES:
            return _by_samples(fits, groups, seed)


def _by_scores(fits: Fits) -> Screening:
    def screen(now: Fitted, chosen: Chosen) -> dict[str, float]:
        active = np.flatnonzero(fits.active(chosen))
        return {
            name: score_p(now.climbed.information, places, active)
            for name, places in fits.places.items()
            if name not in chosen
        }

    return screen


def _by_samples(fits: Fits, groups: Mapping[str, Group], seed: int) -> Screening:
    """Effects on parameters without a random effect, or that change in time, are always fitted."""
    problem = fits.problem
    structure = problem.structure
    terms = {term.name: term for term in structure.terms}
    columns = np.asarray(problem.arrays.columns)

    def screen(now: Fitted, chosen: Chosen) -> dict[str, float]:
        population = now.climbed.population
        middle = np.asarray(mean_latents(structure, problem.arrays, population.beta))
        generator = np.random.default_rng([seed, len(chosen)])
        effects = draw_effects(now.climbed.conditional, middle, generator)
        found = {}
        for name, group in groups.items():
            mine = [terms[one.name] for one in group.effects]
            if name in chosen:
                continue
            if any(one.varying or one.parameter not in structure.random for one in mine):
                found[name] = 0.0
                continue
            row = structure.random.index(mine[0].parameter)
            seen = np.stack([columns[one.column, 0] for one in mine])
            found[name] = correlation_p(effects[:, row], seen)
        return found

    return screen
