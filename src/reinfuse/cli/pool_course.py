"""What one course answers to an outcome that was pooled, by its grades.

Published definitions differ from one cohort to the next: the criterion that was used is told. What
was not recorded leaves the answer open; a reported grade is told beside, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.cli.loading import Loaded
from reinfuse.errors import ReinfuseError
from reinfuse.grading import Grade, grade_course
from reinfuse.record import Course, Infusion, clock_of

OVERALL, MARROW = "overall response", "marrow response"
LESIONS = "extramedullary response, all lesions"
REMISSIONS = ("CR", "CRh", "CRi")

# Each outcome with the topics of grades that may answer it, the first that was graded at all, and
# the levels that mean yes. The choice is ours.
_ANSWERS: dict[str, tuple[tuple[str, ...], tuple[int | str, ...]]] = {
    "CR": ((OVERALL, MARROW), ("CR",)),
    "CR or CRi": ((OVERALL, MARROW), REMISSIONS),
    "extramedullary CR": ((LESIONS,), ("complete",)),
    "extramedullary CR or PR": ((LESIONS,), ("complete", "partial")),
    "CRS any grade": (("CRS",), (1, 2, 3, 4, 5)),
    "CRS grade >= 3": (("CRS",), (3, 4, 5)),
    "CRS grade 4": (("CRS",), (4,)),
    "neurotoxicity any grade": (("ICANS",), (1, 2, 3, 4, 5)),
    "neurotoxicity grade >= 3": (("ICANS",), (3, 4, 5)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAnswer:
    """Whether the course had the outcome after `infusion`; `answered` None: the grades do not say.

    `because` has the grades that say so, each with its time and criterion; `reported` what was
    reported at these times.
    """

    outcome: str
    infusion: str
    answered: bool | None
    because: tuple[str, ...]
    reported: tuple[str, ...]


def answer_of(loaded: Loaded, outcome: str, infusion: str | None) -> CourseAnswer:
    """The answer after the first or second infusion, or after the last; ReinfuseError if none.

    A response counts when it was reached at any look up to the next infusion.
    """
    if outcome not in _ANSWERS:
        raise ReinfuseError(
            f"no rule reads {outcome} off a course",
            fix="write the answer as counts: --compare 1/1 or 0/1. Rules are there for "
            + ", ".join(_ANSWERS),
        )
    chosen = _infusion(loaded, infusion)
    topics, levels = _ANSWERS[outcome]
    grades = list(_after(loaded.course, chosen))
    looks: Sequence[Grade] = ()
    for topic in topics:
        looks = looks or [one for one in grades if one.topic == topic]
    sure = [one for one in looks if _surely(one, levels)]
    possible = [one for one in looks if _possibly(one, levels)]
    answered = True if sure else None if possible or not looks else False
    told = sure[:1] if sure else looks
    return CourseAnswer(
        outcome=outcome,
        infusion=chosen.id,
        answered=answered,
        because=tuple(f"{one.topic} {one.shown()}, {one.when}, {_by(one)}" for one in told),
        reported=tuple(
            dict.fromkeys(
                f"{one.topic} {one.reported}, {one.when}" for one in looks if one.reported
            )
        ),
    )


def _infusion(loaded: Loaded, wanted: str | None) -> Infusion:
    infusions = loaded.course.infusions
    place = {"first": 0, "second": 1}.get(wanted or "", len(infusions) - 1)
    if not 0 <= place < len(infusions):
        raise ReinfuseError(
            f"the course has {len(infusions)} infusions, and the {wanted or 'last'} is asked for",
            where=loaded.file,
            fix="choose another --infusion, or another course",
        )
    return infusions[place]


def _after(course: Course, infusion: Infusion) -> Iterator[Grade]:
    """Grades of this infusion: about it, or about an entry surely after it and not the next."""
    clock = clock_of(course)
    place = course.infusions.index(infusion)
    following = [one.id for one in course.infusions[place + 1 :]]
    others = {one.id for one in course.infusions} - {infusion.id}
    for grade in grade_course(course):
        if grade.subject == infusion.id:
            yield grade
        elif grade.subject not in others and clock.knows(grade.subject):
            late = clock.days(grade.subject, infusion.id).low >= 0
            if late and all(clock.days(grade.subject, one).high <= 0 for one in following):
                yield grade


def _surely(grade: Grade, levels: Sequence[int | str]) -> bool:
    return bool(_between(grade)) and all(level in levels for level in _between(grade))


def _possibly(grade: Grade, levels: Sequence[int | str]) -> bool:
    return not _between(grade) or any(level in levels for level in _between(grade))


def _between(grade: Grade) -> Sequence[int | float | str]:
    """The levels that the grade leaves open; none where nothing bounds it."""
    levels = grade.criterion.levels
    if grade.low is None or grade.high is None or not grade.evaluable:
        return ()
    ends = sorted((levels.index(grade.low), levels.index(grade.high)))
    return levels[ends[0] : ends[1] + 1]


def _by(grade: Grade) -> str:
    return grade.criterion.name
