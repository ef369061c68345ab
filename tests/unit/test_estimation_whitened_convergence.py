"""Agreement of chains: by hand, and against a slow twin that follows the paper line by line."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from reinfuse.estimation.whitened import convergence
from reinfuse.estimation.whitened.chain_convergence import effective, r_hat

Array = NDArray[np.float64]


def _slow_r_hat(chains: Array) -> float:
    """`"chains draws"`: square root of pooled over within variance."""
    length = chains.shape[1]
    within = np.mean([chain.var(ddof=1) for chain in chains])
    between = length * np.var([chain.mean() for chain in chains], ddof=1)
    return float(np.sqrt(((length - 1) / length * within + between / length) / within))


def _slow_scores(chains: Array) -> Array:
    ranks = rankdata(chains.ravel(), method="average").reshape(chains.shape)
    return norm.ppf((ranks - 3 / 8) / (chains.size + 1 / 4))


def _slow_effective(chains: Array) -> float:
    """Geyer's initial monotone sequence, lag by lag."""
    count, length = chains.shape
    away = chains - chains.mean(axis=1, keepdims=True)
    gamma = [
        np.mean([(row[: length - lag] * row[lag:]).sum() / length for row in away])
        for lag in range(length)
    ]
    within = gamma[0] * length / (length - 1)
    total = gamma[0] + np.var(chains.mean(axis=1), ddof=1)
    rho = [1.0] + [1.0 - (within - gamma[lag]) / total for lag in range(1, length)]
    pairs, lag = [], 0
    while lag + 1 < length and rho[lag] + rho[lag + 1] > 0.0:
        pairs.append(min(rho[lag] + rho[lag + 1], pairs[-1] if pairs else np.inf))
        lag += 2
    last = max(rho[lag], 0.0) if lag + 1 < length else 0.0
    return count * length / max(-1.0 + 2.0 * sum(pairs) + last, 1.0 / np.log10(count * length))


@pytest.fixture(scope="module")
def chains() -> Array:
    """`"draws chains numbers"`: independent, sluggish, and of different centres."""
    rng = np.random.default_rng(3)
    noise = rng.standard_normal((200, 6, 3))
    for draw in range(1, 200):
        noise[draw, :, 1] = 0.8 * noise[draw - 1, :, 1] + 0.6 * noise[draw, :, 1]
    noise[:, :, 2] += 0.3 * np.arange(6)
    return noise


def test_two_short_chains_have_the_r_hat_of_paper_and_pencil() -> None:
    # Means 2 and 3, variances 1 and 1: sqrt(2/3 + 1/2).
    pair = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]])[:, :, None]
    assert r_hat(pair)[0] == pytest.approx(np.sqrt(2.0 / 3.0 + 0.5))


def test_r_hat_is_that_of_the_slow_twin(chains: Array) -> None:
    found = convergence(chains).r_hat
    for number in range(3):
        halves = np.concatenate([chains[:100, :, number], chains[100:, :, number]], axis=1).T
        plain = _slow_r_hat(_slow_scores(halves))
        folded = _slow_r_hat(_slow_scores(np.abs(halves - np.median(halves))))
        assert found[number] == pytest.approx(max(plain, folded), rel=1e-9)


def test_effective_draws_are_those_of_the_slow_twin(chains: Array) -> None:
    slow = [_slow_effective(chains[:, :, number].T) for number in range(3)]
    assert effective(chains) == pytest.approx(np.array(slow), rel=1e-9)


def test_tied_draws_share_their_mean_rank() -> None:
    rounded = np.random.default_rng(4).integers(0, 4, size=(60, 5, 1)).astype(np.float64)
    halves = np.concatenate([rounded[:30, :, 0], rounded[30:, :, 0]], axis=1).T
    plain = _slow_r_hat(_slow_scores(halves))
    folded = _slow_r_hat(_slow_scores(np.abs(halves - np.median(halves))))
    assert convergence(rounded).r_hat[0] == pytest.approx(max(plain, folded), rel=1e-9)


def test_a_number_that_never_moves_is_no_disagreement() -> None:
    still = convergence(np.ones((50, 4, 1)))
    assert still.worst_r_hat == 1.0
    assert still.fewest == 200.0


def test_chains_that_each_stand_elsewhere_disagree_without_bound() -> None:
    apart = np.broadcast_to(np.arange(4.0)[None, :, None], (50, 4, 1))
    assert convergence(apart).worst_r_hat > 1e6


def test_too_few_draws_say_nothing() -> None:
    assert convergence(np.zeros((7, 4, 2))).worst_r_hat == np.inf
