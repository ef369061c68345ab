"""Where a label can stand without covering another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reinfuse.report.charts.palette import LETTER_PX, text_width

LINE_PX = 15.0
AWAY_PX = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the plot, in pixels from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area that two boxes share."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0.0) * max(high, 0.0)

    @property
    def area(self) -> float:
        """Of the box."""
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text beside a mark that stands in `mark`."""

    lines: tuple[str, ...]
    mark: Box


def place_labels(labels: Sequence[Label], taken: Iterable[Box], plot: Box) -> tuple[Box, ...]:
    """A box for each label, in their order, where it covers least and stays on the plot."""
    occupied = [*taken, *(label.mark for label in labels)]
    placed: list[Box] = []
    for label in labels:
        choice = min(_candidates(label), key=lambda box: _cost(box, occupied, plot))
        placed.append(choice)
        occupied.append(choice)
    return tuple(placed)


def _candidates(label: Label) -> tuple[Box, ...]:
    """Right, above, below, left; then the same further away."""
    wide = max(text_width(line, LETTER_PX) for line in label.lines)
    high = LINE_PX * len(label.lines)
    mark, found = label.mark, []
    middle_x, middle_y = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
    for away in (AWAY_PX, AWAY_PX + LINE_PX, AWAY_PX + 2 * LINE_PX):
        found += [
            Box(mark.right + away, middle_y - high / 2, mark.right + away + wide,
                middle_y + high / 2),
            Box(middle_x - wide / 2, mark.top - away - high, middle_x + wide / 2, mark.top - away),
            Box(mark.right + away, mark.top - away - high, mark.right + away + wide,
                mark.top - away),
            Box(mark.right + away, mark.bottom + away, mark.right + away + wide,
                mark.bottom + away + high),
            Box(middle_x - wide / 2, mark.bottom + away, middle_x + wide / 2,
                mark.bottom + away + high),
            Box(mark.left - away - wide, middle_y - high / 2, mark.left - away,
                middle_y + high / 2),
        ]  # fmt: skip
    return tuple(found)


def _cost(box: Box, occupied: Sequence[Box], plot: Box) -> float:
    outside = box.area - box.overlap(plot)
    return 2.0 * outside + sum(box.overlap(other) for other in occupied)
