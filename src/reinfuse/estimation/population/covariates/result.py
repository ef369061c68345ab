"""What a covariate search leaves: every step with its numbers and the reason of each decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.model import Effect, PopulationModel
from reinfuse.estimation.population.structure import Population


class SearchMethod(StrEnum):
    """How candidates are screened before a likelihood decides."""

    STEPWISE = "stepwise"  # no screening: every candidate is fitted
    SAMPLES = "samples"  # by correlation with draws of random effects, as in COSSAC
    SCORES = "scores"  # by score tests: one pass over the data for all candidates


class Criterion(StrEnum):
    """What decides whether an effect stays."""

    RATIO = "likelihood ratio"
    BIC = "BIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When an effect comes in and goes out.

    `into` and `out` are p values: forward and backward of stepwise modelling, with the stricter
    one backwards. `screen` is the p value above which screened candidates are not fitted, `tries`
    how many of them are fitted in one step.
    """

    into: float = 0.05
    out: float = 0.01
    criterion: Criterion = Criterion.RATIO
    screen: float = 0.2
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Effects that enter and leave together: one covariate on one parameter, all its levels."""

    effects: tuple[Effect, ...]

    @property
    def name(self) -> str:
        """Such as `cl ~ weight`."""
        return f"{self.effects[0].parameter} ~ {self.effects[0].covariate}"

    @property
    def pair(self) -> tuple[str, str]:
        """Parameter and covariate; two forms of one pair do not enter together."""
        return self.effects[0].parameter, self.effects[0].covariate


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One group looked at: by its screening p value, and, if it was fitted, by its ratio.

    `ratio` is the difference of -2 ln L and `error` its Monte Carlo SD (0 on a grid); None where
    the group was screened out before a fit.
    """

    name: str
    freedom: int
    screened: float | None = None
    ratio: float | None = None
    error: float | None = None
    p: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, forward or backward: what was looked at, what was chosen, and why."""

    forward: bool
    trials: tuple[Trial, ...]
    chosen: str | None
    why: str
    minus_2ll: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldTest:
    """An effect against none: its estimate, standard error and two-sided p value."""

    name: str
    estimate: float
    standard_error: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CovariateSearch:
    """The search and the model it ends with.

    `model` holds the effects that stayed, starting at their estimates; `population` belongs to
    it. `shrinkage` is 1 - SD(conditional means) / SD(random effects) by parameter, before any
    candidate. `fits` counts populations that were fitted.
    """

    method: SearchMethod
    rules: Rules
    steps: tuple[Step, ...]
    chosen: tuple[str, ...]
    model: PopulationModel
    population: Population
    conditional: Conditional
    minus_2ll: float
    error: float
    minus_2ll_before: float
    tests: tuple[WaldTest, ...]
    shrinkage: dict[str, float]
    fits: int
    notes: tuple[str, ...]
