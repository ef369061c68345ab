"""Everything a driver asks of a model apart from the step, each as a program."""

from __future__ import annotations

from reinfuse.engine.compiler.graph import Program, program_of
from reinfuse.engine.compiler.lowering import Equations


def rates_program(equations: Equations) -> Program:
    """Time, states, parameters -> how fast each state changes."""
    return program_of(equations.graph, equations.inputs, equations.rates)


def initial_program(equations: Equations) -> Program:
    """Parameters -> states at the start."""
    return program_of(equations.graph, equations.parameter_inputs, equations.initial)


def observe_program(equations: Equations) -> Program:
    """Time, states, parameters -> observables."""
    return program_of(equations.graph, equations.inputs, equations.observed)


def times_program(equations: Equations) -> Program:
    """Parameters -> times of the events `timed_events` names, in that order."""
    times = [time for time in equations.times if time is not None]
    return program_of(equations.graph, equations.parameter_inputs, times)


def effect_program(equations: Equations, event: int) -> Program:
    """Time, states, parameters -> every state after an event, the event by its number."""
    return program_of(equations.graph, equations.inputs, equations.effects[event])


def conditions_program(equations: Equations) -> Program:
    """Time, states, parameters -> conditions of the events `watched_events` names, in order."""
    conditions = [condition for condition in equations.conditions if condition is not None]
    return program_of(equations.graph, equations.inputs, conditions)


def delays_program(equations: Equations) -> Program:
    """Time, states, parameters -> the delay of every event, 0 where there is none."""
    zero = equations.graph.constant(0.0)
    delays = [zero if delay is None else delay for delay in equations.delays]
    return program_of(equations.graph, equations.inputs, delays)


def priorities_program(equations: Equations) -> Program:
    """Time, states, parameters -> the priority of every event, the lowest where there is none."""
    lowest = equations.graph.constant(-float("inf"))
    priorities = [lowest if priority is None else priority for priority in equations.priorities]
    return program_of(equations.graph, equations.inputs, priorities)


def timed_events(equations: Equations) -> tuple[int, ...]:
    """Numbers of the events that have a time."""
    return tuple(number for number, time in enumerate(equations.times) if time is not None)


def watched_events(equations: Equations) -> tuple[int, ...]:
    """Numbers of the events that wait for a condition."""
    return tuple(number for number, when in enumerate(equations.conditions) if when is not None)
