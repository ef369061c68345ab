"""Prediction distribution errors: exact where the model is linear, plain loops elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.checking import (
    NormalTests,
    NotTested,
    assess_normal,
    design_of,
    npde_of,
    replicates,
)
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
)

COUNT, MANY = 400, 20_000


def test_of_a_linear_model_they_are_the_residuals_whitened_by_cholesky() -> None:
    # Brendel 2006: with ever more replicates the errors become L^-1 (y - E), E and L L' being the
    # mean and the covariance of the measurements.
    made = design(8, seed=4)
    found = npde_of(made, POPULATION, seed=1, count=MANY)
    expected = math.log(START) - RATE * np.asarray(TIMES)
    factor = np.linalg.cholesky(SPREAD**2 + SIZE**2 * np.eye(len(TIMES)))
    exact = np.linalg.solve(factor, made.observed - expected[:, None])
    # The error of a share of the replicates, seen as a quantile, and that of the estimated mean
    # and factor, which grows with the subject's whitened residuals.
    density = np.exp(-0.5 * exact**2) / math.sqrt(2.0 * math.pi)
    share = special.ndtr(exact) * special.ndtr(-exact) / density**2
    error = np.sqrt((share + 1.0 + (exact**2).sum(0)) / MANY)
    inner = np.abs(exact) < 2.5
    assert (np.abs(found.npde - exact) < 4.5 * error)[inner].all()
    marginal = (made.observed - expected[:, None]) / math.hypot(SPREAD, SIZE)
    # Four and a half standard errors of a share of MANY replicates, seen as a quantile at 1.5.
    inner = np.abs(marginal) < 1.5
    assert found.npd[inner] == pytest.approx(marginal[inner], abs=0.06)


def test_they_agree_with_plain_loops() -> None:
    made = design(30, seed=2)
    found = npde_of(made, POPULATION, seed=6, count=COUNT)
    values = np.concatenate([
        one.values for one in replicates(made, POPULATION, seed=6, count=COUNT)
    ])  # fmt: skip
    for subject in range(3):
        drawn = [list(one[:, subject]) for one in values]
        data = list(made.observed[:, subject])
        mean = [sum(one[row] for one in drawn) / COUNT for row in range(5)]
        covariance = [
            [sum((one[row] - mean[row]) * (one[other] - mean[other]) for one in drawn)
             / (COUNT - 1) for other in range(5)]
            for row in range(5)
        ]  # fmt: skip
        factor = np.linalg.cholesky(np.asarray(covariance))
        white = plain_forward(
            factor, [one - middle for one, middle in zip(data, mean, strict=True)]
        )
        whites = [
            plain_forward(factor, [one - middle for one, middle in zip(each, mean, strict=True)])
            for each in drawn
        ]
        for row in range(5):
            smaller = sum(each[row] < data[row] for each in drawn) / COUNT
            assert found.pd[row, subject] == pytest.approx(smaller)
            share = sum(each[row] < white[row] for each in whites) / COUNT
            kept = min(max(share, 0.5 / COUNT), 1 - 0.5 / COUNT)
            assert found.npde[row, subject] == pytest.approx(special.ndtri(kept), abs=1e-9)


def plain_forward(factor: np.ndarray, values: list[float]) -> list[float]:
    """The solution x of factor x = values, one after another."""
    found: list[float] = []
    for row, value in enumerate(values):
        known = sum(factor[row, place] * one for place, one in enumerate(found))
        found.append((value - known) / factor[row, row])
    return found


@pytest.mark.parametrize("limit", [None, 2.0])
def test_data_of_the_model_give_a_standard_normal_over_seeds(limit: float | None) -> None:
    errors, p_values = [], []
    for seed in range(25):
        made = design(30, seed=100 + seed, limit=limit)
        found = npde_of(made, POPULATION, seed=seed, count=COUNT)
        errors.append(found.npde.ravel())
        tests = assess_normal(found.npde)
        assert isinstance(tests, NormalTests)
        p_values += [tests.p_mean, tests.p_variance, tests.p_shape]
    pooled = np.concatenate(errors)
    assert pooled.size == 3750
    # Four standard errors of the mean and the variance of 3750 standard normals.
    assert pooled.mean() == pytest.approx(0.0, abs=4 / math.sqrt(3750))
    assert pooled.var() == pytest.approx(1.0, abs=4 * math.sqrt(2 / 3750))
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


@pytest.mark.parametrize("limit", [None, 2.0])
def test_data_of_another_model_do_not(limit: float | None) -> None:
    made = design(30, seed=3, limit=limit)
    wrong = (
        changed(beta=POPULATION.beta + np.asarray([1.0, 0.0])),
        changed(beta=POPULATION.beta + np.asarray([0.0, 0.5])),
        changed(residual=POPULATION.residual + 1.0),
    )
    for numbers in wrong:
        tests = assess_normal(npde_of(made, numbers, seed=1, count=COUNT).npde)
        assert isinstance(tests, NormalTests)
        assert tests.overall < 0.001


def test_a_measurement_below_its_limit_is_drawn_below_it() -> None:
    made = design(30, seed=1, limit=2.0)
    found = npde_of(made, POPULATION, seed=1, count=COUNT)
    assert np.array_equal(found.beyond, np.isneginf(made.observed))
    expected = math.log(START) - RATE * np.asarray(TIMES)
    share = special.ndtr((math.log(2.0) - expected) / math.hypot(SPREAD, SIZE))[:, None]
    assert (found.pd <= share + 0.08)[found.beyond].all()
    again = npde_of(made, POPULATION, seed=2, count=COUNT)
    assert not np.allclose(found.pd[found.beyond], again.pd[found.beyond])


def test_the_same_seed_gives_the_same_errors_however_many_subjects_there_are() -> None:
    small, large = (
        npde_of(design_of(decaying(count, seed=1, limit=2.0), MODEL), POPULATION, seed=1,
                count=COUNT)
        for count in (9, 30)
    )  # fmt: skip
    assert np.array_equal(small.npde, large.npde[:, :9])


def test_too_few_replicates_for_a_covariance_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="10 replicates cannot give a covariance of 5"):
        npde_of(design(3), POPULATION, seed=1, count=10)


def test_too_few_errors_are_not_tested() -> None:
    tests = assess_normal(np.asarray([0.1, -0.4, np.nan]))
    assert isinstance(tests, NotTested)
    assert "2 values are too few" in tests.why
