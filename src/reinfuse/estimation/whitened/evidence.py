"""The evidence from draws that are there anyway: the posterior's and the reference's.

Source: bridge sampling, Meng and Wong 1996, Statistica Sinica 6:831 (recalled).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.mixture import log_sum

_ROUNDS = 200
_CLOSE = 1e-8

Array = NDArray[np.float64]


def bridged(heights: Array, weights: Array, effective: float) -> float | None:
    """Log of the likelihood averaged over the prior.

    `heights` are logs of (prior x likelihood) over the reference at posterior draws, worth
    `effective` independent ones; `weights` the same at independent draws of the reference. `None`
    where there are no draws to bridge.
    """
    own, other = heights.ravel(), weights
    if not len(own) or not len(other) or effective < 1.0:
        return None
    share = effective / (effective + len(other))
    logs = np.log(share), np.log1p(-share)
    evidence = float(np.median(own))
    for _ in range(_ROUNDS):
        # Both averages are of bounded numbers, whatever the tails.
        up = _log_mean(other - evidence - np.logaddexp(logs[0] + other - evidence, logs[1]))
        down = _log_mean(-np.logaddexp(logs[0] + own - evidence, logs[1]))
        step = up - down
        evidence += step
        if abs(step) < _CLOSE:
            break
    return evidence


def _log_mean(logs: Array) -> float:
    return float(log_sum(logs)) - float(np.log(len(logs)))
