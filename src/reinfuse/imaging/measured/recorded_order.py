"""Where new looks stand among those that a course has of a lesion: by time, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reinfuse.record import Course, Lesion, LesionLook
from reinfuse.record.course import clock_of
from reinfuse.timeline import Clock, DayRange


def placed(course: Course, found: Iterable[Lesion]) -> tuple[Course, tuple[str, ...]]:
    """The course with the looks of lesions in their place, and the ids of looks whose is unsure.

    A look stands behind the last one that it surely follows, else before the first that it surely
    precedes, else at the end. New lesions come behind those that the course has.
    """
    more = {lesion.id: lesion for lesion in found}
    clock = clock_of(_appended(course, more.values()))
    unsure: list[str] = []
    known = []
    for lesion in course.lesions:
        looks = list(lesion.looks)
        for look in more.pop(lesion.id).looks if lesion.id in more else ():
            at, sure = _place(look, looks, clock)
            looks.insert(at, look)
            if not sure:
                unsure.append(look.id)
        known.append(replace(lesion, looks=tuple(looks)))
    return replace(course, lesions=(*known, *more.values())), tuple(unsure)


def _appended(course: Course, found: Iterable[Lesion]) -> Course:
    """The course with all looks in any order, for one clock to hold them."""
    return replace(course, lesions=(*course.lesions, *found))


def _place(look: LesionLook, looks: Sequence[LesionLook], clock: Clock) -> tuple[int, bool]:
    """How many looks stand before this one, and whether its order to each of them is known."""
    ranges = [clock.days(look.id, other.id) for other in looks]
    after = [at for at, days in enumerate(ranges) if _follows(days)]
    before = [at for at, days in enumerate(ranges) if _precedes(days)]
    sure = len(after) + len(before) == len(looks)
    if after:
        return after[-1] + 1, sure
    return (before[0] if before else len(looks)), sure


def _follows(days: DayRange) -> bool:
    return days.low >= 0


def _precedes(days: DayRange) -> bool:
    return days.high <= 0 and not _follows(days)
