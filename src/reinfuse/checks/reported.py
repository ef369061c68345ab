"""What was reported against what is documented, and against what else was reported."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from reinfuse.checks.case import Case, listed
from reinfuse.checks.levels import places_of
from reinfuse.checks.response import is_complete
from reinfuse.errors import Finding, Severity
from reinfuse.grading import Grade
from reinfuse.record import Assessment, Topic
from reinfuse.timeline import DayRange

# The grade that a word stands for. Source: the general grades of the CTCAE, recalled.
GRADE_OF_WORD = {
    "none": 0,
    "absent": 0,
    "mild": 1,
    "moderate": 2,
    "severe": 3,
    "life-threatening": 4,
    "fatal": 5,
}
SAME_DAY = DayRange(0.0, 0.0)
GRADED = (Topic.CRS, Topic.ICANS)


def find_unsupported_grades(case: Case) -> Iterator[Finding]:
    """A reported grade that is possible, and higher than what is documented."""
    for grade, places, low, high in _placed(case):
        numbered = all(isinstance(level, int) for level in grade.criterion.levels)
        if numbered and low < min(places) <= high:
            yield Finding(
                severity=Severity.UNSUPPORTED,
                rule="reported-above-documented",
                what=f"{_said(grade)}; {_documented(grade)}: the severity is unsupported, "
                "not impossible",
                where=case.where(*grade.reported_by),
                fix=_missing(grade),
                about=_about(grade),
            )


def find_impossible_grades(case: Case) -> Iterator[Finding]:
    """A reported grade or level that what is documented rules out."""
    for grade, places, low, high in _placed(case):
        possible = any(low <= place <= high for place in places)
        if not possible and not _told_by_counts(grade):
            yield Finding(
                severity=Severity.CONTRADICTION,
                rule="reported-outside-derivable",
                what=f"{_said(grade)}; {_documented(grade)}",
                where=case.where(*grade.reported_by),
                fix="look up the reported grade, its scale and the signs that were recorded",
                about=_about(grade),
            )


def find_disagreeing_assessments(case: Case) -> Iterator[Finding]:
    """Two reported verdicts on one thing that do not say the same."""
    found: dict[tuple[str, str, str], list[Assessment]] = {}
    said = [item for item in case.course.assessments if item.topic in GRADED]
    for one, other in combinations(said, 2):
        grades = _level(one), _level(other)
        if None in grades or grades[0] == grades[1]:
            continue
        same = one.topic is other.topic and one.of == other.of
        if same and case.may_overlap(one, other):
            pair = (one, other) if one.value.isdigit() else (other, one)
            found.setdefault((one.topic, pair[0].value, pair[1].value), []).extend(pair)
    for (topic, first, second), items in found.items():
        about = tuple(dict.fromkeys(item.id for item in items))
        subjects = tuple(dict.fromkeys(item.of for item in items if item.of))
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="assessments-disagree",
            what=f"{topic} of {listed(subjects) or 'the patient'} is reported as "
            f"{_worded(first)} and as {_worded(second)}",
            where=case.where(*about),
            fix="name the scale of each, or say which holds",
            about=about,
        )


def find_disagreeing_responses(case: Case) -> Iterator[Finding]:
    """Two responses of one site at one time that do not say the same."""
    said = [item for item in case.course.assessments if item.topic is Topic.RESPONSE]
    for one, other in combinations(said, 2):
        first, second = one.value.casefold(), other.value.casefold()
        if (one.site, one.of) != (other.site, other.of) or first in second or second in first:
            continue
        if one.when.stated and other.when.stated and case.apart(one, other) == SAME_DAY:
            yield Finding(
                severity=Severity.AMBIGUITY,
                rule="responses-disagree",
                what=f"the response of {one.site or 'the patient'} is reported as {one.value} and "
                f"as {other.value} at one time",
                where=case.where(one.id, other.id),
                fix="name the criteria and the method of each, or say which holds",
                about=(one.id, other.id),
            )


def _placed(case: Case) -> Iterator[tuple[Grade, tuple[int, ...], int, int]]:
    """Each grade of which a level was reported: its places in the scale, and their bounds."""
    for grade in case.grades:
        levels = grade.criterion.levels
        places = places_of(grade.reported, grade.criterion) if grade.reported else ()
        if not places:
            continue
        low = 0 if grade.low is None else levels.index(grade.low)
        high = len(levels) - 1 if grade.high is None else levels.index(grade.high)
        yield grade, places, low, high


def _said(grade: Grade) -> str:
    number = grade.criterion.levels[0] == 0 and "grade" not in f"{grade.reported}".casefold()
    return (
        f"{grade.topic} {'grade ' if number else ''}{grade.reported} is reported for "
        f"{grade.subject}"
    )


def _told_by_counts(grade: Grade) -> bool:
    """A CR that only the counts make a CRi or CRh; the rule on counts tells it with its reason."""
    return is_complete(grade.reported or "") and grade.low in ("CRh", "CRi")


def _documented(grade: Grade) -> str:
    if not grade.evaluable:
        return f"nothing that {grade.criterion.name} looks at is documented"
    reasons = "; ".join(reason.text for reason in grade.because)
    return f"what is documented makes {grade.shown()} by {grade.criterion.name} ({reasons})"


def _missing(grade: Grade) -> str:
    if not grade.missing:
        return "record the signs that the reported grade rests on"
    return f"record {'; '.join(grade.missing)}"


def _about(grade: Grade) -> tuple[str, ...]:
    rests_on = (ident for reason in grade.because for ident in reason.entries)
    return tuple(dict.fromkeys((*grade.reported_by, *rests_on, grade.subject)))


def _level(item: Assessment) -> int | None:
    value = item.value.casefold()
    return int(value) if value.isdigit() else GRADE_OF_WORD.get(value)


def _worded(value: str) -> str:
    if value.isdigit():
        return f"grade {value}"
    return f"“{value}”, a word that usually stands for grade {GRADE_OF_WORD[value.casefold()]}"
