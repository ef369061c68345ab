"""When something happened, as far as it was written down: a moment, or a period between two.

What a moment is known by is a list of clues, all of them true at once: dates, days from another
event, an order. Whole days; the time of day is kept where it is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Side(StrEnum):
    """How a moment lies to another event."""

    AFTER = "after"
    BEFORE = "before"
    WITH = "with"


@dataclass(frozen=True, slots=True)
class OnDates:
    """Somewhere from `first` to `last`, both included, as proleptic day numbers (date.toordinal).

    `text` is how it was written, in the one canonical spelling; an open side is infinite.
    """

    first: float
    last: float
    text: str

    def __str__(self) -> str:
        """The clue as a file holds it."""
        return self.text


@dataclass(frozen=True, slots=True)
class FromEvent:
    """From `low` to `high` days after the start of another event, which may be negative."""

    anchor: str
    low: float
    high: float
    text: str

    def __str__(self) -> str:
        """The clue as a file holds it."""
        return self.text


@dataclass(frozen=True, slots=True)
class InOrder:
    """After, before or on the same day as another event."""

    side: Side
    event: str

    def __str__(self) -> str:
        """The clue as a file holds it."""
        return f"{self.side} {self.event}"


Clue = OnDates | FromEvent | InOrder


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time; no clue at all means its time is not stated.

    `minute` is minutes after midnight, where the time of day is known.
    """

    clues: tuple[Clue, ...] = ()
    minute: int | None = None

    def __str__(self) -> str:
        """The moment as a file holds it."""
        if not self.clues:
            return "not stated"
        clues = ", ".join(str(clue) for clue in self.clues)
        if self.minute is None:
            return clues
        return f"{clues} {self.minute // 60:02d}:{self.minute % 60:02d}"


class Ending(StrEnum):
    """What is known of the end of something that lasts."""

    SAME = "same"  # it is a moment: it ends as it begins
    OPEN = "open"  # it lasted, and its end is not known
    KNOWN = "known"  # it lasted until `end`


@dataclass(frozen=True, slots=True)
class When:
    """A moment, or a period from `start` to `end`."""

    start: Moment = Moment()
    ending: Ending = Ending.SAME
    end: Moment = Moment()

    def __str__(self) -> str:
        """The time as a file holds it; `read_when` reads it back."""
        if self.ending is Ending.SAME:
            return str(self.start)
        if self.ending is Ending.OPEN:
            return f"from {self.start}"
        return f"{self.start} to {self.end}"

    @property
    def stated(self) -> bool:
        """Whether anything at all is known of the time."""
        return bool(self.start.clues)

    def events(self) -> tuple[str, ...]:
        """The other events that this time is told by."""
        found = []
        for clue in (*self.start.clues, *self.end.clues):
            if isinstance(clue, FromEvent):
                found.append(clue.anchor)
            elif isinstance(clue, InOrder):
                found.append(clue.event)
        return tuple(dict.fromkeys(found))


NOT_STATED = When()


@dataclass(frozen=True, slots=True)
class DayRange:
    """The earliest and the latest day something can have been; either may be infinite."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.low == self.high

    @property
    def bounded(self) -> bool:
        """Whether both sides are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def width(self) -> float:
        """How many days lie between the two sides."""
        return self.high - self.low

    def __str__(self) -> str:
        """The range in words: `day 7`, `day 8 to 12`, `day 7 or later`."""
        if self.exact:
            return f"day {self.low:.0f}"
        if self.bounded:
            return f"day {self.low:.0f} to {self.high:.0f}"
        if math.isfinite(self.low):
            return f"day {self.low:.0f} or later"
        return f"day {self.high:.0f} or earlier" if math.isfinite(self.high) else "day not known"


def in_dates(days: DayRange) -> str:
    """A range of day numbers as dates: `2021-02-01`, `2021-02-01 to 2021-02-28`, `before ...`."""

    def shown(number: float) -> str:
        return date.fromordinal(int(number)).isoformat()

    if days.bounded:
        return shown(days.low) if days.exact else f"{shown(days.low)} to {shown(days.high)}"
    if math.isfinite(days.low):
        return f"{shown(days.low)} or later"
    return f"{shown(days.high)} or earlier" if math.isfinite(days.high) else "not known"
