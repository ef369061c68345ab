"""A course as the cell-therapy registries ask for it: reported, derived or missing, per field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.grading import Grade
from reinfuse.record import Course, Infusion
from reinfuse.source import Standing
from reinfuse.synopsis import (
    fields_after,
    fields_before,
    fields_disease,
    fields_measured,
    fields_product,
    fields_response,
    fields_toxicity,
)
from reinfuse.synopsis.moments import anchor_names, ordered
from reinfuse.synopsis.scene import Answer, Scene
from reinfuse.synopsis.vocabulary import read_rows

_ROOMS = (
    fields_disease,
    fields_before,
    fields_product,
    fields_after,
    fields_response,
    fields_toxicity,
    fields_measured,
)


class FieldStatus(StrEnum):
    """Where a field's value comes from; what was reported always goes first."""

    REPORTED = "reported"
    DERIVED = "derived"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A registry form, and which revision our mapping was read from."""

    form: str
    title: str
    registry: str
    revision: str
    mapped_from: str
    standing: Standing
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryField:
    """One field of a form for one infusion, or for the course where `infusion` is None.

    `reported` stands in the record, `derived` follows from it; neither replaces the other. `asks`
    says what would settle what is open. `label` is in our own words.
    """

    form: str
    key: str
    section: str
    label: str
    infusion: str | None
    about: str
    status: FieldStatus
    reported: str | None
    derived: str | None
    asks: str | None
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many fields of a form are reported, derived only, and missing."""

    form: str
    reported: int
    derived: int
    missing: int

    @property
    def total(self) -> int:
        """How many fields there are."""
        return self.reported + self.derived + self.missing


def registry_forms() -> tuple[Form, ...]:
    """The forms we map, each with the revision it was read from and how sure we are."""
    return tuple(
        Form(**{**row, "standing": Standing(row["standing"])})  # type: ignore[arg-type]
        for row in read_rows("forms.csv")
    )


def registry_view(course: Course, grades: tuple[Grade, ...]) -> tuple[RegistryField, ...]:
    """Every field of every form: those of the course once, the others for each infusion."""
    names = anchor_names(course)
    found = []
    for row in read_rows("registry.csv"):
        subjects: tuple[Infusion | None, ...] = (None,)
        if row["per"] == "infusion":
            subjects = ordered(course, course.infusions)
        for infusion in subjects:
            answer = _derive(row["derive"])(Scene(course, grades, infusion), row["of"], row["unit"])
            about = names[infusion.id] if infusion is not None else "course"
            found.append(_field(row, infusion, about, answer))
    return tuple(found)


def count_fields(fields: tuple[RegistryField, ...]) -> tuple[Completeness, ...]:
    """How complete each form is."""
    forms = dict.fromkeys(field.form for field in fields)
    return tuple(
        Completeness(
            form=form,
            reported=_count(fields, form, FieldStatus.REPORTED),
            derived=_count(fields, form, FieldStatus.DERIVED),
            missing=_count(fields, form, FieldStatus.MISSING),
        )
        for form in forms
    )


def _count(fields: tuple[RegistryField, ...], form: str, status: FieldStatus) -> int:
    return sum(field.form == form and field.status is status for field in fields)


def _field(
    row: dict[str, str], infusion: Infusion | None, about: str, answer: Answer
) -> RegistryField:
    status = FieldStatus.REPORTED
    if answer.reported is None:
        status = FieldStatus.DERIVED if answer.derived is not None else FieldStatus.MISSING
    return RegistryField(
        form=row["form"],
        key=row["key"],
        section=row["section"],
        label=row["field"],
        infusion=infusion.id if infusion is not None else None,
        about=about,
        status=status,
        reported=answer.reported,
        derived=answer.derived,
        asks=answer.asks,
        entries=answer.entries,
    )


def _derive(name: str) -> Callable[[Scene, str, str], Answer]:
    """The function that a row of the table names."""
    room = next(room for room in _ROOMS if hasattr(room, name))
    found: Callable[[Scene, str, str], Answer] = getattr(room, name)
    return found
