"""Draws under a shape held fixed until chains agree; a few rounds first learn the shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.chain_convergence import Convergence, convergence
from reinfuse.estimation.whitened.counted import Counted, Limit, Stage
from reinfuse.estimation.whitened.laplace import Laplace
from reinfuse.estimation.whitened.reference import (
    Reference,
    informed_turn,
    reference_from_draws,
    reference_from_modes,
)
from reinfuse.estimation.whitened.sampling import Progress, Sampling, Watch
from reinfuse.estimation.whitened.walkers import Walked, Walkers, walk

_STEP = 0.3  # SDs of the normal at the mode, for differences
_EARLY = 4  # the first part in so many is left out when a shape is learned
_HOPE = 2.0  # rounds made over rounds needed beyond which the shape is learned anew

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Draws of chains under one reference, and how far they agree."""

    walked: Walked
    reference: Reference
    convergence: Convergence
    stopped_by: Limit | None


def adapted(
    counted: Counted,
    walkers: Walkers,
    modes: tuple[Laplace, ...],
    rng: np.random.Generator,
    how: Sampling,
    watch: Watch,
) -> Reference:
    """The reference after its rounds of learning; the walkers have gone along."""
    reference = reference_from_modes(modes, 1.0)
    for rounds in how.adapting:
        tell(counted, watch)
        walked = walk(counted, walkers, reference, rng, rounds=rounds)
        if counted.spent or not len(walked.draws):
            break
        reference = _renewed(counted, walkers, walked, modes, rng, how)
    return reference


def collected(
    counted: Counted,
    walkers: Walkers,
    modes: tuple[Laplace, ...],
    reference: Reference,
    rng: np.random.Generator,
    how: Sampling,
    watch: Watch,
) -> Collected:
    """Rounds until the chains agree; after long disagreement the shape is learned anew.

    Draws from before a renewal are given back only where later ones agree no better before the
    budget is spent.
    """
    patience, parts = how.first_checked, list[Walked]()
    best: Collected | None = None
    while True:
        rounds = how.checked_every if parts else how.first_checked
        parts.append(walk(counted, walkers, reference, rng, rounds=rounds))
        walked = _joined(parts)
        now = convergence(numbers_of(walked))
        tell(counted, watch, now)
        agreed = now.worst_r_hat <= how.r_hat and now.fewest >= how.effective
        latest = Collected(
            walked=walked,
            reference=reference,
            convergence=now,
            stopped_by=None if agreed else counted.spent,
        )
        if agreed:
            return latest
        if best is None or now.worst_r_hat < best.convergence.worst_r_hat:
            best = latest
        if latest.stopped_by:
            return replace(best, stopped_by=latest.stopped_by)
        made = len(walked.draws)
        if made >= patience and _rounds_needed(now, made, how.r_hat) > _HOPE * made:
            reference = _renewed(counted, walkers, walked, modes, rng, how)
            patience, parts = 2 * patience, []


def _rounds_needed(now: Convergence, made: int, r_hat: float) -> float:
    """Rounds until such chains agree: R-hat squared less 1 falls with their inverse."""
    return made * (now.worst_r_hat**2 - 1.0) / (r_hat**2 - 1.0)


def numbers_of(walked: Walked) -> Array:
    """Latents and, last, the log likelihood: `"rounds walkers numbers"`."""
    return np.concatenate([walked.draws, walked.log_likelihood[:, :, None]], axis=2)


def tell(counted: Counted, watch: Watch, now: Convergence | None = None) -> None:
    """Passes on where the fit stands."""
    watch(
        Progress(
            stage=counted.stage,
            cost=counted.cost,
            budget=counted.budget,
            seconds=counted.elapsed,
            r_hat=None if now is None else now.worst_r_hat,
            effective=None if now is None else now.fewest,
        )
    )


def _renewed(
    counted: Counted,
    walkers: Walkers,
    walked: Walked,
    modes: tuple[Laplace, ...],
    rng: np.random.Generator,
    how: Sampling,
) -> Reference:
    counted.stage, stage = Stage.ADAPT, counted.stage
    asked = walkers.at[rng.permutation(len(walkers.at))[: how.slopes]]
    ways = informed_turn(counted.slopes(asked, _steps(modes[0])).gradient, how.most_informed)
    counted.stage = stage
    # The first rounds still remember another shape.
    late = len(walked.draws) // _EARLY
    draws, log_likelihood = walked.draws[late:], walked.log_likelihood[late:]
    return reference_from_draws(draws, log_likelihood, ways, modes, rng, how.most_parts)


def _steps(mode: Laplace) -> Array:
    """Steps for differences, one along each axis of the normal at the highest mode."""
    values, vectors = np.linalg.eigh(mode.covariance)
    return (_STEP * vectors * np.sqrt(values)).T


def _nothing(walkers: Walkers) -> Walked:
    count, latents = walkers.at.shape
    empty = np.empty((0, count))
    return Walked(
        draws=np.empty((0, count, latents)),
        log_likelihood=empty,
        heights=empty,
        weights=np.empty(0),
        jumped=0.0,
        whole=True,
    )


def _joined(parts: list[Walked]) -> Walked:
    jumps = [len(part.weights) for part in parts]
    taken = sum(part.jumped * count for part, count in zip(parts, jumps, strict=True))
    return Walked(
        draws=np.concatenate([part.draws for part in parts]),
        log_likelihood=np.concatenate([part.log_likelihood for part in parts]),
        heights=np.concatenate([part.heights for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        jumped=taken / max(1, sum(jumps)),
        whole=all(part.whole for part in parts),
    )
