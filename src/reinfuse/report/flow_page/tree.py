"""The gating tree: every population with its counts, under the one that it was gated in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.gates.values import Boolean, Gate, Quadrant
from reinfuse.cytometry.measured.values import TubeMeasured
from reinfuse.cytometry.placing.values import Placed, Standing
from reinfuse.cytometry.strategy.tube import NoShare
from reinfuse.cytometry.strategy.values import Strategy
from reinfuse.report.charts.words import shown
from reinfuse.report.flow_page.moves import markers_of, short_words


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """A population as text; `depth` counts the populations above it."""

    name: str
    depth: int
    about: str
    on: str
    count: str
    of_parent: str
    of_grandparent: str
    borders: str


def tree_rows(tube: TubeMeasured, strategy: Strategy) -> tuple[TreeRow, ...]:
    """A row for each population, children under their parents, in the order of the strategy."""
    gates = {gate.name: gate for gate in tube.gated.gate_set.gates}
    about = {one.name: one.about for one in strategy.populations}
    markers = markers_of(tube)
    return tuple(
        TreeRow(
            name=name,
            depth=depth,
            about=about.get(name, ""),
            on=_on(gates[name], markers),
            count=f"{counted.count:,}",
            of_parent=_percent(counted.of_parent),
            of_grandparent=_percent(counted.of_grandparent),
            borders=_borders(tube.placed.get(name), markers),
        )
        for name, depth in _walk(tuple(gates.values()), None, 0)
        for counted in (tube.gated.populations[name],)
    )


def left_out_words(tube: TubeMeasured) -> tuple[str, ...]:
    """The populations that the tube cannot have, and why."""
    return tuple(
        f"{one.name}: {'passed over' if one.skipped else 'left out'}, {one.because}"
        for one in tube.gated.left_out
    )


def _walk(gates: tuple[Gate, ...], parent: str | None, depth: int) -> Iterator[tuple[str, int]]:
    for gate in gates:
        if gate.parent == parent:
            yield gate.name, depth
            yield from _walk(gates, gate.name, depth + 1)


def _on(gate: Gate, markers: Mapping[str, str]) -> str:
    """What a gate looks at, and what kind of gate it is."""
    if isinstance(gate, Boolean):
        signs = [f"{'not ' if one.complement else ''}{one.gate}" for one in gate.operands]
        joined = f" {gate.operator} ".join(signs)
        return f"not {joined}" if gate.operator == "not" else joined
    names = dict.fromkeys(markers.get(each.name, each.name) for each in dimensions_of(gate))
    kind = "quadrant" if isinstance(gate, Quadrant) else type(gate).__name__.lower()
    return f"{', '.join(names)} ({'range' if len(names) == 1 else kind})"


def _percent(share: float | NoShare) -> str:
    return f"– ({share.because})" if isinstance(share, NoShare) else f"{shown(share)} %"


def _borders(placed: Placed | None, markers: Mapping[str, str]) -> str:
    """Where the borders come from, with the shift of each that moved."""
    if placed is None:
        return "template"
    if placed.unfit:
        return f"template: {placed.unfit}"
    # Those that moved first.
    moves = sorted(placed.moves, key=lambda one: one.standing is not Standing.MOVED)
    said = "; ".join(short_words(one, markers) for one in moves)
    moved = any(one.standing is Standing.MOVED for one in moves)
    return f"{'moved' if moved else 'template'}: {said}"
