"""Draws from a posterior by tempering the likelihood, with the evidence as a by-product.

Particles start in the prior. The likelihood is let in by powers from 0 to 1, each step as large
as the effective sample size allows; after each, particles are resampled and moved by Metropolis
steps whose proposals follow the particles' own covariance.

Source: Del Moral, Doucet and Jasra 2006, doi:10.1111/j.1467-9868.2006.00553.x (recalled); the
choice of steps and moves here is ours and is judged by brute force and by calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.problem import Problem


class Outcome(StrEnum):
    """How sampling ended."""

    CONVERGED = "reached the posterior"
    STEP_LIMIT = "stopped at the step limit: raise max_steps or particles"
    IMPOSSIBLE = "no prior draw can explain the data: check units, days and limits"
    STUCK = "moves are hardly ever accepted: raise particles or moves"
    SLOW = "draws still resemble where they began: raise most_last_moves or particles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempering:
    """How the sampler runs."""

    particles: int = 3000
    moves: int = 8  # Metropolis steps at a time
    most_moves: int = 120  # at one temperature
    most_last_moves: int = 400  # once the whole likelihood is in
    forgotten_below: float = 0.3  # correlation with the start at which a temperature is left
    last_forgotten_below: float = 0.1  # the same, once the whole likelihood is in
    ess_share: float = 0.6  # effective share of particles that a step may leave
    max_steps: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Equally weighted draws (`"draws parameters"`) and how they were reached.

    `ess` and `acceptance` have one entry per temperature; `renewed` is the share of draws that
    moved at least once after the whole likelihood was in, `remembered` the highest correlation of
    a parameter with where its draws stood before those last moves.
    """

    names: tuple[str, ...]
    draws: NDArray[np.float64]
    log_evidence: float
    temperatures: tuple[float, ...]
    ess: tuple[float, ...]
    acceptance: tuple[float, ...]
    renewed: float
    remembered: float
    outcome: Outcome


@dataclass(slots=True)
class _Cloud:
    """Particles on their way; the only thing in this module that changes."""

    x: NDArray[np.float64]
    log_prior: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    scale: float


def sample_posterior(
    problem: Problem, *, rng: np.random.Generator, tempering: Tempering | None = None
) -> Posterior:
    """Draws from prior x likelihood; see `Outcome` for the ways it can end."""
    how = tempering or Tempering()
    x = problem.sample_prior(rng, how.particles)
    cloud = _Cloud(x, problem.log_prior(x), _finite(problem.log_likelihood(x)), 2.38)
    temperatures, ess, acceptance = [0.0], [float(how.particles)], [1.0]
    log_evidence, renewed, remembered = 0.0, 1.0, 0.0
    while temperatures[-1] < 1.0 and len(temperatures) <= how.max_steps:
        if np.isfinite(cloud.log_likelihood).sum() <= x.shape[1]:
            return _result(problem, cloud, -np.inf, (temperatures, ess, acceptance), 0.0, 1.0)
        step = _next_step(cloud.log_likelihood, 1.0 - temperatures[-1], how.ess_share)
        log_weights = step * cloud.log_likelihood
        top = log_weights.max()
        weights = np.exp(log_weights - top)
        log_evidence += float(top + np.log(weights.mean()))
        ess.append(float(weights.sum() ** 2 / (weights @ weights)))
        temperatures.append(min(1.0, temperatures[-1] + step))
        _resample(cloud, weights, rng)
        share, renewed, remembered = _forget(cloud, problem, temperatures[-1], how, rng)
        acceptance.append(share)
    path = (temperatures, ess, acceptance)
    return _result(problem, cloud, log_evidence, path, renewed, remembered)


def _next_step(log_likelihood: NDArray[np.float64], most: float, ess_share: float) -> float:
    """The largest rise in temperature that leaves the wanted effective share."""
    target = ess_share * np.isfinite(log_likelihood).sum()

    def effective(step: float) -> float:
        weights = np.exp(step * (log_likelihood - log_likelihood.max()))
        return float(weights.sum() ** 2 / (weights @ weights))

    if effective(most) >= target:
        return most
    low, high = 0.0, most
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= target else (low, middle)
    return high


