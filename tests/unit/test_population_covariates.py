from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.covariates import (
    CovariateSearch,
    Criterion,
    Rules,
    SearchMethod,
    ratio_p,
    search_covariates,
)
from reinfuse.estimation.population.covariates.search import notes_of
from reinfuse.estimation.population.covariates.tests_of_effects import correlation_p
from reinfuse.estimation.population.importance import Likelihood
from reinfuse.estimation.population.model import Effect, EffectKind
from reinfuse.estimation.population.problem import UnusableData
from reinfuse.estimation.population.result import Outcome, PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.record.data_set import DataSet
from tests.judge.population_information.linear_mixed import (
    CANDIDATES,
    TRUTH,
    drawn_set,
    model,
    problem_of,
    roughly,
)


def nearby(data: DataSet) -> PopulationFit:
    """The truth as if it had been fitted: a search climbs to the top by itself."""
    problem = problem_of(data)
    count = len(problem.subjects)
    return PopulationFit(
        problem=problem,
        population=Population(*(np.asarray(part) for part in TRUTH)),
        outcome=Outcome.CONVERGED,
        likelihood=Likelihood(minus_2ll=0.0, objective=0.0, se=0.0, draws=1,
                              subjects=np.zeros(count), shapes=np.zeros(count)),
        conditional=roughly(problem, TRUTH),
        trace=np.zeros((1, 1)), trace_names=("",), burn=0, starts=(), seed=1,
        precision="float64", chains=2,
    )  # fmt: skip


def search(seed: int, effect: float, **more: object) -> CovariateSearch:
    data = drawn_set(seed, effect=effect)
    chosen = {"method": SearchMethod.SCORES, "seed": 1, "fit": nearby(data)} | more
    found = search_covariates(data, model(), CANDIDATES, **chosen)
    assert isinstance(found, CovariateSearch)
    return found


@pytest.mark.parametrize("method", list(SearchMethod))
def test_every_method_finds_the_covariate_that_was_simulated(method: SearchMethod) -> None:
    found = search(100, 2.0, method=method)
    assert found.chosen == ("base ~ x",)
    (test,) = found.tests
    assert test.estimate == pytest.approx(2.0, abs=3 * test.standard_error)
    assert test.p < 0.001
    assert found.model.effects[0].start == pytest.approx(test.estimate)
    first, last = found.steps[0], found.steps[-1]
    assert first.forward
    assert first.chosen == "base ~ x"
    assert "-2 ln L falls by" in first.why
    assert last.why == "every effect is needed"
    chosen = next(one for one in first.trials if one.name == "base ~ x")
    assert chosen.ratio == pytest.approx(found.minus_2ll_before - first.minus_2ll, abs=1e-6)


def test_covariates_without_an_effect_come_in_as_seldom_as_stated() -> None:
    rules = Rules(into=0.05, out=0.05)
    found = [search(seed, 0.0, rules=rules, method=SearchMethod.STEPWISE) for seed in range(10)]
    first = [trial.p for one in found for trial in one.steps[0].trials]
    # 40 tests at 5 %: 2 are expected, and 7 or more in 1 of 300 such studies.
    assert sum(p < 0.05 for p in first if p is not None) < 7
    assert len(first) == 40
    assert 0.3 < float(np.median(first)) < 0.7


def test_screening_spares_fits_and_says_so() -> None:
    found = search(100, 2.0, method=SearchMethod.SAMPLES)
    every = search(100, 2.0, method=SearchMethod.STEPWISE)
    assert found.fits < every.fits
    spared = [one for step in found.steps for one in step.trials if one.ratio is None]
    assert spared
    assert all(one.why == "screened out" and one.screened > 0.2 for one in spared)


def test_bic_asks_for_the_logarithm_of_the_subjects() -> None:
    found = search(100, 2.0, rules=Rules(criterion=Criterion.BIC))
    assert found.steps[0].chosen == "base ~ x"
    assert "more than 3.401" in found.steps[0].why


def test_a_search_goes_on_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "search"
    first = search(100, 2.0, keep=file)
    again = search(100, 2.0, keep=file)
    assert again.minus_2ll == pytest.approx(first.minus_2ll, abs=1e-4)
    assert again.chosen == first.chosen
    file.write_text("{")
    assert search(100, 2.0, keep=file).chosen == first.chosen


def test_a_covariate_that_is_missing_is_told_by_its_subjects() -> None:
    wanted = (Effect(parameter="base", covariate="age", kind=EffectKind.LINEAR),)
    with pytest.raises(UnusableData, match="the data have no age"):
        search_covariates(drawn_set(4), model(), wanted, method=SearchMethod.SCORES, seed=1)


def test_a_covariate_that_is_the_same_for_all_is_refused() -> None:
    wanted = (Effect(parameter="base", covariate="x", kind=EffectKind.CATEGORY, level="none"),)
    with pytest.raises(ReinfuseError, match="the same for every subject"):
        search_covariates(drawn_set(4), model(), wanted, method=SearchMethod.SCORES, seed=1)


def test_two_forms_of_one_effect_are_refused() -> None:
    forms = tuple(
        Effect(parameter="base", covariate="x", kind=kind)
        for kind in (EffectKind.LINEAR, EffectKind.POWER)
    )
    with pytest.raises(ReinfuseError, match="two forms of one effect"):
        search_covariates(drawn_set(4), model(), forms, method=SearchMethod.SCORES, seed=1)


def test_much_shrinkage_is_named_with_what_was_done_instead() -> None:
    (said,) = notes_of({"cl": 0.1, "v": 0.45}, SearchMethod.SAMPLES)
    assert "v 45%" in said
    assert "individual estimates would be unreliable; draws" in said
    assert notes_of({"cl": 0.1}, SearchMethod.SAMPLES) == ()


def test_a_ratio_of_3_841_has_p_of_5_percent() -> None:
    assert ratio_p(3.841459, 1) == pytest.approx(0.05, abs=1e-6)
    assert ratio_p(-0.1, 1) == 1.0


def test_correlation_with_draws_is_an_f_test_of_one_regression() -> None:
    rng = np.random.default_rng(1)
    x = rng.standard_normal(50)
    effects = np.stack([0.5 * x + rng.standard_normal(50)])
    r = float(np.corrcoef(x, effects[0])[0, 1])
    expected = 2 * stats.t.sf(abs(r) * np.sqrt(48 / (1 - r * r)), 48)
    assert correlation_p(effects, x[None]) == pytest.approx(expected)
    assert correlation_p(effects, np.ones((1, 50))) == 1.0
