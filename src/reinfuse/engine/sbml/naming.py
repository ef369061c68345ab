"""What the things of an SBML file are called in the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reinfuse.engine.language.functions import RESERVED
from reinfuse.engine.language.tree import Name, Tree
from reinfuse.engine.sbml.attributes import told
from reinfuse.engine.sbml.content import Kind
from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.refusals import Refusals

_LISTS = (
    ("listOfCompartments", "compartment", Kind.COMPARTMENT),
    ("listOfSpecies", "species", Kind.SPECIES),
    ("listOfParameters", "parameter", Kind.PARAMETER),
    ("listOfReactions", "reaction", Kind.REACTION),
)


class Names:
    """Hands out names that nothing else has."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def copied(self) -> Names:
        """Another one that has given out the same names."""
        return Names(self._taken)

    def fresh(self, wanted: str) -> str:
        """The wanted name, with underscores behind it until it is a new one."""
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Names of everything that has an id.

    `names` by id, a local parameter as `reaction.parameter`; `rates` are names set aside for the
    rate of change of each name; `fresh` hands out more.
    """

    names: dict[str, str]
    kinds: dict[str, Kind]
    rates: dict[str, str]
    fresh: Names
    notes: tuple[str, ...]

    def copied(self) -> Naming:
        """The same, to hand out names from here on once more."""
        return replace(self, fresh=self.fresh.copied())

    @property
    def trees(self) -> dict[str, Tree]:
        """What each id stands for in a formula."""
        return {id_: Name(name) for id_, name in self.names.items()}


def naming_of(model: Element, refusals: Refusals) -> Naming:
    """Names for a model; an id that says something else in a formula of ours gets another."""
    kinds: dict[str, Kind] = {}
    for kind, element in _with_ids(model):
        id_ = element.get("id") or ""
        if id_ in kinds:
            refusals.add(f"{told(element)} has the id of a {kinds[id_]}", element.at)
        kinds[id_] = kind
    names = Names(frozenset(kinds) | RESERVED)
    called = {id_: names.fresh(id_) if id_ in RESERVED else id_ for id_ in kinds}
    notes = [f"`{id_}` is called `{name}` here" for id_, name in called.items() if id_ != name]
    for reaction, element in _locals(model):
        id_ = local_id(reaction, element)
        kinds[id_] = Kind.LOCAL
        called[id_] = names.fresh(id_.replace(".", "_"))
    rates = {name: names.fresh(f"rate_of_{name}") for name in called.values()}
    return Naming(names=called, kinds=kinds, rates=rates, fresh=names, notes=tuple(notes))


def references_in(reaction: Element) -> Iterator[tuple[Element, float]]:
    """Species references of a reaction and their signs: below 0 for what is used up."""
    for reference in reaction.listed("listOfReactants", "speciesReference"):
        yield reference, -1.0
    for reference in reaction.listed("listOfProducts", "speciesReference"):
        yield reference, 1.0


def locals_in(reaction: Element) -> Iterator[Element]:
    """Parameters that only the kinetic law of a reaction knows."""
    for law in reaction.all("kineticLaw"):
        yield from law.listed("listOfParameters", "parameter")
        yield from law.listed("listOfLocalParameters", "localParameter")


def local_id(reaction: Element, element: Element) -> str:
    """What a local parameter is asked for as."""
    return f"{reaction.get('id') or ''}.{element.get('id') or ''}"


def _with_ids(model: Element) -> Iterator[tuple[Kind, Element]]:
    for group, tag, kind in _LISTS:
        for element in model.listed(group, tag):
            yield kind, element
            for reference, _ in references_in(element):
                if reference.get("id"):
                    yield Kind.STOICHIOMETRY, reference


def _locals(model: Element) -> Iterator[tuple[Element, Element]]:
    for reaction in model.listed("listOfReactions", "reaction"):
        for element in locals_in(reaction):
            yield reaction, element
