"""The marks of the picture: entries that share a place become one, long series become strips."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reinfuse.record import Course
from reinfuse.report.timeline.labels import label_of
from reinfuse.report.timeline.paper import LEFT, MUTED, RIGHT
from reinfuse.report.timeline.reach import FADE, Reach, reach_of
from reinfuse.report.timeline.scale import Scale, fit_scale
from reinfuse.report.timeline.seats import find_seats
from reinfuse.report.timeline.spans import Axis, Span, axis_of
from reinfuse.report.timeline.strips import Strip, fewer_strips, long_series, make_strip
from reinfuse.report.timeline.told import tell_course
from reinfuse.report.timeline.vocabulary import Lane, Told
from reinfuse.timeline import Ending, InOrder, Side


@dataclass(frozen=True, slots=True)
class Mark:
    """Entries at one place of one row; the first of them speaks.

    `reach` is where it can have begun and `until` where it can have ended; None is a moment.
    """

    told: tuple[Told, ...]
    span: Span
    reach: Reach
    until: Reach | None
    seat: float
    label: str
    colour: str

    @property
    def exact(self) -> bool:
        """Whether the day on which it began is known."""
        return self.span.start.exact

    @property
    def left(self) -> float:
        """Where it begins on paper."""
        return min(self.reach[0], self.seat)

    @property
    def right(self) -> float:
        """Where it ends on paper."""
        return max(self.reach[1], self.seat, self.until[1] if self.until else self.seat)


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is drawn of a course, and what has no place in time."""

    axis: Axis
    scale: Scale
    marks: tuple[Mark, ...]
    strips: tuple[tuple[Lane, Strip], ...]
    spans: dict[str, Span]
    untimed: tuple[Told, ...]


def gather_marks(course: Course) -> Marks:
    """What is drawn of a course."""
    axis = axis_of(course)
    told = tell_course(course)
    spans = {one.entry.id: axis.span(one.entry) for one in told}
    scale = _scale(axis, spans.values())
    placed = [one for one in told if spans[one.entry.id].placed]
    series = long_series(placed)
    in_strip = {one.entry.id for group in series.values() for one in group}
    single = [one for one in placed if one.entry.id not in in_strip]
    strips = [(key[0], make_strip(key[1], group, spans, scale)) for key, group in series.items()]
    return Marks(
        axis=axis,
        scale=scale,
        marks=tuple(_single_marks(single, spans, axis, scale)),
        strips=tuple(fewer_strips(strips)),
        spans=spans,
        untimed=tuple(one for one in told if not spans[one.entry.id].placed),
    )


def _scale(axis: Axis, spans: Iterable[Span]) -> Scale:
    days = [anchor.place for anchor in axis.anchors]
    for span in spans:
        for bound in (span.start.low, span.start.high, span.end.low, span.end.high):
            if math.isfinite(bound):
                days.append(bound)
    first, last = (min(days), max(days)) if days else (0.0, 1.0)
    room = max(2.0, min(10.0, (last - first) * 0.03))
    return fit_scale(first - room, last + room, axis.windows, left=LEFT, right=RIGHT)


def _until(span: Span, scale: Scale, seat: float) -> Reach | None:
    if span.ending is Ending.SAME:
        return None
    if span.ending is Ending.OPEN or not math.isfinite(span.end.high):
        return min(seat + FADE, scale.right), min(seat + FADE, scale.right)
    low = max(span.end.low, span.start.low) if math.isfinite(span.end.low) else span.start.low
    return max(scale.x(low), seat), max(scale.x(span.end.high), seat)


def _single_marks(
    told: list[Told], spans: dict[str, Span], axis: Axis, scale: Scale
) -> Iterator[Mark]:
    seats = _seats(told, spans, scale)
    groups: dict[tuple[object, ...], list[Told]] = defaultdict(list)
    for one in told:
        span = spans[one.entry.id]
        place = (span.start, span.end, span.ending, round(seats[one.entry.id]))
        groups[one.lane, one.row, place].append(one)
    colours = {anchor.id: anchor.colour for anchor in axis.anchors}
    for group in groups.values():
        members = tuple(sorted(group, key=lambda one: one.rank))
        span = spans[members[0].entry.id]
        home = span.home.id if span.home is not None else ""
        of = members[0].of if members[0].of in colours else home
        seat = seats[members[0].entry.id]
        yield Mark(
            told=members,
            span=span,
            reach=reach_of(span.start, scale),
            until=_until(span, scale, seat),
            seat=seat,
            label=label_of(members),
            colour=colours.get(of or "", MUTED),
        )


def _seats(told: list[Told], spans: dict[str, Span], scale: Scale) -> dict[str, float]:
    reaches = {one.entry.id: reach_of(spans[one.entry.id].start, scale) for one in told}
    orders: list[tuple[str, str]] = []
    together: list[tuple[str, str]] = []
    for one in told:
        for clue in one.entry.when.start.clues:
            if not isinstance(clue, InOrder):
                continue
            pair = (one.entry.id, clue.event)
            if clue.side is Side.WITH:
                together.append(pair)
            else:
                orders.append(pair if clue.side is Side.BEFORE else pair[::-1])
    return find_seats(reaches, orders=orders, together=together)
