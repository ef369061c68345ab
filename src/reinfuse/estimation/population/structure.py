"""The shape of an estimation problem: which numbers are estimated, and where each of them lies.

Two things leave here for compiled code. `Structure` is hashable and never changes while code is
compiled for it. `Arrays` are the data, with subjects as the last axis.

The numbers of a population are three vectors (`Population`). `beta` holds fixed effects on the
scales of estimation: one intercept for each parameter of the curve (and each assay factor), then
the covariate effects. `omega` is the covariance of random effects, `gamma` the variances between
infusions. `residual` holds logarithms of the residual parameters of every assay in turn.

The latent values of a subject, `z`, are its parameters on their scales for those that vary
(random effect included), then a deviation for each occasion and parameter that varies between
infusions: `"latents subjects"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reinfuse.estimation.population.model import Censoring, Residual
from reinfuse.estimation.population.numerics import Array
from reinfuse.kinetics.curves import Curve, Scale

ABSENT, VALUE, BELOW, ABOVE, BETWEEN = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A covariate effect: `column` of the covariates moves parameter number `parameter`."""

    name: str
    parameter: int
    column: int
    varying: bool  # changes within a subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What does not change while a fit runs; see the module's text."""

    curve: Curve
    names: tuple[str, ...]  # parameters: the curve's, then the assays' factors
    scales: tuple[Scale, ...]
    random: tuple[int, ...]  # places of those that vary between patients
    blocks: tuple[tuple[int, ...], ...]  # places in `random` that are correlated
    between: tuple[int, ...]  # places of those that vary between infusions
    occasions: int
    terms: tuple[Term, ...]
    free: tuple[bool, ...]  # of beta: whether it is estimated
    residuals: tuple[Residual, ...]  # by assay
    factors: tuple[int | None, ...]  # by assay: place in names of its factor
    censoring: Censoring
    kinds: tuple[int, ...]  # kinds of measurement that occur

    @property
    def latents(self) -> int:
        """Latent values of a subject."""
        return len(self.random) + self.occasions * len(self.between)

    @property
    def beta_names(self) -> tuple[str, ...]:
        """What each number in beta is."""
        return (*self.names, *(term.name for term in self.terms))

    @property
    def regressed(self) -> tuple[int, ...]:
        """Places in beta of the means of latents: what a regression of latents gives."""
        steady = [
            len(self.names) + place
            for place, term in enumerate(self.terms)
            if not term.varying and term.parameter in self.random
        ]
        return tuple(place for place in (*self.random, *steady) if self.free[place])

    @property
    def searched(self) -> tuple[int, ...]:
        """Places in beta of what no latent carries: found by following the likelihood."""
        regressed = set(self.regressed)
        return tuple(
            place for place, free in enumerate(self.free) if free and place not in regressed
        )


class Population(NamedTuple):
    """The numbers of a population; see the module's text."""

    beta: Array
    omega: Array
    gamma: Array
    residual: Array


class Arrays(NamedTuple):
    """The data. All but `columns` are `"rows subjects"` or `"subjects"`.

    `y`, `low` and `high` are on the scale on which the assay errs: logarithms where its residual
    model says so. `jacobian` (`"subjects"`) is the sum of -ln(level) over values whose logarithm
    was taken here, which makes likelihoods of models on different scales comparable.
    `columns` are covariates, `"columns rows subjects"` where one changes within subjects,
    else `"columns 1 subjects"`. `seen` (`"occasions subjects"`) says which occasions a subject has.
    """

    y: Array
    low: Array
    high: Array
    kind: Array
    assay: Array
    occasion: Array
    time: Array
    since: Array
    dose_time: Array
    dose_amount: Array
    dose_duration: Array
    inputs: Mapping[str, Array]
    columns: Array
    seen: Array
    jacobian: Array
