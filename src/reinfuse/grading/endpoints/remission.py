"""Complete remission of a course as a whole: of the marrow, and of every lesion outside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reinfuse.grading.names import is_marrow
from reinfuse.record import Assessment, Change, Course, Entry, Lesion, LesionLook, Topic, clock_of

_COMPLETE = re.compile(r"(MRD[- ]?(negative|positive) )?(CR[ih]?\b|complete re)", re.IGNORECASE)
_GONE = (Change.RESOLVED, Change.REMOVED)


def remissions(course: Course) -> Iterator[Entry]:
    """Every entry with which a complete remission is reached.

    A remission of the marrow is one of the patient unless a lesion outside the marrow is known
    and not gone: then it is reached with the look at which the last of them is gone.
    """
    for said in course.assessments:
        if said.topic is not Topic.RESPONSE or not _COMPLETE.match(said.value):
            continue
        if said.site is None:
            yield said
        elif is_marrow(said.site):
            closing = [_gone_after(course, lesion, said) for lesion in _open(course, said)]
            known = [look for look in closing if look is not None]
            if not closing:
                yield said
            elif len(known) == len(closing):
                yield max(known, key=lambda look: clock_of(course).days(look.id, said.id).high)


def _open(course: Course, said: Assessment) -> list[Lesion]:
    """The lesions that were seen by then and were not gone.

    A look below threshold takes back neither: what was gone stays gone, what was not does not go.
    """
    clock = clock_of(course)
    found = []
    for lesion in course.lesions:
        before = [look for look in lesion.looks if clock.days(look.id, said.id).low <= 0]
        surely = [look for look in before if clock.days(look.id, said.id).high <= 0]
        told = [look for look in surely if look.change is not Change.BELOW]
        if surely and not (told and told[-1].change in _GONE):
            found.append(lesion)
    return found


def _gone_after(course: Course, lesion: Lesion, said: Assessment) -> LesionLook | None:
    clock = clock_of(course)
    return next(
        (
            look
            for look in lesion.looks
            if look.change in _GONE and clock.days(look.id, said.id).high > 0
        ),
        None,
    )
