"""Compartments, parameters, stoichiometries and species of a file."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.engine.sbml.attributes import id_in, number_in, told, truth_in
from reinfuse.engine.sbml.content import Kind, Species, Value
from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.naming import local_id, locals_in, references_in
from reinfuse.engine.sbml.refusals import Refusals

POINT = 0.0  # dimensions of a compartment that has no size


def values_of(model: Element, level: int, refusals: Refusals) -> Iterator[Value]:
    """Everything that has a value of its own, species apart."""
    for element in model.listed("listOfCompartments", "compartment"):
        yield _value(element, Kind.COMPARTMENT, "size", refusals)
    for element in model.listed("listOfParameters", "parameter"):
        yield _value(element, Kind.PARAMETER, "value", refusals)
    for reaction in model.listed("listOfReactions", "reaction"):
        for element, _ in references_in(reaction):
            if element.get("id"):
                yield _stoichiometry(element, level, refusals)
        for element in locals_in(reaction):
            id_in(element, "id", refusals)
            yield Value(
                id=local_id(reaction, element),
                kind=Kind.LOCAL,
                value=number_in(element, "value", refusals),
                constant=True,
                at=element.at,
            )


def species_of(model: Element, refusals: Refusals) -> Iterator[Species]:
    """Every species, its compartment known."""
    points = {
        element.get("id"): number_in(element, "spatialDimensions", refusals) == POINT
        for element in model.listed("listOfCompartments", "compartment")
    }
    for element in model.listed("listOfSpecies", "species"):
        compartment = element.get("compartment") or ""
        if compartment not in points:
            refusals.add(
                f"{told(element)} is in compartment `{compartment}`, which is unknown", element.at
            )
        pointlike = points.get(compartment, False)
        as_amount = pointlike or truth_in(element, "hasOnlySubstanceUnits", refusals, default=False)
        amount = number_in(element, "initialAmount", refusals)
        concentration = number_in(element, "initialConcentration", refusals)
        if amount is not None and concentration is not None:
            refusals.add(f"{told(element)} has both an amount and a concentration", element.at)
        nothing = amount is None and concentration is None
        yield Species(
            id=id_in(element, "id", refusals),
            compartment=compartment,
            initial=concentration if amount is None else amount,
            initial_is_amount=as_amount if nothing else amount is not None,
            as_amount=as_amount,
            pointlike=pointlike,
            boundary=truth_in(element, "boundaryCondition", refusals, default=False),
            constant=truth_in(element, "constant", refusals, default=False),
            factor=element.get("conversionFactor") or model.get("conversionFactor"),
            at=element.at,
        )


def _value(element: Element, kind: Kind, attribute: str, refusals: Refusals) -> Value:
    return Value(
        id=id_in(element, "id", refusals),
        kind=kind,
        value=number_in(element, attribute, refusals),
        constant=truth_in(element, "constant", refusals, default=True),
        at=element.at,
    )


def _stoichiometry(element: Element, level: int, refusals: Refusals) -> Value:
    value = number_in(element, "stoichiometry", refusals)
    usual = 1.0 if level < 3 else None  # noqa: PLR2004 - Level 3 has no usual stoichiometry
    return Value(
        id=id_in(element, "id", refusals),
        kind=Kind.STOICHIOMETRY,
        value=usual if value is None else value,
        constant=truth_in(element, "constant", refusals, default=False),
        at=element.at,
    )
