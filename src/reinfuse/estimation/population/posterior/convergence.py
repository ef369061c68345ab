"""Whether Markov chains agree, and how many independent draws theirs are worth.

Source: Vehtari et al. 2021, doi:10.1214/20-BA1221: split chains, normal scores of ranks, the
worse of plain and folded R-hat, effective draws of the bulk and of the tails. The estimate of
effective draws is Geyer's initial monotone sequence over all chains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

_TAILS = (0.05, 0.95)
# Blom's offset for normal scores.
_OFFSET = 0.375
_FEWEST = 8  # draws of a chain below which nothing can be said

Draws = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """How the chains of one number ended: R-hat, effective draws, and the error of the mean."""

    r_hat: float
    ess_bulk: float
    ess_tail: float
    mcse_mean: float


def convergence_of(draws: Draws) -> Convergence:
    """What `"chains draws"` of one number say of themselves; a number that never moves is fine."""
    count = draws.size
    if draws.shape[1] < _FEWEST or np.ptp(draws) == 0.0:
        still = bool(draws.shape[1] >= _FEWEST)
        size = float(count) if still else 0.0
        return Convergence(
            r_hat=1.0 if still else np.inf, ess_bulk=size, ess_tail=size, mcse_mean=0.0
        )
    halves = _split(draws)
    folded = np.abs(halves - np.median(halves))
    tails = [
        effective((halves <= np.quantile(draws, at)).astype(np.float64)) for at in _TAILS
    ]  # fmt: skip
    return Convergence(
        r_hat=max(_r_hat(_scores(halves)), _r_hat(_scores(folded))),
        ess_bulk=effective(_scores(halves)),
        ess_tail=min(tails),
        mcse_mean=float(draws.std(ddof=1) / np.sqrt(effective(halves))),
    )


def effective(chains: Draws) -> float:
    """How many independent draws the mean over `"chains draws"` is worth."""
    number, length = chains.shape
    if np.ptp(chains) == 0.0:
        return float(chains.size)
    covariance = _autocovariance(chains)
    within = covariance[:, 0].mean() * length / (length - 1.0)
    total = within * (length - 1.0) / length
    if number > 1:
        total += chains.mean(1).var(ddof=1)
    correlation = 1.0 - (within - covariance.mean(0)) / total
    correlation[0] = 1.0
    pairs = correlation[: length - length % 2].reshape(-1, 2).sum(1)
    negative = np.flatnonzero(pairs <= 0)
    kept = pairs[: negative[0]] if negative.size else pairs
    # The sequence must fall: noise in the far lags is not counted as information.
    sums = np.minimum.accumulate(kept)
    after = pairs[len(kept)] if len(kept) < len(pairs) else 0.0
    last = max(correlation[2 * len(kept)], 0.0) if len(kept) < len(pairs) and after <= 0 else 0.0
    time = -1.0 + 2.0 * sums.sum() + last
    # Chains that swing about their mean are worth more than independent draws, within reason.
    return float(chains.size / max(time, 1.0 / np.log10(chains.size)))


def _split(draws: Draws) -> Draws:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _scores(chains: Draws) -> Draws:
    ranks = rankdata(chains, method="average").reshape(chains.shape)
    return ndtri((ranks - _OFFSET) / (chains.size + 1.0 - 2.0 * _OFFSET))


def _r_hat(chains: Draws) -> float:
    length = chains.shape[1]
    within = chains.var(1, ddof=1).mean()
    between = chains.mean(1).var(ddof=1)
    return float(np.sqrt((length - 1.0) / length + between / within)) if within > 0 else np.inf


def _autocovariance(chains: Draws) -> Draws:
    length = chains.shape[1]
    away = chains - chains.mean(1, keepdims=True)
    wave = np.fft.rfft(away, 2 * length)
    return np.fft.irfft(wave * wave.conj(), 2 * length)[:, :length] / length
