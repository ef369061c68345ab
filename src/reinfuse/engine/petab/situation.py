"""The model under one condition: parameters by value, initial values as the condition says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.programs import initial_program
from reinfuse.engine.language.model import Model, Parameter
from reinfuse.engine.language.tree import Name
from reinfuse.engine.petab.problem import Condition, PetabProblem
from reinfuse.engine.plain.floats import compiled_for_floats
from reinfuse.engine.sbml.result import SbmlModel, Symbol

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Situation:
    """A model with the values of its parameters, its initial values among them.

    `sbml` says what ids are in it. `kept` names the states whose initial values the condition does
    not set: after a preequilibration they stay where that ended.
    """

    sbml: SbmlModel
    model: Model
    parameters: Values
    kept: frozenset[str]


def situation_of(problem: PetabProblem, condition: Condition, table: Values) -> Situation:
    """The model with what the condition sets over the parameter table over its own values.

    What is set is what the id means in formulas: a species that has a concentration there gets a
    concentration. An id stands for its value in the parameter table, or else in the model.
    """
    values = {**table, **_settings(problem.model, condition, table)}
    sbml = problem.model_that_sets(values)
    changed = [symbol for symbol in sbml.symbols if symbol.id in values]
    set_to = {symbol.initial: values[symbol.id] for symbol in changed}
    own = {one.name: set_to.get(one.name, one.value) for one in sbml.model.parameters}
    frame = _frame(sbml.model)
    starts = zip(sbml.model.state_names, frame.initial([*own.values()]), strict=True)
    return Situation(
        sbml,
        frame.model,
        own | {start_of(name): value for name, value in starts},
        frozenset(sbml.model.state_names) - {symbol.state for symbol in changed},
    )


def continued(situation: Situation, states: Values) -> Situation:
    """The situation begun at given states, but for those that its condition sets."""
    begun = {start_of(name): states[name] for name in situation.kept}
    return replace(situation, parameters={**situation.parameters, **begun})


def start_of(state: str) -> str:
    """What the parameter that is a state's initial value is called: two words, as no name is."""
    return f"start {state}"


def to_be_freed(model: SbmlModel, ids: Collection[str]) -> frozenset[str]:
    """Which of the ids no parameter of the model sets in the sense in which they are read."""
    return frozenset(symbol.id for symbol in model.symbols if symbol.id in ids and not _set(symbol))


def _set(symbol: Symbol) -> bool:
    return symbol.initial is not None and symbol.initial_as is symbol.reads_as


def _settings(model: SbmlModel, condition: Condition, table: Values) -> dict[str, float]:
    """What a condition sets, as numbers; what it leaves alone is not among them."""
    usual = {parameter.name: parameter.value for parameter in model.model.parameters}
    named = {symbol.id: usual[symbol.name] for symbol in model.symbols if symbol.name in usual}
    known = {**named, **table}
    return {
        name: known[value] if isinstance(value, str) else value
        for name, value in condition.settings
        if value is not None
    }


@dataclass(frozen=True, slots=True)
class _Frame:
    """A model whose initial values are parameters, behind its own parameters.

    `initial` computes them from its own parameters.
    """

    model: Model
    initial: Callable[[list[float]], tuple[float, ...]]


@lru_cache(maxsize=16)
def _frame(model: Model) -> _Frame:
    starts = [start_of(name) for name in model.state_names]
    begun = replace(
        model,
        states=tuple(
            replace(state, initial=Name(start))
            for state, start in zip(model.states, starts, strict=True)
        ),
        parameters=(*model.parameters, *(Parameter(name=name, value=0.0) for name in starts)),
    )
    return _Frame(begun, compiled_for_floats(initial_program(equations_of(model))))
