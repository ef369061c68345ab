"""Which covariates explain why patients differ."""

from __future__ import annotations

from reinfuse.estimation.population.covariates.result import (
    CovariateSearch,
    Criterion,
    Rules,
    SearchMethod,
    Step,
    Trial,
    WaldTest,
)
from reinfuse.estimation.population.covariates.search import search_covariates
from reinfuse.estimation.population.covariates.tests_of_effects import ratio_p, wald

__all__ = [
    "CovariateSearch",
    "Criterion",
    "Rules",
    "SearchMethod",
    "Step",
    "Trial",
    "WaldTest",
    "ratio_p",
    "search_covariates",
    "wald",
]
