"""What the entries of a course tell of remission, relapse, GVHD, new therapy and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.grading.endpoints.happening import What
from reinfuse.grading.endpoints.remission import remissions
from reinfuse.grading.names import is_marrow, measures
from reinfuse.grading.numbers import range_in
from reinfuse.grading.occasions import LEUKEMIA_MEASURES
from reinfuse.grading.transplant import NEUTROPHIL_RECOVERY, grade_transplant
from reinfuse.record import (
    Alive,
    Assessment,
    Course,
    Entry,
    FollowUp,
    Observation,
    Presence,
    Purpose,
    Result,
    Sign,
    Topic,
)

_NONE = re.compile(r"(none|no|absent|not|0|negative)\b", re.IGNORECASE)
_MOLECULAR = re.compile(r"\b(molecular|MRD)\b", re.IGNORECASE)
_LEUKEMIA = re.compile(r"leuk|relapse|progress|\bALL\b|disease", re.IGNORECASE)
_T_CELL = re.compile(r"T[- ]?(cell|lymph)|CAR", re.IGNORECASE)
_RECOVERY = re.compile(r"B-cell recovery|loss of B-cell aplasia", re.IGNORECASE)
ACUTE_GRADES = {"1": "I", "2": "II", "3": "III", "4": "IV"}
# Leukemia is treated anew by these; the conditioning of cells or graft goes with the cells.
NEW_THERAPY = frozenset({
    Purpose.INDUCTION, Purpose.REINDUCTION, Purpose.CONSOLIDATION, Purpose.CHEMOTHERAPY,
    Purpose.MAINTENANCE, Purpose.BRIDGING, Purpose.RADIOTHERAPY,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one entry says was found, or with `absent` was looked for and not found.

    Its day is that on which the entry begins; with `ended`, on which it ends.
    """

    what: What
    entry: Entry
    detail: str | None = None
    sure: bool = True
    absent: bool = False
    ended: bool = False


def told_by(course: Course) -> Iterator[Told]:
    """Everything that a course tells of endpoints, save deaths."""
    for said in course.assessments:
        yield from _assessed(said)
    for entry in remissions(course):
        yield Told(what=What.REMISSION, entry=entry)
    yield from _given(course)
    for sign in course.signs:
        yield from _signed(course, sign)
    for entry in course.follow_up:
        yield from _followed(entry)
    yield from _recovered(course)


def deaths(course: Course) -> Iterator[tuple[FollowUp, str | None]]:
    """Every death, with its cause as `leukemia` or `other`; None where no cause is stated."""
    for entry in course.follow_up:
        if entry.status is Alive.DEAD:
            cause = entry.cause
            known = cause and ("leukemia" if _LEUKEMIA.search(cause) else "other")
            yield entry, known or None


def looks(course: Course) -> Iterator[tuple[What, Entry]]:
    """Every look at the leukemia, whatever it showed."""
    for item in course.observations:
        if measures(item, *LEUKEMIA_MEASURES):
            yield What.RELAPSE, item
            if measures(item, "MRD"):
                yield What.MRD_RELAPSE, item
    for said in course.assessments:
        if said.topic is Topic.RESPONSE:
            yield What.REMISSION, said
            yield What.RELAPSE, said
    for entry in (*_seen_outside(course), *_judged_at_visits(course)):
        yield What.RELAPSE, entry


def _seen_outside(course: Course) -> list[Entry]:
    specimens = [item for item in course.pathology if item.leukemia is not None]
    return [*specimens, *(look for lesion in course.lesions for look in lesion.looks)]


def _judged_at_visits(course: Course) -> list[Entry]:
    alive = (entry for entry in course.follow_up if entry.status is Alive.ALIVE)
    return [entry for entry in alive if entry.disease is not None]


def levels_of_mrd(course: Course) -> Iterator[tuple[Observation, float, float]]:
    """Every MRD of the marrow in per cent, lowest and highest it can be; a negative is 0."""
    for item in course.observations:
        if not is_marrow(item.site) or not measures(item, "MRD"):
            continue
        percent = range_in(item.value, "%")
        if percent is not None:
            yield item, *percent
        elif item.result in (Result.NEGATIVE, Result.NOT_DETECTED):
            yield item, 0.0, 0.0


