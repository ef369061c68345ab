"""Where the populations of a tube lie, to be compared with the patient's other tubes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reinfuse.cytometry.gates.values import Dimension, Gate, Quadrant, Rectangle
from reinfuse.cytometry.measured.placements import values_of
from reinfuse.cytometry.placing.shapes import borders
from reinfuse.cytometry.placing.tubes import Position, positions
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.tube import TubeGated
from reinfuse.cytometry.strategy.values import Light, Strategy

Positions = tuple[Position, ...]
FEWEST = 100  # our own choice: the median of fewer moves by a tenth of its spread
MOST = 20_000  # events of a population are enough for a median


def positions_of(sample: Sample, strategy: Strategy, gated: TubeGated) -> Positions:
    """Medians below and above the border of every stain that has one, by marker.

    The border is the strategy's template, the same in every tube: a border that follows the events
    would hide that they moved.
    """
    markers = {channel: marker for marker, channel in gated.channels.items()}
    found: dict[str, Position] = {}
    for gate, dimension, border in _borders(strategy, gated):
        marker = markers.get(dimension.name, dimension.name)
        if marker in found:
            continue
        events = (
            np.arange(sample.count)
            if gate.parent is None
            else np.flatnonzero(gated.inside[gate.parent])
        )
        some = events[:: max(1, events.size // MOST)]
        values = values_of(gated.gate_set, sample, some, [dimension])[dimension]
        found[marker] = positions({marker: values}, {marker: border}, fewest=FEWEST)[0]
    return tuple(found.values())


def _borders(strategy: Strategy, gated: TubeGated) -> Iterator[tuple[Gate, Dimension, float]]:
    """The first border of each stain, with the gate of the tube that it stands in."""
    template = {gate.name: gate for gate in strategy.gates.gates}
    for gate in gated.gate_set.gates:
        drawn = template[gate.name]
        if not isinstance(gate, Rectangle | Quadrant) or not isinstance(
            drawn, Rectangle | Quadrant
        ):
            continue
        for there, here in zip(borders(drawn), borders(gate), strict=True):
            if strategy.markers[there.dimension.name].light is Light.DYE:
                yield gate, here.dimension, there.place
