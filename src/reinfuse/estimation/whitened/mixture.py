"""A mixture of normal distributions fitted to draws, in NumPy alone.

Fitted by expectation and maximisation; how many components is decided on walkers held out. One
wide component over all keeps tails covered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 40
_RIDGE = 1e-4  # of the draws' own variance, added to every component's
_PRIOR_DRAWS = 0.7  # per dimension: how strongly a small component leans on the whole's covariance
_WIDE_WEIGHT = 0.1
_WIDE = 1.5  # SDs of the whole per SD of the wide component
_WORTH = 0.01  # nats of closeness that more components must bring
_LEAST_SHARE = 1e-3

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Normal components: `weights` (`"parts"`), `means` (`"parts ways"`), Cholesky `roots`."""

    weights: Array
    means: Array
    roots: Array

    def log_parts(self, y: Array) -> Array:
        """Log weight plus log density of every component at `"points ways"`: `"points parts"`."""
        ways = y.shape[1]
        inverse = np.linalg.inv(self.roots)
        scaled = np.einsum("kij,nkj->nki", inverse, y[:, None, :] - self.means)
        volume = np.log(np.diagonal(self.roots, axis1=1, axis2=2)).sum(axis=1)
        constant = np.log(self.weights) - volume - 0.5 * ways * np.log(2.0 * np.pi)
        return constant - 0.5 * (scaled**2).sum(axis=2)

    def log_density(self, y: Array) -> Array:
        """Log density at `"points ways"`."""
        return log_sum(self.log_parts(y))

    def closeness(self, y: Array, log_target: Array) -> float:
        """How well this density stands for a target, given draws of the target; more is better.

        Minus twice the log of the mean root of target over density. Unlike the mean log density
        it minds the few draws in a tail that this density hardly ever reaches, at which a walker
        would be stuck.
        """
        half = 0.5 * (log_target - self.log_density(y))
        return -2.0 * float(log_sum(half) - np.log(len(half)))

    def parts_of(self, y: Array, rng: np.random.Generator) -> NDArray[np.int64]:
        """For every point a component, drawn by how likely each is to have made it."""
        logs = self.log_parts(y)
        return np.argmax(logs + rng.gumbel(size=logs.shape), axis=1)

    def spread(self, parts: NDArray[np.int64], rng: np.random.Generator) -> Array:
        """A draw around zero with the covariance of each of `parts`."""
        normal = rng.standard_normal((len(parts), self.means.shape[1]))
        return np.einsum("nij,nj->ni", self.roots[parts], normal)

    def draws(self, rng: np.random.Generator, count: int) -> Array:
        """Independent draws, `"draws ways"`."""
        parts = rng.choice(len(self.weights), size=count, p=self.weights)
        return self.means[parts] + self.spread(parts, rng)


def log_sum(logs: Array) -> Array:
    """Log of the sum of exponentials over the last axis."""
    top = logs.max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.exp(logs - top).sum(axis=-1)
    return np.log(np.maximum(total, 1e-300)) + top[..., 0]


def fit_mixture(
    fitted: Array,
    judged: Array,
    log_target: Array,
    rng: np.random.Generator,
    *,
    most_parts: int,
    draws_per_part: int,
) -> tuple[Mixture, float]:
    """The mixture that stands best for the target at `judged`, and its closeness.

    Components are fitted to `fitted` for the closeness and to all draws for the result.
    """
    best, best_score, parts = 1, -np.inf, 1
    whole = spread_of(fitted)
    while parts <= min(most_parts, max(1, len(fitted) // draws_per_part)):
        candidate = _expect_and_maximise(fitted, whole, parts, rng)
        candidate = with_tails(candidate, fitted.mean(axis=0), whole)
        score = candidate.closeness(judged, log_target)
        if score > best_score + _WORTH:
            best, best_score = parts, score
        parts *= 2
    every = np.concatenate([fitted, judged])
    whole = spread_of(every)
    mixture = _expect_and_maximise(every, whole, best, rng)
    return with_tails(mixture, every.mean(axis=0), whole), best_score


def spread_of(y: Array) -> Array:
    """Covariance of draws, never quite singular."""
    return np.atleast_2d(np.cov(y, rowvar=False)) + 1e-12 * np.eye(y.shape[1])


def with_tails(mixture: Mixture, mean: Array, covariance: Array) -> Mixture:
    """The mixture and one wide component over all of it."""
    wide = np.linalg.cholesky(_WIDE**2 * covariance)
    return Mixture(
        weights=np.append((1.0 - _WIDE_WEIGHT) * mixture.weights, _WIDE_WEIGHT),
        means=np.concatenate([mixture.means, mean[None]]),
        roots=np.concatenate([mixture.roots, wide[None]]),
    )


def blended(one: Mixture, other: Mixture) -> Mixture:
    """Half of each."""
    return Mixture(
        weights=0.5 * np.concatenate([one.weights, other.weights]),
        means=np.concatenate([one.means, other.means]),
        roots=np.concatenate([one.roots, other.roots]),
    )


def _expect_and_maximise(y: Array, whole: Array, parts: int, rng: np.random.Generator) -> Mixture:
    mixture = _first(y, whole, parts, rng)
    reached = -np.inf
    for _ in range(_ROUNDS if parts > 1 else 1):
        logs = mixture.log_parts(y)
        total = log_sum(logs)
        score = float(total.mean())
        mixture = _maximised(y, whole, np.exp(logs - total[:, None]))
        if score - reached < _WORTH / 10.0:
            break
        reached = score
    return mixture


def _first(y: Array, whole: Array, parts: int, rng: np.random.Generator) -> Mixture:
    """Centres far from each other (k-means++ seeding), on the scale of the whole."""
    scaled = np.linalg.solve(np.linalg.cholesky(whole), y.T).T
    chosen = [int(rng.integers(len(y)))]
    nearest = ((scaled - scaled[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < parts:
        chosen.append(int(rng.choice(len(y), p=nearest / nearest.sum())))
        nearest = np.minimum(nearest, ((scaled - scaled[chosen[-1]]) ** 2).sum(axis=1))
    away = ((scaled[:, None, :] - scaled[chosen]) ** 2).sum(axis=2)
    belongs = np.eye(parts)[away.argmin(axis=1)]
    return _maximised(y, whole, belongs)


def _maximised(y: Array, whole: Array, belongs: Array) -> Mixture:
    ways = y.shape[1]
    count = belongs.sum(axis=0)
    means = (belongs.T @ y) / np.maximum(count, 1e-12)[:, None]
    away = y[:, None, :] - means
    scatter = np.einsum("nk,nki,nkj->kij", belongs, away, away, optimize=True)
    parts = len(count)
    lean = _PRIOR_DRAWS * ways if parts > 1 else 0.0
    # A component of few draws borrows the shape of the whole, shrunk to a share of its volume.
    borrowed = whole * parts ** (-2.0 / ways)
    covariance = (scatter + lean * borrowed) / (np.maximum(count, 1e-12) + lean)[:, None, None]
    weights = np.maximum(count / count.sum(), _LEAST_SHARE)
    return Mixture(
        weights=weights / weights.sum(),
        means=means,
        roots=np.linalg.cholesky(covariance + _RIDGE * np.diag(np.diag(whole))),
    )
