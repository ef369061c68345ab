"""Ways straightened: a curved ridge of draws is sheared until it is straight.

Draws are scaled to unit covariance. The direction that squares and products of the others
foretell best is turned to the end and its forecast subtracted; then the next best among the rest,
until held-out draws are foretold no better. A shear keeps volume, so densities carry over.

Source: maps as preconditioners: Parno and Marzouk 2018, doi:10.1137/17M1134640 (recalled); this
quadratic one is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORTH = 0.03  # share of held-out variance that a bend must explain
_DRAWS_PER_TERM = 8
_RIDGE = 1e-3

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Straightening:
    """Centre (`"ways"`), scaling turn (`"ways ways"`: whole = centre + turned @ turn) and bends.

    The last `len(bends)` turned ways are bent; a bend holds the coefficients of 1, of the ways
    before it, and of their products, and the first entry of `bends` belongs to the first of them.
    """

    centre: Array
    turn: Array
    back: Array
    bends: tuple[Array, ...]
    log_volume: float  # of the whole per volume of the straight

    def straight(self, y: Array) -> Array:
        """Straight coordinates of `"points ways"`."""
        turned = (y - self.centre) @ self.back
        out = turned.copy()
        first = turned.shape[1] - len(self.bends)
        for at, bend in enumerate(self.bends, start=first):
            out[:, at] -= _terms(turned[:, :at]) @ bend
        return out

    def whole(self, straight: Array) -> Array:
        """The way back."""
        turned = straight.copy()
        first = turned.shape[1] - len(self.bends)
        for at, bend in enumerate(self.bends, start=first):
            turned[:, at] += _terms(turned[:, :at]) @ bend
        return self.centre + turned @ self.turn


def untouched(ways: int) -> Straightening:
    """Coordinates left as they are."""
    same = np.eye(ways)
    return Straightening(centre=np.zeros(ways), turn=same, back=same, bends=(), log_volume=0.0)


def straightened(fitted: Array, judged: Array) -> Straightening:
    """The straightening that draws (`"draws ways"`) ask for; `judged` say what bends are worth."""
    y = np.concatenate([fitted, judged])
    centre = y.mean(axis=0)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(y, rowvar=False)))
    size = np.sqrt(np.maximum(values, 1e-12))
    scaled = ((y - centre) @ vectors) / size
    fitted, judged = scaled[: len(fitted)], scaled[len(fitted) :]
    turn, bent = np.eye(y.shape[1]), 0
    for ways in range(y.shape[1], 1, -1):
        if len(fitted) < _DRAWS_PER_TERM * (ways * (ways + 1) // 2):
            break
        inner = _best_foretold_last(fitted)
        fitted, judged = fitted @ inner, judged @ inner
        bend = _regressed(_terms(fitted[:, :-1]), fitted[:, -1])
        missed = judged[:, -1] - _terms(judged[:, :-1]) @ bend
        if missed.var() > (1.0 - _WORTH) * judged[:, -1].var():
            break
        turn[:, :ways] = turn[:, :ways] @ inner
        bent += 1
        fitted, judged = fitted[:, :-1], judged[:, :-1]
    turned = scaled @ turn
    bent_ways = range(y.shape[1] - bent, y.shape[1])
    # All draws have their say once the bends have proved themselves.
    bends = tuple(_regressed(_terms(turned[:, :at]), turned[:, at]) for at in bent_ways)
    return Straightening(
        centre=centre,
        turn=turn.T @ (size[:, None] * vectors.T),
        back=(vectors / size) @ turn,
        bends=bends,
        log_volume=float(np.log(size).sum()),
    )


def _best_foretold_last(scaled: Array) -> Array:
    """A turn whose last way is the one that squares and products foretell best."""
    products = _terms(scaled)[:, 1 + scaled.shape[1] :]
    products = products - products.mean(axis=0)
    gram = products.T @ products
    gram += _RIDGE * np.diag(np.diag(gram))
    cross = products.T @ scaled
    _, vectors = np.linalg.eigh(cross.T @ np.linalg.solve(gram, cross))
    return vectors


def _regressed(terms: Array, seen: Array) -> Array:
    gram = terms.T @ terms
    gram += _RIDGE * np.diag(np.diag(gram))
    return np.asarray(np.linalg.solve(gram, terms.T @ seen), dtype=np.float64)


def _terms(x: Array) -> Array:
    """One, the ways, and their squares and products."""
    one, other = np.triu_indices(x.shape[1])
    return np.concatenate([np.ones((len(x), 1)), x, x[:, one] * x[:, other]], axis=1)