def _resample(cloud: _Cloud, weights: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Systematic resampling: one uniform number for all."""
    count = len(weights)
    edges = np.cumsum(weights) / weights.sum()
    places = (rng.random() + np.arange(count)) / count
    chosen = np.minimum(np.searchsorted(edges, places), count - 1)
    cloud.x = cloud.x[chosen]
    cloud.log_prior = cloud.log_prior[chosen]
    cloud.log_likelihood = cloud.log_likelihood[chosen]


def _forget(
    cloud: _Cloud,
    problem: Problem,
    temperature: float,
    how: Tempering,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Moves until the particles have forgotten where they stood, or the most moves are made.

    Mean acceptance, share ever moved, and the highest correlation left with the start.
    """
    last = temperature == 1.0
    most = how.most_last_moves if last else how.most_moves
    enough = how.last_forgotten_below if last else how.forgotten_below
    start, shares = cloud.x.copy(), []
    ever = np.zeros(len(start), dtype=bool)
    remembered = 1.0
    for _ in range(0, most, how.moves):
        before = cloud.x.copy()
        share, _ = _move(cloud, problem, temperature, how.moves, rng)
        shares.append(share)
        ever |= (cloud.x != before).any(axis=1)
        remembered = _correlation(start, cloud.x)
        if remembered < enough:
            break
    return float(np.mean(shares)), float(ever.mean()), remembered


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The highest correlation of a column of one with the same column of the other."""
    left, right = one - one.mean(axis=0), other - other.mean(axis=0)
    spread = np.sqrt((left**2).sum(axis=0) * (right**2).sum(axis=0))
    return float(np.max(np.abs((left * right).sum(axis=0)) / np.maximum(spread, 1e-300)))


def _move(
    cloud: _Cloud, problem: Problem, temperature: float, moves: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Metropolis steps, a walk and a jump by turns; mean acceptance and share ever moved."""
    count, width = cloud.x.shape
    mean = cloud.x.mean(axis=0)
    spread = np.atleast_2d(np.cov(cloud.x, rowvar=False)) + 1e-10 * np.eye(width)
    root: NDArray[np.float64] = np.asarray(np.linalg.cholesky(spread), dtype=np.float64)
    accepted_shares, ever = [], np.zeros(count, dtype=bool)
    for move in range(moves):
        if move % 2 == 0:
            proposal, correction = _jump(cloud.x, mean, root, rng)
        else:
            # Short and long strides together: a posterior that narrows has need of both.
            stride = cloud.scale / np.sqrt(width) * np.exp(-_SHORTENING * rng.random((count, 1)))
            proposal = cloud.x + stride * rng.standard_normal((count, width)) @ root.T
            correction = np.zeros(count)
        log_prior = problem.log_prior(proposal)
        log_likelihood = _finite(problem.log_likelihood(proposal))
        gain = log_prior - cloud.log_prior + correction
        gain = gain + temperature * (log_likelihood - cloud.log_likelihood)
        accepted = np.log(rng.random(count)) < gain
        cloud.x = np.where(accepted[:, None], proposal, cloud.x)
        cloud.log_prior = np.where(accepted, log_prior, cloud.log_prior)
        cloud.log_likelihood = np.where(accepted, log_likelihood, cloud.log_likelihood)
        ever |= accepted
        accepted_shares.append(float(accepted.mean()))
        if move % 2 == 1:  # walks settle near the acceptance that explores fastest
            cloud.scale *= float(np.exp(accepted_shares[-1] - 0.25))
    return float(np.mean(accepted_shares)), float(ever.mean())


_SHORTENING = 2.5  # strides run from the scale down to exp(-2.5), a twelfth of it
_HEAVINESS = 6.0  # degrees of freedom of the jump; heavier tails than any normal target


def _jump(
    x: NDArray[np.float64],
    mean: NDArray[np.float64],
    root: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Proposals from one multivariate t around all particles, and ln q(old) - ln q(new)."""
    count, width = x.shape
    stretch = np.sqrt(_HEAVINESS / rng.chisquare(_HEAVINESS, (count, 1)))
    noise = stretch * rng.standard_normal((count, width))
    old = np.asarray(np.linalg.solve(root, (x - mean).T).T, dtype=np.float64)

    def log_density(z: NDArray[np.float64]) -> NDArray[np.float64]:
        return -0.5 * (_HEAVINESS + width) * np.log1p(np.einsum("ij,ij->i", z, z) / _HEAVINESS)

    return mean + noise @ root.T, log_density(old) - log_density(noise)


def _finite(log_likelihood: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is not a number cannot be explained either."""
    return np.where(np.isnan(log_likelihood), -np.inf, log_likelihood)


_REMEMBERED_ABOVE = 0.3  # correlation with the start over which draws are too few
_STUCK_BELOW = 0.02  # mean acceptance under which draws are copies of each other


def _result(
    problem: Problem,
    cloud: _Cloud,
    log_evidence: float,
    path: tuple[list[float], list[float], list[float]],
    renewed: float,
    remembered: float,
) -> Posterior:
    temperatures, ess, acceptance = path
    if not np.isfinite(log_evidence):
        outcome = Outcome.IMPOSSIBLE
    elif temperatures[-1] < 1.0:
        outcome = Outcome.STEP_LIMIT
    elif min(acceptance) < _STUCK_BELOW:
        outcome = Outcome.STUCK
    elif remembered > _REMEMBERED_ABOVE:
        outcome = Outcome.SLOW
    else:
        outcome = Outcome.CONVERGED
    return Posterior(
        names=problem.names,
        draws=cloud.x,
        log_evidence=log_evidence,
        temperatures=tuple(temperatures),
        ess=tuple(ess),
        acceptance=tuple(acceptance),
        renewed=renewed,
        remembered=remembered,
        outcome=outcome,
    )
