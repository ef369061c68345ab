"""The cohorts of a forest plot, each with its own interval and its weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from reinfuse.evidence import Study
from reinfuse.pooling.effects import Effects, Measure, effects_of_counts
from reinfuse.pooling.inverse_variance import Method, Pooled, pool
from reinfuse.pooling.inverse_variance.weighted import fit_at, pooled_alone
from reinfuse.pooling.summary import Pooling
from reinfuse.report.charts.forest_pooled_rows import CohortRow
from reinfuse.report.pool_page.inputs import PooledEffects
from reinfuse.report.pool_page.reading import Reading


def effects_of(pooled: Pooling | PooledEffects) -> Effects:
    """The effects behind funnel, weights and influence: log odds where there are counts."""
    if isinstance(pooled, PooledEffects):
        return pooled.effects
    return effects_of_counts(pooled.events, pooled.n, Measure.PLO, labels=pooled.labels)


def cohort_rows(
    pooled: Pooling | PooledEffects, studies: Sequence[Study], by: Reading, *, method: Method
) -> tuple[CohortRow, ...]:
    """A row for each cohort, in the order in which they were pooled."""
    standings = [str(one.source.standing) for one in studies]
    labels = pooled.labels if isinstance(pooled, Pooling) else pooled.effects.labels
    standings = standings if len(standings) == len(labels) else [""] * len(labels)
    effects = effects_of(pooled)
    weights = _weights(effects, method)
    counts = pooled if isinstance(pooled, Pooling) else pooled.counted
    if counts is not None:
        return tuple(_counted(counts, place, by, weights[place], standings[place])
                     for place in range(counts.k))  # fmt: skip
    half = float(ndtri((1 + pooled.level) / 2)) * np.sqrt(effects.vi)
    ends = effects.back(np.stack((effects.yi - half, effects.yi, effects.yi + half)))
    return tuple(
        CohortRow(
            label=label, counts="" if effects.n is None else f"n {effects.n[place]:g}",
            told=by.told(middle, low, high), low=by.place(low), middle=by.place(middle),
            high=by.place(high), standing=standings[place], weight=weights[place],
        )
        for place, (label, (low, middle, high)) in enumerate(
            zip(labels, ends.T.tolist(), strict=True)
        )
    )  # fmt: skip


def _counted(
    pooled: Pooling, place: int, by: Reading, weight: float | None, standing: str
) -> CohortRow:
    x, n, exact = pooled.events[place], pooled.n[place], pooled.exact[place]
    drawn, told = None, ""
    if pooled.shrunken:
        one = pooled.shrunken[place]
        limits = one.interval(pooled.level)
        middle = one.quantile(0.5)
        drawn = (by.place(limits.low), by.place(middle), by.place(limits.high))
        told = by.told(middle, limits.low, limits.high)
    return CohortRow(
        label=pooled.labels[place], counts=f"{x}/{n}",
        told=by.told(x / n, exact.low, exact.high), low=by.place(exact.low),
        middle=by.place(x / n), high=by.place(exact.high), standing=standing, weight=weight,
        drawn=drawn, drawn_told=told,
    )  # fmt: skip


def _weights(effects: Effects, method: Method) -> list[float | None]:
    """Shares of the mean by inverse variance; none where nothing is pooled."""
    found = pool(effects, method)
    if not isinstance(found, Pooled):
        return [None] * effects.k
    weight = fit_at(pooled_alone(effects.yi, effects.vi), found.tau2).weight
    shares: list[float | None] = (weight / weight.sum()).tolist()
    return shares
