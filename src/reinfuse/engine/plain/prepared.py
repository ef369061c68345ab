"""A model as functions of plain numbers, ready for one patient after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.engine.compiler.lowering import Equations, equations_of
from reinfuse.engine.compiler.programs import (
    conditions_program,
    delays_program,
    effect_program,
    initial_program,
    observe_program,
    priorities_program,
    rates_program,
    timed_events,
    times_program,
    watched_events,
)
from reinfuse.engine.compiler.rosenbrock import StepPlaces, step_places, step_program
from reinfuse.engine.language.model import Model
from reinfuse.engine.plain.floats import Compiled, compiled_for_floats

Numbers = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The programs of a model, compiled; `timed` and `watched` are numbers of events.

    `changed` holds, by event, the places of the states that it assigns.
    """

    model: Model
    places: StepPlaces
    step: Compiled
    rates: Compiled
    initial: Compiled
    observe: Compiled
    times: Compiled
    conditions: Compiled
    delays: Compiled
    priorities: Compiled
    effects: tuple[Compiled, ...]
    timed: tuple[int, ...]
    watched: tuple[int, ...]
    changed: tuple[tuple[int, ...], ...]


def prepared(model: Model) -> Prepared:
    """The model, compiled."""
    equations: Equations = equations_of(model)
    place = {name: number for number, name in enumerate(model.state_names)}
    return Prepared(
        model=model,
        places=step_places(equations),
        step=compiled_for_floats(step_program(equations)),
        rates=compiled_for_floats(rates_program(equations)),
        initial=compiled_for_floats(initial_program(equations)),
        observe=compiled_for_floats(observe_program(equations)),
        times=compiled_for_floats(times_program(equations)),
        conditions=compiled_for_floats(conditions_program(equations)),
        delays=compiled_for_floats(delays_program(equations)),
        priorities=compiled_for_floats(priorities_program(equations)),
        effects=tuple(
            compiled_for_floats(effect_program(equations, number))
            for number in range(len(model.events))
        ),
        timed=timed_events(equations),
        watched=watched_events(equations),
        changed=tuple(
            tuple(sorted(place[assigned.state] for assigned in event.does))
            for event in model.events
        ),
    )
