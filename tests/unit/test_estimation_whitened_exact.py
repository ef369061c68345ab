"""Forty latents of which three combinations are measured: the posterior is known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.estimation.whitened import WhitenedFit, fit_whitened
from tests.unit.whitened_problems import Measured, MeasuredWithFisher, MeasuredWithSlopes

LATENTS = 40
_TURNED, _ = np.linalg.qr(np.random.default_rng(11).standard_normal((LATENTS, 3)))
# The second and third measurement overlap: correlated, and not along any latent.
WAYS = _TURNED @ np.array([[1.0, 0.4, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
SD = np.array([0.05, 0.1, 0.3])
SEEN = np.array([0.7, -1.2, 1.5])

KINDS = {"values": Measured, "slopes": MeasuredWithSlopes, "fisher": MeasuredWithFisher}


@pytest.fixture(scope="module", params=list(KINDS))
def fitted(request: pytest.FixtureRequest) -> tuple[Measured, WhitenedFit]:
    problem = KINDS[request.param](WAYS, SD, SEEN)
    fit = fit_whitened(problem, np.random.default_rng(5))
    assert isinstance(fit, WhitenedFit)
    return problem, fit


def test_the_mode_is_the_exact_mean(fitted: tuple[Measured, WhitenedFit]) -> None:
    problem, fit = fitted
    spread = np.sqrt(np.diag(problem.covariance()))
    assert (np.abs(fit.modes[0].mean - problem.mean()) < 0.02 * spread).all()


def test_every_start_agrees_on_the_one_mode(fitted: tuple[Measured, WhitenedFit]) -> None:
    _, fit = fitted
    assert fit.search.agree == len(fit.search.ends)
    assert fit.search.second is None


def test_the_normal_approximation_is_exact(fitted: tuple[Measured, WhitenedFit]) -> None:
    problem, fit = fitted
    assert fit.modes[0].covariance == pytest.approx(problem.covariance(), abs=0.01)
    assert fit.modes[0].log_evidence == pytest.approx(problem.log_evidence(), abs=0.02)


def test_the_bridged_evidence_is_exact(fitted: tuple[Measured, WhitenedFit]) -> None:
    problem, fit = fitted
    assert fit.log_evidence == pytest.approx(problem.log_evidence(), abs=0.1)


def test_the_draws_have_the_exact_mean_and_spread(fitted: tuple[Measured, WhitenedFit]) -> None:
    problem, fit = fitted
    assert fit.ending.converged
    flat = fit.chains.reshape(-1, LATENTS)
    spread, worth = np.sqrt(np.diag(problem.covariance())), fit.ending.convergence.ess_bulk[:-1]
    assert (np.abs(flat.mean(axis=0) - problem.mean()) < 4.5 * spread / np.sqrt(worth)).all()
    assert flat.std(axis=0) / spread == pytest.approx(np.ones(LATENTS), abs=0.12)
    measured = (flat - problem.mean()) @ WAYS
    exact = WAYS.T @ problem.covariance() @ WAYS
    assert np.cov(measured.T) / np.sqrt(np.outer(np.diag(exact), np.diag(exact))) == pytest.approx(
        exact / np.sqrt(np.outer(np.diag(exact), np.diag(exact))), abs=0.12
    )


def test_three_directions_were_learned(fitted: tuple[Measured, WhitenedFit]) -> None:
    problem, fit = fitted
    exact = np.sqrt(np.linalg.eigvalsh(problem.covariance()))[:3]
    assert [way.sd for way in fit.learned.directions] == pytest.approx(exact, rel=0.12)


def test_no_more_than_half_the_budget_was_needed(fitted: tuple[Measured, WhitenedFit]) -> None:
    _, fit = fitted
    assert fit.total_evaluations < 50_000
