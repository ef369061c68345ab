"""Values below the limit count as what they are, and no other program finds a likelier fit."""

from __future__ import annotations

import pytest

from reinfuse.estimation.population.fit import Settings, fit_population
from reinfuse.estimation.population.model import Censoring, PopulationModel
from reinfuse.estimation.population.result import Outcome, PopulationFit
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import DataSet
from studies.population_blq import read_set


@pytest.fixture(scope="module")
def data() -> DataSet:
    return read_set()


def fitted(data: DataSet, rule: Censoring) -> PopulationFit:
    model = PopulationModel(curve=STEIN, censoring=rule)
    fit = fit_population(data, model, seed=1, settings=Settings(starts=1))
    assert isinstance(fit, PopulationFit)
    return fit


@pytest.fixture(scope="module")
def exact(data: DataSet) -> PopulationFit:
    return fitted(data, Censoring.M3)


def test_the_fit_is_as_likely_as_that_of_any_other_program(exact: PopulationFit) -> None:
    assert exact.outcome is Outcome.CONVERGED
    assert exact.likelihood.se <= 0.5
    assert exact.likelihood.minus_2ll <= 3169.0
    assert exact.likelihood.worst_shape <= 0.7


def test_the_spread_of_fold_expansion_survives_the_limit(exact: PopulationFit) -> None:
    assert 1.9 < exact.variances["fold"] < 2.7
    assert 0.54 < exact.residual["a"] < 0.57


def test_how_limits_were_treated_is_told(exact: PopulationFit) -> None:
    told = " ".join(exact.notes)
    assert "185 of 1200 measurements lie beyond a limit" in told
    assert "M3" in told


@pytest.mark.parametrize(("rule", "most"), [(Censoring.M1, 1.5), (Censoring.M5, 1.0)])
def test_dropping_or_replacing_them_loses_half_of_it(
    data: DataSet, rule: Censoring, most: float
) -> None:
    fit = fitted(data, rule)
    assert fit.variances["fold"] < most
    assert "biases the fit" in " ".join(fit.notes)
