"""A model as nodes of one graph, which every program is cut from."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.engine.compiler.graph import Graph, Node
from reinfuse.engine.language.model import Model
from reinfuse.engine.language.tree import TIME, Call, Name, Number, Tree

TIME_INPUT = "t"


def state_input(name: str) -> str:
    """What the input of a state is called: two words, which no name of a model is."""
    return f"state {name}"


def parameter_input(name: str) -> str:
    """What the input of a parameter is called."""
    return f"parameter {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equations:
    """Nodes for everything a model says.

    `rates` and `initial` by state, `observed` by observable. `times` are those of timed events
    (none for the others), `conditions`, `delays` and `priorities` likewise; `effects` are what
    every state becomes by each event, unchanged states included.
    """

    model: Model
    graph: Graph
    rates: tuple[Node, ...]
    initial: tuple[Node, ...]
    observed: tuple[Node, ...]
    times: tuple[Node | None, ...]
    conditions: tuple[Node | None, ...]
    delays: tuple[Node | None, ...]
    priorities: tuple[Node | None, ...]
    effects: tuple[tuple[Node, ...], ...]

    @property
    def state_inputs(self) -> tuple[str, ...]:
        """Names of the inputs of states."""
        return tuple(state_input(name) for name in self.model.state_names)

    @property
    def parameter_inputs(self) -> tuple[str, ...]:
        """Names of the inputs of parameters."""
        return tuple(parameter_input(name) for name in self.model.parameter_names)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Time, states, parameters: what a formula may hang on."""
        return (TIME_INPUT, *self.state_inputs, *self.parameter_inputs)


def equations_of(model: Model) -> Equations:
    """The nodes of a model that has been checked: every name is known, helpers come in order."""
    graph = Graph()
    known: dict[str, Node] = {TIME: graph.input(TIME_INPUT)}
    known |= {name: graph.input(state_input(name)) for name in model.state_names}
    known |= {name: graph.input(parameter_input(name)) for name in model.parameter_names}

    def node(tree: Tree) -> Node:
        return _lowered(graph, known, tree)

    def maybe(tree: Tree | None) -> Node | None:
        return None if tree is None else node(tree)

    for helper in model.helpers:
        known[helper.name] = node(helper.value)
    effects = []
    for event in model.events:
        after = {assigned.state: node(assigned.value) for assigned in event.does}
        effects.append(tuple(after.get(name, known[name]) for name in model.state_names))
    return Equations(
        model=model,
        graph=graph,
        rates=tuple(node(state.rate) for state in model.states),
        initial=tuple(node(state.initial) for state in model.states),
        observed=tuple(node(observable.value) for observable in model.observables),
        times=tuple(maybe(event.time) for event in model.events),
        conditions=tuple(maybe(event.when) for event in model.events),
        delays=tuple(maybe(event.delay) for event in model.events),
        priorities=tuple(maybe(event.priority) for event in model.events),
        effects=tuple(effects),
    )


def _lowered(graph: Graph, known: dict[str, Node], tree: Tree) -> Node:
    match tree:
        case Number(value):
            return graph.constant(value)
        case Name(name):
            return known[name]
        case Call(name, parts):
            return graph.apply(name, *(_lowered(graph, known, part) for part in parts))
