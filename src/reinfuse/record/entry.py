"""What every entry of a course has: a name, a time, a source and a remark."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.timeline import NOT_STATED, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened, was measured, or was said.

    id: the name by which other entries and findings speak of this one
    when: a date, a day of another entry, an order, or `not stated`
    source: where it was read, as `citation: place`, one or several
    note: a remark for the reader
    """

    id: str = ""
    when: When = NOT_STATED
    source: tuple[str, ...] = ()
    note: str | None = None
