"""Everything that a fit is checked by, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.estimation.population.checking.curves import (
    SubjectCurve,
    spread_over,
    subject_curves,
)
from reinfuse.estimation.population.checking.design import Design, design_of_fit
from reinfuse.estimation.population.checking.effects import (
    RandomEffects,
    ResidualShrinkage,
    random_effects,
    residual_shrinkage,
)
from reinfuse.estimation.population.checking.modes import Modes, modes_of
from reinfuse.estimation.population.checking.normality import (
    NormalTests,
    NotTested,
    assess_normal,
)
from reinfuse.estimation.population.checking.npde import Npde, npde_of
from reinfuse.estimation.population.checking.parameters import (
    Certainty,
    ParameterTable,
    parameter_table,
)
from reinfuse.estimation.population.checking.residuals import Residuals, residuals_of
from reinfuse.estimation.population.checking.vpc import REPLICATES, Asked, Vpc, visual_checks
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.record.data_set import DataSet

DRAWN_SUBJECTS = 24
PER_ROW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FitCheck:
    """A fit with its diagnostics; `curves` are of some subjects, evenly over the file."""

    fit: PopulationFit
    design: Design
    modes: Modes
    residuals: Residuals
    effects: RandomEffects
    residual_shrinkage: tuple[ResidualShrinkage, ...]
    npde: Npde
    npde_tests: NormalTests | NotTested
    vpcs: tuple[Vpc, ...]
    curves: tuple[SubjectCurve, ...]
    table: ParameterTable
    certainty: Certainty | None


def check_fit(
    fit: PopulationFit,
    data: DataSet,
    *,
    seed: int,
    replicates: int = REPLICATES,
    asked: Sequence[Asked] = (Asked(), Asked(corrected=True)),
    certainty: Certainty | None = None,
) -> FitCheck:
    """All diagnostics of a fit on the data it was fitted to."""
    design = design_of_fit(data, fit.problem)
    population = fit.population
    modes = modes_of(fit.problem, population, fit.conditional.mean)
    residuals = residuals_of(design, population, mode=modes.z, mean=fit.conditional.mean)
    effects = random_effects(fit.problem, population, data, mode=modes.z, mean=fit.conditional.mean)
    # A covariance of a subject's measurements needs several replicates for each of them.
    enough = max(replicates, PER_ROW * design.observed.shape[0])
    errors = npde_of(design, population, seed=seed, count=enough)
    places = spread_over(len(fit.problem.subjects), DRAWN_SUBJECTS)
    return FitCheck(
        fit=fit,
        design=design,
        modes=modes,
        residuals=residuals,
        effects=effects,
        residual_shrinkage=tuple(residual_shrinkage(residuals, fit.problem.assays)),
        npde=errors,
        npde_tests=assess_normal(errors.npde),
        vpcs=visual_checks(design, population, seed=seed, asked=asked, count=replicates),
        curves=subject_curves(design, population, modes.z, places=places),
        table=parameter_table(fit, certainty, effects.shrinkage),
        certainty=certainty,
    )
