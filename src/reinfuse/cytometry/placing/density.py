"""The density of events along one dimension: counted into bins, smoothed by FFT."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.sample import Floats

BINS = 4096
ROOT_PI = math.sqrt(math.pi)
FAINT = 1e-9  # of the highest density: below it the FFT gives rounding, not density
TAILS = 5e-4  # of the events, on each side, may lie far out and must not stretch the bins


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Events counted into equal bins: `counts` is `"bins"`, from `start` on, `step` wide.

    With several tubes each weighs the same, and the counts add up to `events` all the same.
    """

    start: float
    step: float
    counts: Floats
    events: int

    @property
    def centres(self) -> Floats:
        """The middles of the bins, `"bins"`."""
        return np.asarray(self.start + self.step * (np.arange(self.counts.size) + 0.5))

    def quantile(self, share: float, *, low: float = -math.inf, high: float = math.inf) -> float:
        """The value with `share` of the events from `low` to `high` below it."""
        centres = self.centres
        counts = np.where((centres >= low) & (centres <= high), self.counts, 0.0)
        below = np.concatenate([[0.0], np.cumsum(counts)])
        edges = self.start + self.step * np.arange(counts.size + 1)
        wanted = share * float(below[-1])
        index = min(int(np.searchsorted(below, wanted, side="left")), counts.size)
        if index == 0 or counts[index - 1] == 0.0:
            return float(edges[index])
        into = (wanted - below[index - 1]) / counts[index - 1]
        return float(edges[index - 1] + into * self.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """A smoothed density: `heights` is `"bins"`, per unit of the scale, at the tally's centres."""

    tally: Tally
    bandwidth: float
    heights: Floats

    @property
    def per_height(self) -> float:
        """How many events a height of 1 stands for: the variance of a height is height / this."""
        return self.tally.events * self.bandwidth * 2.0 * ROOT_PI


def usable(values: Floats) -> Floats:
    """The events that are numbers and lie within the ends, `"events"`.

    Where a detector or a scale ends, events pile up on one value; the pile is no population. In
    data without a pile, this takes two events away.
    """
    finite = np.asarray(values[np.isfinite(values)], dtype=np.float64)
    if finite.size == 0:
        return finite
    return np.asarray(finite[(finite > finite.min()) & (finite < finite.max())])


def tally(tubes: Sequence[Floats]) -> Tally:
    """Usable events of tubes in bins that fit the bulk of them; there must be some of each."""
    low = min(float(tube.min()) for tube in tubes)
    high = max(float(tube.max()) for tube in tubes)
    whole = _counted(tubes, low, high)
    lower, upper = whole.quantile(TAILS), whole.quantile(1.0 - TAILS)
    margin = upper - lower
    if 4.0 * margin > high - low:
        return whole
    return _counted(tubes, max(low, lower - margin), min(high, upper + margin))


def silverman(counted: Tally) -> float:
    """A bandwidth: 0.9 x the smaller of standard deviation and IQR / 1.349, x events^-1/5.

    Source: Silverman 1986, Density Estimation, formula 3.31; recalled. At least one bin.
    """
    centres, counts = counted.centres, counted.counts
    total = counts.sum()
    mean = float(counts @ centres) / total
    deviation = math.sqrt(float(counts @ (centres - mean) ** 2) / total)
    quartiles = (counted.quantile(0.75) - counted.quantile(0.25)) / 1.349
    spread = min(deviation, quartiles) if quartiles > 0 else deviation
    return max(0.9 * spread * math.pow(counted.events, -0.2), counted.step)


def smoothed(counted: Tally, bandwidth: float) -> Density:
    """The density with a normal kernel of that standard deviation, on the scale."""
    size = counted.counts.size
    padded = 2 * size  # so that one end is not smoothed into the other
    frequencies = 2.0 * math.pi * np.fft.rfftfreq(padded, counted.step)
    kernel = np.exp(-0.5 * (frequencies * bandwidth) ** 2)
    heights = np.fft.irfft(np.fft.rfft(counted.counts, padded) * kernel, padded)[:size]
    heights /= counted.events * counted.step
    heights[heights < FAINT * heights.max()] = 0.0
    return Density(tally=counted, bandwidth=bandwidth, heights=heights)


def _counted(tubes: Sequence[Floats], low: float, high: float) -> Tally:
    step = (high - low) / BINS or 1.0
    events = sum(tube.size for tube in tubes)
    counts = np.zeros(BINS)
    inside = 0
    for tube in tubes:
        places = (tube - low) * (1.0 / step)
        if low > tube.min() or high < tube.max():
            places = places[(places >= 0.0) & (places <= BINS)]
        # The highest value lies on the last edge and belongs to the last bin.
        bins = np.minimum(places.astype(np.int32), BINS - 1)
        each = np.bincount(bins, minlength=BINS)
        inside += places.size
        counts += each * (events / (len(tubes) * tube.size))
    return Tally(start=low, step=step, counts=counts, events=inside)
