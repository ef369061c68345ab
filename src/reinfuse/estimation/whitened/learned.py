"""What the data taught: which latents, and which combinations of them, narrowed.

Beforehand every latent, and every combination of unit length, has a standard deviation of 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INFORMED_BELOW = 0.8  # of the prior's spread
_SHOWN = 0.3  # loadings smaller than this are left out of words
_ALIKE = 1.5  # the largest over the smallest loading up to which they are said without numbers
_RANGE = (0.05, 0.95)
_FEWEST = 4  # draws

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentLearned:
    """Posterior mean and SD of a latent, in prior SDs."""

    name: str
    mean: float
    sd: float

    @property
    def informed(self) -> bool:
        """Whether the data narrowed it; otherwise it is assumed, not learned."""
        return self.sd < INFORMED_BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """A combination of latents that narrowed to `sd` of its prior spread.

    `loadings` has every latent's share, of unit length together, the largest positive.
    """

    sd: float
    names: tuple[str, ...]
    loadings: Array

    @property
    def large(self) -> tuple[tuple[str, float], ...]:
        """The latents that make up most of it, the largest first."""
        order = np.argsort(-np.abs(self.loadings), kind="stable")
        kept = [at for at in order if abs(self.loadings[at]) >= _SHOWN] or [order[0]]
        return tuple((self.names[at], float(self.loadings[at])) for at in kept)

    def __str__(self) -> str:
        """In words: latents stand for logarithms, so a sum is a product and a difference a ratio.

        Exponents are written in brackets when the loadings differ much.
        """
        large = self.large
        sizes = [abs(loading) for _, loading in large]
        alike = max(sizes) <= _ALIKE * min(sizes)
        words = large[0][0] if alike else f"{large[0][0]} ({sizes[0]:.1f})"
        for (name, loading), size in zip(large[1:], sizes[1:], strict=True):
            sign = "x" if loading > 0.0 else "/"
            words += f" {sign} {name}" if alike else f" {sign} {name} ({size:.1f})"
        return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Every latent in order, and the informed directions, the narrowest first."""

    latents: tuple[LatentLearned, ...]
    directions: tuple[Direction, ...]

    @property
    def informed(self) -> tuple[str, ...]:
        """Names of the latents that narrowed."""
        return tuple(latent.name for latent in self.latents if latent.informed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The central 90 % of a derived quantity before and after; `left` is the ratio of widths."""

    prior: tuple[float, float]
    posterior: tuple[float, float]
    left: float

    @property
    def informed(self) -> bool:
        """Whether the data narrowed it; otherwise it is assumed, not learned."""
        return self.left < INFORMED_BELOW


@dataclass(frozen=True, slots=True)
class NotNarrowed:
    """No comparison of widths; `why` says so."""

    why: str


def learned_from(names: tuple[str, ...], draws: Array) -> Learned:
    """What `"draws latents"` say; the draws count equally.

    Directions are found on one half of the draws and their SDs measured on the other: the
    narrowest of forty directions would look narrow by chance if both were done on the same.
    Nothing is said of fewer than four draws.
    """
    if len(draws) < _FEWEST:
        return Learned(latents=(), directions=())
    means, sds = draws.mean(axis=0), draws.std(axis=0, ddof=1)
    latents = tuple(
        LatentLearned(name=name, mean=float(mean), sd=float(sd))
        for name, mean, sd in zip(names, means, sds, strict=True)
    )
    found, judged = draws[::2], draws[1::2]
    _, vectors = np.linalg.eigh(np.atleast_2d(np.cov(found, rowvar=False)))
    spread = (judged @ vectors).std(axis=0, ddof=1)
    directions = tuple(
        Direction(sd=float(spread[at]), names=names, loadings=_upright(vectors[:, at]))
        for at in np.argsort(spread, kind="stable")
        if spread[at] < INFORMED_BELOW
    )
    return Learned(latents=latents, directions=directions)


def narrowed(prior: Array, posterior: Array) -> Narrowed | NotNarrowed:
    """How far the data narrowed a quantity, from its values at prior and at posterior draws.

    Values that are not finite count at their end of the range; where an end of the central 90 %
    is not finite itself, there is no width.
    """
    if min(prior.size, posterior.size) < _FEWEST or np.isnan([*prior, *posterior]).any():
        return NotNarrowed("too few draws, or draws without a value")
    low, high = _ends(prior)
    after = _ends(posterior)
    if not np.isfinite([low, high, *after]).all():
        return NotNarrowed("the range has no finite end")
    if high <= low:
        return NotNarrowed("the prior leaves no range to narrow")
    left = (after[1] - after[0]) / (high - low)
    return Narrowed(prior=(low, high), posterior=after, left=left)


def _ends(values: Array) -> tuple[float, float]:
    low, high = np.quantile(values, _RANGE, method="nearest")
    return float(low), float(high)


def _upright(vector: Array) -> Array:
    return vector * np.sign(vector[np.abs(vector).argmax()])
