"""A hybrid time axis: dense days near each day 0, months between, all of it one rising line."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BEFORE_DAY_0 = 7.0
AFTER_DAY_0 = 42.0
_SHORTEST_GAP_DAYS = 15.0  # a shorter one is not worth a change of scale
_LONG_AFTER = (180.0, 730.0)  # a long stretch changes scale again, this far from where it begins
_LONGEST_REST_DAYS = 150.0  # but not for a rest shorter than this
_GAP_DAYS = 22.0  # a gap is drawn as wide as this many dense days, times the log of its length
_LEAST_DENSE = 0.42  # share of the width that days near a day 0 get, however long the course


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the axis with one scale, from `first` to `last` day and `left` to `right`."""

    first: float
    last: float
    left: float
    right: float
    dense: bool

    @property
    def days(self) -> float:
        """How many days it holds."""
        return self.last - self.first

    @property
    def width(self) -> float:
        """How wide it is drawn."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a day is drawn; strictly rising, so that it can be read backwards."""

    segments: tuple[Segment, ...]

    @property
    def first(self) -> float:
        """The first day."""
        return self.segments[0].first

    @property
    def last(self) -> float:
        """The last day."""
        return self.segments[-1].last

    @property
    def left(self) -> float:
        """Where the axis begins."""
        return self.segments[0].left

    @property
    def right(self) -> float:
        """Where the axis ends."""
        return self.segments[-1].right

    def x(self, day: float) -> float:
        """Where a day is drawn; a day beyond the axis is drawn at its end."""
        day = min(max(day, self.first), self.last)
        place = bisect_right([one.first for one in self.segments], day) - 1
        part = self.segments[place]
        return part.left + (day - part.first) / part.days * part.width

    def day(self, x: float) -> float:
        """The day that is drawn here."""
        x = min(max(x, self.left), self.right)
        place = bisect_right([one.left for one in self.segments], x) - 1
        part = self.segments[place]
        return part.first + (x - part.left) / part.width * part.days

    def segment_at(self, day: float) -> Segment:
        """The stretch in which a day lies."""
        place = bisect_right([one.first for one in self.segments], day) - 1
        return self.segments[min(max(place, 0), len(self.segments) - 1)]

    def breaks(self) -> tuple[float, ...]:
        """Where the scale changes."""
        return tuple(one.left for one in self.segments[1:])


def windows_around(places: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """The days drawn densely around each day 0, given in order; they meet but do not overlap."""
    found = []
    for number, place in enumerate(places):
        first, last = place - BEFORE_DAY_0, place + AFTER_DAY_0
        if number:
            first = max(first, _border(places[number - 1], place))
        if number + 1 < len(places):
            last = min(last, _border(place, places[number + 1]))
        found.append((first, last))
    return tuple(found)


def _border(earlier: float, later: float) -> float:
    """Where one day 0's days end: a week before the next day 0, or midway if that is nearer."""
    return max(later - BEFORE_DAY_0, (earlier + later) / 2)


def fit_scale(
    first: float, last: float, windows: Iterable[tuple[float, float]], *, left: float, right: float
) -> Scale:
    """The axis from `first` to `last` day, drawn from `left` to `right`, dense in the windows."""
    if last - first < 1:
        first, last = first - 1, last + 1
    parts = list(_parts(first, last, _joined(windows, first, last)))
    weights = _weights(parts)
    total = sum(weights)
    segments, edge = [], left
    for (begin, end, dense), weight in zip(parts, weights, strict=True):
        width = (right - left) * weight / total
        segments.append(Segment(begin, end, edge, edge + width, dense))
        edge += width
    return Scale(tuple(segments))


def _joined(
    windows: Iterable[tuple[float, float]], first: float, last: float
) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for low, high in sorted((max(a, first), min(b, last)) for a, b in windows):
        if high <= low:
            continue
        begin = first if low - first < _SHORTEST_GAP_DAYS else low
        end = last if last - high < _SHORTEST_GAP_DAYS else high
        if found and begin - found[-1][1] < _SHORTEST_GAP_DAYS:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _parts(
    first: float, last: float, windows: list[tuple[float, float]]
) -> Iterable[tuple[float, float, bool]]:
    """Windows and the stretches between them, in order, as (first, last, dense)."""
    edge = first
    for begin, end in windows:
        yield from _gap(edge, begin, backwards=edge == first)
        yield begin, end, True
        edge = end
    yield from _gap(edge, last, backwards=False)


def _gap(begin: float, end: float, *, backwards: bool) -> Iterable[tuple[float, float, bool]]:
    if end <= begin:
        return
    reach = [far for far in _LONG_AFTER if end - begin - far > _LONGEST_REST_DAYS]
    knots = sorted(end - far for far in reach) if backwards else [begin + far for far in reach]
    for low, high in zip([begin, *knots], [*knots, end], strict=True):
        yield low, high, False


def _weights(parts: list[tuple[float, float, bool]]) -> list[float]:
    weights = [
        end - begin if dense else _GAP_DAYS * math.log1p((end - begin) / _GAP_DAYS)
        for begin, end, dense in parts
    ]
    dense_total = sum(w for w, (_, _, dense) in zip(weights, parts, strict=True) if dense)
    gap_total = sum(weights) - dense_total
    if not dense_total or not gap_total:
        return weights
    most = dense_total * (1 - _LEAST_DENSE) / _LEAST_DENSE
    squeeze = min(1.0, most / gap_total)
    return [
        weight if dense else weight * squeeze
        for weight, (_, _, dense) in zip(weights, parts, strict=True)
    ]
