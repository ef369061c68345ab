"""Which gates lead to a result, and which controls show its background."""

from __future__ import annotations

from collections.abc import Iterable

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.gates.order import in_order
from reinfuse.cytometry.gates.values import Gate, Quadrant, Rectangle
from reinfuse.cytometry.strategy.panel import Panel, Tube
from reinfuse.cytometry.strategy.spelling import key
from reinfuse.cytometry.strategy.values import Control, Light, Marker, Strategy, Wanted


def path_of(wanted: Wanted, gates: Iterable[Gate]) -> tuple[str, ...]:
    """The gates that a counted event passes and an event of the denominator need not."""
    known = {gate.name: gate for gate in gates}
    if wanted.count not in known:
        return ()
    passed = {gate.name for gate in in_order(tuple(known.values()), names=[wanted.count])}
    if wanted.of in known:
        shared = {gate.name for gate in in_order(tuple(known.values()), names=[wanted.of])}
        passed -= shared
    return tuple(name for name in known if name in passed)


def controls_for(
    wanted: Wanted, file: str, strategy: Strategy, panel: Panel | None, among: Iterable[str]
) -> tuple[tuple[str, Tube], ...]:
    """The controls of a file that show the background of a result.

    An FMO counts only where the stain that it lacks is one that this result asks to be bright: in
    an FMO of a stain that is asked to be dark, everything would look like what is counted.
    """
    if panel is None or not wanted.controls:
        return ()
    markers = _markers(path_of(wanted, strategy.gates.gates), strategy)
    found = [
        (other, tube)
        for other, tube in panel.controls(file, among)
        if tube.role in wanted.controls
        and (tube.role is not Control.FMO or key(tube.without) in markers)
    ]
    order = {role: place for place, role in enumerate(wanted.controls)}
    return tuple(sorted(found, key=lambda one: order[one[1].role]))


def beads_population(strategy: Strategy) -> str | None:
    """The population of counting beads: the first that is gated on beads alone."""
    for gate in strategy.gates.gates:
        names = [each.name for each in dimensions_of(gate)]
        if names and all(strategy.markers[name].light is Light.BEADS for name in names):
            return gate.name
    return None


def counted_on(wanted: Wanted, gates: Iterable[Gate]) -> tuple[str, ...]:
    """The populations whose counts a result needs, in the gates of one tube."""
    known = {gate.name for gate in gates}
    asked = (wanted.count, wanted.of, *wanted.absolute.values())
    return tuple(dict.fromkeys(name for name in asked if name in known))


def _markers(names: Iterable[str], strategy: Strategy) -> set[str]:
    """The keys of all spellings of the markers that some gates ask to be bright."""
    gates = {gate.name: gate for gate in strategy.gates.gates}
    looked = [strategy.markers[each] for name in names for each in _bright(gates[name])]
    looked += [strategy.markers[other] for one in looked for other in one.instead]
    return {key(name) for one in looked for name in _spellings(one)}


def _bright(gate: Gate) -> tuple[str, ...]:
    """The dimensions of a gate but those that are asked to be dark."""
    if isinstance(gate, Rectangle):
        return tuple(side.dimension.name for side in gate.sides if side.low is not None)
    if isinstance(gate, Quadrant):
        return tuple(divider.dimension.name for divider, number in gate.stretches if number > 0)
    return tuple(each.name for each in dimensions_of(gate))


def _spellings(marker: Marker) -> tuple[str, ...]:
    return (marker.name, *marker.aliases)
