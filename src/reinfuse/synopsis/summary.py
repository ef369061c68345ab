"""The course in five sentences, each computed from the record and tied to its entries."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.grading import Grade
from reinfuse.record import Course
from reinfuse.synopsis.expansion import tell_expansion
from reinfuse.synopsis.person import tell_patient
from reinfuse.synopsis.standing import tell_standing
from reinfuse.synopsis.therapy import tell_treatment
from reinfuse.synopsis.toxicity import tell_toxicity
from reinfuse.synopsis.words import Sentence


@dataclass(frozen=True, slots=True)
class Summary:
    """Five sentences: who, what was done, what the last cells did, toxicity, where it stands."""

    sentences: tuple[Sentence, ...]


def summarise(course: Course, grades: tuple[Grade, ...], *, findings: int | None = None) -> Summary:
    """Exactly five sentences for any course; `findings` is how many a reader must be told.

    What is missing is said to be not recorded; nothing is filled in.
    """
    return Summary(
        (
            tell_patient(course),
            tell_treatment(course),
            tell_expansion(course),
            tell_toxicity(course, grades),
            tell_standing(course, findings),
        )
    )
