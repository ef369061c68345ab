"""What becomes of the answer when one study is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.inverse_variance.between import estimate_tau2
from reinfuse.pooling.inverse_variance.checking import why_not_pooled
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.pooled import Pooled, pool
from reinfuse.pooling.inverse_variance.regression import design_of
from reinfuse.pooling.inverse_variance.weighted import Studies, Weighted, fit_at
from reinfuse.pooling.not_pooled import NotPooled


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The pooled effect without the study of that label."""

    label: str
    pooled: Pooled | NotPooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How one study moves the fit, every other study as it is.

    `studentised` is how far it lies from where the others put it, in standard errors; `dffits`
    how far its own fitted value moves; `cook` how far all coefficients move; `covariance_ratio`
    below 1 says that precision is gained without it. `weight` is in percent.
    """

    label: str
    studentised: float
    dffits: float
    cook: float
    covariance_ratio: float
    tau2_without: float
    q_without: float
    hat: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaujatPoint:
    """One study of the plot of Baujat: what it adds to heterogeneity, and how it moves the mean."""

    label: str
    contribution: float
    influence: float


def leave_one_out(
    effects: Effects,
    method: Method,
    *,
    knapp_hartung: bool = False,
    ad_hoc_guard: bool = False,
    level: float = 0.95,
) -> tuple[LeftOut, ...]:
    """The pooled effect without each study in turn, in the order of the studies."""
    return tuple(
        LeftOut(
            label=label,
            pooled=pool(
                effects.without(place),
                method,
                knapp_hartung=knapp_hartung,
                ad_hoc_guard=ad_hoc_guard,
                level=level,
            ),
        )
        for place, label in enumerate(effects.labels)
    )


def influence(
    effects: Effects, method: Method, *, moderators: Mapping[str, ArrayLike] | None = None
) -> tuple[Influence | NotPooled, ...] | NotPooled:
    """What each study does to the pooled effect, or to a regression on `moderators`.

    A study without which nothing can be fitted has `NotPooled` in its place.

    Source: Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11 (recalled), as metafor has it.
    """
    design = np.ones((effects.k, 1)) if moderators is None else design_of(effects, moderators)
    reason = why_not_pooled(effects, design, "influences")
    if reason is not None:
        return reason
    studies = Studies(yi=effects.yi, vi=effects.vi, design=design)
    whole = fit_at(studies, estimate_tau2(studies, method))
    return tuple(
        _influence_of(effects, studies, whole, method, place) for place in range(studies.k)
    )


def baujat(effects: Effects, method: Method) -> tuple[BaujatPoint | NotPooled, ...] | NotPooled:
    """For each study its squared residual over variance and tau squared, and its influence.

    The influence is the squared shift of the mean when the study is left out, over the variance
    of the mean without it. With equal effects the contributions add up to Q.

    Source: Baujat 2002, doi:10.1002/sim.1221 (recalled), carried over to tau squared above 0.
    """
    design = np.ones((effects.k, 1))
    reason = why_not_pooled(effects, design, "influences")
    if reason is not None:
        return reason
    studies = Studies(yi=effects.yi, vi=effects.vi, design=design)
    whole = fit_at(studies, estimate_tau2(studies, method))
    points: list[BaujatPoint | NotPooled] = []
    for place, label in enumerate(effects.labels):
        without = pool(effects.without(place), method)
        if isinstance(without, NotPooled):
            points.append(without)
            continue
        contribution = whole.weight[place] * whole.residual[place] ** 2
        shift = (without.b - float(whole.b[0])) / without.se
        points.append(
            BaujatPoint(label=label, contribution=float(contribution), influence=shift**2)
        )
    return tuple(points)


def _influence_of(
    effects: Effects, studies: Studies, whole: Weighted, method: Method, place: int
) -> Influence | NotPooled:
    others = np.arange(studies.k) != place
    rest = Studies(yi=studies.yi[others], vi=studies.vi[others], design=studies.design[others])
    reason = why_not_pooled(effects.without(place), rest.design, "a fit without this study")
    if reason is not None:
        return reason
    tau2 = estimate_tau2(rest, method)
    without = fit_at(rest, tau2)
    row = studies.design[place]
    put = float(row @ without.b)
    variance = float(studies.vi[place]) + tau2
    moved = whole.b - without.b
    hat = float(whole.leverage[place])
    return Influence(
        label=effects.labels[place],
        studentised=(float(studies.yi[place]) - put)
        / float(np.sqrt(variance + row @ without.covariance @ row)),
        dffits=float(row @ moved) / float(np.sqrt(hat * variance)),
        cook=float(np.sum(whole.weight * (studies.design @ moved) ** 2)),
        covariance_ratio=float(np.exp(whole.log_det - without.log_det)),
        tau2_without=tau2,
        q_without=fit_at(rest, 0.0).q,
        hat=hat,
        weight=100 * float(whole.weight[place] / np.sum(whole.weight)),
    )
