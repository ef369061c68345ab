"""What was not looked for, though a reader would expect it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.record import Entry, Purpose

HEPATITIS_B = ("hepatitis b", "hbv")
ANTIVIRALS = ("entecavir", "tenofovir", "lamivudine", "tenofovir alafenamide", "adefovir")
STEROIDS = ("prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "hydrocortisone")

_EYE_OR_CNS = re.compile(
    r"\b(eye|orbit\w*|ocular|optic|retina|cns|brain|mening\w*|spin\w+|cerebr\w+)\b", re.IGNORECASE
)
_LOOKED = re.compile(r"lumbar puncture|\bcsf\b|cerebrospinal|\bmri\b|magnetic", re.IGNORECASE)
# Looks at the nervous system this near are of the same time (ours).
SAME_TIME_DAYS = 30


def find_unassessed_neurotoxicity(case: Case) -> Iterator[Finding]:
    """An infusion after which neurotoxicity was never assessed."""
    for grade in case.grades:
        if grade.topic == "ICANS" and not grade.evaluable and grade.reported is None:
            yield Finding(
                severity=Severity.GAP,
                rule="icans-not-assessed",
                what=f"neurotoxicity after {grade.subject} was never assessed: ICANS can be "
                f"{grade.shown()}, not 0",
                where=case.where(grade.subject),
                fix="record ICE scores and consciousness, or that none was taken",
                about=(grade.subject,),
            )


def find_unguarded_hepatitis_b(case: Case) -> Iterator[Finding]:
    """A history of hepatitis B under B-cell depletion without prophylaxis or a virus test."""
    carriers = [item.id for item in case.course.patient.comorbidities if _is_hepatitis_b(item.name)]
    tests = [item for item in case.course.patient.virology if _is_hepatitis_b(item.virus)]
    carriers += [item.id for item in tests if item.result in ("positive", "detected")]
    threats = _threats(case)
    if not carriers or not threats:
        return
    missing = ["antiviral prophylaxis"] if not _is_guarded(case) else []
    if not tests:
        missing.append("hepatitis B serology or DNA")
    if missing:
        yield Finding(
            severity=Severity.GAP,
            rule="hepatitis-b",
            what=f"a history of hepatitis B meets {listed(threats)}, and no "
            f"{' or '.join(missing)} is recorded: it can reactivate",
            where=case.where(*carriers),
            fix="record HBsAg, anti-HBc, HBV DNA and the prophylaxis given",
            about=tuple(carriers),
        )


def find_unlooked_nervous_systems(case: Case) -> Iterator[Finding]:
    """Leukemia of the eye or the nervous system without CSF or MRI at that time."""
    looks = [
        *(item for item in case.course.procedures if _LOOKED.search(f"{item.what} {item.site}")),
        *(item for item in case.course.observations if _LOOKED.search(item.site or "")),
        *(look for lesion in case.course.lesions for look in lesion.looks
          if _LOOKED.search(look.modality or "")),
        *(item for item in case.course.pathology if _LOOKED.search(item.site)),
    ]  # fmt: skip
    for site, found in _found(case).items():
        if any(_at_that_time(case, look, found) for look in looks):
            continue
        yield Finding(
            severity=Severity.GAP,
            rule="cns-not-looked-at",
            what=f"leukemia of the {site} is recorded without CSF or MRI at that time",
            where=case.where(found.id),
            fix="record lumbar puncture and MRI, or that they were not done",
            about=(found.id,),
        )


def _found(case: Case) -> dict[str, Entry]:
    """Each site of the eye or nervous system with the first entry that found leukemia there."""
    found: dict[str, Entry] = {}
    for specimen in case.course.pathology:
        if specimen.leukemia and _EYE_OR_CNS.search(specimen.site):
            found.setdefault(specimen.site, specimen)
    for lesion in case.course.lesions:
        if lesion.looks and _EYE_OR_CNS.search(lesion.site):
            found.setdefault(lesion.site, lesion.looks[0])
    return found


def _at_that_time(case: Case, look: Entry, found: Entry) -> bool:
    """Certainly near, or near by the earliest day that each can have.

    The latest day of what is told only by an order is often not bounded at all.
    """
    if look is not found and case.surely_within(look, found, SAME_TIME_DAYS):
        return True
    for anchor in case.course.anchors():
        one, other = case.apart(look, anchor).low, case.apart(found, anchor).low
        if abs(one - other) <= SAME_TIME_DAYS:
            return look is not found
    return False


def _threats(case: Case) -> list[str]:
    course = case.course
    drugs = {drug.name.casefold() for item in course.regimens for drug in item.drugs}
    threats = [f"{len(course.infusions)} CAR-T infusion{'s' if len(course.infusions) > 1 else ''}"]
    if not course.infusions:
        threats = []
    if course.transplants:
        threats.append("a transplant")
    threats += [drug for drug in STEROIDS if drug in drugs]
    return threats


def _is_guarded(case: Case) -> bool:
    return any(
        item.purpose is Purpose.ANTIVIRAL
        or any(d.name.casefold() in ANTIVIRALS for d in item.drugs)
        for item in case.course.regimens
    )


def _is_hepatitis_b(text: str) -> bool:
    return any(name in text.casefold() for name in HEPATITIS_B)
