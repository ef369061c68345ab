"""Registry fields about the disease at diagnosis and about the patient."""

from __future__ import annotations

from reinfuse.quantity import Quantity
from reinfuse.record import Observation
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.looks import looks_of
from reinfuse.synopsis.moments import gap, ordered
from reinfuse.synopsis.scene import NOTHING, Answer, Scene, dated, reported
from reinfuse.synopsis.vocabulary import MARROW, number_in
from reinfuse.synopsis.words import listed

DAYS_IN_YEAR = 365.25


def disease(scene: Scene, of: str, unit: str) -> Answer:
    """The disease as recorded."""
    found = scene.course.diagnosis
    return reported(found.disease, [found.id]) if found is not None else NOTHING


def diagnosis_date(scene: Scene, of: str, unit: str) -> Answer:
    """When the disease was diagnosed."""
    found = scene.course.diagnosis
    return dated(scene, found) if found is not None else NOTHING


def karyotype(scene: Scene, of: str, unit: str) -> Answer:
    """The karyotype as printed, with its normalised form beside it."""
    found = scene.course.diagnosis.karyotypes if scene.course.diagnosis is not None else ()
    normal = [item.normalised for item in found if item.normalised]
    asks = [item.inferred for item in found if item.inferred]
    return Answer("; ".join(item.printed for item in found) or None, "; ".join(normal) or None,
                  tuple(item.id for item in found), "; ".join(asks) or None)  # fmt: skip


def molecular(scene: Scene, of: str, unit: str) -> Answer:
    """Fusions and mutated genes."""
    if scene.course.diagnosis is None:
        return NOTHING
    fusions, mutations = scene.course.diagnosis.fusions, scene.course.diagnosis.mutations
    names = [item.name for item in fusions]
    names += [f"{item.gene} {item.variant or '(variant not given)'}" for item in mutations]
    return reported(listed(names), [item.id for item in (*fusions, *mutations)])


def phenotype(scene: Scene, of: str, unit: str) -> Answer:
    """Markers of the leukemic cells at diagnosis."""
    found = scene.course.diagnosis
    if found is None:
        return NOTHING
    return reported(listed(f"{one.name} {one.expression}" for one in found.immunophenotype),
                    [found.id] if found.immunophenotype else [])  # fmt: skip


def first_blasts(scene: Scene, of: str, unit: str) -> Answer:
    """Blasts of the first marrow that was looked at."""
    found = [
        look.entry for look in looks_of(scene.course)
        if look.site == MARROW and isinstance(look.entry, Observation)
        and analyte_name(look.entry.analyte) == "blasts" and look.entry.value is not None
    ]  # fmt: skip
    first = ordered(scene.course, found)[:1]
    return reported(first[0].value.shown(), [first[0].id]) if first and first[0].value else NOTHING


def age(scene: Scene, of: str, unit: str) -> Answer:
    """Age as recorded, and at infusion as far as the time since diagnosis tells."""
    found, diagnosis = scene.course.patient.age, scene.course.diagnosis
    if found is None:
        return NOTHING
    text = f"{found.shown()} at the start of the course"
    years = number_in(found, "a")
    if diagnosis is None or scene.infusion is None or years is None:
        return reported(text)
    days = gap(scene.course, diagnosis, scene.infusion)
    if not days.bounded:
        return reported(text, asks="time from diagnosis to infusion")
    low, high = int(years + days.low / DAYS_IN_YEAR), int(years + 1 + days.high / DAYS_IN_YEAR)
    at = f"{low} to {high} years at infusion" if high > low else f"{low} years at infusion"
    return Answer(text, at, (diagnosis.id, scene.infusion.id))


def patient(scene: Scene, of: str, unit: str) -> Answer:
    """One fact about the patient as recorded."""
    value = getattr(scene.course.patient, of)
    return reported(value.shown() if isinstance(value, Quantity) else value)


def performance(scene: Scene, of: str, unit: str) -> Answer:
    """ECOG or Karnofsky."""
    who = scene.course.patient
    words = [f"ECOG {who.ecog}" if who.ecog is not None else "",
             f"Karnofsky {who.karnofsky}" if who.karnofsky is not None else ""]  # fmt: skip
    return reported(", ".join(word for word in words if word))


def comorbidities(scene: Scene, of: str, unit: str) -> Answer:
    """Other diseases as recorded."""
    found = scene.course.patient.comorbidities
    names = [f"{item.name} ({item.status})" if item.status else item.name for item in found]
    return reported("; ".join(names), [item.id for item in found])


def virology(scene: Scene, of: str, unit: str) -> Answer:
    """Virus markers as recorded."""
    found = scene.course.patient.virology
    words = [
        f"{item.virus} {item.marker}: {item.value.shown() if item.value else item.result}"
        for item in found
    ]
    return reported("; ".join(words), [item.id for item in found])
