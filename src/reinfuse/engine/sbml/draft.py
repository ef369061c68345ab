"""A model while it is put together from what a file says."""

from __future__ import annotations

from dataclasses import dataclass, field

from reinfuse.engine.language.model import ZERO, Parameter
from reinfuse.engine.language.tree import Name, Place, Tree
from reinfuse.engine.sbml.content import Content
from reinfuse.engine.sbml.naming import Naming
from reinfuse.engine.sbml.refusals import Refusals
from reinfuse.engine.sbml.result import Symbol
from reinfuse.engine.sbml.special import mul


@dataclass(slots=True)
class Draft:
    """Parts of a model by name; `at_start` says what each is at time 0, by the others.

    A helper in `fixed` keeps the value it has at the start. `reacting` are the terms by which
    reactions change a species. `notes` say what was assumed.
    """

    content: Content
    naming: Naming
    refusals: Refusals
    parameters: dict[str, Parameter] = field(default_factory=dict)
    rates: dict[str, Tree] = field(default_factory=dict)
    helpers: dict[str, Tree] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    at_start: dict[str, Tree] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    initial: dict[str, Tree] = field(init=False)
    assigned: dict[str, Tree] = field(init=False)
    rated: dict[str, Tree] = field(init=False)
    evented: set[str] = field(init=False)
    reacting: dict[str, list[Tree]] = field(init=False)
    compartments: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """What the file says of each id, at hand."""
        content = self.content
        self.initial = {said.id: said.value for said in content.initial}
        self.assigned = {said.id: said.value for said in content.assigned}
        self.rated = {said.id: said.value for said in content.rated}
        self.evented = {said.id for event in content.events for said in event.does}
        self.compartments = {species.id: species.compartment for species in content.species}
        self.reacting = {}
        for reaction in content.reactions:
            rate = Name(self.naming.names[reaction.id])
            for part in reaction.parts:
                self.reacting.setdefault(part.species, []).append(mul(part.change, rate))

    def add_parameter(self, name: str, value: float, at: Place) -> Tree:
        """A number that may be changed."""
        self.parameters[name] = Parameter(name=name, value=value, at=at)
        self.places[name] = at
        return Name(name)

    def add_state(self, name: str, start: Tree, rate: Tree, at: Place) -> None:
        """Something that changes by its rate or by events."""
        self.rates[name], self.at_start[name], self.places[name] = rate, start, at

    def add_helper(self, name: str, value: Tree, at: Place, *, start: Tree | None = None) -> None:
        """A formula that holds at all times; at the start it may be said in another way."""
        self.helpers[name] = value
        self.at_start[name], self.places[name] = value if start is None else start, at

    def add_fixed(self, name: str, value: Tree, at: Place) -> Tree:
        """A formula of what things are at the start."""
        self.add_helper(name, value, at)
        self.fixed.add(name)
        return Name(name)

    def is_fixed(self, name: str) -> bool:
        """Whether something has one value at all times."""
        return name in self.parameters or name in self.fixed

    def rate_of(self, name: str) -> Tree:
        """The rate of a state; 0 for everything else."""
        return self.rates.get(name, ZERO)
