"""The gates of one tube placed by themselves, parents first, where the strategy allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.dimensions import axes_of, dimensions_of
from reinfuse.cytometry.gates.order import in_order
from reinfuse.cytometry.gates.stretches import on_scale
from reinfuse.cytometry.gates.values import Dimension, Divider, Gate, GateSet, Quadrant, Rectangle
from reinfuse.cytometry.placing.compared import apart
from reinfuse.cytometry.placing.placed import place, place_together
from reinfuse.cytometry.placing.shapes import borders
from reinfuse.cytometry.placing.values import Flank, How, Percentile, Placed
from reinfuse.cytometry.sample import Floats, Sample
from reinfuse.errors import Finding, Severity

FAR_APART = 1.0  # spreads of the control's negatives, our own choice; see `_apart`

# The control of a gate that is placed by one, by the name of the gate; None if there is none.
ControlOf = Callable[[str], Sample | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesPlaced:
    """What became of every gate that might move, and what a reader must be told.

    A quadrant that shares a divider with one that was placed has the divider where that one has it.
    """

    placed: Mapping[str, Placed]
    findings: tuple[Finding, ...]

    @property
    def gates(self) -> dict[str, Gate]:
        """The gates to use in place of the template's, those that moved alone."""
        return {
            name: one.gate
            for name, one in self.placed.items()
            if one.gate != one.template and not isinstance(one.gate, Divider)
        }


def place_gates(
    sample: Sample,
    gate_set: GateSet,
    hints: Mapping[str, How],
    control_of: ControlOf,
) -> GatesPlaced:
    """The gates of a tube that have hints, each placed on the events of its placed parent.

    A gate that goes by a control looks at the control's events behind the same parent gates.
    ReinfuseError for channels and matrices that are not there, as when gates are applied.
    """
    walk = _Walk(sample, gate_set, hints)
    for gate in in_order(gate_set.gates):
        if gate.name in hints:
            walk.place(gate.name, control_of)
    return GatesPlaced(placed=walk.placed, findings=tuple(walk.findings))


class _Walk:
    """The gate set as far as it has been placed."""

    def __init__(self, sample: Sample, gate_set: GateSet, hints: Mapping[str, How]) -> None:
        self.sample, self.gate_set, self.hints = sample, gate_set, hints
        self.template = {gate.name: gate for gate in gate_set.gates}
        self.placed: dict[str, Placed] = {}
        self.findings: list[Finding] = []
        self._parents: dict[str | None, NDArray[np.intp]] = {}

    def place(self, name: str, control_of: ControlOf) -> None:
        """Place one gate; the gates above it are done."""
        gate = self.gate(name)
        if gate.parent not in self._parents:
            self._parents[gate.parent] = parent_events(self.gate_set, self.sample, gate.parent)
        how = self.hints[name]
        values = on_scales(self.gate_set, self.sample, self._parents[gate.parent], gate)
        if not isinstance(how, Percentile | Flank):
            self._keep(place(gate, values, how, scales=self.gate_set.scales))
            return
        control = control_of(name)
        if control is None:
            why = "there is no control to place it by"
            self._keep(Placed(gate=gate, template=gate, moves=(), events=0, unfit=why))
            return
        events = parent_events(self.gate_set, control, gate.parent)
        there = on_scales(self.gate_set, control, events, gate)
        one = place_together(
            gate, control=there, sample=values, how=how, scales=self.gate_set.scales
        )
        self._keep(one)
        self.findings += _apart(one.gate, there, values, control.file, self.sample.file)

    def gate(self, name: str) -> Gate:
        """A gate as it stands now."""
        return next(one for one in self.gate_set.gates if one.name == name)

    def _keep(self, one: Placed) -> None:
        gate = one.gate
        assert not isinstance(gate, Divider)  # a strategy places whole gates
        self.placed[gate.name] = replace(one, template=self.template[gate.name])
        self.findings += one.findings(self.sample.file)
        self._use({gate.name: gate})
        if isinstance(gate, Quadrant) and gate != one.template:
            self._share(gate, one)

    def _share(self, gate: Quadrant, one: Placed) -> None:
        moved = {(divider.name, divider.dimension): divider for divider, _ in gate.stretches}
        for other in self.gate_set.gates:
            if not isinstance(other, Quadrant) or {other.name} & self.hints.keys():
                continue
            stretches = tuple(
                (moved.get((divider.name, divider.dimension), divider), number)
                for divider, number in other.stretches
            )
            if stretches != other.stretches:
                new = replace(other, stretches=stretches)
                used = {divider.dimension for divider, _ in stretches}
                self._use({other.name: new})
                self.placed[other.name] = Placed(
                    gate=new,
                    template=self.template[other.name],
                    moves=tuple(move for move in one.moves if move.dimension in used),
                    events=one.events,
                )

    def _use(self, gates: Mapping[str, Gate]) -> None:
        self.gate_set = replace(
            self.gate_set,
            gates=tuple(gates.get(gate.name, gate) for gate in self.gate_set.gates),
        )


def parent_events(gate_set: GateSet, sample: Sample, parent: str | None) -> NDArray[np.intp]:
    """The numbers of the events in a gate; of all events for None."""
    if parent is None:
        return np.arange(sample.count)
    return np.flatnonzero(members(gate_set, sample, names=[parent]).inside[parent])


def on_scales(
    gate_set: GateSet, sample: Sample, events: NDArray[np.intp], gate: Gate
) -> dict[Dimension, Floats]:
    """Some events of a tube on every dimension of a gate, on its scales."""
    return values_of(gate_set, sample, events, dimensions_of(gate))


def values_of(
    gate_set: GateSet,
    sample: Sample,
    events: NDArray[np.intp],
    dimensions: Iterable[Dimension],
) -> dict[Dimension, Floats]:
    """Some events of a tube on some dimensions, `"events"` each, on the dimensions' scales."""
    axes = axes_of(gate_set, sample, dimensions)
    with np.errstate(all="ignore"):  # what a scale does not reach is nan, and lies in no gate
        return {each: on_scale(axis.linear[events], axis.scale) for each, axis in axes.items()}


def _apart(
    gate: Gate | Divider, control: Mapping[Dimension, Floats], sample: Mapping[Dimension, Floats],
    control_file: str, file: str,
) -> list[Finding]:  # fmt: skip
    """Whether the negatives of sample and control lie so far apart that the border is in doubt."""
    if not isinstance(gate, Rectangle):
        return []
    found = []
    for mark in borders(gate):
        seen = apart(control[mark.dimension], sample[mark.dimension], border=mark.place)
        if abs(seen.spreads) > FAR_APART:  # nan is not far
            what = (
                f"{gate.name}: the negatives lie {seen.shift:+.3g} on the scale from those of its "
                f"control {control_file} ({seen.spreads:+.1f} spreads), and the border rests on "
                "the control"
            )
            fix = "see whether stains, voltages and cells of both are alike; or name another"
            found.append(
                Finding(
                    severity=Severity.AMBIGUITY,
                    rule="flow-control-elsewhere",
                    what=what,
                    where=file,
                    fix=fix,
                )
            )
    return found
