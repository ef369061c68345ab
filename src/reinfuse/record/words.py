"""One entry of a course in a few words, as a timeline or a list shows it."""

from __future__ import annotations

from functools import singledispatch

from reinfuse.record.cells import Infusion, Transplant
from reinfuse.record.course import Course
from reinfuse.record.diagnosis import Diagnosis, Fusion, Karyotype, Mutation
from reinfuse.record.entry import Entry
from reinfuse.record.observation import (
    Change,
    LesionLook,
    Observation,
    Pathology,
    Presence,
    Sign,
)
from reinfuse.record.patient import Comorbidity, VirusTest
from reinfuse.record.said import Assessment, FollowUp
from reinfuse.record.treatment import Drug, Infection, Procedure, Regimen, Transfusion


def in_words(course: Course, entry: Entry) -> str:
    """A phrase that says what the entry is, without its time."""
    if isinstance(entry, Infusion):
        return _infusion(course, entry)
    if isinstance(entry, LesionLook):
        lesion = course.lesion_of(entry)
        return f"{lesion.site if lesion else 'lesion'}: {_look(entry)}"
    return _words(entry)


def _infusion(course: Course, entry: Infusion) -> str:
    product = course.product_of(entry)
    parts = [f"CAR-T infusion: {product.origin}, {'/'.join(product.target)}" if product else
             "CAR-T infusion"]  # fmt: skip
    if entry.dose is not None:
        parts.append(entry.dose.shown())
    return ", ".join(parts)


def _look(entry: LesionLook) -> str:
    parts = [entry.modality or "", size_in_words(entry), str(entry.change or "")]
    return ", ".join(part for part in (*parts, _hottest(entry)) if part)


def below_in_words(entry: LesionLook) -> str:
    """What a look below threshold shows: `below threshold, SUVmax 1.2`."""
    return ", ".join(part for part in (str(Change.BELOW), _hottest(entry)) if part)


def _hottest(entry: LesionLook) -> str:
    if entry.suv_max is None:
        return ""
    return " ".join(f"SUVmax {entry.suv_max.limit} {entry.suv_max.value:g}".split())


def size_in_words(entry: LesionLook) -> str:
    """The axes of a look: `3.5 x 4.7 x 12.6 cm`."""
    if not entry.axes:
        return ""
    unit = entry.axes[0].unit
    return " x ".join(f"{axis.to(unit).value:g}" for axis in entry.axes) + f" {unit}"


def drug_in_words(drug: Drug) -> str:
    """A drug with its dose and schedule."""
    parts = [drug.name, drug.dose.shown() if drug.dose else "", drug.schedule or ""]
    return " ".join(part for part in parts if part)


@singledispatch
def _words(entry: Entry) -> str:
    return type(entry).__name__.lower()


@_words.register
def _(entry: Comorbidity) -> str:
    return f"{entry.status} {entry.name}" if entry.status else entry.name


@_words.register
def _(entry: VirusTest) -> str:
    found = entry.value.shown() if entry.value else entry.result or ""
    return f"{entry.virus} {entry.marker} {found}".strip()


@_words.register
def _(entry: Diagnosis) -> str:
    return f"diagnosis: {entry.disease}"


@_words.register
def _(entry: Karyotype) -> str:
    return f"karyotype {entry.normalised or entry.printed}"


@_words.register
def _(entry: Fusion) -> str:
    return f"{entry.name}{f' by {entry.method}' if entry.method else ''}"


@_words.register
def _(entry: Mutation) -> str:
    return f"{entry.gene} {entry.variant or 'mutated'}"


@_words.register
def _(entry: Transplant) -> str:
    return f"{entry.kind} transplant{f', {entry.graft}' if entry.graft else ''}"


@_words.register
def _(entry: Regimen) -> str:
    drugs = " + ".join(drug_in_words(drug) for drug in entry.drugs)
    name = entry.name or ""
    course = f"course {entry.course}" if entry.course else ""
    head = ", ".join(part for part in (name, course) if part)
    return f"{entry.purpose}: {head or drugs}" + (f" ({drugs})" if head and drugs else "")


@_words.register
def _(entry: Procedure) -> str:
    return f"{entry.what}{f', {entry.site}' if entry.site else ''}"


@_words.register
def _(entry: Transfusion) -> str:
    return f"transfusion: {entry.product}{f', {entry.units} units' if entry.units else ''}"


@_words.register
def _(entry: Infection) -> str:
    return f"infection: {entry.organism}{f', {entry.site}' if entry.site else ''}"


@_words.register
def _(entry: Observation) -> str:
    found = entry.value.shown() if entry.value else str(entry.result or entry.device or "")
    peak = "peak " if entry.peak else ""
    site = f"{entry.site}: " if entry.site else ""
    return f"{site}{entry.analyte} {peak}{found}".strip()


@_words.register
def _(entry: Sign) -> str:
    absent = "no " if entry.presence is Presence.ABSENT else ""
    site = f", {entry.site}" if entry.site else ""
    value = f", {entry.value.shown()}" if entry.value else ""
    extent = f", {entry.extent}" if entry.extent else ""
    return f"{absent}{entry.what}{site}{value}{extent}"


@_words.register
def _(entry: Pathology) -> str:
    found = entry.result or {True: "leukemia", False: "no leukemia", None: ""}[entry.leukemia]
    return f"pathology, {entry.site}: {found}"


@_words.register
def _(entry: Assessment) -> str:
    site = f", {entry.site}" if entry.site else f", {', '.join(entry.sites)}" if entry.sites else ""
    return f"{entry.topic} reported: {entry.value}{site}"


@_words.register
def _(entry: FollowUp) -> str:
    return f"follow-up: {entry.status}{f', {entry.disease}' if entry.disease else ''}"
