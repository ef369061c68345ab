"""A Gating-ML 2.0 file as gates, with all that cannot be read told at once.

Standard: Spidlen 2015, ISAC's Gating-ML 2.0, doi:10.1002/cyto.a.22690.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from reinfuse.cytometry.gates.standing import only_standing
from reinfuse.cytometry.gates.values import Gate, GateSet, Ratio
from reinfuse.cytometry.gatingml.elements import (
    LARGEST_FILE,
    Element,
    Unreadable,
    parse_xml,
    required,
)
from reinfuse.cytometry.gatingml.gates import gates_of
from reinfuse.cytometry.gatingml.transformations import scale_or_ratio, spill_of
from reinfuse.cytometry.opening import bytes_of
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import Finding, ReinfuseError, Severity

ROOT = "Gating-ML"
NAME = "reinfuse-name"  # in custom_info: the name of what has another id


def read_gatingml(path: str | PathLike[str]) -> GateSet:
    """The gates of a file; ReinfuseError tells all that cannot be read, by element and line."""
    data = bytes_of(path, most=LARGEST_FILE, fix="split the file")
    path = Path(path)
    gate_set, findings = parse_gatingml(data, source=path.name)
    if findings:
        raise ReinfuseError(
            "; ".join(finding.what for finding in findings),
            where=path.name,
            fix="correct or take out what cannot be read",
        )
    return gate_set


def parse_gatingml(data: bytes, *, source: str) -> tuple[GateSet, tuple[Finding, ...]]:
    """The gates that can be read, and a finding for each element that cannot.

    A gate that stands on one that cannot be read is left out as well. ReinfuseError only where
    the whole is no Gating-ML file.
    """
    root = parse_xml(data, source=source)
    if root.tag != ROOT:
        raise ReinfuseError(
            f"the file begins with <{root.tag}>, not with <{ROOT}>",
            where=f"{source} line {root.line}",
            fix="give a Gating-ML 2.0 file",
        )
    names = _names(root)
    problems: list[str] = []
    scales: dict[str, Scale] = {}
    ratios: dict[str, Ratio] = {}
    matrices: dict[str, Spill] = {}
    gates: list[Gate] = []
    for element in root.children:
        try:
            if element.tag == "transformation":
                found = scale_or_ratio(element)
                kept: dict[str, Any] = ratios if isinstance(found, Ratio) else scales
                kept[names.of(required(element, "id"))] = found
            elif element.tag == "spectrumMatrix":
                matrices[names.of(required(element, "id"))] = spill_of(element)
            elif element.tag != "custom_info":
                gates.extend(gates_of(element, names.of))
        except Unreadable as problem:
            told, why = element.told(), str(problem)
            problems.append(why if why.startswith(told) else f"{told}: {why}")
    read = GateSet(gates=tuple(gates), scales=scales, matrices=matrices, ratios=ratios)
    sound, left_out = only_standing(read)
    return sound, tuple(
        Finding(
            severity=Severity.ERROR,
            rule="gatingml-not-read",
            what=what,
            where=source,
            fix="correct it or take it out",
        )
        for what in (*names.problems, *problems, *left_out)
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What ids stand for: themselves, or the name that a file of ours keeps beside them."""

    kept: Mapping[str, str]
    problems: tuple[str, ...]

    def of(self, identifier: str) -> str:
        return self.kept.get(identifier, identifier)


def _names(root: Element) -> _Names:
    identified = [each for top in root.children for each in _identified(top)]
    times = Counter(each.get("id") for each in identified)
    kept = {
        each.attributes["id"]: each.attributes["name"]  # with the blanks that are part of it
        for info in root.all("custom_info")
        for each in info.all(NAME)
        if each.attributes.get("id") and each.attributes.get("name")
    }
    twice = [f"the id {name} is given {n} times" for name, n in times.items() if name and n > 1]
    return _Names(kept, tuple(twice))


def _identified(element: Element) -> Iterator[Element]:
    """An element that names may refer to, and the quadrants and dividers in it."""
    yield element
    yield from element.all("divider")
    yield from element.all("Quadrant")
