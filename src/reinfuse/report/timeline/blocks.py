"""The rows of each lane and how high they are."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.report.timeline.anchors import Anchor
from reinfuse.report.timeline.marks import Marks
from reinfuse.report.timeline.paper import GUTTER, HEADING, WIDTH, text_width
from reinfuse.report.timeline.rows import Seated, levels_of, stack_marks
from reinfuse.report.timeline.strips import Strip
from reinfuse.report.timeline.told import row_names
from reinfuse.report.timeline.vocabulary import Lane, Told

ROW = 17.0
LANE_PAD = 4.0
_TALL_ROW = 46.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a lane: marks side by side, or a strip; `name` stands before it."""

    name: str
    seated: tuple[Seated, ...] = ()
    strip: Strip | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One lane with its rows."""

    lane: Lane
    rows: tuple[Row, ...]

    @property
    def row_height(self) -> float:
        """How high each of its rows is."""
        return _TALL_ROW if self.lane is Lane.CELLS else ROW

    @property
    def titled_apart(self) -> bool:
        """Whether its title needs a line of its own, as its first row has a name."""
        return bool(self.rows[0].name)

    @property
    def height(self) -> float:
        """How high it is drawn."""
        title = ROW if self.titled_apart else 0.0
        return len(self.rows) * self.row_height + title + 2 * LANE_PAD


def lane_block(lane: Lane, marks: Marks) -> Block:
    """The rows of a lane; none if nothing of the course belongs there."""
    names = row_names(marks.axis.course)
    mine = [mark for mark in marks.marks if mark.told[0].lane is lane]
    rows: list[Row] = []
    for key in dict.fromkeys(["", *names, *(mark.told[0].row for mark in mine)]):
        in_row = [mark for mark in mine if mark.told[0].row == key]
        wide = max((_heading_width(one.told[0], marks) for one in in_row), default=0.0)
        half = 11.0 if lane is Lane.CELLS else 8.0
        seated = stack_marks(in_row, left=GUTTER + 6, right=WIDTH, half=half, wide=wide)
        for level in range(levels_of(seated)):
            name = names.get(key, "") if level == 0 else ""
            rows.append(Row(name, tuple(one for one in seated if one.level == level)))
    for found, strip in marks.strips:
        if found is lane:
            rows.append(Row(strip.name, strip=strip))
    return Block(lane, tuple(rows))


def _heading_width(told: Told, marks: Marks) -> float:
    anchor = anchor_of(told, marks)
    return text_width(anchor.name, HEADING, bold=True) if anchor is not None else 0.0


def anchor_of(told: Told, marks: Marks) -> Anchor | None:
    """The anchor that a mark in the lane of cells stands for."""
    if told.lane is not Lane.CELLS:
        return None
    return next((one for one in marks.axis.anchors if one.id == told.entry.id), None)
