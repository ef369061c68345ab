"""Which SBML a file is written in, and what it needs beyond."""

from __future__ import annotations

from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.refusals import Refusals
from reinfuse.errors import ReinfuseError

_PREFIX = "http://www.sbml.org/sbml/level"
_CORE = {
    _PREFIX + "2": (2, 1),
    **{f"{_PREFIX}2/version{version}": (2, version) for version in (2, 3, 4, 5)},
    **{f"{_PREFIX}3/version{version}/core": (3, version) for version in (1, 2)},
}


def level_of(root: Element, *, source: str) -> tuple[int, int]:
    """Level and version, of those that can be read: Level 2, and Level 3 core."""
    where = f"{source} line {root.at.line}"
    if root.tag != "sbml":
        raise ReinfuseError(
            f"the file is XML, but its root is <{root.tag}>, not <sbml>",
            where=where,
            fix="write SBML Level 2 or Level 3",
        )
    known = _CORE.get(root.space)
    if known is None:
        raise ReinfuseError(
            f"SBML of namespace {root.space!r} (level {root.get('level') or 'unknown'}) "
            "is not supported",
            where=where,
            fix="convert the model to SBML Level 2 Version 4 or Level 3",
        )
    return known


def refuse_packages(root: Element, refusals: Refusals) -> tuple[str, ...]:
    """Notes on packages that are left out; those that change what the model means are refused."""
    notes = []
    for name, value in root.attributes.items():
        space, _, word = name.rpartition(" ")
        if word != "required" or not space.startswith(_PREFIX):
            continue
        package = space.removeprefix(_PREFIX).split("/")[-2]
        if value.strip() in {"true", "1"}:
            refusals.add(f"package `{package}`, which the model needs, is not supported", root.at)
        else:
            notes.append(f"package `{package}` is left out: the file says it changes no value")
    return tuple(notes)
