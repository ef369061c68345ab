"""One course, whole: everything that is known of what happened to one patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from reinfuse.record.cells import Donor, Infusion, Product, Transplant
from reinfuse.record.diagnosis import Diagnosis
from reinfuse.record.entry import Entry
from reinfuse.record.itself import Itself
from reinfuse.record.observation import Lesion, LesionLook, Observation, Pathology, Sign
from reinfuse.record.patient import Patient
from reinfuse.record.said import (
    Assessment,
    Citation,
    Claim,
    Figure,
    FollowUp,
    NotStated,
    Opinion,
)
from reinfuse.record.treatment import Infection, Procedure, Regimen, Transfusion
from reinfuse.timeline import Clock, DayRange

NOBODY_DESCRIBED = Patient()


class Kind(StrEnum):
    """Where a course comes from."""

    PUBLISHED = "published case"
    INVENTED = "invented example"
    CLINICAL = "clinical record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file beside the course that holds a long series.

    file: its name, in the folder of the course file
    anchor: the entry whose day 0 its column `day` counts from
    source: where it was read
    """

    file: str
    anchor: str | None = None
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The computable CAR-T course.

    title: what the course is called; never a name
    kind: published case, invented example or clinical record
    question: a question to the board
    patient: who
    donors: of stem cells or T cells
    diagnosis: what disease
    products: CAR-T products
    infusions: of CAR-T cells
    transplants: of stem cells
    regimens: drugs given together
    procedures: things done that are no drug
    transfusions: blood products
    infections: infections
    observations: measurements
    signs: symptoms and signs, or their stated absence
    pathology: histology and cytology
    lesions: leukemic lesions outside the marrow
    assessments: grades, responses and judgements as reported
    follow_up: when the patient was seen alive, or died
    not_stated: what a reader would expect and the source does not say
    opinions: inferences of the authors
    claims: results of published cohorts, as cited
    figures: figures of the source
    tables: CSV files beside the course
    citations: documents named as sources
    """

    title: str
    kind: Kind
    question: str | None = None
    patient: Patient = NOBODY_DESCRIBED
    donors: tuple[Donor, ...] = ()
    diagnosis: Diagnosis | None = None
    products: tuple[Product, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    transplants: tuple[Transplant, ...] = ()
    regimens: tuple[Regimen, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    transfusions: tuple[Transfusion, ...] = ()
    infections: tuple[Infection, ...] = ()
    observations: tuple[Observation, ...] = ()
    signs: tuple[Sign, ...] = ()
    pathology: tuple[Pathology, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    follow_up: tuple[FollowUp, ...] = ()
    not_stated: tuple[NotStated, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    claims: tuple[Claim, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    citations: tuple[Citation, ...] = ()

    def __hash__(self) -> int:
        """Cheap and true to equality, so that what is derived from a course can be kept by it."""
        return hash((self.title, len(self.observations), len(self.assessments), len(self.signs)))

    def entries(self) -> Iterator[Entry]:
        """Every entry that has a time, in the order of the course file."""
        yield from self.patient.comorbidities
        yield from self.patient.virology
        if self.diagnosis is not None:
            yield self.diagnosis
            yield from self.diagnosis.karyotypes
            yield from self.diagnosis.fusions
            yield from self.diagnosis.mutations
        yield from self.infusions
        yield from self.transplants
        yield from self.regimens
        yield from self.procedures
        yield from self.transfusions
        yield from self.infections
        yield from self.observations
        yield from self.signs
        yield from self.pathology
        for lesion in self.lesions:
            yield from lesion.looks
        yield from self.assessments
        yield from self.follow_up

    def anchors(self) -> tuple[Infusion | Transplant, ...]:
        """What may be taken as day 0, in the order in which it happened."""
        clock = clock_of(self)
        found: list[Infusion | Transplant] = [*self.infusions, *self.transplants]
        return tuple(sorted(found, key=lambda entry: clock.dates(entry.id).high))

    def product_of(self, infusion: Infusion) -> Product | None:
        """The product that an infusion gave."""
        return next((item for item in self.products if item.id == infusion.product), None)

    def lesion_of(self, look: LesionLook) -> Lesion | None:
        """The lesion that a look belongs to."""
        return next((lesion for lesion in self.lesions if look in lesion.looks), None)


def clock_of(course: Course) -> Clock:
    """All entries of a course on one clock, save those that a CSV table holds."""
    return _clock(Itself(course))


@lru_cache(maxsize=8)
def _clock(itself: Itself[Course]) -> Clock:
    return Clock(
        {
            entry.id: entry.when
            for entry in itself.held.entries()
            if not (isinstance(entry, Observation) and entry.table)
        }
    )


def days_of(course: Course, entry: Entry, anchor: str, *, end: bool = False) -> DayRange:
    """The days from `anchor`'s day 0 on which an entry can have begun (or ended)."""
    clock = clock_of(course)
    if clock.knows(entry.id):
        return clock.days(entry.id, anchor, end=end)
    return clock.moment_days(entry.when.start, anchor)


def dates_of(course: Course, entry: Entry, *, end: bool = False) -> DayRange:
    """The calendar days on which an entry can have begun (or ended), as day numbers."""
    clock = clock_of(course)
    if clock.knows(entry.id):
        return clock.dates(entry.id, end=end)
    return clock.moment_dates(entry.when.start)
