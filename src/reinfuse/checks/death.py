"""What is recorded after a death."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.record import (
    Entry,
    FollowUp,
    Infection,
    Infusion,
    LesionLook,
    Observation,
    Procedure,
    Regimen,
    Sign,
    Transfusion,
    Transplant,
)
from reinfuse.record.said import Alive

# What only a living patient has. Histology, genetics and judgements may follow an autopsy.
OF_THE_LIVING = (
    Infection,
    Infusion,
    LesionLook,
    Observation,
    Procedure,
    Regimen,
    Sign,
    Transfusion,
    Transplant,
)
AUTOPSY = ("autopsy", "post-mortem", "post mortem", "postmortem", "necropsy")
_MOST_NAMED = 5


def find_life_after_death(case: Case) -> Iterator[Finding]:
    """A death, and something of a living patient that is surely later."""
    for death in case.course.follow_up:
        if death.status is not Alive.DEAD:
            continue
        later = [
            entry.id
            for entry in case.course.entries()
            if _is_of_the_living(entry) and case.surely_after(entry, death)
        ]
        if not later:
            continue
        named = later[:_MOST_NAMED]
        named += [f"{len(later) - len(named)} more"] if len(later) > len(named) else []
        lies = "lies" if len(later) == 1 else "lie"
        about = (death.id, *later)
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="after-death",
            what=f"{death.id} records the death of the patient, and {listed(named)} {lies} after "
            "it",
            where=case.where(*about),
            fix="correct the day of the death, or the times of what follows it",
            about=about,
        )


def _is_of_the_living(entry: Entry) -> bool:
    if isinstance(entry, FollowUp):
        return entry.status is Alive.ALIVE
    if isinstance(entry, Procedure) and _names_autopsy(entry.what):
        return False
    if isinstance(entry, Observation | LesionLook):
        how = entry.method if isinstance(entry, Observation) else entry.modality
        return not _names_autopsy(how or "")
    return isinstance(entry, OF_THE_LIVING)


def _names_autopsy(text: str) -> bool:
    return any(word in text.casefold() for word in AUTOPSY)
