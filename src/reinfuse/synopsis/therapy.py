"""What was given so far, in one sentence: lines of therapy, CAR-T cells, transplants."""

from __future__ import annotations

from reinfuse.record import Course, Entry, Infusion, Purpose, Regimen, Transplant
from reinfuse.synopsis.moments import ordered
from reinfuse.synopsis.words import Clause, Sentence, counted, listed, sentence, unique

# Given against the leukemia for its own sake; the rest prepares, supports or treats toxicity.
AGAINST_LEUKEMIA = (
    Purpose.INDUCTION,
    Purpose.REINDUCTION,
    Purpose.CONSOLIDATION,
    Purpose.CHEMOTHERAPY,
    Purpose.MAINTENANCE,
    Purpose.BRIDGING,
    Purpose.RADIOTHERAPY,
)

# Relations that are no noun of their own.
_KINDS = (None, "unrelated", "related", "cord", "matched unrelated")


def tell_treatment(course: Course) -> Sentence:
    """Every line of therapy, infusion and transplant, in the order in which they were given."""
    regimens = [item for item in course.regimens if item.purpose in AGAINST_LEUKEMIA]
    courses: dict[tuple[int | None, str], list[Regimen]] = {}
    for item in ordered(course, regimens):
        courses.setdefault((item.line, name_regimen(item)), []).append(item)
    firsts: list[Entry] = [group[0] for group in courses.values()]
    steps = ordered(course, [*firsts, *course.infusions, *course.transplants])
    if not steps:
        return sentence([Clause("no treatment of the leukemia is recorded")])
    groups = {group[0].id: group for group in courses.values()}
    clauses = [_step(course, step, groups) for step in steps]
    lines = [item.line for item in course.regimens if item.line is not None]
    numbered = f"{counted(max(lines), 'line')} of therapy" if lines else ""
    start = f"{numbered} so far: " if lines and max(lines) == len(clauses) else "treatment so far: "
    if lines and max(lines) != len(clauses):
        start = f"treatment so far ({numbered}): "
    first = Clause(start + clauses[0].text, clauses[0].entries)
    return sentence([first, *clauses[1:]])


def name_regimen(item: Regimen) -> str:
    """A regimen's usual name, else its drugs, else what it was for."""
    return item.name or listed(drug.name for drug in item.drugs) or item.purpose.value


def name_cells(course: Course, infusion: Infusion) -> str:
    """`donor-derived CAR-T cells against CD19`, saying what the record does not."""
    product = course.product_of(infusion)
    if product is None:
        return "CAR-T cells of an unrecorded product"
    target = listed(product.target) or "a target that is not recorded"
    return f"{product.origin.value} CAR-T cells against {target}"


def tell_dose(infusion: Infusion) -> str:
    """The dose with the cells it counts; what is missing is said."""
    if infusion.dose is None:
        return "dose not recorded"
    basis = f"counted as {infusion.basis}" if infusion.basis else "cells counted not stated"
    return f"{infusion.dose.shown()}, {basis}"


def _step(course: Course, step: Entry, groups: dict[str, list[Regimen]]) -> Clause:
    if isinstance(step, Infusion):
        text = f"{name_cells(course, step)} ({tell_dose(step)})"
        return Clause(text, unique([step.id, step.product]))
    if isinstance(step, Transplant):
        return Clause(f"{_article(step.kind)} {step.kind} transplant{_donor(course, step)}",
                      unique([step.id, step.donor or ""]))  # fmt: skip
    group = groups[step.id]
    times = f" ({counted(len(group), 'course')})" if len(group) > 1 else ""
    return Clause(f"{name_regimen(group[0])}{times}", tuple(item.id for item in group))


def _donor(course: Course, transplant: Transplant) -> str:
    donor = next((item for item in course.donors if item.id == transplant.donor), None)
    if donor is None or not (donor.hla_match or donor.relation):
        return "" if transplant.kind == "autologous" else " from an unrecorded donor"
    match = donor.hla_match or ""
    who = f"{donor.relation or ''} donor".strip() if donor.relation in _KINDS else donor.relation
    if match[:1].isalpha():  # haploidentical, but not 10/10
        return f" from {_article(match)} {match} {who}"
    return f" from {_article(str(who))} {who}{f', {match}' if match else ''}"


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"
