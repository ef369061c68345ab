"""The gates that can be applied when some of a file could not be read."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.gates.order import stands_on
from reinfuse.cytometry.gates.values import FROM_FILE, UNCOMPENSATED, Gate, GateSet


def only_standing(gate_set: GateSet) -> tuple[GateSet, tuple[str, ...]]:
    """The gates whose scales, matrices, parents and operands are all there, and why others go.

    A gate that stands on one left out is left out too.
    """
    compensations = {UNCOMPENSATED, FROM_FILE, *gate_set.matrices}
    reasons: dict[str, str] = {}
    left = gate_set.gates
    while True:
        names = {gate.name for gate in left}
        fallen = {
            gate.name: why
            for gate in left
            if (why := _why_not(gate, gate_set, names, compensations)) is not None
        }
        if not fallen:
            return replace(gate_set, gates=left), tuple(reasons.values())
        reasons |= fallen
        left = tuple(gate for gate in left if gate.name not in fallen)


def _why_not(gate: Gate, gate_set: GateSet, names: set[str], compensations: set[str]) -> str | None:
    for below in stands_on(gate):
        if below not in names:
            return f"gate {gate.name} stands on gate {below}, which is not there or was not read"
    for dimension in dimensions_of(gate):
        if dimension.scale is not None and dimension.scale not in gate_set.scales:
            return f"gate {gate.name} needs the scale {dimension.scale}, which was not read"
        if dimension.compensation not in compensations:
            return f"gate {gate.name} needs the matrix {dimension.compensation}, which was not read"
    return None
