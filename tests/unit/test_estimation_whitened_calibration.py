"""Simulation-based calibration: ranks of true latents among posterior draws are uniform.

Source: Talts et al. 2018, arXiv:1804.06788.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

from reinfuse.estimation.whitened import Sampling, WhitenedFit, fit_whitened

Array = NDArray[np.float64]
REPLICATES, DRAWS, BINS = 100, 99, 10
DAYS = np.array([2.0, 5.0, 9.0, 14.0, 28.0])
# Few walkers and rounds: calibration asks for the right posterior, not for many draws of it.
QUICK = Sampling(
    screened=256,
    starts=2,
    most_rounds=20,
    walkers=16,
    adapting=(4, 8),
    first_checked=12,
    slopes=8,
    r_hat=1.3,
    effective=60.0,
    kept=DRAWS,
)


@dataclass(frozen=True)
class RiseAndDecay:
    """Log levels of a curve that rises and decays: height, rates and a lag, curved in all."""

    seen: Array

    @property
    def names(self) -> tuple[str, ...]:
        return ("height", "rise", "decay", "unused")

    @staticmethod
    def levels(z: Array) -> Array:
        rise, decay = np.exp(-1.0 + 0.5 * z[:, 1:2]), np.exp(-2.0 + 0.5 * z[:, 2:3])
        return z[:, :1] + np.log1p(-np.exp(-rise * DAYS)) - decay * DAYS

    def log_likelihood(self, z: Array) -> Array:
        return -0.5 * (((self.levels(z) - self.seen) / 0.3) ** 2).sum(axis=1)


def _ranks(seed: int) -> Array:
    rng = np.random.default_rng([seed, 77])
    truth = rng.standard_normal(4)
    seen = RiseAndDecay.levels(truth[None])[0] + 0.3 * rng.standard_normal(len(DAYS))
    problem = RiseAndDecay(seen)
    fit = fit_whitened(problem, rng, sampling=QUICK)
    assert isinstance(fit, WhitenedFit)
    height = problem.log_likelihood(truth[None])[0]
    below = (fit.draws < truth).sum(axis=0)
    return np.append(below, (fit.log_likelihood < height).sum())


@pytest.fixture(scope="module")
def ranks() -> Array:
    return np.array([_ranks(seed) for seed in range(REPLICATES)])


@pytest.mark.parametrize("number", range(5), ids=[*RiseAndDecay(DAYS).names, "log likelihood"])
def test_ranks_of_the_truth_are_uniform(ranks: Array, number: int) -> None:
    counts, _ = np.histogram(ranks[:, number], bins=BINS, range=(0, DRAWS + 1))
    expected = REPLICATES / BINS
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic < chi2.ppf(0.999, BINS - 1), counts


def test_ranks_lean_to_neither_side(ranks: Array) -> None:
    shares = (ranks + 0.5) / (DRAWS + 1)
    error = 1.0 / np.sqrt(12.0 * REPLICATES)
    assert (np.abs(shares.mean(axis=0) - 0.5) < 3.5 * error).all()
