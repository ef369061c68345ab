"""Which entries belong to the time after an infusion: until the next infusion."""

from __future__ import annotations

from reinfuse.record import Course, Entry, Infusion, days_of
from reinfuse.synopsis.moments import anchors_in_order
from reinfuse.timeline import FromEvent


def next_infusion(course: Course, infusion: Infusion) -> Infusion | None:
    """The infusion that followed, if one did."""
    found = [item for item in anchors_in_order(course) if isinstance(item, Infusion)]
    after = found[found.index(infusion) + 1 :]
    return after[0] if after else None


def belongs_to(course: Course, entry: Entry, infusion: Infusion) -> bool:
    """Whether an entry is about an infusion, or surely began after it and before the next.

    Entries that name what they are about are taken at their word.
    """
    about = getattr(entry, "of", None)
    if about is not None and about in {item.id for item in course.infusions}:
        return bool(about == infusion.id)
    return surely_after(course, entry, infusion)


def surely_after(course: Course, entry: Entry, infusion: Infusion) -> bool:
    """Whether an entry surely began on or after an infusion's day 0 and before the next one's.

    A day written as a day of this infusion is taken to lie before the next one, unless it cannot.
    """
    if days_of(course, entry, infusion.id).low < 0:
        return False
    after = next_infusion(course, infusion)
    if after is None:
        return True
    days = days_of(course, entry, after.id)
    return days.low < 0 if infusion.id in told_by_infusions(course, entry) else days.high < 0


def told_by_infusions(course: Course, entry: Entry) -> set[str]:
    """The infusions whose day 0 an entry's own time counts from."""
    clues = entry.when.start.clues
    anchors = {clue.anchor for clue in clues if isinstance(clue, FromEvent)}
    return anchors & {item.id for item in course.infusions}


def surely_not_after(course: Course, entry: Entry, infusion: Infusion) -> bool:
    """Whether an entry surely began before an infusion, or was given to prepare for it."""
    return days_of(course, entry, infusion.id).high <= 0 and entry.id != infusion.id
