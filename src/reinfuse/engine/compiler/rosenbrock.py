"""One step of RODAS4 as a program: six stages, one factorisation, an error and dense output.

A linearly implicit method of order 4 with an embedded order 3 and no iteration, L-stable and
stiffly accurate: the error estimate is the last stage itself.

Source: Hairer and Wanner, Solving Ordinary Differential Equations II (1996), section IV.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reinfuse.engine.compiler.derivative import derivatives
from reinfuse.engine.compiler.elimination import Entry, Factors, factorised, solved
from reinfuse.engine.compiler.graph import Graph, Node, Program, program_of
from reinfuse.engine.compiler.lowering import TIME_INPUT, Equations
from reinfuse.engine.compiler.ordering import ordered_by_need
from reinfuse.engine.compiler.reciprocals import divided_once
from reinfuse.engine.compiler.rodas4 import (
    DENSE_U,
    DENSE_W,
    DRIFTS,
    ERROR_ORDER,
    GAMMA,
    SLOPES,
    TIMES,
    VALUES,
)
from reinfuse.engine.compiler.substitution import substituted

__all__ = [
    "ERROR_ORDER",
    "STEP_INPUT",
    "Stages",
    "StepPlaces",
    "combined",
    "right_side",
    "stages_of",
    "step_inputs",
    "step_outputs",
    "step_places",
    "step_program",
]

STEP_INPUT = "h"


@dataclass(frozen=True, slots=True)
class StepPlaces:
    """Where things stand among the inputs and outputs of a step.

    Inputs: time at the start of the step, its length, states, parameters. Outputs: new states,
    error estimates, and `dense_u`, `dense_w`, all by state; a share `theta` of the step later the
    states are `(1 - theta) old + theta (new + (1 - theta) (dense_u + theta dense_w))`.
    """

    states: int
    parameters: int

    time = 0
    length = 1

    @property
    def input_states(self) -> slice:
        """Among the inputs."""
        return slice(2, 2 + self.states)

    @property
    def input_parameters(self) -> slice:
        """Among the inputs."""
        return slice(2 + self.states, 2 + self.states + self.parameters)

    @property
    def new(self) -> slice:
        """Among the outputs."""
        return slice(0, self.states)

    @property
    def error(self) -> slice:
        """Among the outputs."""
        return slice(self.states, 2 * self.states)

    @property
    def dense_u(self) -> slice:
        """Among the outputs."""
        return slice(2 * self.states, 3 * self.states)

    @property
    def dense_w(self) -> slice:
        """Among the outputs."""
        return slice(3 * self.states, 4 * self.states)


def step_places(equations: Equations) -> StepPlaces:
    """The places of a model's step."""
    return StepPlaces(len(equations.model.states), len(equations.model.parameters))


