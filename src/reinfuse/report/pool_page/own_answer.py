"""What one course answered after an infusion, in the words in which cohorts are counted.

Which grade answers which outcome, and until when, is ours: cohorts count the best response of the
first months, and a relapse later is another outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.grading import Grade
from reinfuse.record import Course, Infusion, clock_of

#: Looks until this day of an infusion belong to its answer: three months and a few weeks. Ours.
LAST_DAY = 120.0

_OVERALL, _LESIONS, _MARROW = (
    "overall response",
    "extramedullary response, all lesions",
    "marrow response",
)
_CR, _CRI = ("CR",), ("CR", "CRh", "CRi")
_ANSWERED_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "CR": (_OVERALL, _CR),
    "CR or CRi": (_OVERALL, _CRI),
    "extramedullary CR": (_LESIONS, ("complete",)),
    "extramedullary CR or PR": (_LESIONS, ("complete", "partial")),
}


class Said(StrEnum):
    """Whether the record settles it."""

    YES = "yes"
    NO = "no"
    OPEN = "not settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswer:
    """One infusion's answer to one outcome; `told` names grade and time, `when` the time alone.

    `by_marrow` says that the marrow answered for the whole.
    """

    number: int
    said: Said
    told: str
    when: str
    by_marrow: bool = False


def own_answers(course: Course, grades: Sequence[Grade], outcome: str) -> tuple[OwnAnswer, ...]:
    """An answer for each infusion that was graded for this outcome, in their order.

    Yes if any look of the first months surely was one, no if every look surely was not. Where no
    disease outside the marrow was looked at, the marrow answers for the whole.
    """
    if outcome not in _ANSWERED_BY:
        return ()
    found = (_answer(course, grades, place, outcome) for place in range(len(course.infusions)))
    return tuple(one for one in found if one is not None)


def _answer(course: Course, grades: Sequence[Grade], place: int, outcome: str) -> OwnAnswer | None:
    infusion = course.infusions[place]
    topic, wanted = _ANSWERED_BY[outcome]
    looks = list(_looks(course, grades, infusion, topic))
    by_marrow = topic == _OVERALL and not looks
    if by_marrow:
        looks = list(_looks(course, grades, infusion, _MARROW))
    if not looks:
        return None
    said = [_said(grade, wanted) for grade in looks]
    best = next((one for one in (Said.YES, Said.OPEN) if one in said), Said.NO)
    grade = looks[said.index(best)]
    told = f"{grade.topic} {grade.shown()}, {grade.when}"
    return OwnAnswer(number=place + 1, said=best, told=told, when=grade.when, by_marrow=by_marrow)


def _looks(
    course: Course, grades: Sequence[Grade], infusion: Infusion, topic: str
) -> Iterator[Grade]:
    """Grades of the first months; one whose time nobody knows may belong to them."""
    clock = clock_of(course)
    for grade in grades:
        own = grade.subject == infusion.id
        if grade.topic != topic or not (own or topic == _MARROW) or not grade.evaluable:
            continue
        entries = {name for one in grade.because for name in one.entries if clock.knows(name)}
        entries |= {grade.subject} if topic == _MARROW and clock.knows(grade.subject) else set()
        days = [clock.days(name, infusion.id) for name in entries]
        surely = bool(days) and all(one.low > 0 and one.high <= LAST_DAY for one in days)
        unknown = own and not days
        if surely or unknown:
            yield grade


def _said(grade: Grade, wanted: tuple[str, ...]) -> Said:
    """Whether all, none or some of the levels that the record allows are such an answer."""
    levels = list(grade.criterion.levels)
    if grade.low is None or grade.high is None:
        return Said.OPEN
    ends = sorted((levels.index(grade.low), levels.index(grade.high)))
    allowed = {str(level) in wanted for level in levels[ends[0] : ends[1] + 1]}
    if allowed == {True}:
        return Said.YES
    return Said.NO if allowed == {False} else Said.OPEN
