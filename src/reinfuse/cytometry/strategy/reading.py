"""Reads a strategy file: every problem at once, by its line."""

from __future__ import annotations

from importlib import resources
from os import PathLike
from pathlib import Path

from reinfuse.cytometry.gates.values import GateSet
from reinfuse.cytometry.opening import text_of
from reinfuse.cytometry.strategy.checking import check
from reinfuse.cytometry.strategy.gate_text import GateReader
from reinfuse.cytometry.strategy.sections import Entries, named, read_scale, read_source
from reinfuse.cytometry.strategy.told import Told, shortened
from reinfuse.cytometry.strategy.tree import Keys, Node, Scalar, read_tree
from reinfuse.cytometry.strategy.values import Strategy
from reinfuse.errors import ReinfuseError

SHIPPED = ("car-t", "b-all-mrd", "b-all-mrd-cd19-free")
TOP = {
    "name": "a short name without spaces",
    "title": "what it is for, in a few words",
    "version": "changes whenever a border does",
    "about": "what a reader should know before using it",
    "sources": "publications by a short name: cite, standing, doi, place",
    "source": "short names of the sources of the whole",
    "scales": "scales by name: kind, and its parameters",
    "markers": "what gates speak of: light, scale, aliases, instead",
    "dividers": "markers cut into stretches, for quadrants: marker, cuts",
    "populations": "a list of populations: name, parent, gate, ...",
    "viable": "the population of living cells, whose share of its parent is the viability",
    "beads": "the population of counting beads",
    "results": "a list of the numbers that come out: name, kind, count, of, ...",
}
LARGEST_FILE = 250_000  # bytes
_NEEDED = ("name", "title", "version", "markers", "populations")


def read_strategy(name: str | PathLike[str]) -> Strategy:
    """The strategy of a file, or the shipped one of that name.

    Raises ReinfuseError with everything that is wrong in the file, a line for each.
    """
    if str(name) in SHIPPED:
        text = resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        return read_strategy_text(text, f"{name}.yaml")
    path = Path(name)
    if not path.suffix and not _is_there(path):
        what = f"there is no strategy {shortened(path.name)!r}"
        raise ReinfuseError(what, fix=f"name a file, or one of: {', '.join(SHIPPED)}")
    text = text_of(path, most=LARGEST_FILE, fix="name the strategy file itself")
    return read_strategy_text(text, path.name)


def read_strategy_text(text: str, file: str) -> Strategy:
    """The strategy of a text; raises ReinfuseError as `read_strategy` does."""
    told = Told(file)
    written = told.keys(read_tree(text, file), "a strategy", TOP, needed=_NEEDED)
    strategy = _strategy(told, written, file)
    # A part that could not be read would make every name in it look unknown.
    if strategy is not None and not told.problems:
        check(strategy, _lines(written), told)
    told.raise_if_any("the strategy cannot be used:")
    if strategy is None:
        raise AssertionError("a strategy without a problem could not be made")
    return strategy


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long to be that of a file
        return False


def _strategy(told: Told, written: dict[str, Node], file: str) -> Strategy | None:
    part = written.get
    texts = {key: told.text(part(key), f"`{key}`") or "" for key in ("about", "viable", "beads")}
    needed = {key: told.text(part(key), f"`{key}`") for key in ("name", "title", "version")}
    sources = named(told, part("sources"), "`sources`", lambda *one: read_source(told, *one))
    scales = named(told, part("scales"), "`scales`", lambda *one: read_scale(told, *one))
    # Dividers stand on markers, and gates on both.
    entries = Entries(told, sources, scales, GateReader(told, {}, {}))
    markers = named(told, part("markers"), "`markers`", entries.marker)
    entries = Entries(told, sources, scales, GateReader(told, markers, {}))
    dividers = named(told, part("dividers"), "`dividers`", entries.divider)
    entries = Entries(told, sources, scales, GateReader(told, markers, dividers))
    populations = [
        found for node in _listed(told, part("populations")) if (found := entries.population(node))
    ]
    results = [
        result for node in _listed(told, part("results")) if (result := entries.result(node))
    ]
    if None in needed.values():
        return None
    return Strategy(
        file=file,
        markers=markers,
        gates=GateSet(gates=tuple(gate for _, gate in populations), scales=scales),
        populations=tuple(population for population, _ in populations),
        results=tuple(results),
        sources=entries.cited(part("source"), "the strategy"),
        **{key: value or "" for key, value in needed.items()},
        **texts,
    )


def _listed(told: Told, node: Node | None) -> tuple[Node, ...]:
    return () if node is None else told.items(node, "a section of entries")


def _lines(written: dict[str, Node]) -> dict[tuple[str, str], int]:
    """On which line each entry begins, by section and name."""
    lines: dict[tuple[str, str], int] = {
        ("section", key): node.line for key, node in written.items()
    }
    for section, node in written.items():
        if isinstance(node, Keys):
            lines |= {(section, key.text): key.line for key, _ in node.items}
        elif not isinstance(node, Scalar):
            for item in node.items:
                name = _name_in(item)
                lines.setdefault((section, name), item.line)
    return lines


def _name_in(node: Node) -> str:
    if not isinstance(node, Keys):
        return ""
    names = (
        value.text for key, value in node.items if key.text == "name" and isinstance(value, Scalar)
    )
    return " ".join(next(names, "").split())
