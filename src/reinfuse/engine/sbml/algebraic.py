"""Algebraic rules as assignment rules: solved for what nothing else determines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reinfuse.engine.language.tree import Call, Number, Tree, names_in, renamed
from reinfuse.engine.sbml.conditions import ZERO
from reinfuse.engine.sbml.content import Algebraic, Content, Kind, Said
from reinfuse.engine.sbml.refusals import Refusals
from reinfuse.engine.sbml.special import add, div, mul, sub

Line = tuple[Tree, Tree]  # slope and what is left at 0


def without_algebraic(content: Content, refusals: Refusals) -> Content:
    """The content with an assignment rule in place of each algebraic one; others are refused.

    A rule is solved for something free that stands in it linearly; what was found goes into the
    rules that are left, as in an elimination.
    """
    ids = {content.names[id_]: id_ for id_ in _free(content)}
    waiting = sorted(
        content.algebraic, key=lambda rule: (len(names_in(rule.value) & ids.keys()), rule.at)
    )
    found: list[Said] = []
    while waiting:
        rule, *waiting = waiting
        solution = _solved(rule, [name for name in ids if name in names_in(rule.value)])
        if solution is None:
            free = ", ".join(f"`{ids[name]}`" for name in sorted(names_in(rule.value) & ids.keys()))
            which = f"linearly (what is free in it: {free})" if free else "(nothing in it is free)"
            refusals.add(f"algebraicRule that cannot be solved for anything {which}", rule.at)
            continue
        name, value = solution
        found.append(Said(id=ids.pop(name), value=value, at=rule.at))
        waiting = [replace(other, value=renamed(other.value, {name: value})) for other in waiting]
    return replace(content, algebraic=(), assigned=(*content.assigned, *found))


def _free(content: Content) -> Iterator[str]:
    """Ids of what may change and is not determined by a rule, a reaction or an event."""
    determined = {said.id for said in (*content.assigned, *content.rated)}
    determined |= {said.id for event in content.events for said in event.does}
    reacting = {part.species for reaction in content.reactions for part in reaction.parts}
    for species in content.species:
        by_reaction = species.id in reacting and not species.boundary
        if not (species.constant or by_reaction or species.id in determined):
            yield species.id
    for value in content.values:
        if not (value.constant or value.kind is Kind.LOCAL or value.id in determined):
            yield value.id


def _solved(rule: Algebraic, candidates: Sequence[str]) -> tuple[str, Tree] | None:
    for name in candidates:
        line = _line(rule.value, name)
        if line is not None and line[0] != ZERO:
            return name, div(Call("neg", (line[1],), rule.at), line[0])
    return None


def _line(tree: Tree, name: str) -> Line | None:
    """Slope and rest of a formula that is linear in a name, none if it is not."""
    if name not in names_in(tree):
        return ZERO, tree
    if not isinstance(tree, Call):
        return Number(1.0), ZERO
    lines = [_line(part, name) for part in tree.parts]
    known = [line for line in lines if line is not None]
    return _joined(tree.name, known) if len(known) == len(lines) else None


def _joined(operation: str, lines: list[Line]) -> Line | None:
    match operation, lines:
        case "neg", [(slope, rest)]:
            return Call("neg", (slope,)), Call("neg", (rest,))
        case "add", [(slope, rest), (other, remaining)]:
            return _sum(slope, other), add(rest, remaining)
        case "sub", [(slope, rest), (other, remaining)]:
            return _sum(slope, ZERO if other == ZERO else Call("neg", (other,))), sub(
                rest, remaining
            )
        case "mul", [(slope, rest), (other, factor)] if other == ZERO:
            return mul(slope, factor), mul(rest, factor)
        case "mul", [(slope, factor), (other, rest)] if slope == ZERO:
            return mul(factor, other), mul(factor, rest)
        case "div", [(slope, rest), (other, divisor)] if other == ZERO:
            return div(slope, divisor), div(rest, divisor)
        case _:
            return None


def _sum(one: Tree, other: Tree) -> Tree:
    if one == ZERO:
        return other
    return one if other == ZERO else add(one, other)
