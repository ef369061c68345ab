"""A new patient against a known population: brute force, an older sampler, and calibration."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.posterior import (
    Asked,
    NamedPopulation,
    NewPatientFit,
    fit_new_patient,
    fit_new_patients,
)
from reinfuse.estimation.population.posterior.forecast import last_day_at
from reinfuse.estimation.smc import Outcome, sample_posterior
from reinfuse.estimation.summary import NotWithin
from reinfuse.kinetics.curves import STEIN, sampled
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject
from studies.new_patient_sbc import LEAST_P, POPULATION, rank_truths, tabulate

BETWEEN_LIMITS = (
    Sample(time=10.0, low=100_000.0), Sample(time=28.0, low=50.0, high=5000.0),
    Sample(time=90.0, high=50.0),
)  # fmt: skip
SPARSE = (
    Sample(time=10.0, value=30_000.0), Sample(time=28.0, value=900.0),
    Sample(time=90.0, high=50.0),
)  # fmt: skip
DAYS = (0.0, 28.0, 90.0, 400.0)


def patients(*samples: tuple[Sample, ...]) -> DataSet:
    subjects = tuple(
        Subject(name=f"N{number}", samples=one) for number, one in enumerate(samples, start=1)
    )
    return DataSet(subjects=subjects, assays=(Assay(label="qPCR"),))


@pytest.fixture(scope="module")
def fits() -> tuple[NewPatientFit, ...]:
    return fit_new_patients(
        patients(SPARSE, BETWEEN_LIMITS, ()), POPULATION, seed=3,
        asked=Asked(days=DAYS, limits=(50.0,)),
    )  # fmt: skip


def plain_log_likelihood(samples: tuple[Sample, ...], z: np.ndarray) -> np.ndarray:
    """Written out: `"draws"` from latents `"parameters draws"` of Stein's curve."""
    scaled = dict(zip(STEIN.names, z, strict=True))
    p = {name: np.exp(one) for name, one in scaled.items()} | {
        "fb": 1.0 / (1.0 + np.exp(-scaled["fb"]))
    }
    logs = STEIN.value(p, sampled([sample.time for sample in samples]))
    total = np.zeros(z.shape[1])
    for sample, level in zip(samples, logs, strict=True):
        if sample.value is not None:
            total += norm.logpdf(math.log(sample.value), level, 0.56) - math.log(sample.value)
            continue
        high = 1.0 if sample.high is None else norm.cdf(math.log(sample.high), level, 0.56)
        low = 0.0 if sample.low is None else norm.cdf(math.log(sample.low), level, 0.56)
        with np.errstate(divide="ignore"):
            total += np.log(high - low)
    return total


MIDDLE = np.array([math.log(3900), math.log(9.3), math.log(24_000), math.log(0.16),
                   math.log(0.0079 / (1 - 0.0079)), math.log(0.0032)])  # fmt: skip
SDS = np.sqrt([2.4, 0.38, 0.65, 0.91, 0.80, 0.86])


@pytest.fixture(scope="module")
def two_parameters() -> tuple[NewPatientFit, ...]:
    two = replace(
        POPULATION,
        model=PopulationModel(curve=STEIN, random=("cmax", "alpha")),
        spreads={"cmax": float(SDS[2]), "alpha": float(SDS[3])},
    )
    data = patients(SPARSE, BETWEEN_LIMITS)
    return fit_new_patients(data, two, seed=5, draws=4000, asked=Asked(days=DAYS))


@pytest.mark.parametrize("number", [0, 1])
def test_a_posterior_of_two_parameters_is_that_of_a_million_draws_of_the_prior(
    two_parameters: tuple[NewPatientFit, ...], number: int
) -> None:
    samples, found = (SPARSE, BETWEEN_LIMITS)[number], two_parameters[number]
    rng = np.random.default_rng(11)
    z = np.repeat(MIDDLE[:, None], 1_000_000, axis=1)
    z[2:4] += SDS[2:4, None] * rng.standard_normal((2, 1_000_000))
    logs = plain_log_likelihood(samples, z)
    weights = np.exp(logs)
    evidence = math.log(weights.mean())
    weights /= weights.sum()
    mean = (weights * z[2:4]).sum(1)
    sd = np.sqrt((weights * (z[2:4] - mean[:, None]) ** 2).sum(1))
    assert 1 / (weights**2).sum() > 2000

    error = 5 * sd * math.sqrt(1 / 4000 + (weights**2).sum())
    assert found.draws.mean(0) == pytest.approx(mean, abs=error.max())
    assert found.draws.std(0) == pytest.approx(sd, rel=0.06)
    assert found.log_evidence == pytest.approx(evidence, abs=0.1)


class Plain:
    """Six parameters for the sampler of the report on one patient."""

    names = STEIN.names

    def __init__(self, samples: tuple[Sample, ...]) -> None:
        self.samples = samples

    def sample_prior(self, rng: np.random.Generator, particles: int) -> np.ndarray:
        return rng.standard_normal((particles, 6))

    def log_prior(self, x: np.ndarray) -> np.ndarray:
        return norm.logpdf(x).sum(1)

    def log_likelihood(self, x: np.ndarray) -> np.ndarray:
        return plain_log_likelihood(self.samples, (MIDDLE + SDS * x).T)


