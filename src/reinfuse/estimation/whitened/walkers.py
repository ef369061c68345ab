"""Walkers that explore a posterior: jumps, and slices along ellipses, around a fixed reference.

Given the reference the walkers do not touch each other, so each is a Markov chain of its own.
One round of a walker is a jump (an independent draw from the reference, taken or not by
Metropolis and Hastings), a slice along an ellipse of the reference's component that the walker
is in, and a slice along the ways that were left to the prior. All walkers are evaluated together;
one that has finished its move begins the next while others still narrow their brackets.

Source: elliptical slices: Murray, Adams and MacKay 2010 (AISTATS, PMLR 9:541); around a reference
that is not the prior: Nishihara, Murray and Adams 2014 (JMLR 15:2087), their scale mixture being
a mixture of normals here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.counted import Counted
from reinfuse.estimation.whitened.reference import Reference

_NARROWINGS = 60  # after which a bracket has closed on the walker itself
_TURN = 2.0 * np.pi

Array = NDArray[np.float64]
Chosen = NDArray[np.int64]


class Move(IntEnum):
    """What a walker may do."""

    JUMP = 0
    SLICE = 1
    REST = 2


ORDER = np.array([Move.JUMP, Move.JUMP, Move.SLICE, Move.JUMP, Move.JUMP, Move.REST])  # a round


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Draws (`"rounds walkers latents"`), their log likelihoods, and how the walk went.

    `weights` are logs of posterior over reference (up to the evidence) at the reference's own
    draws, `heights` the same at the walkers' draws (`"rounds walkers"`); both serve the evidence.
    `jumped` is the share of jumps taken. `whole` says that every round asked for was made.
    """

    draws: Array
    log_likelihood: Array
    heights: Array
    weights: Array
    jumped: float
    whole: bool


