"""Where names stand beside a picture, and where their arrows end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.imaging.pictures import Mark
from reinfuse.report.forecast.sheet import TINY_PX, WIDTH_PX, Point, lines_of
from reinfuse.report.petct_page.frame import BESIDE_PX, Placed, lies_left
from reinfuse.report.timeline.paper import shortened

LINE_PX, APART_PX, MOST_LINES = 12.0, 5.0, 3
GAP_PX = 3.0  # between words and arrow
BOLD = 1.12  # as wide as plain letters
Lines = tuple[tuple[str, ...], tuple[str, ...]]  # of a name, and of its uptake
SHORT_OF_PX = 3.0  # an arrow ends before the border that it shows


@dataclass(frozen=True, slots=True)
class Seat:
    """A name with its uptake in a margin.

    `names` and `uptake` are its lines, `top` is the upper end of the first, and `x` where all of
    them end, or begin at the right of a picture.
    """

    mark: Mark
    names: tuple[str, ...]
    uptake: tuple[str, ...]
    at_left: bool
    x: float
    top: float

    @property
    def height(self) -> float:
        """Of all its lines."""
        return LINE_PX * (len(self.names) + len(self.uptake))


def seats_of(marks: Sequence[Mark], placed: Placed) -> tuple[Seat, ...]:
    """A seat for each mark, at the side where it lies and as near to its height as there is room.

    No two overlap. Where a side has no room for all, each has its name alone, on one line; and
    where that is not enough, the last ones have no seat.
    """
    frame = placed.frame
    found: list[Seat] = []
    for at_left, side in ((True, frame.left), (False, frame.right)):
        x = side - BESIDE_PX if at_left else WIDTH_PX - side + BESIDE_PX
        here = [one for one in marks if lies_left(one, placed.raster) is at_left]
        mine, lines = _fitting(here, side - BESIDE_PX, placed.height)
        order = sorted(range(len(mine)), key=lambda one: placed.at(mine[one].at)[1])
        wanted = [(placed.at(mine[one].at)[1], _height(lines[one])) for one in order]
        tops = _tops(wanted, placed)
        found += [
            Seat(mine[one], *lines[one], at_left, x, top)
            for one, top in zip(order, tops, strict=True)
        ]
    return tuple(found)


def arrow_of(seat: Seat, placed: Placed) -> tuple[Point, Point]:
    """From the words to just before the nearest border of the lesion, in pixels."""
    gap = GAP_PX if seat.at_left else -GAP_PX
    start = seat.x + gap, seat.top + seat.height / 2
    border = [placed.at(point) for line in seat.mark.outlines for point in line]
    x, y = min(border or [placed.at(seat.mark.at)], key=lambda one: _apart(one, start))
    away = max(_apart((x, y), start), SHORT_OF_PX)
    back = SHORT_OF_PX / away
    return start, (x + (start[0] - x) * back, y + (start[1] - y) * back)


def _fitting(
    marks: Sequence[Mark], room: float, height: float
) -> tuple[Sequence[Mark], list[Lines]]:
    """As many marks as there is height for, with their lines."""
    lines = [_lines(one, room) for one in marks]
    if sum(_height(one) + APART_PX for one in lines) <= height + APART_PX:
        return marks, lines
    kept = marks[: int((height + APART_PX) // (LINE_PX + APART_PX))]
    return kept, [((shortened(one.lesion, room / BOLD, TINY_PX),), ()) for one in kept]


def _height(lines: Lines) -> float:
    return LINE_PX * (len(lines[0]) + len(lines[1]))


def _tops(wanted: Sequence[tuple[float, float]], placed: Placed) -> list[float]:
    """Upper ends of boxes of some heights near some middles, from above, one below the other."""
    tops: list[float] = []
    low = placed.top
    for middle, height in wanted:
        top = max(middle - height / 2, low)
        tops.append(top)
        low = top + height + APART_PX
    # What runs out of the picture pushes up whatever is above it.
    last = placed.top + placed.height
    for place in range(len(tops) - 1, -1, -1):
        tops[place] = min(tops[place], last - wanted[place][1])
        last = tops[place] - APART_PX
    return tops


def _lines(mark: Mark, room: float) -> Lines:
    """The name on up to three lines, and the uptake."""
    bold = room / BOLD
    names = [
        shortened(one, bold, TINY_PX) for one in lines_of(mark.lesion, room, TINY_PX, bold=True)
    ]
    if len(names) > MOST_LINES:
        names = [*names[: MOST_LINES - 1], shortened(f"{names[MOST_LINES - 1]} …", bold, TINY_PX)]
    uptake = lines_of(mark.words, room, TINY_PX) if mark.words else []
    return tuple(names), tuple(uptake)


def _apart(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