@pytest.mark.parametrize("number", [0, 1])
def test_two_samplers_agree_on_all_six_parameters(
    fits: tuple[NewPatientFit, ...], number: int
) -> None:
    plain = sample_posterior(Plain((SPARSE, BETWEEN_LIMITS)[number]), rng=np.random.default_rng(4))
    white = (fits[number].draws - MIDDLE) / SDS
    # 2,000 against 3,000 draws: 0.15 is five errors of a difference of means.
    assert white.mean(0) == pytest.approx(plain.draws.mean(0), abs=0.15)
    assert white.std(0) == pytest.approx(plain.draws.std(0), rel=0.12)
    assert fits[number].log_evidence == pytest.approx(plain.log_evidence, abs=0.2)
    narrowing = [one.narrowing for one in fits[number].parameters]
    assert narrowing == pytest.approx(white.std(0).tolist(), rel=1e-6)


def test_without_any_measurement_the_population_comes_out_and_it_is_said(
    fits: tuple[NewPatientFit, ...],
) -> None:
    none = fits[2]
    assert none.outcome is Outcome.CONVERGED
    assert none.log_evidence == 0.0
    assert none.modes[0].values["tmax"] == pytest.approx(9.3)
    assert not any(one.informed for one in none.parameters)
    assert len(none.assumptions) == 6
    assert any("nothing was measured" in words for words in none.words)
    assert none.parameter("cmax").before.median == pytest.approx(24_000)
    assert none.parameter("cmax").after.median == pytest.approx(24_000, rel=0.15)


def test_what_is_assumed_and_what_is_learned_are_told_apart(
    fits: tuple[NewPatientFit, ...],
) -> None:
    sparse = fits[0]
    assert sparse.outcome is Outcome.CONVERGED
    assert sparse.parameter("alpha").informed
    assert not sparse.parameter("fold").informed
    assert any(words.startswith("fold: assumed, not learned") for words in sparse.assumptions)
    assert "1 of 3 measurements lie beyond a limit" in sparse.words
    assert "what is said of days after 90 goes beyond anything measured" in sparse.words
    assert any("the population is taken as known" in words for words in sparse.words)


def test_a_patient_of_limits_alone_is_fitted(fits: tuple[NewPatientFit, ...]) -> None:
    limits = fits[1]
    assert limits.outcome is Outcome.CONVERGED
    assert "every measurement lies beyond a limit: no level was ever read" in limits.words
    assert limits.parameter("cmax").after.median > 40_000


def test_bands_and_the_day_below_a_limit_come_from_the_same_curves(
    fits: tuple[NewPatientFit, ...],
) -> None:
    sparse = fits[0]
    assert sparse.bands.level.shape == (5, 4)
    assert (np.diff(sparse.bands.level, axis=0) >= 0).all()
    below = sparse.below[0]
    by = dict(below.by)
    # On day 90 most curves lie below 50, as the limit said.
    assert by[90.0].value > 0.5
    assert by[28.0].value <= by[60.0].value <= by[365.0].value
    assert by[365.0].value + below.not_within.value == pytest.approx(1.0)
    assert isinstance(below.day.high_90, NotWithin | float)


def test_nobody_s_draws_depend_on_who_else_is_fitted(fits: tuple[NewPatientFit, ...]) -> None:
    again = fit_new_patients(
        patients(SPARSE, SPARSE, BETWEEN_LIMITS), POPULATION, seed=3,
        asked=Asked(days=DAYS, limits=(50.0,)),
    )  # fmt: skip
    assert again[0].draws == pytest.approx(fits[0].draws, rel=1e-6)
    assert not np.allclose(again[0].draws, again[1].draws)


def test_the_last_day_at_a_limit_is_found_between_days() -> None:
    days = np.array([0.0, 10.0, 20.0, 30.0])
    logs = np.array([[0.0, 4.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 5.0, 5.0, 5.0]])
    assert last_day_at(days, logs, 1.0).tolist() == [25.0, 0.0, math.inf]


def test_a_calibrated_posterior_passes_and_too_narrow_a_population_fails() -> None:
    right = rank_truths("three samples", replicates=104, particles=510)
    rows = tabulate(right.ranks)
    assert 0.3 < right.beyond < 0.6
    assert min(min(row[1], row[2]) for row in rows) > LEAST_P
    wrong = rank_truths("three samples", replicates=104, particles=510, spread=0.7)
    rows = tabulate(wrong.ranks)
    assert min(min(row[1], row[2]) for row in rows) < LEAST_P


def test_several_patients_are_not_one() -> None:
    with pytest.raises(ReinfuseError, match="2 patients where one is expected") as caught:
        fit_new_patient(patients(SPARSE, ()), POPULATION, seed=1)
    assert "fit_new_patients" in caught.value.fix


def test_an_assay_that_the_population_does_not_know_is_refused() -> None:
    two = NamedPopulation(
        model=POPULATION.model, typical=POPULATION.typical, spreads=POPULATION.spreads,
        residual={"a[qPCR]": 0.56, "a[flow]": 0.7}, assays=("qPCR", "flow"),
    )  # fmt: skip
    data = replace(patients(SPARSE), assays=(Assay(label="ddPCR"),))
    with pytest.raises(ReinfuseError, match="knows no assay ddPCR") as caught:
        fit_new_patient(data, two, seed=1)
    assert "qPCR, flow" in caught.value.fix


def test_a_population_that_is_not_whole_is_told_with_everything_missing() -> None:
    broken = replace(
        POPULATION,
        typical={name: one for name, one in POPULATION.typical.items() if name != "tmax"},
        residual={"b": 0.3},
        spreads={**POPULATION.spreads, "cmax": -1.0},
        correlations={("cmax", "weight"): 0.3},
    )
    words = (
        r"(?s)typical: tmax is missing.*residual: a is missing.*cmax, weight do not both vary"
        r".*spread of cmax: -1 is not above 0"
    )
    with pytest.raises(ReinfuseError, match=words):
        fit_new_patient(patients(SPARSE), broken, seed=1)
