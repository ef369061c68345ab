"""Whether a fitted population describes its data: replicates, prediction errors, residuals."""

from reinfuse.estimation.population.checking.bins import Bin, Bins, Panel, panels_of
from reinfuse.estimation.population.checking.curves import (
    SubjectCurve,
    spread_over,
    subject_curves,
)
from reinfuse.estimation.population.checking.design import (
    Design,
    as_data_set,
    censor,
    check_numbers,
    design_of,
    design_of_fit,
)
from reinfuse.estimation.population.checking.effects import (
    Association,
    NotAssociated,
    RandomEffects,
    ResidualShrinkage,
    Shrinkage,
    associate,
    random_effects,
    residual_shrinkage,
)
from reinfuse.estimation.population.checking.fit_check import FitCheck, check_fit
from reinfuse.estimation.population.checking.modes import Modes, modes_of
from reinfuse.estimation.population.checking.normality import (
    NormalTests,
    NotTested,
    assess_normal,
)
from reinfuse.estimation.population.checking.npde import Npde, npde_of
from reinfuse.estimation.population.checking.parameters import (
    HEADERS,
    Certainty,
    ParameterRow,
    ParameterTable,
    parameter_table,
    variation_percent,
)
from reinfuse.estimation.population.checking.ranks import known_quantiles, quantiles_of
from reinfuse.estimation.population.checking.residuals import (
    ResidualGroup,
    Residuals,
    conditional_residuals,
    residual_groups,
    residuals_of,
)
from reinfuse.estimation.population.checking.simulate import Chunk, replicates
from reinfuse.estimation.population.checking.tables import residual_table, subject_table
from reinfuse.estimation.population.checking.traces import Trace, traces_of
from reinfuse.estimation.population.checking.vpc import (
    BAND,
    QUANTILES,
    Asked,
    Vpc,
    VpcPanel,
    visual_checks,
)

__all__ = [
    "BAND",
    "HEADERS",
    "QUANTILES",
    "Asked",
    "Association",
    "Bin",
    "Bins",
    "Certainty",
    "Chunk",
    "Design",
    "FitCheck",
    "Modes",
    "NormalTests",
    "NotAssociated",
    "NotTested",
    "Npde",
    "Panel",
    "ParameterRow",
    "ParameterTable",
    "RandomEffects",
    "ResidualGroup",
    "ResidualShrinkage",
    "Residuals",
    "Shrinkage",
    "SubjectCurve",
    "Trace",
    "Vpc",
    "VpcPanel",
    "as_data_set",
    "assess_normal",
    "associate",
    "censor",
    "check_fit",
    "check_numbers",
    "conditional_residuals",
    "design_of",
    "design_of_fit",
    "known_quantiles",
    "modes_of",
    "npde_of",
    "panels_of",
    "parameter_table",
    "quantiles_of",
    "random_effects",
    "replicates",
    "residual_groups",
    "residual_shrinkage",
    "residual_table",
    "residuals_of",
    "spread_over",
    "subject_curves",
    "subject_table",
    "traces_of",
    "variation_percent",
    "visual_checks",
]
