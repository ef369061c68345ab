"""Toxicity after each infusion and transplant: what is derived beside what was reported."""

from __future__ import annotations

from collections.abc import Iterable

from reinfuse.grading import Grade, Trust
from reinfuse.record import Assessment, Course, Infusion, Origin, Regimen, days_of
from reinfuse.synopsis.moments import anchor_names, ordered, plain_zero
from reinfuse.synopsis.periods import belongs_to
from reinfuse.synopsis.words import Clause, Sentence, listed, sentence, the, unique


def tell_toxicity(course: Course, grades: tuple[Grade, ...]) -> Sentence:
    """CRS, ICANS and tocilizumab after every infusion; GVHD where another's cells were given."""
    infusions = ordered(course, course.infusions)
    clauses = [_after(course, infusion, grades) for infusion in infusions]
    if not infusions:
        clauses = [Clause("no infusion is recorded that could have caused CRS or ICANS")]
    return sentence([*clauses, *_gvhd(course, grades)])


def tell_grade(course: Course, grade: Grade) -> str:
    """`derived 1 to 4, reported 2 (scale not named)`; with nothing recorded, what is possible."""
    if grade.low is None:
        start = "not derivable"
    elif grade.trust is Trust.NOT_EVALUABLE:
        start = f"{grade.shown()} possible (nothing it needs is recorded)"
    else:
        start = f"derived {grade.shown()}"
    if grade.reported is None:
        return f"{start}, not reported"
    said = [item for item in course.assessments if item.id in grade.reported_by]
    return f"{start}, reported {grade.reported}{_scale(said, grade)}"


def is_tocilizumab(item: Regimen) -> bool:
    """Whether a regimen holds tocilizumab."""
    return any(drug.name.casefold() == "tocilizumab" for drug in item.drugs)


def _scale(said: list[Assessment], grade: Grade) -> str:
    if grade.topic not in ("CRS", "ICANS"):
        return ""
    scales = unique([item.scale or "" for item in said if item.value == grade.reported])
    return f" ({listed(scales)})" if scales else " (scale not named)"


def _after(course: Course, infusion: Infusion, grades: tuple[Grade, ...]) -> Clause:
    parts: list[str] = []
    entries: list[str] = [infusion.id]
    for topic in ("CRS", "ICANS"):
        found = [item for item in grades if item.topic == topic and item.subject == infusion.id]
        parts += [f"{topic} {tell_grade(course, item)}" for item in found] or [
            f"{topic} not graded"
        ]
        entries += _entries_of(found)
    given = [
        item for item in course.regimens
        if is_tocilizumab(item) and belongs_to(course, item, infusion)
    ]  # fmt: skip
    told = [str(plain_zero(days_of(course, item, infusion.id))) for item in given]
    parts.append(f"tocilizumab {listed(told)}" if told else "no tocilizumab recorded")
    entries += [item.id for item in given]
    name = the(anchor_names(course)[infusion.id])
    return Clause(f"after {name}: {', '.join(parts)}", unique(entries))


def _gvhd(course: Course, grades: tuple[Grade, ...]) -> Iterable[Clause]:
    found = [item for item in grades if item.topic in ("acute GVHD", "chronic GVHD")]
    names = anchor_names(course)
    several = len({item.subject for item in found}) > 1
    for item in found:
        after = f" after {names.get(item.subject, item.subject)}" if several else ""
        yield Clause(f"{item.topic}{after} {tell_grade(course, item)}", unique(_entries_of([item])))
    foreign = any(product.origin is not Origin.AUTOLOGOUS for product in course.products)
    if not found and (foreign or course.transplants):
        yield Clause("GVHD not graded")


def _entries_of(grades: list[Grade]) -> list[str]:
    return [
        ident
        for grade in grades
        for ident in (
            *(entry for why in grade.because for entry in why.entries),
            *grade.reported_by,
        )
    ]
