"""Formulas that make no sense: unknown names, broken operations, conditions taken for numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.engine.language.model import Model
from reinfuse.engine.language.parts import Formula, formulas_of
from reinfuse.engine.language.problems import Problem, nearest
from reinfuse.engine.language.tree import CONDITIONS, OPERATIONS, TIME, Call, Name, Number, Tree
from reinfuse.engine.language.writing import formula_text

DEEPEST = 200  # operations within operations; whatever walks a tree needs a few calls for each
_LOGICAL = frozenset({"and", "or", "not"})
_SHOWN = 40


def kind_problems(model: Model) -> tuple[Problem, ...]:
    """Formulas that are too deep, have unknown operations, or mix conditions and numbers."""
    return tuple(problem for one in formulas_of(model) for problem in _of_formula(one))


def unknown_names(model: Model) -> tuple[Problem, ...]:
    """Every name that a formula uses and the model does not have, with its nearest spelling."""
    helpers = tuple(helper.name for helper in model.helpers)
    known = frozenset((*model.state_names, *model.parameter_names, *helpers, TIME))
    seen, events = frozenset(model.observable_names), frozenset(one.name for one in model.events)
    found = []
    for one in formulas_of(model):
        for name in _names(one.tree):
            if name.name in known or (one.role == "assignment" and name.name == one.owner):
                continue
            what, fix = f"unknown name `{name.name}`", nearest(name.name, known)
            if name.name in seen:
                what = f"`{name.name}` is an observable, which formulas cannot use"
                fix = "name the formula by `helper` and observe that"
            elif name.name in events:
                what = f"`{name.name}` is an event, which formulas cannot use"
                fix = "let it set a state, and use that"
            fix = fix or "declare it with `parameter`, `helper` or `state`"
            found.append(Problem(rule="unknown", what=what, fix=fix, at=name.at, part=one.part))
    return tuple(found)


def shortened_formula(tree: Tree) -> str:
    """A formula as a message shows it."""
    text = formula_text(tree)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _of_formula(one: Formula) -> Iterator[Problem]:
    depth = _depth(one.tree)
    if depth > DEEPEST:
        what = f"the formula has {depth} operations within each other, more than {DEEPEST}"
        fix = "give inner parts a name with `helper`"
        yield Problem(rule="depth", what=what, fix=fix, at=one.at, part=one.part)
        return
    broken = tuple(_broken(one))
    yield from broken
    if not broken:
        yield from _mixed(one, one.tree, one.role == "when")


def _depth(tree: Tree) -> int:
    """How many operations are within each other, found without recursion."""
    deepest = 0
    waiting = [(tree, 0)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(part, Call):
            waiting += [(inner, depth + 1) for inner in part.parts]
    return deepest


def _walk(tree: Tree) -> Iterator[Tree]:
    """The formula and everything in it, from left to right."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Call):
            waiting += reversed(part.parts)


def _names(tree: Tree) -> Iterator[Name]:
    told = set()
    for part in _walk(tree):
        if isinstance(part, Name) and part.name not in told:
            told.add(part.name)
            yield part


def _broken(one: Formula) -> Iterator[Problem]:
    for part in _walk(one.tree):
        match part:
            case Number(value) if not math.isfinite(value):
                what = f"{value:g} stands in a formula"
                fix = "write a finite number"
            case Call(name) if name not in OPERATIONS:
                what = f"there is no operation `{name}`"
                fix = nearest(name, OPERATIONS) or f"operations are {', '.join(OPERATIONS)}"
            case Call(name, parts) if len(parts) != OPERATIONS[name]:
                what = f"`{name}` has {len(parts)} parts"
                fix = f"give it {OPERATIONS[name]}"
            case _:
                continue
        yield Problem(rule="operation", what=what, fix=fix, at=part.at, part=one.part)


def _mixed(one: Formula, tree: Tree, condition: bool) -> Iterator[Problem]:
    """Where a condition stands for a number or the reverse; `condition` says what is needed."""
    is_condition = isinstance(tree, Call) and tree.name in CONDITIONS
    if condition and not is_condition:
        what = f"`{shortened_formula(tree)}` is a number, and a condition is needed"
        fix = "compare it with something, as in x > 0"
        yield Problem(rule="kind", what=what, fix=fix, at=tree.at, part=one.part)
    elif is_condition and not condition:
        what = f"`{shortened_formula(tree)}` is a condition, and a number is needed"
        fix = "write if CONDITION then 1 else 0"
        yield Problem(rule="kind", what=what, fix=fix, at=tree.at, part=one.part)
    if isinstance(tree, Call):
        for place, part in enumerate(tree.parts):
            chosen = tree.name == "select" and place == 0
            yield from _mixed(one, part, tree.name in _LOGICAL or chosen)
