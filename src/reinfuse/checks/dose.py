"""Doses: which cells they count, and whether they fit the body they were given to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from reinfuse.checks.case import Case, number_in
from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Quantity
from reinfuse.record import Drug, Regimen
from reinfuse.source import Source, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightDose:
    """A drug that is dosed by weight: per kg, lighter patients, and the most that is given."""

    mg_per_kg: float
    mg_per_kg_light: float
    light_below_kg: float
    most_mg: float
    source: Source


DOSED_BY_WEIGHT = {
    "tocilizumab": WeightDose(
        mg_per_kg=8.0,
        mg_per_kg_light=12.0,
        light_below_kg=30.0,
        most_mg=800.0,
        source=Source(cite="tocilizumab label, CRS", standing=Standing.RECALLED),
    ),
}
# A flat dose may be rounded to vials: this share off is left alone (ours).
_ROUNDED = 0.15


def find_unstated_dose_basis(case: Case) -> Iterator[Finding]:
    """A CAR-T dose that does not say whether it counts CAR+ cells or all."""
    for infusion in case.course.infusions:
        if infusion.dose is None or infusion.basis is not None:
            continue
        product = case.course.product_of(infusion)
        share = number_in(product.transduction, "1") if product else None
        if product and share is not None:
            carrying = Quantity(float(f"{infusion.dose.value * share:.3g}"), infusion.dose.unit)
            told = (
                f"; if it counts all cells, {carrying.shown()} were CAR+ "
                f"(transduction {product.transduction.shown() if product.transduction else ''})"
            )
        else:
            told = "; without a transduction efficiency the other reading cannot be worked out"
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="dose-basis",
            what=f"the dose of {infusion.id}, {infusion.dose.shown()}, does not say whether it "
            f"counts CAR+ cells or all cells{told}",
            where=case.where(infusion.id, infusion.product),
            fix="set `basis` from the product sheet",
            about=(infusion.id, infusion.product),
        )


def find_doses_against_weight(case: Case) -> Iterator[Finding]:
    """A flat dose of a drug dosed by weight that does not fit the weight."""
    weight = number_in(case.course.patient.weight, "kg")
    for regimen, drug, flat in _flat_doses(case):
        rule = DOSED_BY_WEIGHT[drug.name.casefold()]
        if flat > rule.most_mg:
            what = f"{flat:g} mg of {drug.name} is above {rule.most_mg:g} mg, the most per dose"
            yield _dose(case, Severity.CONTRADICTION, f"{what} ({rule.source})", regimen)
        elif weight is not None:
            light = weight < rule.light_below_kg
            expected = min(
                rule.most_mg, weight * (rule.mg_per_kg_light if light else rule.mg_per_kg)
            )
            if abs(flat - expected) > _ROUNDED * expected:
                what = (
                    f"{flat:g} mg of {drug.name} is {flat / weight:.1f} mg/kg at {weight:g} kg; "
                    f"{expected:.0f} mg would be expected ({rule.source})"
                )
                yield _dose(case, Severity.CONTRADICTION, what, regimen)
    if weight is None:
        yield from _implied_weights(case)


def _implied_weights(case: Case) -> Iterator[Finding]:
    """Two flat doses of one drug that speak of two different weights."""
    for (one, drug, first), (other, second_drug, second) in combinations(_flat_doses(case), 2):
        rule = DOSED_BY_WEIGHT[drug.name.casefold()]
        alike = abs(first - second) <= _ROUNDED * max(first, second)
        if drug.name != second_drug.name or alike or max(first, second) >= rule.most_mg:
            continue
        what = (
            f"{first:g} mg and {second:g} mg of {drug.name} would mean {first / rule.mg_per_kg:.0f}"
            f" kg and {second / rule.mg_per_kg:.0f} kg at {rule.mg_per_kg:g} mg/kg ({rule.source});"
            " no weight is recorded"
        )
        yield _dose(case, Severity.NOTE, what, one, other)


def _flat_doses(case: Case) -> Iterator[tuple[Regimen, Drug, float]]:
    for regimen in case.course.regimens:
        for drug in regimen.drugs:
            flat = number_in(drug.dose, "mg")
            if drug.name.casefold() in DOSED_BY_WEIGHT and flat is not None:
                yield regimen, drug, flat


def _dose(case: Case, severity: Severity, what: str, *regimens: Regimen) -> Finding:
    about = tuple(regimen.id for regimen in regimens)
    return Finding(
        severity=severity,
        rule="dose-and-weight",
        what=what,
        where=case.where(*about),
        fix="record the weight on that day, and look up the dose",
        about=about,
    )
