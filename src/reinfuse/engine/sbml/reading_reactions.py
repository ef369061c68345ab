"""Reactions of a file: which species they change, and how fast they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reinfuse.engine.language.tree import Name, Number, Tree
from reinfuse.engine.sbml.attributes import id_in, number_in, told, truth_in
from reinfuse.engine.sbml.content import Part, Reaction, Said, Species
from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.mathml import Scope, number_of
from reinfuse.engine.sbml.naming import local_id, locals_in, references_in
from reinfuse.engine.sbml.special import mul

_LEVEL_3 = 3


def math_in(element: Element | None) -> Element | None:
    """The `math` of an element, none if it has none or an empty one."""
    children = element.children if element else ()
    found = next((child for child in children if child.tag == "math"), None)
    return found if found is not None and found.children else None


def reactions_of(
    model: Element, level: int, scope: Scope, species: Mapping[str, Species]
) -> Iterator[Reaction]:
    """Every reaction; what is not a plain kinetic law is refused."""
    for element in model.listed("listOfReactions", "reaction"):
        if truth_in(element, "fast", scope.refusals, default=False):
            scope.refusals.add(f"{told(element)} is fast, which is not supported", element.at)
        id_ = id_in(element, "id", scope.refusals)
        parts = tuple(_parts(element, level, scope, species))
        yield Reaction(id=id_, parts=parts, rate=_rate(element, scope), at=element.at)


def stoichiometries_of(model: Element, scope: Scope) -> Iterator[Said]:
    """Stoichiometries that have an id and a formula (Level 2): they hold at all times."""
    for reaction in model.listed("listOfReactions", "reaction"):
        for element, _ in references_in(reaction):
            formula = math_in(element.first("stoichiometryMath"))
            if formula is not None and element.get("id"):
                words = f"the stoichiometry of {told(reaction)}"
                value = number_of(formula, replace(scope, told=words))
                yield Said(id=element.get("id") or "", value=value, at=formula.at)


def _rate(element: Element, scope: Scope) -> Tree:
    formula = math_in(element.first("kineticLaw"))
    if formula is None:
        return scope.refuse_plain(f"{told(element)} has no kinetic law", element.at)
    own = {
        local.get("id") or "": scope.names[local_id(element, local)] for local in locals_in(element)
    }
    inside = replace(
        scope, names={**scope.names, **own}, told=f"the kinetic law of {told(element)}"
    )
    return number_of(formula, inside)


def _parts(
    reaction: Element, level: int, scope: Scope, species: Mapping[str, Species]
) -> Iterator[Part]:
    for element, sign in references_in(reaction):
        name = element.get("species") or ""
        found = species.get(name)
        if found is None:
            scope.refusals.add(f"species `{name}` of {told(reaction)} is unknown", element.at)
            continue
        if found.constant and not found.boundary:
            scope.refusals.add(
                f"species `{name}` is constant and {told(reaction)} changes it", element.at
            )
        amount = _stoichiometry(element, level, scope, told(reaction))
        if isinstance(amount, Number):
            yield Part(species=name, change=Number(sign * amount.value))
        else:
            yield Part(species=name, change=mul(Number(sign), amount))


def _stoichiometry(element: Element, level: int, scope: Scope, reaction: str) -> Tree:
    id_ = element.get("id")
    if id_ and isinstance(scope.names.get(id_), Name):
        return scope.names[id_]
    formula = math_in(element.first("stoichiometryMath"))
    if formula is not None:
        return number_of(formula, replace(scope, told=f"the stoichiometry of {reaction}"))
    value = number_in(element, "stoichiometry", scope.refusals)
    if value is None and level >= _LEVEL_3:
        return scope.refuse_plain(
            f"species `{element.get('species')}` of {reaction} has no stoichiometry", element.at
        )
    return Number(1.0 if value is None else value)
