"""Whether a toxicity can have been fatal: grade 5 needs a death put down to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reinfuse.grading.grade import Reason
from reinfuse.grading.window import last_day
from reinfuse.record import Alive, Course, Infusion, days_of

FATAL = 5


@dataclass(frozen=True, slots=True)
class Fate:
    """What the record says of death by one toxicity: certain, possible, or excluded."""

    certain: bool
    possible: bool
    reason: Reason | None = None

    def bounds(self, low: int, high: int) -> tuple[int, int]:
        """The grade with what is known of the patient's death taken in."""
        if self.certain:
            return FATAL, FATAL
        return low, FATAL if self.possible else high

    def reasons(self) -> tuple[Reason, ...]:
        """The death, where it is put down to the toxicity."""
        return (self.reason,) if self.reason is not None else ()


def fate_of(course: Course, infusion: Infusion, cause: re.Pattern[str], until: int) -> Fate:
    """Death by a toxicity after one infusion and before the next.

    Somebody seen alive after the window did not die in it; a death with another cause is not of
    this toxicity; nobody's fate unrecorded leaves it open.
    """
    last = last_day(course, infusion)
    deaths = [
        item
        for item in course.follow_up
        if item.status is Alive.DEAD
        and days_of(course, item, infusion.id).high >= 0
        and days_of(course, item, infusion.id).low <= last
    ]
    for death in deaths:
        if death.cause is not None and cause.search(death.cause):
            text = f"death of {death.cause}"
            return Fate(certain=True, possible=True, reason=Reason(text=text, entries=(death.id,)))
    if deaths:
        return Fate(certain=False, possible=any(death.cause is None for death in deaths))
    return Fate(certain=False, possible=not _seen_after(course, infusion, until))


def _seen_after(course: Course, infusion: Infusion, until: int) -> bool:
    alive = (item for item in course.follow_up if item.status is Alive.ALIVE)
    seen = (*alive, *course.infusions, *course.transplants, *course.observations)
    return any(
        entry.id != infusion.id and days_of(course, entry, infusion.id).low > until
        for entry in seen
    )
