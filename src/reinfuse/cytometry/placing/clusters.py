"""Where the cluster lies that a gate of two dimensions was drawn for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.placing.shapes import Outline
from reinfuse.cytometry.placing.values import Cluster, Standing
from reinfuse.cytometry.sample import Floats

Pair = tuple[float, float]

# Our own choices. A kernel of a third of the gate's half width sees clusters of the gate's size
# and is blind to the grain inside them; the rest as for valleys.
KERNEL = 0.35
BINS_PER_KERNEL = 4.0
MOST_BINS = 384
CERTAIN = 4.0
RIM = 0.6  # of the density at the centre may be found on the gate's rim, on average
AROUND = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where the cluster is, nan if none, and whether the gate may follow."""

    found: Pair
    standing: Standing
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map:
    """A smoothed density over a window: `heights` is `"x y"`, events per kernel."""

    start: Pair
    step: Pair
    heights: Floats
    events: int

    def place(self, i: float, j: float) -> Pair:
        return (
            self.start[0] + self.step[0] * (i + 0.5),
            self.start[1] + self.step[1] * (j + 0.5),
        )


def seen(tubes: Sequence[tuple[Floats, Floats]], outline: Outline, how: Cluster) -> Seen:
    """The densest cluster within reach; each of `tubes` is x and y, `"events"` on the scales."""
    anchor = how.anchor or outline.centre
    mapped = _mapped(tubes, outline, how)
    if mapped.events < how.fewest:
        return _nowhere(
            Standing.FEW, f"{mapped.events} events nearby, at least {how.fewest} are needed"
        )
    peaks = [peak for peak in _peaks(mapped) if _stands_out(mapped, peak, outline)]
    places = [(_refined(mapped, peak), float(mapped.heights[peak])) for peak in peaks]
    near = [(place, height) for place, height in places if _far(place, anchor, how) <= 1.0]
    if near:
        place, _ = max(near, key=lambda one: one[1])
        return Seen(found=place, standing=Standing.MOVED, because="the densest cluster in reach")
    if not places:
        return _nowhere(Standing.NOTHING, "no cluster stands out")
    place, _ = min(places, key=lambda one: _far(one[0], anchor, how))
    return Seen(found=place, standing=Standing.FAR, because="the nearest cluster")


def _mapped(tubes: Sequence[tuple[Floats, Floats]], outline: Outline, how: Cluster) -> _Map:
    """The density from twice the reach before the gate to twice the reach behind it."""
    kernel = (KERNEL * outline.half[0], KERNEL * outline.half[1])
    start, step, size = [], [], []
    for centre, half, reach, width in zip(
        outline.centre, outline.half, how.reach, kernel, strict=True
    ):
        span = half + 2.0 * reach
        bins = min(math.ceil(2.0 * span * BINS_PER_KERNEL / width), MOST_BINS)
        start.append(centre - span)
        step.append(2.0 * span / bins)
        size.append(bins)
    counts = np.zeros((size[0], size[1]))
    inside = 0
    for x, y in tubes:
        each = _counted(x, y, start, step, size)
        inside += int(each.sum())
        counts += each / max(x.size, 1)
    counts *= sum(x.size for x, _ in tubes) / len(tubes)
    heights = _smoothed(counts, (kernel[0] / step[0], kernel[1] / step[1]))
    return _Map(start=(start[0], start[1]), step=(step[0], step[1]), heights=heights, events=inside)


def _counted(
    x: Floats, y: Floats, start: list[float], step: list[float], size: list[int]
) -> NDArray[np.intp]:
    # One division less for each of a million events; nan fails both comparisons.
    i = (x - start[0]) * (1.0 / step[0])
    j = (y - start[1]) * (1.0 / step[1])
    within = (i >= 0.0) & (i < size[0]) & (j >= 0.0) & (j < size[1])
    flat = i[within].astype(np.int32) * size[1] + j[within].astype(np.int32)
    return np.bincount(flat, minlength=size[0] * size[1]).reshape(size[0], size[1])


def _smoothed(counts: Floats, kernel: Pair) -> Floats:
    """Events per kernel: a height is its own variance, as a count is."""
    shape = (2 * counts.shape[0], 2 * counts.shape[1])  # no smoothing around the corner
    along_x = np.exp(-0.5 * (2.0 * np.pi * np.fft.fftfreq(shape[0]) * kernel[0]) ** 2)
    along_y = np.exp(-0.5 * (2.0 * np.pi * np.fft.rfftfreq(shape[1]) * kernel[1]) ** 2)
    turned = np.fft.rfft2(counts, shape) * along_x[:, None] * along_y
    heights = np.fft.irfft2(turned, shape)[: counts.shape[0], : counts.shape[1]]
    return np.maximum(heights, 0.0) * (4.0 * np.pi * kernel[0] * kernel[1])


def _peaks(mapped: _Map) -> list[tuple[int, int]]:
    """Bins that are higher than the eight around them; the rim of the window has none."""
    heights = mapped.heights
    middle = heights[1:-1, 1:-1]
    highest = np.ones(middle.shape, dtype=bool)
    for di in (0, 1, 2):
        for dj in (0, 1, 2):
            if (di, dj) != (1, 1):
                beside = heights[di : di + middle.shape[0], dj : dj + middle.shape[1]]
                highest &= middle > beside
    highest &= middle >= CERTAIN**2
    return [(int(i) + 1, int(j) + 1) for i, j in np.argwhere(highest)]


def _stands_out(mapped: _Map, peak: tuple[int, int], outline: Outline) -> bool:
    """Whether the density falls off, surely and by much, from a peak to the gate's rim."""
    rows = peak[0] + outline.half[0] / mapped.step[0] * np.cos(AROUND)
    columns = peak[1] + outline.half[1] / mapped.step[1] * np.sin(AROUND)
    high_row, high_column = mapped.heights.shape[0] - 1, mapped.heights.shape[1] - 1
    rim = mapped.heights[
        np.clip(np.rint(rows), 0, high_row).astype(int),
        np.clip(np.rint(columns), 0, high_column).astype(int),
    ].mean()
    height = mapped.heights[peak]
    return bool(rim <= RIM * height and height - rim >= CERTAIN * math.sqrt(height + rim))


def _refined(mapped: _Map, peak: tuple[int, int]) -> Pair:
    """The top of parabolas through the logarithms around a peak: exact for a normal cluster."""
    i, j = peak
    logs = np.log(np.maximum(mapped.heights[i - 1 : i + 2, j - 1 : j + 2], 1e-12))
    return mapped.place(i + _vertex(logs[:, 1]), j + _vertex(logs[1, :]))


def _vertex(three: Floats) -> float:
    bend = three[0] - 2.0 * three[1] + three[2]
    return float(0.5 * (three[0] - three[2]) / bend) if bend < 0 else 0.0


def _far(place: Pair, anchor: Pair, how: Cluster) -> float:
    """How far along the worse dimension, in reaches."""
    return max(
        abs(at - was) / reach for at, was, reach in zip(place, anchor, how.reach, strict=True)
    )


def _nowhere(standing: Standing, because: str) -> Seen:
    return Seen(found=(math.nan, math.nan), standing=standing, because=because)
