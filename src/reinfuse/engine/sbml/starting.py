"""Values at the start: formulas of parameters, whatever the file says them by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from reinfuse.engine.compiler.graph import program_of
from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.language.model import Model, Observable, Parameter
from reinfuse.engine.language.tree import TIME, Place, Tree, names_in, renamed
from reinfuse.engine.plain.evaluation import evaluate
from reinfuse.engine.sbml.conditions import ZERO, extent
from reinfuse.engine.sbml.mathml import DEEPEST_FORMULA, MOST_PARTS, MOST_WORK
from reinfuse.engine.sbml.refusals import Refusals


def at_start(
    formulas: Mapping[str, Tree],
    wanted: Iterable[str],
    places: Mapping[str, Place],
    refusals: Refusals,
) -> dict[str, Tree]:
    """What the wanted names are at time 0, by parameters only.

    `formulas` are what names are at the start, by each other; a name without one is a parameter.
    """
    needed = _reached(formulas, wanted)
    try:
        order = tuple(TopologicalSorter(needed).static_order())
    except CycleError as error:
        ring = [name for name in error.args[1] if isinstance(name, str)]
        words = " -> ".join(f"`{name}`" for name in reversed(ring))
        refusals.add(f"values hang on each other in a ring: {words}", places[min(ring)])
        return dict.fromkeys(needed, ZERO)
    found: dict[str, Tree] = {TIME: ZERO}
    total = 0
    for name in order:
        tree = renamed(formulas[name], found)
        parts, depth = extent(tree)
        total += parts
        if parts > MOST_PARTS or depth > DEEPEST_FORMULA or total > MOST_WORK:
            refusals.add(f"the value of `{name}` at the start is too large a formula", places[name])
            tree = ZERO
        found[name] = tree
    return found


def numbers_of(trees: Sequence[Tree], parameters: Sequence[Parameter]) -> tuple[float, ...]:
    """What formulas of parameters are for the parameters' own values."""
    asked = tuple(Observable(name=str(number), value=tree) for number, tree in enumerate(trees))
    model = Model(name="", states=(), parameters=tuple(parameters), observables=asked)
    equations = equations_of(model)
    program = program_of(equations.graph, equations.inputs, equations.observed)
    given = (0.0, *(parameter.value for parameter in parameters))
    return tuple(float(number) for number in evaluate(program, given))


def _reached(formulas: Mapping[str, Tree], wanted: Iterable[str]) -> dict[str, list[str]]:
    """The names that are needed for the wanted ones, each with those it hangs on."""
    waiting = [name for name in wanted if name in formulas]
    found: dict[str, list[str]] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = sorted(names_in(formulas[name]) & formulas.keys())
            waiting += found[name]
    return found
