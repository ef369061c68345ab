"""Numbers that no living patient can have, and units of the wrong kind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Quantity, find_unit, units
from reinfuse.record.plausible import Analyte, analyte_named

# What the value of a sign measures.
MEASURE_OF_SIGN = {
    "fever": "temperature",
    "hypotension": "systolic blood pressure",
    "hypoxia": "oxygen saturation",
}
# More values than this are counted and not shown.
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Valued:
    """A number of the course: the entry that holds it, what was measured, its value."""

    ident: str
    name: str
    value: Quantity


def find_impossible_values(case: Case) -> Iterator[Finding]:
    """Values outside what a living adult or child can have, one finding per analyte."""
    found: dict[tuple[str, str], list[Valued]] = {}
    for valued in _values(case):
        analyte = analyte_named(valued.name)
        span = analyte.range_for(valued.value) if analyte else None
        if analyte and span and not span.allows(valued.value):
            found.setdefault((analyte.name, str(span)), []).append(valued)
    for (name, span_text), several in found.items():
        first = several[0]
        yield _wrong(
            case,
            "out-of-range",
            f"{name} of {_shown(several)} is outside what can be, {span_text} (our range)",
            _slip(first) or "look up the number and its unit",
            several,
        )


def find_wrong_units(case: Case) -> Iterator[Finding]:
    """Values in a unit that measures something else, one finding per analyte and unit."""
    found: dict[tuple[Analyte, str], list[Valued]] = {}
    for valued in _values(case):
        analyte = analyte_named(valued.name)
        if analyte is not None and analyte.range_for(valued.value) is None:
            found.setdefault((analyte, valued.value.dimension), []).append(valued)
    for (analyte, dimension), several in found.items():
        units = " or ".join(find_unit(span.unit).label or "a bare ratio" for span in analyte.ranges)
        yield _wrong(
            case,
            "wrong-unit",
            f"{analyte.name} of {_shown(several)} is in a unit of {dimension}; it is measured in "
            f"{units}",
            f"look up the unit, and give the value in {units}",
            several,
        )


def _values(case: Case) -> Iterator[Valued]:
    """Every number of the course that stands for something in the table of analytes."""
    course = case.course
    for item in course.observations:
        if item.value is not None:
            yield Valued(item.id, item.analyte, item.value)
    for sign in course.signs:
        if sign.value is not None and sign.what.casefold() in MEASURE_OF_SIGN:
            yield Valued(sign.id, MEASURE_OF_SIGN[sign.what.casefold()], sign.value)
    for test in course.patient.virology:
        if test.value is not None:
            yield Valued(test.id, f"{test.virus} {test.marker}", test.value)
    patient = course.patient
    yield from _given("patient", "age", patient.age)
    yield from _given("patient", "weight", patient.weight)
    yield from _given("patient", "height", patient.height)
    yield from _given("patient", "creatinine", patient.creatinine)
    yield from _given("patient", "eGFR", patient.egfr)
    yield from _cell_values(case)


def _cell_values(case: Case) -> Iterator[Valued]:
    for product in case.course.products:
        yield from _given(product.id, "transduction efficiency", product.transduction)
        yield from _given(product.id, "product viability", product.viability)
        yield from _given(product.id, "vector copies per cell", product.vector_copies)
        yield from _given(product.id, "CD4:CD8 ratio", product.cd4_cd8)
    for infusion in case.course.infusions:
        yield from _given(infusion.id, "CAR-T dose", infusion.dose)
    for transplant in case.course.transplants:
        yield from _given(transplant.id, "CD34+ cell dose", transplant.cd34_cells)
        yield from _given(transplant.id, "mononuclear cell dose", transplant.mononuclear_cells)


def _given(ident: str, name: str, value: Quantity | None) -> Iterator[Valued]:
    if value is not None:
        yield Valued(ident, name, value)


def _shown(several: list[Valued]) -> str:
    values = [valued.value.shown() for valued in several[:_MOST_SHOWN]]
    more = len(several) - len(values)
    return listed([*values, f"{more} more"] if more else values)


def _slip(valued: Valued) -> str:
    """The nearest unit of the same kind in which the number would be possible."""
    analyte, value = analyte_named(valued.name), valued.value
    span = analyte.range_for(value) if analyte else None
    if span is None or value.value <= 0:
        return ""
    usual, factor = find_unit(span.unit), find_unit(value.unit).factor
    kin = {unit for unit in units().values() if unit.dimension == value.dimension}
    by_nearness = sorted(
        kin, key=lambda unit: (abs(math.log(unit.factor / factor)), unit != usual, unit.code)
    )
    for unit in by_nearness:
        other = Quantity(value.value, unit.code, value.limit)
        if unit.factor != factor and span.allows(other):
            return f"look up the unit: {other.shown()} would be possible"
    return ""


def _wrong(case: Case, rule: str, what: str, fix: str, several: list[Valued]) -> Finding:
    about = tuple(valued.ident for valued in several)
    return Finding(
        severity=Severity.CONTRADICTION,
        rule=rule,
        what=what,
        where=case.where(*about),
        fix=fix,
        about=about,
    )