def step_inputs(equations: Equations) -> tuple[str, ...]:
    """Names of the inputs of a step, in order."""
    return (TIME_INPUT, STEP_INPUT, *equations.state_inputs, *equations.parameter_inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """Nodes of a step. `values` and `rates` are states and their rates by stage and state.

    `factors` are those of `jacobian` - 1/(gamma h), not of its negative: that writes no minus
    signs, and makes `solutions`, by stage and state, the stages of the method negated.
    """

    jacobian: Mapping[Entry, Node]
    drift: tuple[Node, ...]
    factors: Factors
    values: tuple[tuple[Node, ...], ...]
    rates: tuple[tuple[Node, ...], ...]
    solutions: tuple[tuple[Node, ...], ...]


def step_program(equations: Equations) -> Program:
    """One step; `StepPlaces` says what stands where."""
    graph = equations.graph
    states = [graph.input(name) for name in equations.state_inputs]
    outputs = step_outputs(graph, states, stages_of(equations).solutions)
    return ordered_by_need(program_of(graph, step_inputs(equations), divided_once(graph, outputs)))


def stages_of(equations: Equations) -> Stages:
    """The nodes of one step."""
    graph = equations.graph
    states = [graph.input(name) for name in equations.state_inputs]
    jacobian, drift = _slopes(equations)
    factors = _factors(graph, jacobian, len(states))
    values: list[tuple[Node, ...]] = []
    rates: list[tuple[Node, ...]] = []
    solutions: list[tuple[Node, ...]] = []
    for stage in range(len(SLOPES)):
        values.append(tuple(combined(graph, states, VALUES[stage], solutions)))
        rates.append(_rates_at(equations, stage, values[stage]))
        right = right_side(graph, stage, rates[stage], drift, solutions)
        solutions.append(tuple(solved(graph, factors, right)))
    return Stages(
        jacobian=jacobian,
        drift=drift,
        factors=factors,
        values=tuple(values),
        rates=tuple(rates),
        solutions=tuple(solutions),
    )


def factors_of(equations: Equations) -> tuple[Factors, tuple[Node, ...]]:
    """Factors of J - 1/(gamma h), and how the rates change with time alone, by state."""
    jacobian, drift = _slopes(equations)
    return _factors(equations.graph, jacobian, len(drift)), drift


def _slopes(equations: Equations) -> tuple[dict[Entry, Node], tuple[Node, ...]]:
    """How the rates change with states, entry by entry, and with time alone, by state."""
    graph = equations.graph
    states = [graph.input(name) for name in equations.state_inputs]
    jacobian = derivatives(graph, equations.rates, states)
    by_time = derivatives(graph, equations.rates, [graph.input(TIME_INPUT)])
    zero = graph.constant(0.0)
    return jacobian, tuple(by_time.get((row, 0), zero) for row in range(len(states)))


def step_outputs(
    graph: Graph, states: Sequence[Node], solutions: Sequence[Sequence[Node]]
) -> list[Node]:
    """Outputs of a step from the solutions of its stages."""
    zero = [graph.constant(0.0)] * len(states)
    last = (*(0.0 for _ in solutions[1:]), 1.0)
    return (
        combined(graph, states, (*VALUES[-1], 1.0), solutions)
        + combined(graph, zero, last, solutions)
        + combined(graph, zero, DENSE_U, solutions[:-1])
        + combined(graph, zero, DENSE_W, solutions[:-1])
    )


def combined(
    graph: Graph,
    start: Sequence[Node],
    weights: Sequence[float],
    solutions: Sequence[Sequence[Node]],
) -> list[Node]:
    """start + weights x stages, by state, from solutions, which are the stages negated."""
    found = list(start)
    for weight, solution in zip(weights, solutions, strict=True):
        times = graph.constant(-weight)
        moved = [graph.apply("mul", times, value) for value in solution]
        found = [graph.apply("add", one, other) for one, other in zip(found, moved, strict=True)]
    return found


def right_side(
    graph: Graph,
    stage: int,
    rates: Sequence[Node],
    drift: Sequence[Node],
    solutions: Sequence[Sequence[Node]],
) -> list[Node]:
    """What the linear system of a stage must give: rates, with shares of earlier stages."""
    length = graph.input(STEP_INPUT)
    inverse = graph.apply("div", graph.constant(1.0), length)
    share = graph.apply("mul", graph.constant(DRIFTS[stage]), length)
    found = list(rates)
    for slope, solution in zip(SLOPES[stage], solutions, strict=True):
        times = graph.apply("mul", graph.constant(-slope), inverse)
        moved = [graph.apply("mul", times, value) for value in solution]
        found = [graph.apply("add", one, other) for one, other in zip(found, moved, strict=True)]
    later = [graph.apply("mul", share, slope) for slope in drift]
    return [graph.apply("add", one, other) for one, other in zip(found, later, strict=True)]


def _rates_at(equations: Equations, stage: int, values: Sequence[Node]) -> tuple[Node, ...]:
    """Rates at the time and the states of a stage."""
    graph = equations.graph
    time, length = graph.input(TIME_INPUT), graph.input(STEP_INPUT)
    later = graph.apply("mul", graph.constant(TIMES[stage]), length)
    became = {time: graph.apply("add", time, later)}
    for name, value in zip(equations.state_inputs, values, strict=True):
        became[graph.input(name)] = value
    return tuple(substituted(graph, equations.rates, became))


def _factors(graph: Graph, jacobian: Mapping[Entry, Node], size: int) -> Factors:
    """Factors of the Jacobian - 1/(gamma h)."""
    inverse = graph.apply("div", graph.constant(1.0), graph.input(STEP_INPUT))
    shift = graph.apply("mul", graph.constant(1.0 / GAMMA), inverse)
    matrix = dict(jacobian)
    for row in range(size):
        before = matrix.get((row, row), graph.constant(0.0))
        matrix[row, row] = graph.apply("sub", before, shift)
    return factorised(graph, matrix, size)
