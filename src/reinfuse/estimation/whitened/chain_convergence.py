"""Whether chains agree and how many independent draws they are worth, for many numbers at once.

Source: Vehtari et al. 2021, doi:10.1214/20-BA1221: split chains, normal scores of ranks, the
worse of plain and folded R-hat, effective draws of the bulk and of the tails (5 % and 95 %);
Geyer's initial monotone sequence. NumPy alone, so that one patient's fit needs no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_TAILS = (0.05, 0.95)
_OFFSET = 0.375  # Blom's, for normal scores
_FEWEST = 8  # draws of a chain below which nothing can be said

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """R-hat and effective draws of each number, `"numbers"` each."""

    r_hat: Array
    ess_bulk: Array
    ess_tail: Array

    @property
    def worst_r_hat(self) -> float:
        """The highest R-hat."""
        return float(self.r_hat.max())

    @property
    def fewest(self) -> float:
        """The smallest number of effective draws, bulk or tail."""
        return float(min(self.ess_bulk.min(), self.ess_tail.min()))


def convergence(chains: Array) -> Convergence:
    """What `"draws chains numbers"` say of themselves; a number that never moves is fine."""
    length, count, numbers = chains.shape
    if length < _FEWEST:
        none = np.zeros(numbers)
        return Convergence(r_hat=np.full(numbers, np.inf), ess_bulk=none, ess_tail=none)
    half = length // 2
    halves = np.concatenate([chains[:half], chains[-half:]], axis=1)
    table = _normal_scores(half * 2 * count)
    scores = _scored(halves, table)
    folded = _scored(np.abs(halves - np.median(halves, axis=(0, 1))), table)
    low, high = np.quantile(chains, _TAILS, axis=(0, 1))
    tails = np.minimum(
        effective((halves <= low).astype(np.float64)),
        effective((halves <= high).astype(np.float64)),
    )
    return Convergence(
        r_hat=np.maximum(r_hat(scores), r_hat(folded)),
        ess_bulk=effective(scores),
        ess_tail=tails,
    )


def r_hat(chains: Array) -> Array:
    """Potential scale reduction of `"draws chains numbers"` as they are, not split."""
    length = chains.shape[0]
    within = chains.var(axis=0, ddof=1).mean(axis=0)
    between = chains.mean(axis=0).var(axis=0, ddof=1)
    still = np.where(between > 0.0, np.inf, 1.0)
    moving = within > 0.0
    ratio = between / np.where(moving, within, 1.0)
    return np.where(moving, np.sqrt((length - 1.0) / length + ratio), still)


def effective(chains: Array) -> Array:
    """How many independent draws the mean over `"draws chains numbers"` is worth, `"numbers"`."""
    length, count, numbers = chains.shape
    covariance = _autocovariance(chains).mean(axis=1)
    within = covariance[0] * length / (length - 1.0)
    total = covariance[0].copy()
    if count > 1:
        total += chains.mean(axis=0).var(axis=0, ddof=1)
    moving = total > 0.0
    correlation = 1.0 - (within - covariance) / np.where(moving, total, 1.0)
    correlation[0] = 1.0
    sums = [_summed(correlation[:, number]) for number in range(numbers)]
    draws = float(length * count)
    # Chains that swing about their mean are worth more than independent draws, within reason.
    times = np.maximum(np.array(sums), 1.0 / np.log10(draws))
    return np.where(moving, draws / times, draws)


def _summed(correlation: Array) -> float:
    """Integrated autocorrelation time; noise in far lags is not counted as information."""
    length = len(correlation)
    pairs = correlation[: length - length % 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs <= 0.0)
    end = int(negative[0]) if negative.size else len(pairs)
    last = max(float(correlation[2 * end]), 0.0) if end < len(pairs) else 0.0
    return -1.0 + 2.0 * float(np.minimum.accumulate(pairs[:end]).sum()) + last


def _autocovariance(chains: Array) -> Array:
    length = chains.shape[0]
    wave = np.fft.rfft(chains - chains.mean(axis=0), 2 * length, axis=0)
    return np.fft.irfft(wave * wave.conj(), 2 * length, axis=0)[:length] / length


def _normal_scores(count: int) -> Array:
    """Normal scores of the ranks 1, 1.5, 2, ... `count`; halves are for ties."""
    ranks = np.arange(2.0, 2.0 * count + 1.0) / 2.0
    shares = (ranks - _OFFSET) / (count + 1.0 - 2.0 * _OFFSET)
    quantile = NormalDist().inv_cdf
    return np.array([quantile(share) for share in shares])


def _scored(chains: Array, table: Array) -> Array:
    flat = chains.reshape(-1, chains.shape[2])
    scores = np.empty_like(flat)
    for number in range(flat.shape[1]):
        _, which, counts = np.unique(flat[:, number], return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        doubled = 2 * last - counts + 1  # twice the mean rank of those that tie
        scores[:, number] = table[doubled - 2][which]
    return scores.reshape(chains.shape)
