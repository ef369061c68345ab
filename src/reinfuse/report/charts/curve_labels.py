"""The labels beside the points of CAR-T curves, and their key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from reinfuse.report.charts.curve_inputs import Bands, InfusionCurve, Measured, NotDetected
from reinfuse.report.charts.curve_plane import Plane
from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.marks import texts
from reinfuse.report.charts.palette import INK, infusion_colour, infusion_shape
from reinfuse.report.charts.placing import Box, Label, place_labels
from reinfuse.report.charts.words import days_shown, shown

MOST_LABELS = 4  # of one infusion
_DASHES: tuple[list[int], ...] = ([1, 0], [8, 3], [2, 2], [8, 3, 2, 3], [12, 4])


def dash_of(place: int) -> list[int]:
    """How the line of the infusion at this place is broken."""
    return _DASHES[place % len(_DASHES)]


def label_layers(curves: Sequence[InfusionCurve], plane: Plane) -> Iterator[Spec]:
    """The value beside each point of a sparse series; a dense one has its table."""
    labels: list[Label] = []
    taken: list[Box] = []
    for curve in curves:
        taken += _along(curve.bands, plane)
        seen = tuple(plane.seen(curve))
        if len(seen) > MOST_LABELS:
            taken += [_mark_box(point, plane) for point in seen]
            continue
        for point in seen:
            labels.append(Label(_lines(point, plane.scale.unit), _mark_box(point, plane)))
    plot = Box(0.0, 0.0, plane.frame.width, plane.frame.height)
    boxes = place_labels(labels, taken, plot)
    values: list[Spec] = [
        {"x": box.left, "y": box.top + 8, "text": list(label.lines)}
        for label, box in zip(labels, boxes, strict=True)
    ]
    yield from texts(values, colour=INK, halo=True)


def _along(bands: Bands | None, plane: Plane) -> Iterator[Box]:
    """Small boxes along the median, for labels to keep off."""
    if bands is None:
        return
    for day, level in zip(bands.days, bands.median, strict=True):
        if day <= plane.last_day:
            x, y = plane.x(day), plane.y(level)
            yield Box(x - 3, y - 3, x + 3, y + 3)


def _mark_box(point: Measured | NotDetected, plane: Plane) -> Box:
    left, right = plane.x(point.days[0]), plane.x(point.days[1])
    if isinstance(point, Measured):
        return Box(left - 6, plane.y(point.level) - 6, right + 6, plane.y(point.level) + 6)
    return Box(left - 6, plane.y(point.limit[1]) - 4, right + 6, plane.foot(point) + 6)


def _lines(point: Measured | NotDetected, unit: str) -> tuple[str, ...]:
    first, last = point.days
    some = first < last and math.isfinite(last)
    on = f"some day from {first:g} to {last:g}" if some else days_shown(first, last)
    if isinstance(point, NotDetected):
        low, high = (shown(limit) for limit in point.limit)
        unstated = f"limit not stated, {low} to {high} {unit} assumed"
        return f"not detected, {on}", f"below {high} {unit}" if point.stated else unstated
    return tuple(part for part in (f"{shown(point.level)} {unit}, {on}", point.words) if part)


def key_rows(curves: Sequence[InfusionCurve]) -> tuple[tuple[Entry, ...], ...]:
    """The infusions, and below them what the marks mean."""
    named = tuple(
        Entry("line", curve.label, colour=infusion_colour(place), shape=infusion_shape(place),
              dash=dash_of(place))
        for place, curve in enumerate(curves)
    )  # fmt: skip
    how: list[Entry] = []
    if any(curve.bands for curve in curves):
        how += [Entry("line", "median"), Entry("dark", "central 50 %"), Entry("pale", "90 %")]
    every = [point for curve in curves for point in curve.points]
    if any(point.days[0] != point.days[1] for point in every):
        how.append(Entry("bar", "possible days"))
    if any(isinstance(point, NotDetected) for point in every):
        how.append(Entry("arrow", "not detected"))
    return named, tuple(how)
