"""Replicates of a data set: by the same design, each with chance of its own."""

from __future__ import annotations

import math
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.checking import (
    Design,
    as_data_set,
    censor,
    check_numbers,
    design_of,
    replicates,
)
from reinfuse.estimation.population.checking.simulate import student_quantile, student_share
from reinfuse.estimation.population.model import Censoring, Effect, EffectKind, Residual
from reinfuse.record.data_set import Sample
from tests.unit.population_decay import (
    MODEL,
    POPULATION,
    RATE,
    SIZE,
    SPREAD,
    START,
    TIMES,
    changed,
    decaying,
    design,
    without_values,
)


def drawn(made: Design, count: int, **options: int) -> np.ndarray:
    chunks = replicates(made, POPULATION, **{"seed": 3, "most": 300, **options}, count=count)
    return np.concatenate([one.values for one in chunks])


def test_more_replicates_change_none_of_the_first() -> None:
    made = design(6)
    assert np.array_equal(drawn(made, 40)[:10], drawn(made, 10))


def test_how_many_are_held_at_once_changes_nothing() -> None:
    made = design(6)
    assert np.array_equal(drawn(made, 12), drawn(made, 12, most=100))


def test_more_subjects_change_none_of_the_first() -> None:
    assert np.array_equal(drawn(design(6), 10), drawn(design(9), 10, most=450)[:, :, :6])


def test_another_seed_draws_otherwise() -> None:
    made = design(6)
    assert not np.allclose(drawn(made, 10), drawn(made, 10, seed=4))


def test_replicates_have_the_mean_and_the_covariance_of_the_model() -> None:
    values = drawn(design(6), 4000)[:, :, 1]
    expected = math.log(START) - RATE * np.asarray(TIMES)
    wanted = SPREAD**2 + SIZE**2 * np.eye(len(TIMES))
    assert values.mean(0) == pytest.approx(expected, abs=0.05)
    assert np.cov(values.T) == pytest.approx(wanted, abs=0.04)


def test_a_simulated_value_below_the_limit_is_reported_as_the_data_are() -> None:
    made = design(6, limit=5.0)
    values = drawn(made, 10)[0]
    data = as_data_set(made, values)
    for number, subject in enumerate(data.subjects):
        for row, one in enumerate(subject.samples):
            level = math.exp(values[row, number])
            assert (one.value is None) == (level < 5.0)
            assert one.high == (pytest.approx(5.0) if one.value is None else None)
            assert one.value is None or one.value == pytest.approx(level)
    assert np.isneginf(censor(made, values)).sum() == sum(
        not one.quantified for subject in data.subjects for one in subject.samples
    )


def test_measurements_below_a_limit_stay_in_the_design_of_a_fit_that_dropped_them() -> None:
    data = decaying(20, seed=1, limit=2.0)
    kept = design_of(data, replace(MODEL, censoring=Censoring.M1))
    assert np.isneginf(kept.observed).sum() > 10
    assert np.array_equal(kept.observed, design_of(data, MODEL).observed)


def test_a_number_below_the_usual_limit_is_its_own_limit() -> None:
    data = decaying(6, seed=1, limit=2.0)
    first = data.subjects[0]
    low = (Sample(time=0.5, value=0.5), *first.samples[1:])
    made = design_of(
        replace(data, subjects=(replace(first, samples=low), *data.subjects[1:])), MODEL
    )
    assert made.below[0, 0] == pytest.approx(math.log(0.5))
    assert made.below[0, 1] == pytest.approx(math.log(2.0))


def test_two_limits_of_one_assay_are_told() -> None:
    made = design_of(without_values(decaying(6, seed=1, limit=2.0), 5), MODEL)
    assert any("2 lower limits" in note for note in made.notes)


def test_covariates_keep_the_reference_of_the_fit() -> None:
    effect = Effect(parameter="start", covariate="weight", kind=EffectKind.POWER)
    model = replace(MODEL, effects=(effect,))
    made = design_of(decaying(6, seed=1), model, references={"weight": 55.0})
    assert dict(made.problem.references) == {"weight": 55.0}


def test_the_closed_forms_of_student_are_those_of_scipy() -> None:
    values = np.asarray([-30.0, -4.0, -1.0, -0.01, 0.0, 2.0, 50.0])
    assert np.asarray(student_share(jnp.asarray(values))) == pytest.approx(
        stats.t.cdf(values, 4), abs=1e-12
    )
    tails = np.asarray([1e-12, 1e-6, 0.01, 0.3, 0.499])
    assert np.asarray(student_quantile(jnp.asarray(tails))) == pytest.approx(
        stats.t.ppf(tails, 4), rel=1e-6
    )


def test_students_residuals_have_their_tails_and_stay_above_zero_where_that_is_given() -> None:
    model = replace(MODEL, residuals={"": Residual.STUDENT}, censoring=Censoring.M4)
    made = design_of(decaying(6, seed=1), model)
    still = changed(omega=np.zeros((1, 1)), residual=np.asarray([math.log(2.0)]))
    values = np.concatenate([
        one.values for one in replicates(made, still, seed=1, count=4000, most=300)
    ])  # fmt: skip
    assert values.min() > 0.0
    for row, time in enumerate(TIMES):
        level = START * math.exp(-RATE * time)
        shares = stats.t.cdf((values[:, row].ravel() - level) / 2.0, 4)
        least = stats.t.cdf(-level / 2.0, 4)
        assert stats.kstest((shares - least) / (1.0 - least), "uniform").pvalue > 0.001


def test_numbers_of_another_model_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="2 residual sizes in the fit, 1 for these data"):
        check_numbers(design(4), changed(residual=np.zeros(2)))
