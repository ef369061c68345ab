"""Cumulative incidence of causes that compete: the Aalen-Johansen estimate and its error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cohort.confidence import Scale, limits_of
from reinfuse.cohort.survival import LEVEL, Read
from reinfuse.cohort.times import Floats, Integers, Steps, Times
from reinfuse.errors import ReinfuseError


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class IncidenceCurves:
    """The share that has had each cause first, after each day.

    `day`, `at_risk`, `censored` and `free` (the share with none of the causes) have the axis
    (days); `events`, `share`, `std_error`, `low` and `high` the axes (days, causes), in the order
    of `causes`.
    """

    causes: tuple[str, ...]
    day: Floats
    at_risk: Integers
    events: Integers
    censored: Integers
    share: Floats
    std_error: Floats
    low: Floats
    high: Floats
    free: Floats
    scale: Scale
    level: float

    def of(self, cause: str) -> int:
        """The place of a cause on the axis of causes; raises ReinfuseError with those known."""
        if cause not in self.causes:
            raise ReinfuseError(
                f"no cause is called {cause!r}", fix=f"the causes are {', '.join(self.causes)}"
            )
        return self.causes.index(cause)

    def at(self, cause: str, days: NDArray[np.float64] | list[float]) -> Read:
        """One curve read off at some days; not a number after the last day anybody was watched."""
        column, wanted = self.of(cause), np.atleast_1d(np.asarray(days, dtype=np.float64))
        place = np.searchsorted(self.day, wanted, side="right")
        beyond = wanted > self.day[-1]

        def read(values: Floats) -> Floats:
            return np.where(beyond, np.nan, np.concatenate(([0.0], values[:, column]))[place])

        return Read(
            day=wanted,
            share=read(self.share),
            std_error=read(self.std_error),
            low=read(self.low),
            high=read(self.high),
        )


def estimate_incidence(
    times: Times, *, scale: Scale = Scale.LOG, level: float = LEVEL
) -> IncidenceCurves:
    """The Aalen-Johansen estimate of each cause, the others competing.

    One minus a Kaplan-Meier curve would count as at risk whoever has died of another cause; with
    one cause alone the two are the same. The standard error is that of the infinitesimal
    jackknife, which without late entry is Greenwood's.

    Source: Aalen and Johansen 1978, Scandinavian Journal of Statistics 5:141.
    """
    steps = Steps.of(times)
    free, share = _shares(steps)
    # Rounding can leave a variance of 0 a hair below it.
    std_error = np.sqrt(np.maximum(_variance(times, steps, free), 0.0))
    low, high = limits_of(share, std_error, scale=scale, level=level)
    return IncidenceCurves(
        causes=times.causes,
        day=steps.day,
        at_risk=steps.at_risk,
        events=steps.events,
        censored=steps.censored,
        share=share,
        std_error=std_error,
        low=low,
        high=high,
        free=free,
        scale=scale,
        level=level,
    )


def _shares(steps: Steps) -> tuple[Floats, Floats]:
    """The share free of all causes, and of each cause, after each day."""
    free = np.cumprod(1.0 - steps.events.sum(axis=1) / steps.at_risk)
    before = np.concatenate(([1.0], free[:-1]))
    return free, np.cumsum(before[:, None] * steps.events / steps.at_risk[:, None], axis=0)


def _variance(times: Times, steps: Steps, free: Floats) -> Floats:
    """Variance of each share after each day: the squared pull of each patient, added up.

    A pull is what the shares (free, then each cause) would gain by one patient more. All who
    entered on one day and are still watched have the same, so it is kept once for each day of
    entry; of those who have left, only the sum of squares is.
    """
    causes = steps.events.shape[1]
    entries, group = np.unique(times.entry, return_inverse=True)
    group = group.reshape(-1)
    watched = np.bincount(group, minlength=entries.size)
    order = np.argsort(times.stop, kind="stable")
    ends = np.searchsorted(times.stop[order], steps.day, side="right")
    entered = np.searchsorted(entries, steps.day, side="left")
    own = np.concatenate([np.zeros((1, causes + 1)), np.eye(causes + 1)[1:]])
    own[1:, 0] = -1.0
    pull, left = np.zeros((entries.size, causes + 1)), np.zeros((causes + 1, causes + 1))
    found, begin, share_free = np.zeros((steps.day.size, causes)), 0, 1.0
    for row, (at_risk, events) in enumerate(zip(steps.at_risk, steps.events, strict=True)):
        moved = np.concatenate(([-events.sum()], events)) / at_risk
        carry = np.eye(causes + 1)
        carry[:, 0] += moved
        weight = share_free / at_risk
        here = entered[row]
        pull[:here] = pull[:here] @ carry.T - weight * moved
        gone = order[begin : ends[row]]
        last = pull[group[gone]] + weight * own[times.ended[gone]]
        left = carry @ left @ carry.T + last.T @ last
        np.subtract.at(watched, group[gone], 1)
        still = watched[:here] @ pull[:here] ** 2
        found[row] = (np.diag(left) + still)[1:]
        begin, share_free = ends[row], free[row]
    return found
