"""Reads the entries of a strategy file: sources, scales, markers, populations, results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from reinfuse.cytometry.gates.values import Divider, Gate
from reinfuse.cytometry.scales.forms import scale_from
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.cytometry.strategy.gate_text import FORMS, GateReader
from reinfuse.cytometry.strategy.placement_text import read_placement
from reinfuse.cytometry.strategy.told import Told, did_you_mean, shortened
from reinfuse.cytometry.strategy.tree import Node
from reinfuse.cytometry.strategy.values import (
    Absent,
    Control,
    Kind,
    Light,
    Marker,
    Population,
    Wanted,
)
from reinfuse.source import Source, Standing

SOURCE = {
    "cite": "what a reader would write, such as Peinelt 2022",
    "standing": f"one of: {', '.join(standing.value for standing in Standing)}",
    "doi": "without the address in front of it",
    "place": "table, figure or section",
}
MARKER = {
    "light": f"one of: {', '.join(light.value for light in Light)}; dye if absent",
    "scale": "the name of a scale; values as they are if absent",
    "aliases": "other names that a tube may give it",
    "instead": "markers that may stand in its place, in this order",
}
DIVIDER = {"marker": "the marker that is cut", "cuts": "borders on its scale, rising"}
POPULATION = {
    "name": "how it is called",
    "parent": "the population it lies in; all events if absent",
    "about": "what it is, for a reader",
    "gate": f"its gate, in one of the forms {', '.join(FORMS)}",
    "if_absent": "what to do when a tube lacks a marker: refuse, skip or leave out",
    "placement": "how it may be moved by itself: how, reach, ...",
    "source": "short names of its sources",
}
RESULT = {
    "name": "how it is called",
    "kind": "share, ratio, or split: a part of what was found, without a blank; share if absent",
    "count": "the population that is counted",
    "of": "the population it is a part of, or is compared with",
    "analyte": "what the record calls it",
    "denominator": "what the record calls what it is a percentage of",
    "gated_free_of": "an antigen that its gates do not rely on",
    "controls": f"tubes that give its background, of: {', '.join(one.value for one in Control)}",
    "absolute": "cell counts that turn it into cells per microlitre, like lymphocytes: NAME",
    "source": "short names of its sources",
}
Read = TypeVar("Read")


def named(
    told: Told, node: Node | None, thing: str, read: Callable[[str, Node], Read | None]
) -> dict[str, Read]:
    """The entries of a section by name, those that could be read."""
    found: dict[str, Read] = {}
    for key, value in () if node is None else told.named(node, thing):
        one = read(key.text, value)
        if one is not None:
            found[key.text] = one
    return found


@dataclass(frozen=True, slots=True)
class Entries:
    """Reads entries; what has a problem is None, and the problem is told."""

    told: Told
    sources: Mapping[str, Source]
    scales: Mapping[str, Scale]
    gates: GateReader

    def marker(self, name: str, node: Node) -> Marker | None:
        """A marker; its text may be empty, as nothing in it is needed."""
        thing = f"the marker `{shortened(name)}`"
        written = self.told.keys(node, thing, MARKER)
        scale = self.told.text(written.get("scale"), f"the scale of {thing}")
        if scale is not None and scale not in self.scales:
            what = f"{thing} names the scale `{shortened(scale)}`, which `scales` has not"
            self.told.add(written["scale"].line, what, did_you_mean(scale, self.scales))
        return Marker(
            name=name,
            light=self.told.word(written.get("light"), f"the light of {thing}", Light, Light.DYE),
            scale=scale,
            aliases=self.told.texts(written.get("aliases"), f"the aliases of {thing}"),
            instead=self.told.texts(written.get("instead"), f"`instead` of {thing}"),
        )

    def divider(self, name: str, node: Node) -> Divider | None:
        """A divider."""
        thing = f"the divider `{shortened(name)}`"
        written = self.told.keys(node, thing, DIVIDER, needed=tuple(DIVIDER))
        dimension = self.gates.dimension(written.get("marker"), thing)
        cuts = self.told.numbers(written.get("cuts"), f"the cuts of {thing}")
        if dimension is None or cuts is None:
            return None
        if list(cuts) != sorted(set(cuts)):
            self.told.add(written["cuts"].line, f"the cuts of {thing} do not rise", "sort them")
        return Divider(name=name, dimension=dimension, cuts=cuts)

    def population(self, node: Node) -> tuple[Population, Gate] | None:
        """A population with its gate."""
        written = self.told.keys(node, "a population", POPULATION, needed=("name", "gate"))
        name = self.told.text(written.get("name"), "the name of a population")
        if name is None or "gate" not in written:
            return None
        thing = f"`{shortened(name)}`"
        parent = self.told.text(written.get("parent"), f"the parent of {thing}")
        gate = self.gates.gate(written["gate"], name, parent)
        absent = self.told.word(
            written.get("if_absent"), f"`if_absent` of {thing}", Absent, Absent.REFUSE
        )
        population = Population(
            name=name,
            about=self.told.text(written.get("about"), f"`about` of {thing}") or "",
            absent=absent,
            placement=None
            if "placement" not in written
            else read_placement(self.told, written["placement"], thing),
            sources=self.cited(written.get("source"), thing),
        )
        return None if gate is None else (population, gate)

    def result(self, node: Node) -> Wanted | None:
        """A result."""
        written = self.told.keys(node, "a result", RESULT, needed=("name", "count", "of"))
        name = self.told.text(written.get("name"), "the name of a result")
        thing = f"the result `{shortened(name or '')}`"
        texts = {
            key: self.told.text(written.get(key), f"`{key}` of {thing}") or ""
            for key in ("count", "of", "analyte", "denominator", "gated_free_of")
        }
        if name is None or not texts["count"] or not texts["of"]:
            return None
        return Wanted(
            name=name,
            kind=self.told.word(written.get("kind"), f"the kind of {thing}", Kind, Kind.SHARE),
            controls=self._controls(written.get("controls"), thing),
            absolute=named(
                self.told,
                written.get("absolute"),
                f"`absolute` of {thing}",
                lambda count, value: self.told.text(value, f"`{shortened(count)}` of {thing}"),
            ),
            sources=self.cited(written.get("source"), thing),
            **texts,
        )

    def _controls(self, node: Node | None, thing: str) -> tuple[Control, ...]:
        if node is None:
            return ()
        of = f"`controls` of {thing}"
        items = self.told.items(node, of)
        return tuple(self.told.word(item, of, Control, Control.BLANK) for item in items)

    def cited(self, node: Node | None, thing: str) -> tuple[Source, ...]:
        """The sources that are named here."""
        names = self.told.texts(node, f"the source of {thing}")
        for name in names:
            if name not in self.sources and node is not None:
                what = f"the source `{shortened(name)}` of {thing} is not in `sources`"
                self.told.add(node.line, what, did_you_mean(name, self.sources))
        return tuple(self.sources[name] for name in names if name in self.sources)


def read_source(told: Told, name: str, node: Node) -> Source | None:
    """A source; its standing says how sure we are of it."""
    thing = f"the source `{shortened(name)}`"
    written = told.keys(node, thing, SOURCE, needed=("cite", "standing"))
    cite = told.text(written.get("cite"), f"`cite` of {thing}")
    standing = told.word(written.get("standing"), f"`standing` of {thing}", Standing, Standing.OURS)
    doi = told.text(written.get("doi"), f"`doi` of {thing}") or ""
    place = told.text(written.get("place"), f"`place` of {thing}") or ""
    return None if cite is None else Source(cite=cite, standing=standing, doi=doi, place=place)


def read_scale(told: Told, name: str, node: Node) -> Scale | None:
    """A scale: its kind, and the parameters that scales of this kind have."""
    thing = f"the scale `{shortened(name)}`"
    pairs = told.named(node, thing)
    written = {key.text: value for key, value in pairs}
    kind = told.text(written.pop("kind", None), f"the kind of {thing}")
    if kind is None:
        told.add(node.line, f"{thing} needs `kind`", "write linear, log, asinh, logicle, ...")
        return None
    numbers = {key: told.number(value, f"`{key}` of {thing}") for key, value in written.items()}
    parameters = {key: number for key, number in numbers.items() if number is not None}
    if len(parameters) < len(numbers):
        return None
    return told.tried(node.line, thing, lambda: scale_from(kind, parameters))
