"""The slow plain twin: dense matrices and grids, as the papers write them, sharing no code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Plain:
    """A fit at one tau squared."""

    b: np.ndarray
    covariance: np.ndarray
    q: float
    trace: float
    log_likelihood: float
    restricted: float


def fit_plainly(y: np.ndarray, v: np.ndarray, x: np.ndarray, tau2: float) -> Plain:
    """Generalised least squares by the inverse of the whole covariance matrix."""
    k, p = x.shape
    marginal = np.diag(v + tau2)
    w = np.linalg.inv(marginal)
    covariance = np.linalg.inv(x.T @ w @ x)
    b = covariance @ x.T @ w @ y
    projection = w - w @ x @ covariance @ x.T @ w
    q = float(y @ projection @ y)
    fit = -0.5 * (np.linalg.slogdet(marginal)[1] + q)
    full = fit - 0.5 * k * np.log(2 * np.pi)
    extra = np.linalg.slogdet(x.T @ x)[1] - np.linalg.slogdet(x.T @ w @ x)[1]
    restricted = fit - 0.5 * (k - p) * np.log(2 * np.pi) + 0.5 * extra
    return Plain(b, covariance, q, float(np.trace(projection)), float(full), float(restricted))


def mean_only(k: int) -> np.ndarray:
    return np.ones((k, 1))


def highest_on_grid(
    y: np.ndarray, v: np.ndarray, x: np.ndarray, *, restricted: bool, rounds: int = 12
) -> float:
    """Tau squared of the highest likelihood: a grid from 0 to far out, then ever finer ones."""
    low, high = 0.0, 10 * (float(np.var(y)) + float(v.max()))
    best = 0.0
    for turn in range(rounds):
        grid = np.linspace(low, high, 401 if turn == 0 else 41)
        heights = [
            fit.restricted if restricted else fit.log_likelihood
            for fit in (fit_plainly(y, v, x, tau2) for tau2 in grid)
        ]
        place = int(np.argmax(heights))
        best = float(grid[place])
        low, high = float(grid[max(place - 1, 0)]), float(grid[min(place + 1, len(grid) - 1)])
    return best
