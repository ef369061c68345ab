"""Lesions as rows of discs and words: one size at most of each lesion."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.drawing import Frame, Spec, framed, layer
from reinfuse.report.charts.lesion_inputs import CHANGES, SEEN, LesionLook, LesionRow
from reinfuse.report.charts.marks import day_channel, points, raw, segments, texts
from reinfuse.report.charts.palette import GRID, MUTED, PAPER, WARNING, folded, text_width
from reinfuse.report.charts.words import shown

ROW_PX, LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 74.0, 148.0, 40.0, 26.0, 48.0
APART_PX = 66.0
SITE_LEFT_PX, SITE_PX, SCALE_PX = 8.0, 88.0, 62.0  # the scale is that of the sizes
BOLD = 1.1  # as wide as plain letters
LARGEST_AREA, SMALLEST_AREA, WORD_AREA = 1400.0, 60.0, 110.0
COLOUR = "#3d4c5f"


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a drawing spans, and the events in it."""

    first: float
    last: float
    events: tuple[tuple[float, str], ...]

    def x(self, day: float, width: float) -> float:
        """Pixels from the left; days beyond the drawing stand at its edge."""
        inside = min(max(day, self.first), self.last)
        return width * (inside - self.first) / (self.last - self.first)


def lesion_frame(rows: Sequence[LesionRow], days: Days, row_px: float = ROW_PX) -> Frame:
    """A row for each lesion, and one line above for the events."""
    high, top = row_px * len(rows), TOP_PX if days.events else 8.0
    left = max(LEFT_PX, SITE_LEFT_PX + _widest_site(rows) + SCALE_PX)
    return framed(height=high, left=left, top=top, right=RIGHT_PX, bottom=BOTTOM_PX)


def _widest_site(rows: Sequence[LesionRow]) -> float:
    """In pixels; a word that is longer than the column stands out of it."""
    lines = [line for row in rows for line in folded(row.site, SITE_PX)]
    return BOLD * max((text_width(line) for line in lines), default=0.0)


def rows_body(rows: Sequence[LesionRow], *, frame: Frame, days: Days, axis: str, unit: str) -> Spec:
    """All layers."""
    largest = max((k.size for row in rows for k in row.looks if k.size is not None), default=1.0)
    layers = [*grounds(rows, frame, days, axis)]
    for number, row in enumerate(rows):
        y = ROW_PX * (number + 0.62)
        at = mark_places(row.looks, days, frame.width)
        told = told_as_one(row.looks)
        seen = [(look, x, word) for look, x, word in zip(row.looks, at, told, strict=True) if word]
        spots = [_spot(look, x, y, largest) for look, x, _ in seen]
        layers += day_bars(row.looks, days, frame.width, y)
        mark: Spec = {"stroke": COLOUR, "strokeWidth": 2}
        layers.append(points(mark, spots, size=raw("size"), angle=raw("angle")))
        words = [
            {"x": spot["x"], "y": y - _radius(spot) - 11, "text": _words(look, word, unit)}
            for (look, _, word), spot in zip(seen, spots, strict=True)
        ]
        layers += texts(words, align="center", halo=True)
    return {"layer": layers}


def grounds(rows: Sequence[LesionRow], frame: Frame, days: Days, axis: str) -> Iterator[Spec]:
    """What stands under the marks: the day axis, lines between rows, sites, events."""
    row_px = frame.height / len(rows)
    x = {**day_channel(axis, days.first, days.last), "field": "x"}
    yield layer({"type": "point", "opacity": 0}, [{"x": days.first}], x=x)
    between = [
        {"x": -frame.left + SITE_LEFT_PX, "x2": frame.width, "y": row_px * k, "y2": row_px * k}
        for k in range(1, len(rows))
    ]
    yield segments({"type": "rule", "color": GRID}, between)
    at = [days.x(day, frame.width) for day, _ in days.events]
    rules = [{"x": one, "x2": one, "y": -6, "y2": frame.height} for one in at]
    yield segments({"type": "rule", "color": WARNING, "strokeDash": [4, 3]}, rules)
    named = [{"x": x, "y": -14, "text": text} for x, (_, text) in zip(at, days.events, strict=True)]
    yield from texts(named, colour=WARNING, align="center", halo=True)
    sites: list[Spec] = []
    for number, row in enumerate(rows):
        lines = folded(row.site, SITE_PX)
        middle = row_px * (number + 0.5) - 7.5 * (len(lines) - 1)
        sites.append({"x": -frame.left + SITE_LEFT_PX, "y": middle, "text": lines})
    yield from texts(sites, bold=True)


