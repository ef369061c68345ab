"""What the answer would be if the funnel were symmetric: trim and fill."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reinfuse.pooling.effects.back import Floats
from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.inverse_variance.between import estimate_tau2
from reinfuse.pooling.inverse_variance.checking import why_not_pooled
from reinfuse.pooling.inverse_variance.funnel import egger
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.pooled import Pooled, pool
from reinfuse.pooling.inverse_variance.weighted import fit_at, pooled_alone
from reinfuse.pooling.not_pooled import NotPooled

_FEWEST = 3
_MOST_ROUNDS = 100


class Side(StrEnum):
    """Where studies seem to be missing."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How many studies seem to be missing, where, and the pooled effect with them put in.

    `effects` holds the studies and the mirror images, labelled so. Nobody saw the images: this
    is a question about the answer, and not a better answer.
    """

    missing: int
    side: Side
    effects: Effects
    pooled: Pooled


def trim_and_fill(
    effects: Effects, method: Method, *, side: Side | None = None, level: float = 0.95
) -> Filled | NotPooled:
    """The studies that lack a mirror image are counted by ranks (L0), and mirrored.

    Without `side`, the sign of Egger's slope says where studies are missing.

    Source: Duval and Tweedie 2000, doi:10.1111/j.0006-341X.2000.00455.x (recalled), estimator L0,
    as metafor has it.
    """
    reason = why_not_pooled(effects, np.ones((effects.k, 1)), "a funnel")
    if reason is not None:
        return reason
    if effects.k < _FEWEST:
        return NotPooled(why="two studies cannot be lopsided", fix="find more studies")
    if side is None:
        slope = egger(effects, method)
        if isinstance(slope, NotPooled):
            return slope
        side = Side.RIGHT if slope.slope < 0 else Side.LEFT
    # Mirrored, a gap on the right is one on the left.
    sign = -1.0 if side is Side.RIGHT else 1.0
    order = np.argsort(sign * effects.yi, kind="stable")
    yi, vi = sign * effects.yi[order], effects.vi[order]
    counted = _count_missing(yi, vi, method)
    if isinstance(counted, NotPooled):
        return counted
    missing, middle = counted
    images = order[effects.k - missing :]
    filled = _with_images(effects, images, sign * middle)
    pooled = pool(filled, method, level=level)
    if isinstance(pooled, NotPooled):
        return pooled
    return Filled(missing=missing, side=side, effects=filled, pooled=pooled)


def _count_missing(yi: Floats, vi: Floats, method: Method) -> tuple[int, float] | NotPooled:
    """How many are missing on the left, and the middle without as many on the right."""
    k, missing = yi.size, 0
    for _ in range(_MOST_ROUNDS):
        kept = pooled_alone(yi[: k - missing], vi[: k - missing])
        middle = float(fit_at(kept, estimate_tau2(kept, method) if kept.k > 1 else 0.0).b[0])
        apart = yi - middle
        rank = np.empty(k)
        rank[np.argsort(np.abs(apart), kind="stable")] = np.arange(1, k + 1)
        above = float(np.sum(rank[apart > 0]))
        again = max(0, round((4 * above - k * (k + 1)) / (2 * k - 1)))
        if again == missing:
            return missing, middle
        missing = min(again, k - 1)
    return NotPooled(
        why="the number of missing studies goes round in a circle",
        fix="look at the funnel plot; leave trim and fill aside",
    )


def _with_images(effects: Effects, images: np.ndarray, middle: float) -> Effects:
    labels = tuple(f"mirror image of {effects.labels[place]}" for place in images)
    return Effects(
        measure=effects.measure,
        labels=(*effects.labels, *labels),
        yi=np.concatenate((effects.yi, 2 * middle - effects.yi[images])),
        vi=np.concatenate((effects.vi, effects.vi[images])),
        n=None if effects.n is None else np.concatenate((effects.n, effects.n[images])),
        scale=effects.scale,
        findings=effects.findings,
    )
