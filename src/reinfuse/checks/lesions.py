"""What is said to have become of a lesion, against the sizes given beside the word."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.checks.case import Case
from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Limit, Quantity
from reinfuse.record import Change, Lesion, LesionLook
from reinfuse.record.words import size_in_words
from reinfuse.timeline import DayRange

SAME_DAY = DayRange(0.0, 0.0)
_FIX = "look up the word and the axes; what is left of a lesion is reduced, not resolved"
_FIX_WITH_SIZE = {
    Change.RESOLVED: _FIX,
    Change.BELOW: "look up the word and the axes; a size on CT or MRI is a look of its own",
}


def find_words_against_sizes(case: Case) -> Iterator[Finding]:
    """A lesion called resolved or below threshold with a size, or smaller or larger than it was."""
    for lesion in case.course.lesions:
        for place, look in enumerate(lesion.looks):
            before = _look_before(case, lesion, place)
            if look.change in _FIX_WITH_SIZE and any(_is_there(axis) for axis in look.axes):
                yield _told(case, lesion, look, f"with a size of {size_in_words(look)}", ())
            elif before is not None and _is_against(look, before):
                sizes = f"from {size_in_words(before)} to {size_in_words(look)}"
                yield _told(case, lesion, look, sizes, (before.id,))


def _look_before(case: Case, lesion: Lesion, place: int) -> LesionLook | None:
    """The last look of an earlier day; a second method on the same day looks at one change."""
    look = lesion.looks[place]
    for other in reversed(lesion.looks[:place]):
        apart = case.apart(look, other)
        if apart != SAME_DAY:
            return other if apart.high > 0 else None
    return None


def _is_against(look: LesionLook, before: LesionLook) -> bool:
    now, then = _product(look), _product(before)
    if now is None or then is None or len(look.axes) != len(before.axes):
        return False
    grown = look.change is Change.REDUCED and now > then
    return grown or (look.change is Change.INCREASED and now < then)


def _product(look: LesionLook) -> float | None:
    """All axes multiplied, in centimetres; None where one is no exact length."""
    if not look.axes or not all(axis.exact and axis.fits("cm") for axis in look.axes):
        return None
    return math.prod(axis.number_in("cm") for axis in look.axes)


def _is_there(axis: Quantity) -> bool:
    return axis.value > 0 and axis.limit not in (Limit.BELOW, Limit.AT_MOST)


def _told(
    case: Case, lesion: Lesion, look: LesionLook, sizes: str, other: tuple[str, ...]
) -> Finding:
    about = (look.id, *other)
    return Finding(
        severity=Severity.CONTRADICTION,
        rule="lesion-word-against-size",
        what=f"{lesion.id} ({lesion.site}) is called {look.change} by {look.id} {sizes}",
        where=case.where(*about),
        fix=_FIX if look.change is None else _FIX_WITH_SIZE.get(look.change, _FIX),
        about=about,
    )