def day_bars(looks: Sequence[LesionLook], days: Days, width: float, y: float) -> Iterator[Spec]:
    """A bar over the possible days of each look; an arrow head where a side is open."""
    strokes: list[Spec] = []
    for look in looks:
        left, right = (days.x(day, width) for day in look.days)
        if left == right:
            continue
        strokes.append({"x": left, "x2": right, "y": y, "y2": y})
        for end, day, inward in ((left, look.days[0], 5.0), (right, look.days[1], -5.0)):
            if math.isfinite(day):
                strokes.append({"x": end, "x2": end, "y": y - 5, "y2": y + 5})
            else:
                strokes += [{"x": end + inward, "x2": end, "y": y + up, "y2": y} for up in (-5, 5)]
    yield segments({"type": "rule", "color": MUTED, "strokeWidth": 1.5}, strokes)


def mark_places(looks: Sequence[LesionLook], days: Days, width: float) -> list[float]:
    """Where the mark of each look stands, in pixels: in the middle of its possible days.

    With one side open, near the known side. A mark that would cover the one before it moves on,
    as far as its own possible days reach; one told with the look before it stays with it.
    """
    places: list[float] = []
    for number, look in enumerate(looks):
        if number and one_told(looks[number - 1], look):
            places.append(places[-1])
            continue
        low, high = (days.x(day, width) for day in look.days)
        place = (low + high) / 2
        if math.isfinite(look.days[0]) != math.isfinite(look.days[1]):
            place = min(low + APART_PX / 2, high) if math.isfinite(look.days[0]) else high
        if places and abs(place - places[-1]) < APART_PX:
            place = max(place, min(places[-1] + APART_PX, high))
        places.append(place)
    return places


def one_told(before: LesionLook, look: LesionLook) -> bool:
    """Whether two looks without a size share one range of days: their days apart are not known."""
    unknown = look.days[0] != look.days[1] and look.days == before.days
    return unknown and look.size is None and before.size is None


def told_as_one(looks: Sequence[LesionLook]) -> list[str]:
    """The words of each look; those told as one stand with the first: `removed, new (PET)`."""
    words: list[str] = []
    first = 0
    for number, look in enumerate(looks):
        word = look.change or "seen"
        if number and one_told(looks[number - 1], look):
            words[first] += f", {word} ({look.seen_by})" if look.seen_by else f", {word}"
            words.append("")
            continue
        first = number
        words.append(word)
    return words


def shape_of(look: LesionLook) -> Spec:
    """Shape, fill and angle of the mark for the look's word."""
    shape, filled = CHANGES.get(look.change or "", SEEN)
    angle = 45 if shape == "cross" else 0
    return {"shape": shape, "fill": COLOUR if filled else PAPER, "angle": angle}


def _spot(look: LesionLook, x: float, y: float, largest: float) -> dict[str, object]:
    area = WORD_AREA
    if look.size is not None:
        area = max(SMALLEST_AREA, LARGEST_AREA * look.size / largest)
        return {"x": x, "y": y, "size": area, "shape": "circle", "fill": COLOUR, "angle": 0}
    return {"x": x, "y": y, "size": area, **shape_of(look)}


def _radius(spot: Spec) -> float:
    size = spot["size"]
    assert isinstance(size, float)  # _spot made it
    return math.sqrt(size / math.pi)


def _words(look: LesionLook, word: str, unit: str) -> str:
    return word if look.size is None else f"{shown(look.size)} {unit}"
