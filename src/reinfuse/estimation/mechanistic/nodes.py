"""Days known as intervals, as a few days with weights; days around a highest sample."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.observed import Observed
from reinfuse.estimation.mechanistic.window import Window

Array = NDArray[np.float64]

_EARLY_UNTIL = 35.0  # d; until then curves are steep
_EARLY, _LATE = 1.0, 4.0  # d between the days that stand for an interval
_MOST = 48

# A highest sample: days between samples, equally likely, and how many on each side are asked to
# have come out lower. Nobody states them: about the quartiles of 3 d with a spread of 0.6.
GAPS = (1.5, 3.0, 6.0)
NEIGHBOURS = 6
HALF = 0.5  # d; highest samples lie on half days, so that their neighbours fall on one grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """Days that stand for an interval, and log weights that add up to 1."""

    days: Array
    log_weights: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Days of the samples around each node of a highest one, `"nodes neighbours"`, for one gap.

    nan where the day lies outside of the window.
    """

    gap: float
    days: Array


def nodes_of(observed: Observed) -> Nodes:
    """The middles of even parts of the interval, a day apart while curves are steep."""
    first, last = observed.days
    spacing = _EARLY if first < _EARLY_UNTIL else _LATE
    count = int(np.clip(math.ceil((last - first) / spacing), 1, _MOST))
    days = first + (last - first) * (np.arange(count) + 0.5) / count
    if observed.peak and count > 1:
        days = np.unique(np.round(days / HALF) * HALF)
    return Nodes(days=days, log_weights=np.full(len(days), -math.log(len(days))))


def neighbours_of(nodes: Nodes, window: Window) -> tuple[Neighbours, ...]:
    """For each gap the samples before and after, from the infusion to the end of the window."""
    steps = np.array([k for k in range(-NEIGHBOURS, NEIGHBOURS + 1) if k])
    around = []
    for gap in GAPS:
        days = nodes.days[:, None] + gap * steps
        inside = (days >= window.infusion_days[0]) & (days <= window.last_day)
        around.append(Neighbours(gap=gap, days=np.where(inside, days, np.nan)))
    return tuple(around)
