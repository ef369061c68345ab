"""Response of lesions outside the marrow, one by one and together, after each infusion."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion, Grade, Reason, trust_of
from reinfuse.grading.lesion import (
    COMPLETE,
    LESION_RESPONSE,
    LEVELS,
    PARTIAL,
    PROGRESSION,
    STABLE,
    grade_look,
    unseen_lesion,
)
from reinfuse.grading.marrow import by_counts, in_remission
from reinfuse.grading.occasions import counts_near, marrow_occasions
from reinfuse.record import (
    Assessment,
    Change,
    Course,
    Entry,
    Infusion,
    Lesion,
    LesionLook,
    Topic,
    clock_of,
)
from reinfuse.source import Source, Standing

NOT_CR = "no CR"
OVERALL_RESPONSE = Criterion(
    name="ELN-2024-ALL-overall",
    title="Overall response: marrow, counts and disease outside the marrow, ELN 2024",
    levels=("CR", "CRh", "CRi", NOT_CR),
    source=Source(
        cite="Gökbuget 2024", place="Blood 143:1891, response table", standing=Standing.SECONDARY
    ),
)
SAME_VISIT_DAYS = 3  # looks so close together are one visit (ours)


def grade_lesions(course: Course) -> tuple[Grade, ...]:
    """Grade every lesion at every visit after an infusion, then all of them together.

    A new lesion is progression. A lesion that was cut out is removed, one that nobody looked at
    again is not reassessed: neither is resolved. A word such as `reduced` without sizes leaves
    stable to partial; what is below threshold, or seen without a size, leaves everything open.

    Source: Lugano 2014 (Cheson, J Clin Oncol 32:3059) for sizes; ELN 2024 for the overall.
    """
    found: list[Grade] = []
    for infusion in course.infusions:
        targets = [lesion for lesion in course.lesions if _present_before(course, lesion, infusion)]
        for visit in _visits(course, list(course.lesions), infusion):
            new = [
                lesion
                for lesion in course.lesions
                if lesion not in targets and _found_by(course, lesion, infusion, visit)
            ]
            lesions = [*targets, *new]
            each = [_lesion_grade(course, lesion, infusion, visit) for lesion in lesions]
            found += each
            found.append(_together(course, infusion, visit, lesions, each))
            found.append(_overall(course, infusion, visit, each, lesions))
    return tuple(found)


def _present_before(course: Course, lesion: Lesion, infusion: Infusion) -> bool:
    """Whether the lesion had been found before the infusion."""
    clock = clock_of(course)
    if not lesion.looks:
        return False
    first = lesion.looks[0]
    days = clock.days(first.id, infusion.id)
    # An order that is told from below only (after A, after B) is taken as the record lists it.
    return days.low < 0


def _found_by(course: Course, lesion: Lesion, infusion: Infusion, visit: LesionLook) -> bool:
    """Whether a lesion was first found after the infusion and not after the visit."""
    if not lesion.looks:
        return False
    first = lesion.looks[0]
    if _same_visit(course, first, visit):
        return True
    clock = clock_of(course)
    after = clock.days(first.id, infusion.id).low > 0
    return after and clock.days(first.id, visit.id).high <= 0


def _visits(course: Course, lesions: list[Lesion], infusion: Infusion) -> list[LesionLook]:
    """The first look of each visit that surely came after the infusion, in time order."""
    looks = [
        look for lesion in lesions for look in lesion.looks
        if look.change is not Change.REMOVED and _belongs(course, look, infusion)
    ]  # fmt: skip
    visits: list[LesionLook] = []
    for look in sorted(looks, key=lambda item: clock_of(course).days(item.id, infusion.id).low):
        if not any(_same_visit(course, look, visit) for visit in visits):
            visits.append(look)
    return visits


def _belongs(course: Course, look: LesionLook, infusion: Infusion) -> bool:
    clock = clock_of(course)
    if clock.days(look.id, infusion.id).low <= 0:
        return False
    later = [other for other in course.infusions if clock.days(other.id, infusion.id).low > 0]
    return all(clock.days(look.id, other.id).high <= 0 for other in later)


def _same_visit(course: Course, one: Entry, other: Entry) -> bool:
    if one.when == other.when:
        return True
    apart = clock_of(course).days(one.id, other.id)
    return apart.low >= -SAME_VISIT_DAYS and apart.high <= SAME_VISIT_DAYS


def _lesion_grade(course: Course, lesion: Lesion, infusion: Infusion, visit: LesionLook) -> Grade:
    clock = clock_of(course)
    now = next((look for look in lesion.looks if _same_visit(course, look, visit)), None)
    removed = next((look for look in lesion.looks if look.change is Change.REMOVED), None)
    sized = [look for look in lesion.looks if look.axes]
    baseline = [look for look in sized if clock.days(look.id, infusion.id).high <= 0]
    since = [
        look for look in sized
        if look not in baseline and clock.days(look.id, visit.id).high < 0
    ]  # fmt: skip
    found = (
        unseen_lesion(removed)
        if now is None
        else grade_look(now, since, baseline[-1] if baseline else None)
    )
    return Grade(
        criterion=LESION_RESPONSE,
        topic="extramedullary response",
        subject=lesion.id,
        when=str(visit.when),
        low=found.low,
        high=found.high,
        trust=trust_of(now is not None, found.low == found.high),
        reported=_said_of(now),
        reported_by=() if now is None else (now.id,),
        because=(found.reason,) if found.reason is not None else (),
        missing=found.missing,
    )


def _said_of(now: LesionLook | None) -> str | None:
    """The word for what became of it; below threshold is no word of a response."""
    if now is None or now.change in (None, Change.BELOW):
        return None
    return str(now.change)


def _together(
    course: Course, infusion: Infusion, visit: LesionLook, lesions: list[Lesion], each: list[Grade]
) -> Grade:
    """All lesions of a visit that can still be seen, as one."""
    standing = [
        grade for grade, lesion in zip(each, lesions, strict=True)
        if grade.evaluable or not _was_removed(course, lesion, infusion)
    ]  # fmt: skip
    seen = [grade for grade in standing if grade.evaluable]
    low = _all_of([str(grade.low) for grade in standing])
    high = _all_of([str(grade.high) for grade in standing if grade.evaluable] or [PROGRESSION])
    unseen = [grade.subject for grade in standing if not grade.evaluable]
    if unseen and LEVELS.index(high) < LEVELS.index(PROGRESSION):
        high = PROGRESSION
    said = _said_of_all(course, visit)
    removed = [lesion.id for lesion in lesions if _was_removed(course, lesion, infusion)]
    reasons = [
        Reason(text=f"{grade.subject}: {grade.shown()}", entries=grade.reported_by)
        for grade in seen
    ]
    reasons += [Reason(text=f"{name}: removed, not counted as resolved") for name in removed]
    return Grade(
        criterion=LESION_RESPONSE,
        topic="extramedullary response, all lesions",
        subject=infusion.id,
        when=str(visit.when),
        low=low,
        high=high,
        trust=trust_of(bool(seen), low == high),
        reported=said.value if said is not None else None,
        reported_by=(said.id,) if said is not None else (),
        because=tuple(reasons),
        missing=(
            *(f"{name} was not looked at again" for name in unseen),
            *(f"{one.subject}: {what}" for one in _unsettled(seen) for what in one.missing),
        ),
    )


def _all_of(levels: list[str]) -> str:
    """The response of several lesions: complete only if all are, else the best is partial."""
    if not levels:
        return COMPLETE
    if PROGRESSION in levels:
        return PROGRESSION
    if all(level == COMPLETE for level in levels):
        return COMPLETE
    return PARTIAL if any(level in (COMPLETE, PARTIAL) for level in levels) else STABLE


def _was_removed(course: Course, lesion: Lesion, infusion: Infusion) -> bool:
    clock = clock_of(course)
    return any(
        look.change is Change.REMOVED and clock.days(look.id, infusion.id).low < 0
        for look in lesion.looks
    )


def _said_of_all(course: Course, visit: LesionLook) -> Assessment | None:
    return next(
        (item for item in course.assessments
         if item.topic is Topic.RESPONSE and item.site is not None
         and item.site.startswith("all") and _same_visit(course, item, visit)),
        None,
    )  # fmt: skip


def _overall(
    course: Course, infusion: Infusion, visit: LesionLook, each: list[Grade], lesions: list[Lesion]
) -> Grade:
    """Marrow, counts and lesions of one visit together: disease outside the marrow is no CR."""
    clock = clock_of(course)
    marrow = next(
        (item for item in marrow_occasions(course)
         if _same_visit(course, item.entry, visit)
         and clock.days(item.entry.id, infusion.id).low > 0),
        None,
    )  # fmt: skip
    low, high = by_counts(counts_near(course, visit))
    reasons: list[Reason] = []
    missing: list[str] = []
    residual = [grade for grade in each if grade.evaluable and grade.low != COMPLETE]
    unsettled = _unsettled(each)
    removed = {lesion.id for lesion in lesions if _was_removed(course, lesion, infusion)}
    unseen = [
        grade.subject for grade in each if not grade.evaluable and grade.subject not in removed
    ]
    if marrow is None or not marrow.measurements:
        missing.append("the marrow at this visit")
        high = NOT_CR
    elif in_remission(marrow):
        reasons.append(Reason(text="marrow below 5 %", entries=(marrow.entry.id,)))
    else:
        low = high = NOT_CR
        reasons.append(Reason(text="marrow at 5 % or above", entries=(marrow.entry.id,)))
    if residual:
        low = high = NOT_CR
        reasons.append(_naming("disease left outside the marrow", residual))
    elif unseen or unsettled:
        high = NOT_CR
        reasons += [_naming("gone or not outside the marrow", unsettled)] if unsettled else []
    elif each:
        reasons.append(Reason(text="no disease seen outside the marrow"))
    missing += [f"{name} was not looked at again" for name in unseen]
    missing += [f"{grade.subject}: {what}" for grade in unsettled for what in grade.missing]
    if low not in (high, NOT_CR):
        missing += ["neutrophils", "platelets"]
    return Grade(
        criterion=OVERALL_RESPONSE,
        topic="overall response",
        subject=infusion.id,
        when=str(visit.when),
        low=low,
        high=high,
        trust=trust_of(bool(reasons), low == high),
        because=tuple(reasons),
        missing=tuple(dict.fromkeys(missing)),
    )


def _unsettled(each: list[Grade]) -> list[Grade]:
    """Lesions that can be gone and can be there: they take no remission away and let none stand."""
    return [
        grade for grade in each
        if grade.evaluable and grade.low == COMPLETE and grade.high != COMPLETE
    ]  # fmt: skip


def _naming(what: str, grades: list[Grade]) -> Reason:
    """A reason with the lesions that it rests on, and the looks at them."""
    names = ", ".join(grade.subject for grade in grades)
    return Reason(
        text=f"{what}: {names}", entries=tuple(by for grade in grades for by in grade.reported_by)
    )