@dataclass(slots=True, kw_only=True)
class Walkers:
    """Where the walkers stand (`at`: `"walkers latents"`); moved by `walk` alone."""

    at: Array
    log_likelihood: Array


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One call of `walk` on its way; turned latents throughout."""

    reference: Reference
    rng: np.random.Generator
    heat: float
    here: Array
    log_likelihood: Array
    height: Array
    step: NDArray[np.int64]  # of the round
    begun: NDArray[np.bool_]
    made: NDArray[np.int64]  # rounds
    part: NDArray[np.int64]
    other: Array  # the second point of the ellipse, about its centre
    threshold: Array
    low: Array
    high: Array
    angle: Array
    tries: NDArray[np.int64]
    weights: list[Array]
    taken: int = 0


def walk(
    counted: Counted,
    walkers: Walkers,
    reference: Reference,
    rng: np.random.Generator,
    *,
    rounds: int,
    heat: float = 1.0,
) -> Walked:
    """Moves the walkers by so many rounds; the target is prior times likelihood to the `heat`.

    Stops between two evaluations when the budget is spent; the rounds that all walkers have made
    are then what is returned.
    """
    count, latents = walkers.at.shape
    state = _begun(walkers, reference, rng, heat)
    draws = np.empty((rounds, count, latents))
    log_likelihood, heights = np.empty((rounds, count)), np.empty((rounds, count))
    while (state.made < rounds).any() and not counted.spent:
        going = np.flatnonzero(state.made < rounds)
        _begin_moves(state, going[~state.begun[going]])
        proposal = _proposals(state, going)
        found = counted.values(reference.latents(proposal))
        ended = _decide(state, going, proposal, found)
        state.step[ended] = (state.step[ended] + 1) % len(ORDER)
        round_over = ended[state.step[ended] == 0]
        draws[state.made[round_over], round_over] = reference.latents(state.here[round_over])
        log_likelihood[state.made[round_over], round_over] = state.log_likelihood[round_over]
        heights[state.made[round_over], round_over] = state.height[round_over]
        state.made[round_over] += 1
    made = int(state.made.min())
    walkers.at = reference.latents(state.here)
    walkers.log_likelihood = state.log_likelihood
    weights = np.concatenate(state.weights) if state.weights else np.empty(0)
    return Walked(
        draws=draws[:made],
        log_likelihood=log_likelihood[:made],
        heights=heights[:made],
        weights=weights,
        jumped=state.taken / max(1, len(weights)),
        whole=made == rounds,
    )


def _begun(walkers: Walkers, reference: Reference, rng: np.random.Generator, heat: float) -> _Walk:
    count, latents = walkers.at.shape
    here = reference.turned(walkers.at)
    return _Walk(
        reference=reference,
        rng=rng,
        heat=heat,
        here=here,
        log_likelihood=walkers.log_likelihood.copy(),
        height=heat * walkers.log_likelihood + reference.log_prior_over_reference(here),
        step=np.zeros(count, dtype=np.int64),
        begun=np.zeros(count, dtype=bool),
        made=np.zeros(count, dtype=np.int64),
        part=np.zeros(count, dtype=np.int64),
        other=np.zeros((count, latents)),
        threshold=np.zeros(count),
        low=np.zeros(count),
        high=np.zeros(count),
        angle=np.zeros(count),
        tries=np.zeros(count, dtype=np.int64),
        weights=[],
    )


def _begin_moves(state: _Walk, fresh: Chosen) -> None:
    """Chance for every walker that starts a move: a height to stay above, an ellipse, a bracket."""
    if not len(fresh):
        return
    rng, reference = state.rng, state.reference
    state.threshold[fresh] = state.height[fresh] + np.log(rng.random(len(fresh)))
    state.angle[fresh] = _TURN * rng.random(len(fresh))
    state.low[fresh] = state.angle[fresh] - _TURN
    state.high[fresh] = state.angle[fresh]
    state.tries[fresh] = 0
    state.begun[fresh] = True
    informed = reference.informed
    state.other[fresh] = rng.standard_normal((len(fresh), state.here.shape[1]))
    part = reference.mixture.parts_of(state.here[fresh, :informed], rng)
    state.part[fresh] = part
    state.other[fresh, :informed] = reference.mixture.spread(part, rng)


def _proposals(state: _Walk, going: Chosen) -> Array:
    reference, informed = state.reference, state.reference.informed
    here, other = state.here[going], state.other[going]
    cosine, sine = np.cos(state.angle[going])[:, None], np.sin(state.angle[going])[:, None]
    centre = np.zeros_like(here)
    centre[:, :informed] = reference.mixture.means[state.part[going]]
    proposal = centre + (here - centre) * cosine + other * sine
    move = ORDER[state.step[going]]
    resting = move == Move.REST
    proposal[resting, :informed] = here[resting, :informed]
    jumping = move == Move.JUMP
    if jumping.any():
        proposal[jumping] = reference.draws(state.rng, int(jumping.sum()))
    return proposal


def _decide(state: _Walk, going: Chosen, proposal: Array, found: Array) -> Chosen:
    """Takes, refuses or narrows; the walkers whose move has ended."""
    height = state.heat * found + state.reference.log_prior_over_reference(proposal)
    above = height > state.threshold[going]
    jumping = ORDER[state.step[going]] == Move.JUMP
    state.weights.append(height[jumping])
    state.taken += int((above & jumping).sum())
    taken = going[above]
    state.here[taken], state.height[taken] = proposal[above], height[above]
    state.log_likelihood[taken] = found[above]
    state.tries[going] += 1
    ended = above | jumping | (state.tries[going] > _NARROWINGS)
    _narrow(state, going[~ended])
    state.begun[going[ended]] = False
    return going[ended]


def _narrow(state: _Walk, which: Chosen) -> None:
    angle = state.angle[which]
    state.low[which] = np.where(angle < 0.0, angle, state.low[which])
    state.high[which] = np.where(angle >= 0.0, angle, state.high[which])
    width = state.high[which] - state.low[which]
    state.angle[which] = state.low[which] + width * state.rng.random(len(which))
