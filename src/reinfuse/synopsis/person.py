"""Who the course is about and what the disease is, in one sentence."""

from __future__ import annotations

from reinfuse.quantity import Quantity
from reinfuse.record import Course, Diagnosis, Observation, Patient, Sex
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.looks import SiteState, looks_of
from reinfuse.synopsis.moments import ordered
from reinfuse.synopsis.vocabulary import MARROW, number_in
from reinfuse.synopsis.words import Clause, Sentence, listed, sentence, unique

ADULT_YEARS = 18
# Ages above 89 are not told apart, so that nobody is known by a great age.
GREAT_AGE_YEARS = 90
# Below two years a child's age is told in months.
TOLD_IN_MONTHS_BELOW = 2
_NOUN = {
    (Sex.FEMALE, True): "woman",
    (Sex.MALE, True): "man",
    (Sex.FEMALE, False): "girl",
    (Sex.MALE, False): "boy",
}
_AN = ("8", "11-", "18-")


def tell_patient(course: Course) -> Sentence:
    """Age, sex and disease, with its genetics, the first marrow and other diseases."""
    patient, diagnosis = course.patient, course.diagnosis
    about = diagnosis.id if diagnosis is not None else ""
    first = Clause(f"{_who(patient)} with {_disease(diagnosis)}", (about,))
    clauses = [first, _genetics(diagnosis), _first_marrow(course), _other_diseases(patient)]
    return sentence(clauses)


def _who(patient: Patient) -> str:
    age, sex = patient.age, patient.sex
    if age is None:
        noun = {Sex.FEMALE: "female patient", Sex.MALE: "male patient"}.get(sex or Sex.OTHER)
        return f"a {noun or 'patient'} of unrecorded age{'' if noun else ' and sex'}"
    years = number_in(age, "a")
    if years is None:
        return f"a patient of unreadable age ({age.shown()})"
    child = years < ADULT_YEARS
    noun = _NOUN.get((sex or Sex.OTHER, not child), "child" if child else "patient")
    if sex is None:
        noun += " of unrecorded sex"
    if years >= GREAT_AGE_YEARS or not age.exact:
        return f"a {noun} aged {GREAT_AGE_YEARS if years >= GREAT_AGE_YEARS else years:g} or more"
    told = _age(age)
    article = "an" if told.startswith(_AN) else "a"
    return f"{article} {told}-old {noun}"


def _age(age: Quantity) -> str:
    years = age.to("a").value
    if years < TOLD_IN_MONTHS_BELOW:
        return f"{int(age.to('mo').value + 1e-6)}-month"
    return f"{int(years + 1e-6)}-year"


def _disease(diagnosis: Diagnosis | None) -> str:
    return diagnosis.disease if diagnosis is not None else "a disease that is not recorded"


def _genetics(diagnosis: Diagnosis | None) -> Clause:
    if diagnosis is None:
        return Clause("")
    found = [fusion.name for fusion in diagnosis.fusions]
    found += [item.normalised or item.printed for item in diagnosis.karyotypes]
    if any(item.inferred for item in diagnosis.karyotypes):
        found[-1] += " (inferred in part)"
    genes = [item.gene for item in diagnosis.mutations]
    if genes:
        found.append(f"mutated {listed(genes)}")
    entries = (*diagnosis.fusions, *diagnosis.karyotypes, *diagnosis.mutations)
    text = ", ".join(found) if found else "genetics not recorded"
    return Clause(text, tuple(entry.id for entry in entries))


def _first_marrow(course: Course) -> Clause:
    """The blasts of the first marrow that showed leukemia, saying so where it was not the first."""
    seen = {
        look.entry: look.state
        for look in looks_of(course)
        if isinstance(look.entry, Observation)
        and look.site == MARROW
        and analyte_name(look.entry.analyte) == "blasts"
    }
    marrows = ordered(course, seen)
    first = next((item for item in marrows if seen[item] is SiteState.POSITIVE), None)
    if first is None:
        return Clause("marrow blasts not recorded")
    which = "first marrow" if first is marrows[0] else "first marrow with overt leukemia"
    if first.value is None:
        return Clause(f"blasts in the {which}, not counted", (first.id,))
    return Clause(f"{first.value.shown()} blasts in the {which}", (first.id,))


def _other_diseases(patient: Patient) -> Clause:
    names = [
        f"{item.status} {item.name}" if item.status == "history of" else
        f"{item.name}{f' ({item.status})' if item.status else ''}"
        for item in patient.comorbidities
    ]  # fmt: skip
    return Clause(listed(names), unique([item.id for item in patient.comorbidities]))
