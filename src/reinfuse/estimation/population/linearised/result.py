"""What a fit by a linearised or Laplace objective leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.linearised.objective import Objective
from reinfuse.estimation.population.linearised.standard_errors import NoErrors, StandardErrors
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import Outcome
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.vector import natural_numbers, number_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveValue:
    """An objective at one population.

    `subjects` are contributions to -2 ln L with every constant. `effects` (`"latents subjects"`)
    are the modes of random effects, which FO finds afterwards. `conditional` is the normal
    approximation of each subject's latents around its mode. `unsettled` names subjects whose mode
    was not found.
    """

    problem: Problem
    objective: Objective
    subjects: np.ndarray
    effects: np.ndarray
    conditional: Conditional
    unsettled: tuple[str, ...]

    @property
    def minus_2ll(self) -> float:
        """-2 ln L with every constant."""
        return float(self.subjects.sum())

    @property
    def nonmem_objective(self) -> float:
        """-2 ln L without n ln(2 pi), as NONMEM prints it."""
        return self.minus_2ll - self.problem.measured * math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearisedFit:
    """A population that minimises an objective.

    `value` is the objective there, `vector` the population as `vector.pack` gives it, and `hessian`
    (`"vector vector"`) that of -2 ln L. `slope` is what -2 ln L might still fall by. `starts` are
    the -2 ln L that each starting point led to, `loose` the numbers that the data do not fix.
    """

    problem: Problem
    objective: Objective
    population: Population
    outcome: Outcome
    value: ObjectiveValue
    errors: StandardErrors | NoErrors
    hessian: np.ndarray
    vector: np.ndarray
    slope: float
    starts: tuple[float, ...]
    evaluations: int
    seed: int
    loose: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def minus_2ll(self) -> float:
        """-2 ln L with every constant."""
        return self.value.minus_2ll

    @property
    def nonmem_objective(self) -> float:
        """-2 ln L without n ln(2 pi), as NONMEM prints it."""
        return self.value.nonmem_objective

    @property
    def numbers(self) -> dict[str, float]:
        """Estimates by name in natural units: typical values, effects, variances, residual."""
        structure = self.problem.structure
        found = np.asarray(natural_numbers(structure, self.population))
        labels = number_labels(structure, self.problem.assays)
        return dict(zip(labels, (float(one) for one in found), strict=True))
