"""The table under a curve: how many are at risk, and what has happened by then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cohort.times import Floats, Integers, Times


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AtRisk:
    """Counts at chosen days: `events` has the axes (days, causes), the rest the axis (days).

    `at_risk` is counted just before anything happens on the day; `entered`, `events` and
    `censored` are counted up to the end of it, so that `left` = entered - events - censored are
    still watched when it is over.
    """

    causes: tuple[str, ...]
    day: Floats
    at_risk: Integers
    entered: Integers
    events: Integers
    censored: Integers
    left: Integers


def count_at_risk(times: Times, days: ArrayLike) -> AtRisk:
    """The table at some days; somebody whose watch ends on a day is still at risk on it."""
    wanted = np.atleast_1d(np.asarray(days, dtype=np.float64))

    def by(ends: int) -> Integers:
        stops = np.sort(times.stop[times.ended == ends])
        return np.searchsorted(stops, wanted, side="right").astype(np.int64)

    entered = np.searchsorted(np.sort(times.entry), wanted, side="right").astype(np.int64)
    counts = np.stack([by(number) for number in range(len(times.causes) + 1)], axis=1)
    return AtRisk(
        causes=times.causes,
        day=wanted,
        at_risk=times.at_risk(wanted),
        entered=entered,
        events=counts[:, 1:],
        censored=counts[:, 0],
        left=entered - counts.sum(axis=1),
    )
