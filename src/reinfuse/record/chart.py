"""What was charted of one patient: items with values, on days counted from one day 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reinfuse.quantity import Quantity

MarkValue = Quantity | bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One value of one item.

    `item` is a name of the vocabulary; `day` counts from day 0, the calendar day of the infusion
    or transplant, with a fraction where the hour is known (day 1.5 is noon of the next day).
    `attributed_to` is the cause that somebody put it down to; `ref` says where it stands.
    """

    item: str
    day: float
    value: MarkValue
    site: str | None = None
    specimen: str | None = None
    method: str | None = None
    attributed_to: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything charted of one patient around one day 0, in order of time."""

    subject: str
    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, subject: str, marks: Iterable[Mark]) -> Chart:
        """A chart with its marks put in order of time; marks of one time keep their order."""
        return cls(subject, tuple(sorted(marks, key=lambda mark: mark.day)))

    def of_item(self, *names: str) -> Iterator[Mark]:
        """The marks of some items, in order of time."""
        return (mark for mark in self.marks if mark.item in names)

    @property
    def last_day(self) -> int | None:
        """The last day on which anything was charted."""
        return int(self.marks[-1].day // 1) if self.marks else None
