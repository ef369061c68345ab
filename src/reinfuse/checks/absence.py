"""What is said not to have been there, against what is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.record import Assessment, Entry, Presence, Purpose, Regimen, Sign, Topic

NOTHING = ("none", "absent", "no", "never", "none observed", "none reported", "0")

# The words that a sign's reading holds when it speaks of a topic.
_GVHD = ("gvhd", "graft-versus-host")
READ_AS = {
    Topic.CRS: ("crs", "cytokine release"),
    Topic.ICANS: ("icans", "neurotoxicity"),
    Topic.GVHD: _GVHD,
    Topic.ACUTE_GVHD: _GVHD,
    Topic.CHRONIC_GVHD: _GVHD,
}
TREATED_BY = {
    Purpose.GVHD_TREATMENT: Topic.GVHD,
    Purpose.CRS_TREATMENT: Topic.CRS,
    Purpose.ICANS_TREATMENT: Topic.ICANS,
}
GVHD_TOPICS = (Topic.GVHD, Topic.ACUTE_GVHD, Topic.CHRONIC_GVHD)
# Signs that acute GVHD makes at any time. NIH 2014 (doi:10.1016/j.bbmt.2014.12.001, recalled):
# without a diagnostic sign of chronic GVHD they may be late acute GVHD.
_CAN_BE_ACUTE = re.compile("rash|erythema|diarrh|jaundice|nausea", re.IGNORECASE)
LATE_ACUTE = (
    "a rash after transplant without a diagnostic sign of chronic GVHD may also be late acute GVHD"
)


def find_denied_toxicity(case: Case) -> Iterator[Finding]:
    """A toxicity that is said to be absent, and a sign or a treatment of it."""
    denials = [
        item
        for item in case.course.assessments
        if item.topic in READ_AS and item.value.casefold() in NOTHING
    ]
    for evidence in _evidence(case):
        denied = [item for item in denials if _speaks_against(case, item, evidence)]
        if not denied:
            continue
        about = tuple(item.id for item in (*denied, *evidence))
        topics = listed(dict.fromkeys(f"no {item.topic.removesuffix(' grade')}" for item in denied))
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="denied-and-recorded",
            what=f"{topics} is stated, yet {_told(evidence)}{_remark(denied, evidence)}",
            where=case.where(*about),
            fix="say what the sign was in the end, or whom and which time the denial covers",
            about=about,
        )


def find_signs_and_their_absence(case: Case) -> Iterator[Finding]:
    """One sign that is recorded both as there and as not there at one time."""
    for absent in case.course.signs:
        if absent.presence is not Presence.ABSENT:
            continue
        present: list[Entry] = [
            item
            for item in case.course.signs
            if item.presence is Presence.PRESENT and _same_sign(item, absent)
        ]
        if absent.what.casefold() in ("infection", "infections"):
            present += case.course.infections
        for item in present:
            if case.falls_in(item, absent):
                yield Finding(
                    severity=Severity.CONTRADICTION,
                    rule="present-and-absent",
                    what=f"{absent.what} is recorded as absent by {absent.id} and as present by "
                    f"{item.id} at the same time",
                    where=case.where(absent.id, item.id),
                    fix="correct the time or the presence of one of the two",
                    about=(absent.id, item.id),
                )


def _evidence(case: Case) -> Iterator[tuple[Sign | Regimen, ...]]:
    """Each present sign that was read as something, with its treatment; then other treatments."""
    treatments = [item for item in case.course.regimens if item.purpose in TREATED_BY]
    signs = [
        item
        for item in case.course.signs
        if item.presence is Presence.PRESENT and (item.suggests or item.attributed_to)
    ]
    for sign in signs:
        yield (sign, *(item for item in treatments if item.of == sign.id))
    covered = {sign.id for sign in signs}
    yield from ((item,) for item in treatments if item.of not in covered)


def _speaks_against(case: Case, denial: Assessment, evidence: tuple[Sign | Regimen, ...]) -> bool:
    first = evidence[0]
    if not (_is_kind_of(first, denial.topic) and _same_subject(case, first, denial)):
        return False
    return case.falls_in(first, denial)


def _is_kind_of(item: Sign | Regimen, topic: Topic) -> bool:
    """Whether it speaks of the topic; a rash read as chronic GVHD can be acute GVHD too."""
    if isinstance(item, Regimen):
        return TREATED_BY[item.purpose] is topic
    read = f"{item.suggests or ''} {item.attributed_to or ''}".casefold()
    if not any(word in read for word in READ_AS[topic]):
        return False
    if topic is Topic.ACUTE_GVHD and "chronic" in read:
        return _CAN_BE_ACUTE.search(item.what) is not None
    return not (topic is Topic.CHRONIC_GVHD and "acute" in read)


def _same_subject(case: Case, item: Sign | Regimen, denial: Assessment) -> bool:
    """Whether it can belong to the infusion or transplant that the denial is about."""
    anchors = {anchor.id: anchor for anchor in case.course.anchors()}
    if denial.of not in anchors:
        return True
    if isinstance(item, Regimen) and item.of in anchors:
        return item.of == denial.of
    if denial.topic in GVHD_TOPICS:
        return case.apart(item, anchors[denial.of]).high >= 0
    return case.may_follow(item, anchors[denial.of])


def _same_sign(one: Sign, other: Sign) -> bool:
    return one.what.casefold() == other.what.casefold() and one.site == other.site


def _told(evidence: tuple[Sign | Regimen, ...]) -> str:
    parts = []
    for item in evidence:
        if isinstance(item, Sign):
            extent = f" ({item.extent})" if item.extent else ""
            reading = item.suggests or item.attributed_to
            parts.append(f"{item.what}{extent} is recorded as suggestive of {reading}")
        else:
            drugs = listed(drug.name for drug in item.drugs) or item.name or item.id
            parts.append(f"{drugs} was given as {item.purpose}")
    return " and ".join(parts)


def _remark(denied: list[Assessment], evidence: tuple[Sign | Regimen, ...]) -> str:
    rash = any(isinstance(item, Sign) and "rash" in item.what.casefold() for item in evidence)
    acute = any(item.topic is Topic.ACUTE_GVHD for item in denied)
    return f"; {LATE_ACUTE}" if rash and acute else ""
