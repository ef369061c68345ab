"""The sampler finds posteriors that can be written down, and says when it cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.estimation import Outcome, Posterior, Tempering, sample_posterior


@dataclass(frozen=True)
class Conjugate:
    """Unit normal prior, one measurement `seen` of each coordinate with SD `sd`."""

    seen: NDArray[np.float64]
    sd: float

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"x{number}" for number in range(len(self.seen)))

    def sample_prior(self, rng: np.random.Generator, particles: int) -> NDArray[np.float64]:
        return rng.standard_normal((particles, len(self.seen)))

    def log_prior(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return -0.5 * (x**2).sum(axis=1) - 0.5 * len(self.seen) * math.log(2 * math.pi)

    def log_likelihood(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        miss = (self.seen - x) / self.sd
        constant = math.log(self.sd) + 0.5 * math.log(2 * math.pi)
        return -0.5 * (miss**2).sum(axis=1) - len(self.seen) * constant


PROBLEM = Conjugate(np.array([1.0, -2.0, 0.5, 0.0]), 0.3)
SHRINK = 1.0 / (1.0 + 0.3**2)


@pytest.fixture(scope="module")
def repeats() -> list[Posterior]:
    return [sample_posterior(PROBLEM, rng=rng) for rng in np.random.default_rng(1).spawn(8)]


def test_the_mean_is_the_conjugate_mean(repeats: list[Posterior]) -> None:
    means = np.array([one.draws.mean(axis=0) for one in repeats])
    error = means.std(axis=0, ddof=1) / math.sqrt(len(repeats))
    assert (np.abs(means.mean(axis=0) - SHRINK * PROBLEM.seen) < 4.0 * error + 1e-3).all()


def test_the_spread_is_the_conjugate_spread(repeats: list[Posterior]) -> None:
    spread = np.mean([one.draws.std(axis=0) for one in repeats], axis=0)
    assert spread == pytest.approx(math.sqrt(0.09 * SHRINK) * np.ones(4), rel=0.02)


def test_the_evidence_is_the_conjugate_evidence(repeats: list[Posterior]) -> None:
    total = 1.0 + 0.09
    exact = sum(-0.5 * y**2 / total - 0.5 * math.log(2 * math.pi * total) for y in PROBLEM.seen)
    found = np.array([one.log_evidence for one in repeats])
    error = found.std(ddof=1) / math.sqrt(len(repeats))
    assert abs(found.mean() - exact) < 4.0 * error + 1e-3


def test_the_same_seed_gives_the_same_draws() -> None:
    one, two = (sample_posterior(PROBLEM, rng=np.random.default_rng(4)) for _ in range(2))
    assert (one.draws == two.draws).all()


def test_a_likelihood_that_says_nothing_leaves_the_prior() -> None:
    flat = Conjugate(np.zeros(3), 1e6)
    posterior = sample_posterior(flat, rng=np.random.default_rng(2))
    assert posterior.draws.std(axis=0) == pytest.approx(np.ones(3), abs=0.08)
    assert posterior.temperatures == (0.0, 1.0)


@dataclass(frozen=True)
class Impossible(Conjugate):
    """Data that nothing explains."""

    def log_likelihood(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(x), -np.inf)


def test_data_that_nothing_explains_end_in_words() -> None:
    posterior = sample_posterior(Impossible(np.zeros(2), 1.0), rng=np.random.default_rng(2))
    assert posterior.outcome is Outcome.IMPOSSIBLE
    assert "check units, days and limits" in posterior.outcome


def test_a_step_limit_that_is_reached_is_told() -> None:
    posterior = sample_posterior(
        Conjugate(np.full(4, 3.0), 0.01),
        rng=np.random.default_rng(2),
        tempering=Tempering(particles=300, max_steps=2),
    )
    assert posterior.outcome is Outcome.STEP_LIMIT
