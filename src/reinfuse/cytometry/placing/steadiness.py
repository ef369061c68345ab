"""Whether a tube ran steadily: the flow and the signals over the time of acquisition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.sample import Floats
from reinfuse.errors import Finding, Severity

Bools = NDArray[np.bool_]
TO_SIGMA = 1.4826
FEWEST_SLICES = 10
MOST_SLICES = 200
SHORT = 3  # slices and fewer between two bad ones are no steady run, and go with them


class Why(StrEnum):
    """What was wrong with a stretch of time."""

    STOPPED = "the flow stopped or a clog let few events through"
    RUSHED = "events came faster than the rest by far"
    SHIFTED = "signals lay elsewhere than in the rest of the tube"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time that is left out, in units of the TIME channel, both ends in it."""

    start: float
    end: float
    why: Why
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """Which events came while all was steady: `kept` is `"events"`, in the file's own order.

    `told` is empty, or says why steadiness could not be judged; then everything is kept.
    `resets` counts how often the time ran backwards.
    """

    kept: Bools
    removed: tuple[Stretch, ...]
    resets: int = 0
    told: str = ""

    @property
    def share_removed(self) -> float:
        """The share of events left out, 0 to 1."""
        return 1.0 - float(self.kept.mean()) if self.kept.size else 0.0

    def findings(self, where: str) -> tuple[Finding, ...]:
        """What a reader must be told; `where` names the file."""
        found = [
            Finding(
                severity=Severity.NOTE,
                rule="flow-unsteady",
                what=f"time {one.start:g} to {one.end:g} left out: {one.why}"
                + (f" ({', '.join(one.channels)})" if one.channels else ""),
                where=where,
            )
            for one in self.removed
        ]
        if self.resets:
            found.append(
                Finding(
                    severity=Severity.AMBIGUITY,
                    rule="flow-time-runs-back",
                    what=f"the time runs backwards {self.resets} times",
                    where=where,
                    fix="check whether acquisition was paused or files were joined",
                )
            )
        return tuple(found)


def steadiness(
    time: Floats,
    signals: Mapping[str, Floats],
    *,
    limit: float,
    least: float,
    slice_events: int,
    slowing: float,
) -> Steadiness:
    """A tube cut into slices of equal count, those removed that differ from the rest.

    `time` and each signal, on its scale, are `"events"` in order of acquisition. A slice goes if
    its rate is less than the median's `slowing`-th part or more than `slowing` times it, or if the
    mean of a signal lies more than `limit` robust spreads, and more than `least` on its scale,
    from the median of the slices. A `limit` of 6 is what PeacoQC takes (Emmaneel 2022,
    doi:10.1002/cyto.a.24501, by its manual); with many events a hair's breadth is 6 spreads,
    hence `least`.
    """
    everything = np.ones(time.size, dtype=bool)
    slices = min(time.size // slice_events, MOST_SLICES)
    if slices < FEWEST_SLICES:
        told = f"{time.size} events make {slices} slices, at least {FEWEST_SLICES} are needed"
        return Steadiness(kept=everything, removed=(), told=told)
    steps = np.diff(time, prepend=time[0])
    resets = int((steps < 0).sum())
    elapsed = np.cumsum(np.maximum(steps, 0.0))
    if elapsed[-1] == 0:
        return Steadiness(kept=everything, removed=(), told="the time does not pass")
    edges = np.linspace(0, time.size, slices + 1).astype(np.intp)
    why = _by_rate(elapsed, edges, slowing)
    shifted = _shifted(signals, edges, limit, least)
    for index in range(slices):
        if why[index] is None and any(far[index] for far in shifted.values()):
            why[index] = Why.SHIFTED
    _bridge(why)
    bad = np.array([one is not None for one in why])
    return Steadiness(
        kept=~np.repeat(bad, np.diff(edges)),
        removed=_stretches(time, edges, why, shifted),
        resets=resets,
    )


def _by_rate(elapsed: Floats, edges: NDArray[np.intp], slowing: float) -> list[Why | None]:
    # From the event before a slice to its last one, so that a stop between two slices counts.
    ends = elapsed[edges[1:] - 1]
    lasted = np.diff(ends, prepend=elapsed[0])
    usual = float(np.median(lasted))
    verdict: list[Why | None] = []
    for each in lasted:
        if each > slowing * usual:
            verdict.append(Why.STOPPED)
        else:
            verdict.append(Why.RUSHED if each * slowing < usual else None)
    return verdict


def _shifted(
    signals: Mapping[str, Floats], edges: NDArray[np.intp], limit: float, least: float
) -> dict[str, Bools]:
    """For each channel, which slices lie elsewhere."""
    found = {}
    for channel, values in signals.items():
        # The mean of a slice is normal where a median leaps between two populations; a few
        # events far out must not carry it.
        low, high = np.quantile(values[np.isfinite(values)], (0.01, 0.99))
        clipped = np.clip(np.nan_to_num(values, nan=low), low, high)
        means = np.add.reduceat(clipped, edges[:-1]) / np.diff(edges)
        # From slice to slice, because a lasting shift would widen a spread about the middle.
        spread = TO_SIGMA * float(np.median(np.abs(np.diff(means)))) / math.sqrt(2.0)
        chance = float(clipped.std()) / math.sqrt(float(np.diff(edges).mean()))
        far = max(limit * max(spread, chance), least)
        found[channel] = np.abs(means - np.median(means)) > far
    return found


def _bridge(why: list[Why | None]) -> None:
    """Fill in runs of few steady slices between two that are not; the list is our caller's own."""
    bad = [index for index, one in enumerate(why) if one is not None]
    for before, after in pairwise(bad):
        if 1 < after - before <= SHORT + 1:
            why[before + 1 : after] = [why[before]] * (after - before - 1)


def _stretches(
    time: Floats,
    edges: NDArray[np.intp],
    why: list[Why | None],
    shifted: Mapping[str, Bools],
) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    start = 0
    for index in range(1, len(why) + 1):
        if index < len(why) and why[index] == why[start]:
            continue
        reason = why[start]
        if reason is not None:
            channels = tuple(name for name, far in shifted.items() if far[start:index].any())
            found.append(
                Stretch(
                    start=float(time[edges[start]]),
                    end=float(time[edges[index] - 1]),
                    why=reason,
                    channels=channels if reason is Why.SHIFTED else (),
                )
            )
        start = index
    return tuple(found)
