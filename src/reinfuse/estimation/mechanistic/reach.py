"""What some outputs of a model can depend on at all, read off its formulas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from reinfuse.engine.language.model import Model
from reinfuse.engine.language.tree import names_in


def reaching(model: Model, outputs: Iterable[str]) -> frozenset[str]:
    """Names of the parameters, states and helpers from which a way leads to one of `outputs`.

    Ways lead through formulas, through what states begin with, and through events.
    """
    hangs_on = _hangs_on(model)
    open_names, seen = list(outputs), set(outputs)
    while open_names:
        for name in hangs_on.get(open_names.pop(), frozenset()) - seen:
            seen.add(name)
            open_names.append(name)
    return frozenset(seen)


@cache
def part_of(model: Model, outputs: tuple[str, ...]) -> Model:
    """The model without the states that `outputs` cannot depend on; parameters stay in place.

    It says the same of `outputs`, up to the solver's tolerance, in less time.
    """
    seen = reaching(model, outputs)
    events = tuple(
        replace(event, does=tuple(change for change in event.does if change.state in seen))
        for event in model.events
    )
    return replace(
        model,
        name=f"{model.name}, in part",
        states=tuple(state for state in model.states if state.name in seen),
        helpers=tuple(helper for helper in model.helpers if helper.name in seen),
        events=tuple(event for event in events if event.does),
        observables=tuple(one for one in model.observables if one.name in outputs),
    )


def _hangs_on(model: Model) -> dict[str, frozenset[str]]:
    found = {helper.name: names_in(helper.value) for helper in model.helpers}
    found |= {observable.name: names_in(observable.value) for observable in model.observables}
    found |= {state.name: names_in(state.initial) | names_in(state.rate) for state in model.states}
    for event in model.events:
        when = names_in(event.time) if event.time is not None else frozenset()
        for change in event.does:
            found[change.state] = found[change.state] | when | names_in(change.value)
    return found
