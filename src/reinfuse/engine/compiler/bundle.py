"""All programs of a model that a solver needs, together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from reinfuse.engine.compiler.graph import Program, program_of
from reinfuse.engine.compiler.lowering import Equations, equations_of
from reinfuse.engine.compiler.programs import (
    effect_program,
    initial_program,
    observe_program,
    rates_program,
    timed_events,
    times_program,
)
from reinfuse.engine.compiler.rosenbrock import step_program
from reinfuse.engine.compiler.staged import Staged, staged_step
from reinfuse.engine.language.model import Model


class Sizes(NamedTuple):
    """How many states, parameters and outputs at each time."""

    states: int
    parameters: int
    outputs: int


@dataclass(frozen=True)
class Programs:
    """A model as programs, each made when it is first asked for.

    `effects` are those of the timed events, in the order of `times`.
    """

    equations: Equations
    states: bool  # whether the outputs are the states

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs: observables, or states where they are asked for or all there is."""
        model = self.equations.model
        return model.state_names if self._shows_states else model.observable_names

    @property
    def sizes(self) -> Sizes:
        """Sizes of what goes in and comes out."""
        model = self.equations.model
        return Sizes(len(model.states), len(model.parameters), len(self.outputs))

    @cached_property
    def step(self) -> Program:
        """One step of the solver."""
        return step_program(self.equations)

    @cached_property
    def staged(self) -> Staged:
        """The same step in pieces."""
        return staged_step(self.equations)

    @cached_property
    def rates(self) -> Program:
        """How fast states change."""
        return rates_program(self.equations)

    @cached_property
    def initial(self) -> Program:
        """States at the start."""
        return initial_program(self.equations)

    @cached_property
    def observe(self) -> Program:
        """Outputs."""
        equations = self.equations
        if not self._shows_states:
            return observe_program(equations)
        shown = [equations.graph.input(name) for name in equations.state_inputs]
        return program_of(equations.graph, equations.inputs, shown)

    @cached_property
    def times(self) -> Program:
        """Times of the timed events."""
        return times_program(self.equations)

    @cached_property
    def effects(self) -> tuple[Program, ...]:
        """What timed events do."""
        events = timed_events(self.equations)
        return tuple(effect_program(self.equations, event) for event in events)

    @property
    def _shows_states(self) -> bool:
        return self.states or not self.equations.model.observables


def programs_of(model: Model, *, states: bool = False) -> Programs:
    """The programs of a model; outputs are its observables, or its states."""
    return Programs(equations_of(model), states)
