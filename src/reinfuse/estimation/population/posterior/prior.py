"""What is believed of a population's numbers before any data: one distribution for each, by name.

A typical value has the name of its parameter, an effect its own (`cmax ~ weight`), the SD of a
random effect `sd` before the parameter's name, a residual size its own, and `correlations` are
those within blocks.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import ON_LOGARITHMS, RESIDUAL_PARAMETERS
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import residual_names
from reinfuse.estimation.population.starting import starting_population
from reinfuse.estimation.population.structure import VALUE
from reinfuse.kinetics.curves import Scale
from reinfuse.source import Source, Standing

CORRELATIONS = "correlations"

# Our own choices, all wide. On a logarithm, an SD of 2 puts 95 % of a typical value within a factor
# of 50 either way of where a fit would start; a random effect's SD is mostly below 3.
TYPICAL_SD = 2.0
SPREAD_SIZE = 1.5
EFFECT_SD = 1.0
LKJ_CONCENTRATION = 2.0
TYPICAL_SD_OF_VALUE = 2.0  # on the identity scale, as a share of the starting value
SPREAD_OF_VALUE = 0.5
_LEAST = 1e-3

OURS = Source(
    cite="reinfuse", place="estimation.population.posterior.prior", standing=Standing.OURS
)


class Family(StrEnum):
    """The shape of a prior; `location` and `size` are said behind each."""

    NORMAL = "normal on the scale of estimation"  # mean, SD
    LOG_NORMAL = "log-normal"  # ln of the median, SD of ln
    HALF_NORMAL = "half-normal"  # size: its SD before the negative half is cut off
    HALF_CAUCHY = "half-Cauchy"  # size: its median
    LKJ = "LKJ"  # size: concentration; 1 is every correlation matrix alike


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPrior:
    """The prior of one number, in its own unit; a normal one is on the scale of estimation."""

    family: Family
    size: float
    location: float = 0.0
    source: Source = field(default=OURS)

    def __str__(self) -> str:
        """In words, with source and standing."""
        centred = self.family in (Family.NORMAL, Family.LOG_NORMAL)
        numbers = f"{self.location:.3g}, {self.size:.3g}" if centred else f"{self.size:.3g}"
        return f"{self.family} ({numbers}); {self.source}"


def population_priors(
    problem: Problem, chosen: Mapping[str, NumberPrior] | None = None
) -> dict[str, NumberPrior]:
    """The prior of every number that is estimated: `chosen` by name, else a wide one of our own.

    Raises ReinfuseError naming every name that is no number of this problem, and every family
    that its number cannot have.
    """
    ours = {
        **_of_fixed_effects(problem), **_of_spreads(problem), **_of_residuals(problem)
    }  # fmt: skip
    wanted = dict(chosen or {})
    faults = [
        f"{name}: no number has this name (did you mean {_nearest(name, ours)!r}?)"
        for name in wanted if name not in ours
    ]  # fmt: skip
    faults += [
        why for name, prior in wanted.items() if name in ours
        for why in _faults(problem, name, prior)
    ]  # fmt: skip
    if faults:
        raise ReinfuseError(
            "priors that cannot be used:\n" + "\n".join(faults),
            fix=f"the numbers are {', '.join(ours)}",
        )
    return ours | wanted


def _nearest(name: str, names: Mapping[str, NumberPrior]) -> str:
    return difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]


def _faults(problem: Problem, name: str, prior: NumberPrior) -> list[str]:
    if prior.size <= 0:
        return [f"{name}: a size of {prior.size:g} is not above 0"]
    if (name == CORRELATIONS) is not (prior.family is Family.LKJ):
        return [f"{name}: {prior.family} is not for it (LKJ is for correlations alone)"]
    scales = dict(zip(problem.structure.names, problem.structure.scales, strict=True))
    if name in problem.structure.beta_names:
        free_sign = scales.get(name, Scale.IDENTITY) is Scale.IDENTITY
        if free_sign and prior.family is not Family.NORMAL:
            return [f"{name} may be negative: {prior.family} is not for it, a normal prior is"]
        if scales.get(name) is Scale.LOGIT and prior.family is not Family.NORMAL:
            return [f"{name} is a share: {prior.family} is not for it, a normal prior is"]
    elif prior.family is Family.NORMAL:
        return [f"{name} is a size above 0: give it a half-normal, half-Cauchy or log-normal prior"]
    return []


def _of_fixed_effects(problem: Problem) -> dict[str, NumberPrior]:
    structure = problem.structure
    start = np.asarray(starting_population(problem).beta, np.float64)
    found = {}
    for place, name in enumerate(structure.beta_names):
        if not structure.free[place]:
            continue
        if place >= len(structure.names):
            found[name] = NumberPrior(family=Family.NORMAL, size=EFFECT_SD)
            continue
        own = structure.scales[place] is Scale.IDENTITY
        size = TYPICAL_SD_OF_VALUE * max(abs(start[place]), _LEAST) if own else TYPICAL_SD
        found[name] = NumberPrior(
            family=Family.NORMAL, location=round(float(start[place]), 6), size=size
        )
    return found


def _of_spreads(problem: Problem) -> dict[str, NumberPrior]:
    structure = problem.structure
    start = np.asarray(starting_population(problem).beta, np.float64)

    def half_normal(place: int) -> NumberPrior:
        own = structure.scales[place] is Scale.IDENTITY
        size = SPREAD_OF_VALUE * max(abs(float(start[place])), _LEAST) if own else SPREAD_SIZE
        return NumberPrior(family=Family.HALF_NORMAL, size=size)

    found = {spread_name(structure.names[one]): half_normal(one) for one in structure.random}
    found |= {between_name(structure.names[one]): half_normal(one) for one in structure.between}
    if any(len(block) > 1 for block in structure.blocks):
        found[CORRELATIONS] = NumberPrior(family=Family.LKJ, size=LKJ_CONCENTRATION)
    return found


def _of_residuals(problem: Problem) -> dict[str, NumberPrior]:
    names = iter(residual_names(problem.structure, problem.assays))
    kinds, assays = np.asarray(problem.arrays.kind), np.asarray(problem.arrays.assay)
    y = np.asarray(problem.arrays.y, np.float64)
    found = {}
    for assay, kind in enumerate(problem.structure.residuals):
        mine = y[(kinds == VALUE) & (assays == assay)]
        spread = float(mine.std()) if mine.size > 1 else 1.0
        for letter in RESIDUAL_PARAMETERS[kind]:
            # A size in the measurements' own unit is at most about as large as they spread.
            own = letter == "a" and kind not in ON_LOGARITHMS
            size = max(spread, _LEAST) if own else SPREAD_SIZE
            found[next(names)] = NumberPrior(family=Family.HALF_NORMAL, size=size)
    return found


def spread_name(parameter: str) -> str:
    """The name of the SD of a random effect."""
    return f"sd {parameter}"


def between_name(parameter: str) -> str:
    """The name of the SD of deviations between infusions."""
    return f"sd between infusions {parameter}"
