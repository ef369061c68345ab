"""What the sampler leans on: a mixture in the informed ways, the prior in all others.

A likelihood of forty latents often speaks about a few combinations of them only. Latents are
turned so that those ways come first; there a mixture is fitted, and the rest keeps the prior,
which a move may then redraw at will.

Source: Zahm, Cui, Law, Spantini and Marzouk 2022, doi:10.1090/mcom/3737 (recalled): directions
in which the log likelihood's slope is zero on average of its square hold the prior still.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.laplace import Laplace
from reinfuse.estimation.whitened.mixture import Mixture, blended, fit_mixture, with_tails
from reinfuse.estimation.whitened.unbend import Straightening, straightened, untouched

_FELT = 0.03  # mean squared slope of the log likelihood from which a way counts as informed

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An orthogonal turn (`"latents latents"`, informed ways first) and the mixture in them."""

    turn: Array
    straightening: Straightening
    mixture: Mixture

    @property
    def informed(self) -> int:
        """How many ways the mixture covers."""
        return self.mixture.means.shape[1]

    def turned(self, z: Array) -> Array:
        """Latents (`"points latents"`) in this reference's ways, the informed made straight."""
        turned = z @ self.turn
        y, rest = turned[:, : self.informed], turned[:, self.informed :]
        return np.concatenate([self.straightening.straight(y), rest], axis=1)

    def latents(self, turned: Array) -> Array:
        """The way back."""
        y, rest = turned[:, : self.informed], turned[:, self.informed :]
        return np.concatenate([self.straightening.whole(y), rest], axis=1) @ self.turn.T

    def log_prior_over_reference(self, turned: Array) -> Array:
        """Log of prior over reference, `"points"`; the ways left to the prior cancel."""
        straight = turned[:, : self.informed]
        y = self.straightening.whole(straight)
        prior = -0.5 * (y**2).sum(axis=1) - 0.5 * self.informed * np.log(2.0 * np.pi)
        return prior + self.straightening.log_volume - self.mixture.log_density(straight)

    def draws(self, rng: np.random.Generator, count: int) -> Array:
        """Independent turned draws from the reference."""
        rest = rng.standard_normal((count, len(self.turn) - self.informed))
        return np.concatenate([self.mixture.draws(rng, count), rest], axis=1)


def informed_turn(slopes: Array, most: int) -> tuple[Array, int]:
    """A turn whose first ways are those that log likelihoods' slopes (`"points latents"`) feel.

    At most `most` of them, at least one; the second value says how many.
    """
    # A point at a cliff must not decide for all: long slopes are cut to a few typical lengths.
    length = np.linalg.norm(slopes, axis=1, keepdims=True)
    typical = 3.0 * np.median(length)
    cut = slopes * np.minimum(1.0, typical / np.maximum(length, 1e-300)) if typical > 0 else slopes
    values, vectors = np.linalg.eigh(cut.T @ cut / len(cut))
    informed = int(np.clip((values > _FELT).sum(), 1, most))
    return vectors[:, ::-1], informed


def reference_from_modes(modes: tuple[Laplace, ...], heat: float) -> Reference:
    """The normals at the modes, all latents informed, with the likelihood let in by `heat` only."""
    latents = len(modes[0].mean)
    means = np.array([mode.mean for mode in modes])
    curvature = np.array([np.eye(latents) + heat * mode.information for mode in modes])
    values, vectors = np.linalg.eigh(curvature)
    covariance = np.einsum("kij,kj,klj->kil", vectors, 1.0 / np.maximum(values, 0.05), vectors)
    evidence = np.array([mode.log_evidence for mode in modes])
    weights = np.maximum(np.exp(evidence - evidence.max()), 0.2)  # each mode is given its chance
    weights = weights / weights.sum()
    middle = weights @ means
    away = means - middle
    whole = np.einsum("k,kij->ij", weights, covariance) + (weights * away.T) @ away
    mixture = Mixture(weights=weights, means=means, roots=np.linalg.cholesky(covariance))
    return Reference(
        turn=np.eye(latents),
        straightening=untouched(latents),
        mixture=with_tails(mixture, middle, whole),
    )


def reference_from_draws(
    draws: Array,
    log_likelihood: Array,
    ways: tuple[Array, int],
    modes: tuple[Laplace, ...],
    rng: np.random.Generator,
    most_parts: int,
) -> Reference:
    """The shape in the informed `ways` that stands best for walkers it was not fitted to.

    `draws` are `"rounds walkers latents"`, `log_likelihood` goes with them. Shapes that compete:
    the normals at the modes, which few draws do not beat; mixtures in the ways as they are, alone
    and blended with those; mixtures in the ways made straight.
    """
    turn, informed = ways
    y = draws @ turn[:, :informed]
    log_target = log_likelihood - 0.5 * (y**2).sum(axis=2)
    order = rng.permutation(draws.shape[1])
    held = len(order) // _HELD_OUT
    together = np.concatenate([y, log_target[:, :, None]], axis=2)
    judged, fitted = _some(together[:, order[:held]], rng), _some(together[:, order[held:]], rng)
    judged, target, fitted = judged[:, :-1], judged[:, -1], fitted[:, :-1]
    at_modes = _modes_in(modes, turn, informed)
    same = untouched(informed)
    shapes = [(at_modes.closeness(judged, target), same, at_modes)]
    for straightening in (same, straightened(fitted, judged)):
        mixture, score = fit_mixture(
            straightening.straight(fitted),
            straightening.straight(judged),
            target + straightening.log_volume,
            rng,
            most_parts=most_parts,
            draws_per_part=_DRAWS_PER_WAY * informed,
        )
        shapes.append((score, straightening, mixture))
    both = blended(at_modes, shapes[1][2])
    # Half of its parts have seen the judges: what that could be worth is taken off.
    shapes.append((both.closeness(judged, target) - _SEEN, same, both))
    _, straightening, mixture = max(shapes, key=lambda shape: shape[0])
    return Reference(turn=turn, straightening=straightening, mixture=mixture)


def _modes_in(modes: tuple[Laplace, ...], turn: Array, informed: int) -> Mixture:
    """The normals at the modes, seen in the informed ways alone."""
    whole = reference_from_modes(modes, 1.0).mixture
    ways = turn[:, :informed]
    covariance = np.einsum("kij,klj->kil", whole.roots, whole.roots)
    seen = np.einsum("ia,kij,jb->kab", ways, covariance, ways, optimize=True)
    return Mixture(weights=whole.weights, means=whole.means @ ways, roots=np.linalg.cholesky(seen))


def _some(y: Array, rng: np.random.Generator) -> Array:
    """Draws of all rounds and walkers in a row, thinned by chance where there are very many."""
    flat = y.reshape(-1, y.shape[2])
    if len(flat) <= _MOST_FITTED:
        return flat
    return flat[rng.choice(len(flat), size=_MOST_FITTED, replace=False)]


_DRAWS_PER_WAY = 12
_SEEN = 0.1
_HELD_OUT = 3  # every third walker judges
_MOST_FITTED = 6000  # draws
