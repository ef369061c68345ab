"""Truth and numbers: SBML lets one stand for the other, the engine keeps them apart."""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse.engine.language.tree import CONDITIONS, NOWHERE, Call, Name, Number, Place, Tree

ZERO, ONE = Number(0.0), Number(1.0)
TRUE = Call("le", (ZERO, ONE))
FALSE = Call("lt", (ONE, ZERO))


def is_condition(tree: Tree) -> bool:
    """Whether a tree is true or false, not a number."""
    return isinstance(tree, Call) and tree.name in CONDITIONS


def as_number(tree: Tree) -> Tree:
    """1 for what is true, 0 for what is not; a number as it is."""
    if tree == TRUE:
        return ONE
    if tree == FALSE:
        return ZERO
    return Call("select", (tree, ONE, ZERO), tree.at) if is_condition(tree) else tree


def as_condition(tree: Tree) -> Tree:
    """Whether a number is not 0; a condition as it is."""
    if isinstance(tree, Number):
        return FALSE if tree.value == 0.0 else TRUE
    return tree if is_condition(tree) else Call("ne", (tree, ZERO), tree.at)


def folded(name: str, parts: Sequence[Tree], empty: Tree, at: Place = NOWHERE) -> Tree:
    """An operation of two on any number of parts, halved again and again so that it stays flat."""
    if not parts:
        return empty
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    first = folded(name, parts[:half], empty, at)
    return Call(name, (first, folded(name, parts[half:], empty, at)), at)


def chosen(pieces: Sequence[tuple[Tree, Tree]], otherwise: Tree, at: Place) -> Tree:
    """The value of the first piece (value, condition) that holds."""
    found = otherwise
    if all(is_condition(value) for value in (otherwise, *(value for value, _ in pieces))):
        for value, when in reversed(pieces):
            holds = as_condition(when)
            other = Call("and", (Call("not", (holds,), at), found), at)
            found = Call("or", (Call("and", (holds, value), at), other), at)
        return found
    found = as_number(found)
    for value, when in reversed(pieces):
        found = Call("select", (as_condition(when), as_number(value), found), at)
    return found


def extent(tree: Tree, known: dict[int, tuple[int, int]] | None = None) -> tuple[int, int]:
    """How many parts a tree has when written out, and how deep they stand in each other.

    Parts that occur many times are looked at once, so that a small tree that stands for a huge
    one is told quickly. `known` keeps what was found while the trees are alive.
    """
    found: dict[int, tuple[int, int]] = {} if known is None else known
    waiting: list[Tree] = [tree]
    while waiting:
        now = waiting[-1]
        if id(now) in found or isinstance(now, Name | Number):
            found.setdefault(id(now), (1, 1))
            waiting.pop()
            continue
        missing = [part for part in now.parts if id(part) not in found]
        if missing:
            waiting += missing
            continue
        sizes, depths = zip(*(found[id(part)] for part in now.parts), strict=True)
        found[id(now)] = (1 + sum(sizes), 1 + max(depths))
        waiting.pop()
    return found[id(tree)]
