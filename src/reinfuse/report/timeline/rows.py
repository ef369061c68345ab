"""Marks and their labels stacked in rows so that nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from reinfuse.report.timeline.marks import Mark
from reinfuse.report.timeline.paper import SMALL, text_width

_HALF = 7.0  # half a mark
_SPACE = 8.0  # between a mark and the next thing
_SHORT_BAR = 26.0
_FEW = 7  # up to so many marks, every choice of sides is tried
_RIGHT_FIRST, _LEFT_FIRST = (0, 1), (1, 0)

_Side = tuple[float, str, float, float]  # label x, text-anchor, and where the text lies
_Taken = list[list[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Seated:
    """A mark in its row, with its label beside it; `label_end` is text-anchor."""

    mark: Mark
    level: int
    label_x: float
    label_end: str
    left: float
    right: float


def stack_marks(
    marks: Iterable[Mark], *, left: float, right: float, half: float = _HALF, wide: float = 0.0
) -> tuple[Seated, ...]:
    """Every mark in the first row from the top that has room for it and its label.

    A label stands right of its mark or left of it, whichever takes fewer rows. `half` is half the
    width of a mark and `wide` the least width of a label.
    """
    ordered = sorted(marks, key=lambda one: (one.left, one.seat))
    sides = [_sides(mark, left, right, half, wide) for mark in ordered]
    orders: Iterable[Sequence[tuple[int, int]]] = [[_RIGHT_FIRST] * len(ordered)]
    if len(ordered) <= _FEW:
        orders = product((_RIGHT_FIRST, _LEFT_FIRST), repeat=len(ordered))
    # Of equally short stacks the first is kept: labels on the right, where readers expect them.
    best = min((_stacked(ordered, sides, order) for order in orders), key=levels_of)
    return tuple(sorted(best, key=lambda one: one.mark.seat))


def levels_of(seated: Iterable[Seated]) -> int:
    """How many rows they take."""
    return max((one.level + 1 for one in seated), default=0)


def _stacked(
    marks: list[Mark], sides: list[list[_Side]], orders: Sequence[tuple[int, int]]
) -> list[Seated]:
    taken: _Taken = []
    found: list[Seated] = []
    for mark, both, order in zip(marks, sides, orders, strict=True):
        tried = [both[one] for one in order if one < len(both)]
        seated = _first_free(mark, tried, taken)
        if seated.level == len(taken):
            taken.append([])
        taken[seated.level].append((seated.left, seated.right))
        found.append(seated)
    return found


def _sides(mark: Mark, left: float, right: float, half: float, wide: float) -> list[_Side]:
    width = max(wide, *(text_width(line, SMALL) for line in mark.label.split("\n")))
    after, before = mark.seat + half + 4, mark.seat - half - 4
    # Beside a short bar, not half on it; a long bar carries its label.
    if mark.reach[1] - mark.seat < _SHORT_BAR:
        after = max(after, mark.reach[1] + 4)
    if mark.seat - mark.reach[0] < _SHORT_BAR:
        before = min(before, mark.reach[0] - 4)
    both = [(after, "start", after, after + width), (before, "end", before - width, before)]
    return [side for side in both if side[2] >= left and side[3] <= right] or both[:1]


def _first_free(mark: Mark, sides: list[_Side], taken: _Taken) -> Seated:
    for level in range(len(taken) + 1):
        for x, end, text_left, text_right in sides:
            low = min(mark.left - _HALF, text_left)
            high = max(mark.right + _HALF, text_right)
            busy = taken[level] if level < len(taken) else []
            if all(high + _SPACE <= a or b + _SPACE <= low for a, b in busy):
                return Seated(mark, level, x, end, low, high)
    raise AssertionError("an empty row has room")
