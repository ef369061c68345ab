"""An SBML file as what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reinfuse.engine.sbml.attributes import told
from reinfuse.engine.sbml.content import Content, Said, Species
from reinfuse.engine.sbml.dialect import level_of, refuse_packages
from reinfuse.engine.sbml.elements import Element, parse_xml
from reinfuse.engine.sbml.mathml import Effort, Function, Scope, function_of
from reinfuse.engine.sbml.naming import Naming, naming_of
from reinfuse.engine.sbml.reading_reactions import reactions_of, stoichiometries_of
from reinfuse.engine.sbml.reading_rules import algebraic_of, events_of, initial_of, rules_of
from reinfuse.engine.sbml.reading_values import species_of, values_of
from reinfuse.engine.sbml.refusals import Refusals
from reinfuse.engine.sbml.time_unit import time_unit_of
from reinfuse.errors import ReinfuseError


def content_of(text: str | bytes, *, source: str) -> tuple[Content, Naming]:
    """What a file says, and what things are called; all that cannot be read is told at once."""
    root = parse_xml(text, source=source)
    level, _ = level_of(root, source=source)
    model = root.first("model")
    if model is None:
        raise ReinfuseError(
            "the SBML file holds no model",
            where=f"{source} line {root.at.line}",
            fix="put one <model> into <sbml>",
        )
    refusals = Refusals(source)
    notes = refuse_packages(root, refusals)
    naming = naming_of(model, refusals)
    content = _content(model, level, naming, refusals, notes)
    refusals.raise_any()
    return content, naming


def _content(
    model: Element, level: int, naming: Naming, refusals: Refusals, notes: tuple[str, ...]
) -> Content:
    scope = Scope(
        names=naming.trees,
        functions={},
        rates=naming.rates,
        refusals=refusals,
        told="a function definition",
        effort=Effort(),
    )
    scope = scope.knowing(_functions(model, scope))
    species = {found.id: found for found in species_of(model, refusals)}
    _refuse_unknown_factors(species.values(), scope)
    stoichiometries = tuple(stoichiometries_of(model, scope))
    assigned = (*rules_of(model, "assignmentRule", scope), *stoichiometries)
    rated = tuple(rules_of(model, "rateRule", scope))
    _refuse_twice((*assigned, *rated), refusals)
    initial = tuple(initial_of(model, scope))
    _refuse_twice(initial, refusals)
    return Content(
        id=model.get("id") or model.get("name") or "model",
        time_unit=time_unit_of(model, level, refusals),
        values=tuple(values_of(model, level, refusals)),
        species=tuple(species.values()),
        reactions=tuple(reactions_of(model, level, scope, species)),
        initial=initial,
        assigned=assigned,
        rated=rated,
        algebraic=tuple(algebraic_of(model, scope)),
        events=tuple(events_of(model, scope)),
        names=naming.names,
        rates=naming.rates,
        kinds=naming.kinds,
        notes=(*notes, *naming.notes, *_left_out(model)),
    )


def _functions(model: Element, scope: Scope) -> dict[str, Function]:
    found = {}
    for element in model.listed("listOfFunctionDefinitions", "functionDefinition"):
        name = element.get("id") or ""
        function = function_of(element, scope)
        if function is not None:
            found[name] = function
        if name in scope.names:
            scope.refusals.add(f"{told(element)} has the id of something else", element.at)
    return found


def _refuse_unknown_factors(species: Iterable[Species], scope: Scope) -> None:
    for one in species:
        if one.factor is not None and one.factor not in scope.names:
            scope.refuse_plain(
                f"conversion factor `{one.factor}` of species `{one.id}` is unknown", one.at
            )


def _refuse_twice(said: tuple[Said, ...], refusals: Refusals) -> None:
    seen: set[str] = set()
    for one in said:
        if one.id in seen:
            refusals.add(f"`{one.id}` is set by two rules", one.at)
        seen.add(one.id)


def _left_out(model: Element) -> Iterator[str]:
    constraints = sum(1 for _ in model.listed("listOfConstraints", "constraint"))
    if constraints:
        yield f"{constraints} constraints are not watched"
