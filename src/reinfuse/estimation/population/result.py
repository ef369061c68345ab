"""What a population fit leaves: numbers with names, how it ended, and what a reader must know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import Likelihood
from reinfuse.estimation.population.model import RESIDUAL_PARAMETERS
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Population, Structure
from reinfuse.kinetics.curves import natural


class Outcome(StrEnum):
    """How a fit ended."""

    CONVERGED = "converged"
    DRIFTING = "stopped at the round limit and still drifting: allow more rounds or start closer"
    LOOSE = "converged, but the data do not fix every number: see `loose`"
    DIVERGED = "left the finite numbers: check units and starting values"


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationFit:
    """A fitted population.

    `population` holds 64-bit NumPy arrays; see `structure` for what each number is. `conditional`
    is what the data say of each subject's latents. `trace` (`"rounds numbers"`) is where the
    numbers of `trace_names` went, `burn` the round with which averaging began; `starts` the -2LL
    that each starting point led to. `loose` names numbers that the data do not fix.
    """

    problem: Problem
    population: Population
    outcome: Outcome
    likelihood: Likelihood
    conditional: Conditional
    trace: np.ndarray
    trace_names: tuple[str, ...]
    burn: int
    starts: tuple[float, ...]
    seed: int
    precision: str
    chains: int
    loose: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    compile_seconds: float = 0.0
    run_seconds: float = 0.0

    @property
    def typical(self) -> dict[str, float]:
        """Typical values by name, in the parameters' own units, at the covariates' references."""
        structure = self.problem.structure
        return {
            name: float(natural(scale, np.float64(value)))
            for name, scale, value in zip(
                structure.names, structure.scales, self.population.beta, strict=False
            )
        }

    @property
    def effects(self) -> dict[str, float]:
        """Covariate effects by name, on the scale of estimation."""
        structure = self.problem.structure
        return dict(zip(
            (term.name for term in structure.terms),
            (float(one) for one in self.population.beta[len(structure.names) :]),
            strict=True,
        ))  # fmt: skip

    @property
    def variances(self) -> dict[str, float]:
        """Variances of random effects between patients, by parameter, on the estimation scale."""
        names, places = self.problem.structure.names, self.problem.structure.random
        return {
            names[place]: float(self.population.omega[row, row]) for row, place in enumerate(places)
        }

    @property
    def residual(self) -> dict[str, float]:
        """Residual sizes by name, such as `a[qPCR]`; of one assay without its label."""
        return dict(zip(
            residual_names(self.problem.structure, self.problem.assays),
            (float(np.exp(one)) for one in self.population.residual),
            strict=True,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFitted:
    """No fit, and why."""

    why: str
    fix: str = ""


def residual_names(structure: Structure, assays: tuple[str, ...]) -> tuple[str, ...]:
    """The names of residual sizes, in the order of `Population.residual`."""
    several = len(structure.residuals) > 1
    return tuple(
        f"{name}[{label}]" if several else name
        for label, kind in zip(assays, structure.residuals, strict=True)
        for name in RESIDUAL_PARAMETERS[kind]
    )


def number_names(structure: Structure, assays: tuple[str, ...]) -> tuple[str, ...]:
    """What each number of a trace's row is: beta, variances, between infusions, residual."""
    names = structure.names
    return (
        *structure.beta_names,
        *(f"var {names[place]}" for place in structure.random),
        *(f"var between infusions {names[place]}" for place in structure.between),
        *residual_names(structure, assays),
    )
