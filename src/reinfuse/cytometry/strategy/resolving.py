"""Puts the channels of one tube in place of a strategy's markers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.gates.order import in_order
from reinfuse.cytometry.gates.values import (
    FROM_FILE,
    UNCOMPENSATED,
    Boolean,
    Dimension,
    Ellipsoid,
    Gate,
    GateSet,
    Polygon,
    Quadrant,
    Rectangle,
)
from reinfuse.cytometry.sample import Channel, Sample
from reinfuse.cytometry.strategy.channels import listed
from reinfuse.cytometry.strategy.found import Found, find_channels, shared_channels
from reinfuse.cytometry.strategy.panel import Panel
from reinfuse.cytometry.strategy.spelling import spelled
from reinfuse.cytometry.strategy.told import shortened
from reinfuse.cytometry.strategy.values import Absent, Light, Strategy
from reinfuse.errors import Finding, ReinfuseError, Severity

OF_PANEL = "panel"  # the name of the panel's own matrix in a gate set


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A population that a tube cannot have; `because` says why, for a reader.

    `skipped` is yes for a step that was passed over, so that what hangs on it is gated on its
    parent; otherwise all that hangs on it is left out with it.
    """

    name: str
    because: str
    skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A strategy on the channels of one tube, with what was left out.

    `channels` gives the channel of each marker that was found, under the strategy's name for it.
    """

    gate_set: GateSet
    channels: Mapping[str, str]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]


def resolved(strategy: Strategy, panel: Panel | None, sample: Sample) -> GateSet:
    """The gates of a strategy on the channels of a tube; raises as `resolve` does."""
    return resolve(strategy, panel, sample).gate_set


def resolve(strategy: Strategy, panel: Panel | None, sample: Sample) -> Resolved:
    """The gates of a strategy on the channels of a tube, with all that had to be left out.

    Raises ReinfuseError that names file, markers and channels where a marker that cannot be done
    without is missing, or where it is not clear which channel is meant.
    """
    found = find_channels(strategy, panel, sample)
    doubtful = [f"{name}: {why}" for name, why in found.doubtful.items()]
    doubtful += shared_channels(found, strategy)
    if doubtful:
        raise _unclear("it is not clear which channel a marker has", doubtful, sample, panel)
    walk = _Walk(strategy, found, _dimensions(strategy, panel, found.channels))
    for gate in in_order(strategy.gates.gates):
        walk.visit(gate)
    if walk.refused:
        missing = [f"{name}: {found.missing[name]}" for name in sorted(walk.refused)]
        raise _unclear("there is no channel for a marker that is needed", missing, sample, panel)
    kept = {gate.name: gate for gate in walk.kept}
    own = None if panel is None else panel.matrix
    gate_set = replace(
        strategy.gates,
        gates=tuple(kept[one.name] for one in strategy.gates.gates if one.name in kept),
        matrices={} if own is None else {OF_PANEL: own},
    )
    return Resolved(
        gate_set=gate_set,
        channels={name: channel.name for name, channel in found.channels.items()},
        left_out=tuple(walk.left_out.values()),
        findings=(
            *_notes(found, walk.left_out.values(), strategy, sample),
            *_nothing_undone(gate_set, sample),
        ),
    )


def _unclear(what: str, problems: list[str], sample: Sample, panel: Panel | None) -> ReinfuseError:
    where = sample.file if panel is None or not panel.file else f"{sample.file}, {panel.file}"
    name = "name its channel in a panel" if panel is None else "correct its channel in the panel"
    return ReinfuseError(
        "\n".join([f"{what}:", *problems]),
        where=where,
        fix=f"{name}; the channels are: {listed(sample)}",
    )


def _dimensions(
    strategy: Strategy, panel: Panel | None, channels: Mapping[str, Channel]
) -> dict[str, Dimension]:
    """The dimension that stands for each marker in this tube."""
    matrix = FROM_FILE if panel is None or panel.matrix is None else OF_PANEL
    compensated = panel is None or panel.compensated
    return {
        name: Dimension(
            name=channel.name,
            # A compensated copy of a channel has nothing left to be undone.
            compensation=matrix
            if compensated
            and strategy.markers[name].light is Light.DYE
            and not spelled(channel.name).compensated
            else UNCOMPENSATED,
            scale=strategy.markers[name].scale,
        )
        for name, channel in channels.items()
    }


class _Walk:
    """Goes through gates, parents first, and keeps those that the tube can have."""

    def __init__(
        self, strategy: Strategy, found: Found, dimensions: Mapping[str, Dimension]
    ) -> None:
        self.found, self.dimensions = found, dimensions
        self.absent = {one.name: one.absent for one in strategy.populations}
        self.kept: list[Gate] = []
        self.left_out: dict[str, LeftOut] = {}
        self.refused: set[str] = set()
        self._stands_for: dict[str, str | None] = {}  # a skipped step, and its parent instead

    def visit(self, gate: Gate) -> None:
        """Keep a gate, or note why not."""
        parent = gate.parent
        if parent in self._stands_for:
            parent = self._stands_for[parent]
        if parent in self.left_out:
            self._leave_out(gate, f"its parent {parent} is left out")
            return
        why = self._why_not(gate)
        if not why:
            self.kept.append(_moved(gate, self.dimensions, parent))
        elif self.absent[gate.name] is Absent.SKIP:
            self.left_out[gate.name] = LeftOut(name=gate.name, because=why, skipped=True)
            self._stands_for[gate.name] = parent
        elif self.absent[gate.name] is Absent.LEAVE_OUT or isinstance(gate, Boolean):
            # Gates that are joined go with the first of them that is left out.
            self._leave_out(gate, why)
        else:
            self.refused |= {each.name for each in dimensions_of(gate)} & self.found.missing.keys()
            self.kept.append(replace(gate, parent=parent))

    def _leave_out(self, gate: Gate, because: str) -> None:
        self.left_out[gate.name] = LeftOut(name=gate.name, because=because, skipped=False)

    def _why_not(self, gate: Gate) -> str:
        names = dict.fromkeys(each.name for each in dimensions_of(gate))
        whys = [
            f"{name}: {self.found.missing[name]}" for name in names if name in self.found.missing
        ]
        operands = gate.operands if isinstance(gate, Boolean) else ()
        whys += [f"{one.gate} is left out" for one in operands if one.gate in self.left_out]
        return "; ".join(whys)


def _moved(gate: Gate, by_marker: Mapping[str, Dimension], parent: str | None) -> Gate:
    """A gate with the dimensions of the tube, on the parent that is left to it."""
    if isinstance(gate, Rectangle):
        sides = tuple(
            replace(side, dimension=by_marker[side.dimension.name]) for side in gate.sides
        )
        return replace(gate, sides=sides, parent=parent)
    if isinstance(gate, Polygon):
        return replace(gate, x=by_marker[gate.x.name], y=by_marker[gate.y.name], parent=parent)
    if isinstance(gate, Ellipsoid):
        dimensions = tuple(by_marker[each.name] for each in gate.dimensions)
        return replace(gate, dimensions=dimensions, parent=parent)
    if isinstance(gate, Quadrant):
        stretches = tuple(
            (replace(divider, dimension=by_marker[divider.dimension.name]), number)
            for divider, number in gate.stretches
        )
        return replace(gate, stretches=stretches, parent=parent)
    return replace(gate, parent=parent)


def _notes(
    found: Found, left_out: Iterable[LeftOut], strategy: Strategy, sample: Sample
) -> Iterable[Finding]:
    for name, other in found.instead.items():
        yield _note(
            "marker-instead", f"{other} stands in place of {name}, which the tube lacks", sample
        )
    for one in left_out:
        if one.name == strategy.beads:
            continue  # most tubes hold none, and nobody expects them
        verb = "is passed over" if one.skipped else "is left out"
        what = f"{shortened(one.name)} {verb}: {one.because}"
        yield _note("population-left-out", what, sample)


def _note(rule: str, what: str, sample: Sample) -> Finding:
    return Finding(severity=Severity.NOTE, rule=rule, what=what, where=sample.file)


def _nothing_undone(gate_set: GateSet, sample: Sample) -> Iterable[Finding]:
    """Tell when stains are gated as they were acquired, for want of a matrix."""
    asked = {
        each.name
        for gate in gate_set.gates
        for each in dimensions_of(gate)
        if each.compensation == FROM_FILE
    }
    if len(asked) > 1 and sample.spill is None:
        yield Finding(
            severity=Severity.GAP,
            rule="flow-not-compensated",
            what="the file carries no spill matrix, and stains are gated as they were acquired",
            where=sample.file,
            fix="name a matrix, or `compensation: none`, in the panel",
        )
