"""What is wrong with a model, found without running it; for models from text and from Python."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from reinfuse.engine.language.functions import RESERVED
from reinfuse.engine.language.kinds import kind_problems, unknown_names
from reinfuse.engine.language.model import Event, Model, Parameter, State
from reinfuse.engine.language.order import circles, in_order
from reinfuse.engine.language.parts import formulas_of, named_parts
from reinfuse.engine.language.problems import Problem, nearest
from reinfuse.engine.language.tree import NOWHERE, TIME, names_in
from reinfuse.engine.language.unit_check import unit_problems

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_model(model: Model) -> tuple[Problem, ...]:
    """Every problem of a model, in the order of its text; none if it can be used.

    Units are looked at last, once formulas can be followed at all.
    """
    shape = kind_problems(model)
    if any(problem.rule in {"depth", "operation"} for problem in shape):
        return (*_name_problems(model), *shape)
    rings = tuple(_circle_problems(model))
    unknown = unknown_names(model)
    found = [
        *_name_problems(model),
        *shape,
        *unknown,
        *rings,
        *_number_problems(model),
        *_event_problems(model),
        *_scope_problems(model),
        *_unused(model),
    ]
    if not any(problem.rule in {"kind", "unknown", "circle", "twice"} for problem in found):
        found += unit_problems(model)
    return tuple(sorted(found, key=lambda problem: problem.at))


def _name_problems(model: Model) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for kind, part in named_parts(model):
        label = f"{kind} `{part.name}`"
        if part.name in RESERVED:
            what = f"`{part.name}` is a word of formulas and cannot name a {kind}"
            yield Problem(rule="name", what=what, fix="choose another name", at=part.at, part=label)
        elif not _NAME.fullmatch(part.name):
            fix = "letters a to z, digits and _, a letter first"
            what = f"`{part.name}` cannot be a name"
            yield Problem(rule="name", what=what, fix=fix, at=part.at, part=label)
        elif part.name in first:
            what = f"`{part.name}` is already the name of {first[part.name]}"
            fix = "give one of the two another name"
            yield Problem(rule="twice", what=what, fix=fix, at=part.at, part=label)
        article = "an" if kind[0] in "aeiou" else "a"
        on = "" if part.at == NOWHERE else f" on line {part.at.line}"
        first.setdefault(part.name, f"{article} {kind}{on}")


def _circle_problems(model: Model) -> Iterator[Problem]:
    by_name = {helper.name: helper for helper in model.helpers}
    for ring in circles(model):
        way = " -> ".join((*ring, ring[0]))
        at = by_name[ring[0]].at
        fix = "write one of them without the others, or make it a state with a rate"
        what = f"helper `{ring[0]}` depends on itself: {way}"
        yield Problem(rule="circle", what=what, fix=fix, at=at, part=f"helper `{ring[0]}`")


def _number_problems(model: Model) -> Iterator[Problem]:
    for parameter in model.parameters:
        yield from _parameter_problems(parameter)
    for state in model.states:
        yield from _state_problems(state)
    if not math.isfinite(model.start):
        fix = "write time in d from 0"
        yield Problem(rule="number", what=f"time cannot begin at {model.start:g}", fix=fix)


def _parameter_problems(one: Parameter) -> Iterator[Problem]:
    part, unit = f"parameter `{one.name}`", f" {one.unit}" if one.unit else ""
    if not math.isfinite(one.value):
        what = f"the value of `{one.name}` is {one.value:g}"
        yield Problem(rule="number", what=what, fix="give a finite number", at=one.at, part=part)
    elif not one.low <= one.high:
        what = f"the range of `{one.name}` is upside down: {one.low:g} .. {one.high:g}"
        fix = "write the lowest value first"
        yield Problem(rule="range", what=what, fix=fix, at=one.at, part=part)
    elif not one.low <= one.value <= one.high:
        allowed = f"{one.low:g} .. {one.high:g}"
        what = f"`{one.name}` is {one.value:g}{unit}, outside of its range {allowed}"
        fix = "correct the value or the range"
        yield Problem(rule="range", what=what, fix=fix, at=one.at, part=part)


def _state_problems(one: State) -> Iterator[Problem]:
    if not (one.tolerance > 0 and math.isfinite(one.tolerance)):
        what = f"the tolerance of `{one.name}` is {one.tolerance:g}"
        fix = "give the size below which an error does not matter, a number above 0"
        yield Problem(rule="number", what=what, fix=fix, at=one.at, part=f"state `{one.name}`")


def _event_problems(model: Model) -> Iterator[Problem]:
    states = frozenset(model.state_names)
    kinds = {part.name: kind for kind, part in named_parts(model) if kind != "state"}
    for event in model.events:
        part = f"event `{event.name}`"
        if (event.time is None) == (event.when is None):
            what = f"event `{event.name}` needs either a time or a condition"
            fix = "write event NAME at TIME: ... or event NAME when CONDITION: ..."
            yield Problem(rule="event", what=what, fix=fix, at=event.at, part=part)
        if not event.does:
            what = f"event `{event.name}` does nothing"
            yield Problem(rule="event", what=what, fix="take it out", at=event.at, part=part)
        yield from _assigned_twice(event)
        for does in event.does:
            if does.state in states:
                continue
            kind = kinds.get(does.state)
            known = "no state" if kind is None else f"a {kind}, not a state"
            what = f"event `{event.name}` sets `{does.state}`, which is {known}"
            fix = nearest(does.state, states) or "declare it with `state`"
            fix = fix if kind is None else "events set states; make it a state of rate 0"
            yield Problem(rule="event", what=what, fix=fix, at=does.at, part=part)


def _assigned_twice(event: Event) -> Iterator[Problem]:
    count = Counter(does.state for does in event.does)
    for state, times in count.items():
        if times > 1:
            at = [does.at for does in event.does if does.state == state][1]
            what = f"event `{event.name}` sets `{state}` {times} times"
            fix = "all happens at once, from the values before: write one formula"
            part = f"event `{event.name}`"
            yield Problem(rule="event", what=what, fix=fix, at=at, part=part)


def _scope_problems(model: Model) -> Iterator[Problem]:
    """Initial values and times of events must be known before anything changes."""
    changing = (frozenset(model.state_names) | {TIME}) - frozenset(model.parameter_names)
    reached = {name: frozenset({name}) for name in changing}
    for helper in in_order(model).helpers:
        through = (reached.get(used, frozenset()) for used in names_in(helper.value))
        reached[helper.name] = frozenset().union(*through)
    for one in formulas_of(model):
        if one.role not in {"initial", "time"}:
            continue
        used = [name for name in sorted(names_in(one.tree)) if reached.get(name)]
        for name in used:
            roots = sorted(reached[name] - {name})
            way = f"`{name}`, which depends on `{roots[0]}`" if roots else f"`{name}`"
            fix = "use parameters only"
            if one.role == "time":
                fix += ", or write `when CONDITION`"
            what = f"the {one.part} uses {way}"
            yield Problem(rule="scope", what=what, fix=fix, at=one.tree.at, part=one.part)


def _unused(model: Model) -> Iterator[Problem]:
    used = frozenset().union(*(names_in(one.tree) for one in formulas_of(model)))
    for parameter in model.parameters:
        if parameter.name not in used | RESERVED:
            what = f"parameter `{parameter.name}` is not used"
            part = f"parameter `{parameter.name}`"
            fix = "use it, or take it out"
            yield Problem(rule="unused", what=what, fix=fix, at=parameter.at, part=part)
