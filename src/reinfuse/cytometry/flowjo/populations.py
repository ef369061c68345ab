"""The tree of populations of a FlowJo sample, as gates by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reinfuse.cytometry.flowjo.axes import SampleAxes
from reinfuse.cytometry.flowjo.shapes import shape_of
from reinfuse.cytometry.gates.values import Boolean, Gate, Operand
from reinfuse.cytometry.gatingml.elements import Element, Unreadable, child, required

BETWEEN = "/"  # FlowJo's own way to write a path of populations
OPERATORS = {"AndNode": "and", "OrNode": "or", "NotNode": "not"}
STATISTIC = "Statistic"  # stands among populations: a number asked of their parent
BORDERS = " (borders)"  # what lies within the borders of a gate that keeps what lies outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Populations:
    """Gates by path, FlowJo's counts, None where it has not counted, and what was not read."""

    gates: tuple[Gate, ...]
    counts: Mapping[str, int | None]
    problems: tuple[str, ...]


def populations_of(node: Element, axes: SampleAxes) -> Populations:
    """All populations below a `SampleNode`."""
    gates: list[Gate] = []
    counts: dict[str, int | None] = {}
    problems: list[str] = []
    for element, path, parent in _below(node, None):
        if path in counts:
            problems.append(f"gate {path} is there twice, and only the first is read")
            continue
        counts[path] = count_of(element)
        try:
            gates += _gates(element, axes, path, parent)
        except Unreadable as problem:
            problems.append(f"gate {path} is not read: {problem}")
    return Populations(gates=tuple(gates), counts=counts, problems=tuple(problems))


def count_of(element: Element) -> int | None:
    """How many events FlowJo counted; it writes -1 where it has not."""
    try:
        counted = int(element.get("count") or -1)
    except ValueError:
        return None
    return counted if counted >= 0 else None


def _below(node: Element, parent: str | None) -> Iterator[tuple[Element, str, str | None]]:
    """Populations with path and parent, each before those below it."""
    for group in node.all("Subpopulations"):
        for element in group.children:
            name = element.get("name")
            if name is None or element.tag == STATISTIC:
                continue
            path = name if parent is None else f"{parent}{BETWEEN}{name}"
            yield element, path, parent
            yield from _below(element, path)


def _gates(element: Element, axes: SampleAxes, path: str, parent: str | None) -> tuple[Gate, ...]:
    if element.tag in OPERATORS:
        return (_boolean(element, path, parent),)
    if element.tag != "Population":
        raise Unreadable(f"a population of kind {element.tag} is not read")
    shapes = [each for each in child(element, "Gate").children if each.tag != "custom_info"]
    if len(shapes) != 1:
        raise Unreadable(f"it has {len(shapes)} shapes, not one")
    gate = shape_of(shapes[0], axes, name=path, parent=parent)
    if shapes[0].get("eventsInside") != "0":
        return (gate,)
    within = replace(gate, name=f"{path}{BORDERS}")
    outside = Boolean(
        name=path, operator="not", operands=(Operand(gate=within.name),), parent=parent
    )
    return within, outside


def _boolean(element: Element, path: str, parent: str | None) -> Gate:
    operands = tuple(
        Operand(gate=required(each, "name"))
        for each in child(element, "Dependents").all("Dependent")
    )
    operator = OPERATORS[element.tag]
    if not operands or (operator == "not" and len(operands) > 1):
        raise Unreadable(f"it joins {len(operands)} gates by {operator}")
    return Boolean(name=path, operator=operator, operands=operands, parent=parent)
