"""A model read from text, with every problem at its line and column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from reinfuse.engine.language.check import check_model
from reinfuse.engine.language.model import (
    Event,
    Helper,
    Model,
    Observable,
    Parameter,
    State,
)
from reinfuse.engine.language.order import in_order
from reinfuse.engine.language.problems import BadModel, Misread, Problem, nearest, refusal
from reinfuse.engine.language.statements import Clock, Part, Rate, Title, named_by, part_of
from reinfuse.engine.language.tokens import statements_of
from reinfuse.engine.language.tree import Place, Tree

_Kind = TypeVar("_Kind", bound=Part)

# What can still be said of a model of which a statement could not be read.
_SURE = frozenset({"name", "twice", "unknown", "circle", "range", "number", "kind", "depth"})


def read_model(text: str, *, file: str = "") -> Model:
    """The model that a text describes, its helpers in order; `file` is named in messages.

    Raises BadModel with every problem of the text.
    """
    parts, problems, lost = _parts_of(text)
    model, told = _assembled(parts, lost)
    found = check_model(model)
    if problems:
        found = tuple(
            problem
            for problem in found
            if problem.rule in _SURE and not (problem.rule == "unknown" and _about(problem, lost))
        )
        told = tuple(problem for problem in told if not _about(problem, lost))
    problems = (*problems, *told, *found)
    if problems:
        raise refusal(problems, file=file)
    return in_order(model)


def read_model_file(path: Path | str) -> Model:
    """The model of a file; raises BadModel, also where there is no file or no text in it."""
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise BadModel(f"the model cannot be read: {reason}", where=str(path)) from None
    return read_model(text, file=place.name)


def _parts_of(text: str) -> tuple[list[Part], tuple[Problem, ...], frozenset[str]]:
    """What could be read, what could not, and the names that were lost with it."""
    parts: list[Part] = []
    problems: list[Problem] = []
    lost: set[str] = set()
    for statement in statements_of(text):
        try:
            parts.append(part_of(statement))
        except Misread as misread:
            problems.append(misread.problem)
            lost.add(named_by(statement))
    return parts, tuple(problems), frozenset(lost)


def _about(problem: Problem, names: Iterable[str]) -> bool:
    return any(f"`{name}`" in problem.what for name in names)


def _assembled(parts: list[Part], lost: frozenset[str]) -> tuple[Model, tuple[Problem, ...]]:
    """The model of the parts, and what is missing or too much."""
    titles, clocks, rates = _those(parts, Title), _those(parts, Clock), _those(parts, Rate)
    states = _those(parts, State)
    by_state = {rate.name: rate.value for rate in reversed(rates)}
    problems = [*_twice(titles, "model"), *_twice(clocks, "time"), *_rate_problems(states, rates)]
    if not titles and "" not in lost:
        what, fix = "the model has no name", "begin with model NAME"
        problems.append(Problem(rule="missing", what=what, fix=fix, at=Place(1, 1)))
    clock = clocks[0] if clocks else Clock("d", 0.0, Place())
    model = Model(
        name=titles[0].name if titles else "",
        states=tuple(_with_rate(state, by_state) for state in states),
        parameters=_those(parts, Parameter),
        helpers=_those(parts, Helper),
        events=_those(parts, Event),
        observables=_those(parts, Observable),
        time_unit=clock.unit,
        start=clock.start,
    )
    return model, tuple(problems)


def _those(parts: list[Part], kind: type[_Kind]) -> tuple[_Kind, ...]:
    return tuple(part for part in parts if isinstance(part, kind))


def _with_rate(state: State, rates: dict[str, Tree]) -> State:
    return replace(state, rate=rates[state.name]) if state.name in rates else state


def _twice(found: tuple[Title, ...] | tuple[Clock, ...], word: str) -> list[Problem]:
    what = f"a second line with `{word}`; the first is line {found[0].at.line}" if found else ""
    fix = "leave one of them out"
    return [Problem(rule="twice", what=what, fix=fix, at=again.at) for again in found[1:]]


def _rate_problems(states: tuple[State, ...], rates: tuple[Rate, ...]) -> list[Problem]:
    names = {state.name for state in states}
    first: dict[str, int] = {}
    found = []
    for rate in rates:
        if rate.name not in names:
            fix = nearest(rate.name, names) or f"declare it: state {rate.name} = 0"
            what = f"a rate of `{rate.name}`, which is no state"
            found.append(Problem(rule="unknown", what=what, fix=fix, at=rate.at))
        elif rate.name in first:
            what = f"a second rate of `{rate.name}`; the first is on line {first[rate.name]}"
            fix = "add the two in one formula"
            found.append(Problem(rule="twice", what=what, fix=fix, at=rate.at))
        first.setdefault(rate.name, rate.at.line)
    for state in states:
        if state.name not in first:
            fix = f"write rate {state.name} = ..., with 0 if only events change it"
            what = f"state `{state.name}` has no rate"
            found.append(Problem(rule="missing", what=what, fix=fix, at=state.at))
    return found
