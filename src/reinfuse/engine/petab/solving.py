"""What is asked of a solver, and a formula as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from numpy.typing import NDArray

from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.programs import observe_program
from reinfuse.engine.language.model import Model, Observable, Parameter
from reinfuse.engine.language.tree import TIME, Tree, names_in
from reinfuse.engine.plain.floats import compiled_for_floats


class Unsolved(Exception):  # never leaves this room
    """Why there are no trajectories."""


class Solve(Protocol):
    """Solves a model for one patient; raises Unsolved where it cannot."""

    def __call__(
        self, model: Model, parameters: Mapping[str, float], times: tuple[float, ...]
    ) -> NDArray:
        """Observables at times, as `times observables`; times rise and none is before the start."""
        ...


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is computed from values by name; `names` are those it needs, time apart."""

    names: tuple[str, ...]
    _computed: Callable[[list[float]], tuple[float, ...]]

    def __call__(self, time: float, values: Mapping[str, float]) -> float:
        """Its value; nan or inf where it has none."""
        (value,) = self._computed([time, *(values[name] for name in self.names)])
        return float(value)


def formula_of(tree: Tree) -> Formula:
    """The formula of a tree."""
    names = tuple(sorted(names_in(tree) - {TIME}))
    alone = Model(
        name="",
        states=(),
        parameters=tuple(Parameter(name=name, value=0.0) for name in names),
        observables=(Observable(name="value", value=tree),),
    )
    return Formula(names, compiled_for_floats(observe_program(equations_of(alone))))
