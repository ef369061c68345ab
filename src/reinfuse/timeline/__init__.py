"""A moment known to the hour or only to the month, and all of them on one clock."""

from reinfuse.timeline.order import Clock
from reinfuse.timeline.reading import NotATime, read_when
from reinfuse.timeline.schedule import Conflict
from reinfuse.timeline.when import (
    NOT_STATED,
    DayRange,
    Ending,
    FromEvent,
    InOrder,
    Moment,
    OnDates,
    Side,
    When,
    in_dates,
)

__all__ = [
    "NOT_STATED",
    "Clock",
    "Conflict",
    "DayRange",
    "Ending",
    "FromEvent",
    "InOrder",
    "Moment",
    "NotATime",
    "OnDates",
    "Side",
    "When",
    "in_dates",
    "read_when",
]