def _assessed(said: Assessment) -> Iterator[Told]:
    absent = _NONE.match(said.value) is not None
    if said.topic is Topic.RELAPSE:
        what = What.MRD_RELAPSE if _MOLECULAR.search(said.value) else What.RELAPSE
        yield Told(what=what, entry=said, absent=absent)
    elif said.topic is Topic.NEUTROPHIL_ENGRAFTMENT:
        yield Told(what=What.ENGRAFTMENT, entry=said, absent=absent)
    elif said.topic is Topic.ACUTE_GVHD:
        grade = _acute_grade(said.value)
        yield Told(what=What.ACUTE_GVHD, entry=said, detail=grade, absent=absent)
    elif said.topic is Topic.CHRONIC_GVHD:
        words = [word for word in ("mild", "moderate", "severe") if word in said.value.casefold()]
        detail = words[-1] if words else None
        yield Told(what=What.CHRONIC_GVHD, entry=said, detail=detail, absent=absent)
    elif said.topic is Topic.GVHD:
        for what in (What.ACUTE_GVHD, What.CHRONIC_GVHD):
            yield Told(what=what, entry=said, sure=False, absent=absent)


def _acute_grade(value: str) -> str | None:
    words = re.findall(r"\b(?:IV|I{1,3}|[1-4])\b", value)
    return ACUTE_GRADES.get(words[0], words[0]) if words else None


def _given(course: Course) -> Iterator[Told]:
    for infusion in course.infusions:
        yield Told(what=What.NEW_THERAPY, entry=infusion)
    for transplant in course.transplants:
        yield Told(what=What.TRANSPLANT, entry=transplant)
    chronic = {said.id for said in _of_topic(course, Topic.CHRONIC_GVHD)}
    for regimen in course.regimens:
        if regimen.purpose in NEW_THERAPY:
            yield Told(what=What.NEW_THERAPY, entry=regimen)
        elif regimen.purpose is Purpose.GVHD_TREATMENT and _could_be_chronic(course):
            yield Told(what=What.SYSTEMIC_TREATMENT, entry=regimen, sure=regimen.of in chronic)


def _of_topic(course: Course, topic: Topic) -> list[Assessment]:
    return [said for said in course.assessments if said.topic is topic]


def _could_be_chronic(course: Course) -> bool:
    """Whether GVHD can have been chronic: not if chronic GVHD was only ever denied."""
    said = _of_topic(course, Topic.CHRONIC_GVHD)
    return not said or not all(_NONE.match(item.value) for item in said)


def _signed(course: Course, sign: Sign) -> Iterator[Told]:
    """A sign read as GVHD may have been that, where nobody judged; else the judgement counts."""
    present = sign.presence is Presence.PRESENT
    if _RECOVERY.search(sign.what):
        yield Told(what=What.B_CELL_RECOVERY, entry=sign, absent=not present)
    for words, what, topic in (
        ("acute GVHD", What.ACUTE_GVHD, Topic.ACUTE_GVHD),
        ("chronic GVHD", What.CHRONIC_GVHD, Topic.CHRONIC_GVHD),
    ):
        if present and words in (sign.suggests or "") and not _of_topic(course, topic):
            yield Told(what=what, entry=sign, sure=False)


def _followed(entry: FollowUp) -> Iterator[Told]:
    words = entry.second_malignancy
    if words is not None:
        absent = _NONE.match(words) is not None
        yield Told(what=What.SECOND_MALIGNANCY, entry=entry, absent=absent)
        yield Told(
            what=What.T_CELL_MALIGNANCY,
            entry=entry,
            absent=absent or _T_CELL.search(words) is None,
        )
    if entry.disease is not None and entry.disease.casefold().startswith("relapse"):
        yield Told(what=What.RELAPSE, entry=entry)


def _recovered(course: Course) -> Iterator[Told]:
    """Engraftment by the counts, where nobody reported it."""
    reported = {said.of for said in _of_topic(course, Topic.NEUTROPHIL_ENGRAFTMENT)}
    entries = {item.id: item for item in course.observations}
    for transplant in course.transplants:
        if transplant.id in reported:
            continue
        for grade in grade_transplant(course, transplant):
            if grade.criterion is NEUTROPHIL_RECOVERY and grade.exact:
                for reason in grade.because:
                    yield Told(what=What.ENGRAFTMENT, entry=entries[reason.entries[0]])
