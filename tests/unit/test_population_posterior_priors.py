"""Priors of a population's numbers, and how chains are judged."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import Effect, EffectKind, PopulationModel
from reinfuse.estimation.population.posterior import (
    Convergence,
    Ended,
    Family,
    NumberPrior,
    Sampling,
    population_priors,
    sample_population,
)
from reinfuse.estimation.population.posterior.convergence import convergence_of
from reinfuse.estimation.population.posterior.population_posterior import how_it_ended
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import Assay, DataSet, Known, Sample, Subject

MODEL = PopulationModel(
    curve=STEIN,
    random=("cmax", "alpha"),
    blocks=(("cmax", "alpha"),),
    effects=(Effect(parameter="cmax", covariate="weight", kind=EffectKind.POWER),),
    held={"fold": 3900.0},
)


def small_set() -> DataSet:
    def subject(name: str, weight: float) -> Subject:
        samples = tuple(Sample(time=day, value=1e4 / day) for day in (7.0, 14.0, 28.0))
        return Subject(
            name=name, samples=samples, covariates={"weight": (Known(time=0.0, value=weight),)}
        )

    return DataSet(subjects=(subject("1", 60.0), subject("2", 90.0)), assays=(Assay(label="q"),))


@pytest.fixture(scope="module")
def problem() -> Problem:
    return make_problem(small_set(), MODEL)


def test_every_estimated_number_has_a_stated_prior_of_our_own_choice(problem: Problem) -> None:
    priors = population_priors(problem)
    assert list(priors) == [
        "tmax", "cmax", "alpha", "fb", "beta", "cmax ~ weight", "sd cmax", "sd alpha",
        "correlations", "a",
    ]  # fmt: skip
    assert all("our own choice" in str(prior) for prior in priors.values())
    assert str(priors["sd cmax"]).startswith("half-normal (1.5)")


def test_a_chosen_prior_takes_the_place_of_ours(problem: Problem) -> None:
    mine = NumberPrior(family=Family.LOG_NORMAL, location=2.0, size=0.3)
    assert population_priors(problem, {"tmax": mine})["tmax"] is mine


@pytest.mark.parametrize(
    ("name", "prior", "words"),
    [
        ("tmaxx", NumberPrior(family=Family.NORMAL, size=1.0), "did you mean 'tmax'"),
        ("fold", NumberPrior(family=Family.NORMAL, size=1.0), "no number has this name"),
        ("tmax", NumberPrior(family=Family.NORMAL, size=0.0), "a size of 0 is not above 0"),
        ("tmax", NumberPrior(family=Family.LKJ, size=2.0), "LKJ is for correlations alone"),
        ("fb", NumberPrior(family=Family.HALF_NORMAL, size=1.0), "fb is a share"),
        ("cmax ~ weight", NumberPrior(family=Family.HALF_NORMAL, size=1.0), "may be negative"),
        ("sd cmax", NumberPrior(family=Family.NORMAL, size=1.0), "sd cmax is a size above 0"),
    ],
)
def test_a_prior_that_cannot_be_is_refused(
    problem: Problem, name: str, prior: NumberPrior, words: str
) -> None:
    with pytest.raises(ReinfuseError, match=words):
        population_priors(problem, {name: prior})


def test_all_faulty_priors_are_told_at_once(problem: Problem) -> None:
    wrong = NumberPrior(family=Family.LKJ, size=1.0)
    with pytest.raises(ReinfuseError, match=r"(?s)tmax: LKJ.*sd cmax: LKJ"):
        population_priors(problem, {"tmax": wrong, "sd cmax": wrong})


def test_without_numpyro_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpyro", None)
    with pytest.raises(ReinfuseError, match="needs NumPyro") as caught:
        sample_population(small_set(), MODEL, seed=1)
    assert "reinfuse[population]" in caught.value.fix


def test_too_few_draws_to_judge_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="cannot be judged"):
        sample_population(small_set(), MODEL, seed=1, sampling=Sampling(draws=3))


def test_independent_draws_are_worth_themselves_and_chains_apart_are_seen() -> None:
    rng = np.random.default_rng(5)
    fine = convergence_of(rng.standard_normal((4, 1000)))
    assert fine.r_hat < 1.01
    assert fine.ess_bulk == pytest.approx(4000, rel=0.15)
    apart = convergence_of(rng.standard_normal((4, 1000)) + np.arange(4)[:, None])
    assert apart.r_hat > 1.5


def test_a_chain_that_remembers_is_worth_what_theory_says() -> None:
    rng = np.random.default_rng(6)
    noise, kept = rng.standard_normal((4, 6000)), 0.6
    chains = np.empty_like(noise)
    chains[:, 0] = noise[:, 0] / np.sqrt(1 - kept**2)
    for step in range(1, noise.shape[1]):
        chains[:, step] = kept * chains[:, step - 1] + noise[:, step]
    # An autoregression of the first order: n (1 - r)/(1 + r).
    assert convergence_of(chains).ess_bulk == pytest.approx(24_000 * 0.25, rel=0.1)


FINE = Convergence(r_hat=1.0, ess_bulk=900.0, ess_tail=900.0, mcse_mean=0.1)
LOOSE = Convergence(r_hat=1.2, ess_bulk=900.0, ess_tail=900.0, mcse_mean=0.1)
THIN = Convergence(r_hat=1.0, ess_bulk=900.0, ess_tail=30.0, mcse_mean=0.1)


@pytest.mark.parametrize(
    ("convergence", "divergences", "exchanged", "finite", "ended"),
    [
        (FINE, 0, (0.0, 0.0), True, Ended.CONVERGED),
        (THIN, 0, (0.0, 0.0), True, Ended.FEW),
        (THIN, 3, (0.0, 0.0), True, Ended.DIVERGENT),
        (LOOSE, 3, (0.0, 0.0), True, Ended.APART),
        (LOOSE, 3, (0.0, 1.0), True, Ended.EXCHANGED),
        (FINE, 0, (0.0, 0.0), False, Ended.LOST),
    ],
)
def test_the_gravest_end_is_the_one_that_is_told(
    convergence: Convergence,
    divergences: int,
    exchanged: tuple[float, ...],
    finite: bool,
    ended: Ended,
) -> None:
    found = how_it_ended(
        {"x": convergence}, divergences=divergences, exchanged=exchanged, finite=finite
    )
    assert found is ended
