"""Gates applied to a tube: which events lie inside each, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.gates.dimensions import axes_of, dimensions_of
from reinfuse.cytometry.gates.inside import Axes, inside
from reinfuse.cytometry.gates.order import in_order
from reinfuse.cytometry.gates.reach import beyond_scale
from reinfuse.cytometry.gates.stretches import Inside
from reinfuse.cytometry.gates.values import Boolean, Gate, GateSet
from reinfuse.cytometry.sample import Sample
from reinfuse.errors import Finding, ReinfuseError, Severity

# Above this share of all events it is quicker to look at all of them than to pick some out.
MOST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """A tube after gating, by the names of the gates.

    `inside` is `"events"` for every gate: within its own borders and within its parents'.
    `counts` are its events, `parent_counts` those of its parent, all events where it has none.
    `beyond` names gates that are empty because no value of a channel can reach their borders.
    """

    inside: Mapping[str, Inside]
    counts: Mapping[str, int]
    parent_counts: Mapping[str, int]
    beyond: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def members(gate_set: GateSet, sample: Sample, *, names: Iterable[str] | None = None) -> Gated:
    """Which events of a tube lie in each gate; `names` asks for some, and what they stand on.

    An event without a number on a dimension lies in no gate on it. Findings tell gates whose
    parent is empty and gates with borders that no value of the channel can reach.
    ReinfuseError tells gates that stand on what is not there or on themselves, and channels,
    matrices or scales that are not there.
    """
    gates = in_order(gate_set.gates, names=names)
    axes = axes_of(gate_set, sample, (each for gate in gates for each in dimensions_of(gate)))
    found: dict[str, Inside] = {}
    counts: dict[str, int] = {}
    parent_counts: dict[str, int] = {}
    reach = tuple(beyond_scale(gates, axes, sample))
    nothing: dict[str | None, list[str]] = {}  # the first empty population, and gates behind it
    roots: dict[str, str | None] = {}
    for gate in gates:
        parent = None if gate.parent is None else found[gate.parent]
        parent_count = sample.count if gate.parent is None else counts[gate.parent]
        if isinstance(gate, Boolean):
            found[gate.name] = _joined(gate, found, parent)
        else:
            found[gate.name] = _within(
                gate, axes, parent, share=parent_count / max(sample.count, 1)
            )
        counts[gate.name] = int(np.count_nonzero(found[gate.name]))
        parent_counts[gate.name] = parent_count
        if parent_count == 0:
            root = None if gate.parent is None else roots.get(gate.parent, gate.parent)
            roots[gate.name] = root
            nothing.setdefault(root, []).append(gate.name)
    return Gated(
        inside=found,
        counts=counts,
        parent_counts=parent_counts,
        beyond=frozenset(one.gate for one in reach if one.beyond and not counts[one.gate]),
        findings=(
            *(one.finding for one in reach),
            *(_of_nothing(root, names, sample) for root, names in nothing.items()),
        ),
    )


def _within(gate: Gate, axes: Axes, parent: Inside | None, *, share: float) -> Inside:
    own = {each: axes[each] for each in dimensions_of(gate)}
    if parent is None:
        return inside(gate, own)
    if share > MOST:
        return inside(gate, own) & parent
    events = np.flatnonzero(parent)
    result = np.zeros(parent.shape, dtype=np.bool_)
    result[events] = inside(gate, {each: axis.taken(events) for each, axis in own.items()})
    return result


def _joined(gate: Boolean, found: Mapping[str, Inside], parent: Inside | None) -> Inside:
    operands = [
        ~found[operand.gate] if operand.complement else found[operand.gate]
        for operand in gate.operands
    ]
    own = _operated(gate, operands)
    return own if parent is None else own & parent


def _operated(gate: Boolean, operands: Sequence[Inside]) -> Inside:
    if gate.operator == "not" and len(operands) == 1:
        return ~operands[0]
    if gate.operator == "and" and operands:
        return np.asarray(np.logical_and.reduce(operands))
    if gate.operator == "or" and operands:
        return np.asarray(np.logical_or.reduce(operands))
    raise ReinfuseError(
        f"{gate.operator} of {len(operands)} gates says nothing",
        where=f"gate {gate.name}",
        fix="join gates by and, by or, or take not of one",
    )


def _of_nothing(root: str | None, names: Sequence[str], sample: Sample) -> Finding:
    """One finding for all gates on one empty population: each by itself would bury the cause."""
    have = f"gate {names[0]} has" if len(names) == 1 else f"gates {', '.join(names)} have"
    return Finding(
        severity=Severity.GAP,
        rule="gate-in-empty-parent",
        what=f"{root or 'the tube'} holds no events, and {have} nothing to look at",
        where=sample.file,
        fix="see whether the gates above fit this tube" if root else "",
    )
