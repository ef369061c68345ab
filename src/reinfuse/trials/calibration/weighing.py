"""Values of the unknowns drawn from their prior, then where targets are met, and weighed.

The first draws come from the prior. Surfaces through what the model said at them (`surface`) tell
where the targets would be met; draws from there are simulated, the surfaces mended with them, and
so on. The draws of the last round are weighed by what the model itself says of them against what
the surfaces said: prior x likelihood / (prior x likelihood by surfaces). Unknowns that no target
can tell anything of stay with their prior.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.smc import Tempering, sample_posterior
from reinfuse.evidence import Target
from reinfuse.trials.calibration.found import Found, log_likelihood
from reinfuse.trials.calibration.surface import Surface, surfaces_of
from reinfuse.trials.calibration.unknowns import acts_on, unknowns

Floats = NDArray[np.float64]
Simulate = Callable[[Floats], list[Found]]  # of `"draws unknowns"`

_MOST_WEIGHT = 0.5  # a power of the number of draws: no weight above its mean times this many
_SMC = Tempering(particles=1000, moves=4, most_moves=40, most_last_moves=120, ess_share=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """How many draws of the prior, and how many rounds of how many draws after them."""

    prior: int = 400
    later: int = 2
    draws: int = 200

    @property
    def all(self) -> int:
        """All draws."""
        return self.prior + self.later * self.draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """All draws (`"draws unknowns"`, standard normal under the prior) and those of the last round.

    The first `prior` draws are from the prior, the last `len(weights)` those with `weights`, which
    add up to 1; `capped` of them had a weight so high that it was cut.
    """

    z: Floats
    found: tuple[Found, ...]
    prior: int
    weights: Floats
    capped: int

    @property
    def last(self) -> Floats:
        """The draws of the last round."""
        return self.z[len(self.z) - len(self.weights) :]

    @property
    def ess(self) -> float:
        """As how many equal draws the weighted ones count."""
        return float(1.0 / (self.weights @ self.weights))

    def chosen(self, count: int, luck: float) -> NDArray[np.int64]:
        """Places, among all draws, of equally weighted ones; `luck` is from 0 to 1."""
        edges = np.cumsum(self.weights)
        places = np.searchsorted(edges, (luck + np.arange(count)) / count)
        first = len(self.z) - len(self.weights)
        return first + np.minimum(places, len(self.weights) - 1)


def weigh(
    targets: Sequence[Target], simulate: Simulate, rounds: Rounds, rng: np.random.Generator
) -> Weighed:
    """Draws and weights; every draw is simulated once, in order."""
    spoken_of = told_of(targets)
    z = rng.standard_normal((rounds.prior, len(spoken_of)))
    found = simulate(z)
    count = rounds.prior
    logs = np.array([log_likelihood(targets, one) for one in found])
    for _ in range(rounds.later):
        count = rounds.draws
        surfaces = surfaces_of(targets, z, found)
        more = _drawn(surfaces, spoken_of, count, rng)
        said = simulate(more)
        z, found = np.concatenate([z, more]), [*found, *said]
        guessed = sum(one.log_likelihood(more) for one in surfaces)
        logs = np.array([log_likelihood(targets, one) for one in said]) - guessed
    weights, capped = _capped(logs)
    return Weighed(z=z, found=tuple(found), prior=rounds.prior, weights=weights, capped=capped)


def told_of(targets: Sequence[Target]) -> NDArray[np.bool_]:
    """Of each unknown whether a target can tell anything of it."""
    return np.array([any(acts_on(one, target) for target in targets) for one in unknowns()])


@dataclass(frozen=True, slots=True)
class _Problem:
    """Standard normal priors, and the likelihood by surfaces."""

    surfaces: Sequence[Surface]
    spoken_of: NDArray[np.bool_]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one, told in zip(unknowns(), self.spoken_of, strict=True) if told)

    def sample_prior(self, rng: np.random.Generator, particles: int) -> Floats:
        return rng.standard_normal((particles, int(self.spoken_of.sum())))

    def log_prior(self, x: Floats) -> Floats:
        return -0.5 * (x**2).sum(axis=1) - 0.5 * x.shape[1] * math.log(2 * math.pi)

    def log_likelihood(self, x: Floats) -> Floats:
        z = np.zeros((len(x), len(self.spoken_of)))
        z[:, self.spoken_of] = x
        return np.asarray(sum(one.log_likelihood(z) for one in self.surfaces), np.float64)


def _drawn(
    surfaces: Sequence[Surface], spoken_of: NDArray[np.bool_], count: int, rng: np.random.Generator
) -> Floats:
    """Draws where the surfaces meet the targets; of the rest from the prior."""
    z = rng.standard_normal((count, len(spoken_of)))
    posterior = sample_posterior(_Problem(surfaces, spoken_of), rng=rng, tempering=_SMC)
    places = rng.permutation(len(posterior.draws))[:count]
    z[:, spoken_of] = posterior.draws[places]
    return z


def _capped(logs: Floats) -> tuple[Floats, int]:
    """Weights that add up to 1, none above its mean times a root of the number of draws.

    Ionides 2008, Truncated importance sampling, doi:10.1198/106186008X320456 (recalled).
    """
    weights = np.exp(logs - logs.max())
    most = float(weights.mean()) * len(weights) ** _MOST_WEIGHT
    capped = int((weights > most).sum())
    weights = np.minimum(weights, most)
    return np.asarray(weights / weights.sum(), np.float64), capped
