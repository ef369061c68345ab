"""Whether a visit shows a new lesion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reinfuse.grading.lesions.roles import Roles
from reinfuse.grading.lesions.series import NEW_LESION, Imaging, Lesion, Visit
from reinfuse.grading.lesions.truths import any_of
from reinfuse.grading.rules.judge import Truth

Counts = Callable[[Lesion, Visit], Truth]


def new_lesion(imaging: Imaging, visit: Visit, roles: Roles, counts: Counts) -> Truth:
    """Whether there is a new lesion that counts; None if nobody said that there is none.

    What a reader says of a lesion wins over its size. A lesion found later than the visit is
    covered by what is said of the whole visit.
    """
    return any_of((said_of_all(visit), *_of_each(imaging, visit, roles, counts)))


def named_new(imaging: Imaging, visit: Visit, roles: Roles, counts: Counts) -> tuple[str, ...]:
    """The names of the new lesions that surely count at a visit."""
    return tuple(
        lesion.name for lesion in roles.new if _counted(imaging, visit, lesion, counts, known=True)
    )


def said_of_all(visit: Visit) -> Truth:
    """What is said of new lesions without naming one."""
    said = [mark.value is True for mark in visit.of(NEW_LESION, "")]
    return any(said) if said else None


def _of_each(imaging: Imaging, visit: Visit, roles: Roles, counts: Counts) -> Iterator[Truth]:
    for lesion in roles.new:
        yield _counted(imaging, visit, lesion, counts, known=True)
    for lesion in roles.unsure:
        yield _counted(imaging, visit, lesion, counts, known=False)


def _counted(
    imaging: Imaging, visit: Visit, lesion: Lesion, counts: Counts, *, known: bool
) -> Truth:
    said = [mark.value is True for mark in visit.of(NEW_LESION, lesion.name)]
    if said:
        return any(said)
    if not known:
        # It may have been there at baseline: however large, it is not surely new.
        return None
    return counts(lesion, visit) if _found_by(imaging, visit, lesion) else False


def _found_by(imaging: Imaging, visit: Visit, lesion: Lesion) -> bool:
    """Whether the lesion had any mark at this visit or one before it."""
    before = (one for one in (imaging.baseline, *imaging.visits) if one.day <= visit.day)
    return any((mark.site or "") == lesion.name for one in before for mark in one.marks)
