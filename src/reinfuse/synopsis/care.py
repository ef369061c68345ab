"""The CARE checklist of a case report: what the record fills, and what a person must write."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from reinfuse.record import Course, Entry, Origin
from reinfuse.source import Source, Standing
from reinfuse.synopsis.moments import dates_of
from reinfuse.synopsis.words import counted, unique


class CareStatus(StrEnum):
    """What is left to do for an item."""

    FILLED = "filled from data"
    NEEDS_TEXT = "needs text"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareItem:
    """One item: what was found for it, what is still missing, what its author must see to."""

    number: int
    name: str
    status: CareStatus
    found: tuple[str, ...]
    missing: tuple[str, ...]
    entries: tuple[str, ...]
    needs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareList:
    """The checklist, and where it was published."""

    items: tuple[CareItem, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class _Found:
    """Counts with their entries, such as `3 infusions`, and what is not there."""

    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


def check_care(course: Course) -> CareList:
    """The 13 items for a course; the patient's perspective and consent are always human text."""
    text = resources.files(__package__).joinpath("care.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    source = table["source"]
    return CareList(
        items=tuple(
            _item(course, number=row["number"], name=row["name"], needs=row["needs"],
                  looked_for=row.get("from"))
            for row in table["item"]
        ),
        source=Source(
            cite=source["cite"], doi=source["doi"], place=source["place"],
            standing=Standing(source["standing"]),
        ),
    )  # fmt: skip


def _item(
    course: Course, *, number: int, name: str, needs: str, looked_for: str | None
) -> CareItem:
    seen = _LOOKED_FOR[looked_for](course) if looked_for is not None else _Found()
    status = CareStatus.FILLED if seen.found else CareStatus.MISSING
    return CareItem(
        number=number,
        name=name,
        status=status if looked_for is not None else CareStatus.NEEDS_TEXT,
        found=seen.found,
        missing=seen.missing,
        entries=seen.entries,
        needs=needs,
    )


def _title(course: Course) -> _Found:
    without = () if "case" in course.title.casefold() else ("the words `case report`",)
    return _Found((course.title,) if course.title else (), without)


def _key_words(course: Course) -> _Found:
    words = [course.diagnosis.disease] if course.diagnosis is not None else []
    for product in course.products:
        words += [f"CAR-T cells against {target}" for target in product.target]
        words += ["donor-derived CAR-T cells"] if product.origin is Origin.DONOR else []
    words += [f"{item.kind} transplant" for item in course.transplants]
    words += ["extramedullary disease"] if course.lesions else []
    return _Found(unique(words), entries=unique([item.id for item in course.products]))


def _patient(course: Course) -> _Found:
    who = course.patient
    facts = {
        "age": who.age.shown() if who.age is not None else None,
        "sex": who.sex.value if who.sex is not None else None,
        "other diseases": ", ".join(item.name for item in who.comorbidities) or None,
        "performance status": str(who.ecog if who.ecog is not None else who.karnofsky)
        if who.ecog is not None or who.karnofsky is not None
        else None,
        "weight": who.weight.shown() if who.weight is not None else None,
    }
    entries = (item.id for item in who.comorbidities)
    return _Found(
        tuple(f"{name}: {value}" for name, value in facts.items() if value),
        tuple(name for name, value in facts.items() if not value),
        unique(entries),
    )


def _findings(course: Course) -> _Found:
    return _counts({"sign": course.signs})


def _timeline(course: Course) -> _Found:
    entries = list(course.entries())
    dated = [entry for entry in entries if entry.when.stated]
    bounded = [entry for entry in dated if dates_of(course, entry).bounded]
    found = (f"{len(dated)} of {len(entries)} entries have a time",) if dated else ()
    open_ones = len(dated) - len(bounded)
    without = (f"{open_ones} of them without an earliest or a latest date",) if open_ones else ()
    return _Found(found, without)


def _assessment(course: Course) -> _Found:
    disease: tuple[Entry, ...] = (course.diagnosis,) if course.diagnosis is not None else ()
    looks = tuple(look for lesion in course.lesions for look in lesion.looks)
    return _counts({
        "diagnosis": disease, "measurement": course.observations,
        "histology": course.pathology, "look at lesions": looks,
    })  # fmt: skip


def _treatment(course: Course) -> _Found:
    seen = _counts({
        "CAR-T infusion": course.infusions, "transplant": course.transplants,
        "regimen": course.regimens, "procedure": course.procedures,
    })  # fmt: skip
    drugs = [drug for item in course.regimens for drug in item.drugs]
    doses = sum(drug.dose is None for drug in drugs)
    without = [f"dose of {doses} of {len(drugs)} drugs"] if doses else []
    without += [f"dose of {item.id}" for item in course.infusions if item.dose is None]
    return _Found(seen.found, (*seen.missing, *without), seen.entries)


def _follow_up(course: Course) -> _Found:
    return _counts({"follow-up": course.follow_up, "grade or response": course.assessments})


def _counts(parts: dict[str, tuple[Entry, ...]]) -> _Found:
    plurals = {"diagnosis": "diagnoses", "histology": "histologies", "look at lesions":
               "looks at lesions", "grade or response": "grades or responses"}  # fmt: skip
    return _Found(
        tuple(
            f"{len(items)} {plurals[name]}" if name in plurals and len(items) > 1
            else counted(len(items), name)
            for name, items in parts.items() if items
        ),
        tuple(name for name, items in parts.items() if not items),
        unique(entry.id for items in parts.values() for entry in items),
    )  # fmt: skip


_LOOKED_FOR: dict[str, Callable[[Course], _Found]] = {
    "title": _title,
    "key_words": _key_words,
    "patient_information": _patient,
    "clinical_findings": _findings,
    "timeline": _timeline,
    "diagnostic_assessment": _assessment,
    "therapeutic_intervention": _treatment,
    "follow_up": _follow_up,
}
