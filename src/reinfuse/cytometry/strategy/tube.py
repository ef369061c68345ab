"""A strategy applied to one tube: every population with its counts and the borders used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import Gate, GateSet
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.panel import Panel
from reinfuse.cytometry.strategy.resolving import LeftOut, resolve
from reinfuse.cytometry.strategy.told import did_you_mean
from reinfuse.cytometry.strategy.values import Strategy, Wanted
from reinfuse.errors import Finding, ReinfuseError

PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShare:
    """A share that cannot be given; `because` says why."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A population of a tube: how many events, and in how many.

    `parent` and `grandparent` are None where all events stand in their place; a grandparent of a
    population without parent is all events as well.
    """

    name: str
    count: int
    parent: str | None
    parent_count: int
    grandparent: str | None
    grandparent_count: int

    @property
    def of_parent(self) -> float | NoShare:
        """Percent of the parent's events."""
        return _percent(self.count, self.parent_count, self.parent)

    @property
    def of_grandparent(self) -> float | NoShare:
        """Percent of the grandparent's events."""
        return _percent(self.count, self.grandparent_count, self.grandparent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The two counts that a result is made of, and whether the tube has both."""

    wanted: Wanted
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPair:
    """A result that a tube cannot give; `because` says why."""

    wanted: Wanted
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeGated:
    """A tube gated by a strategy.

    `gate_set` holds the borders that were used, with their scales, on the tube's channels;
    `placed` names the gates that were moved from the template. `inside` is `"events"` for every
    population. `file`, `sha256` and `data_set` say which data these are; `strategy` and `version`
    by which borders they were gated; `beyond` names gates that no value of a channel can reach.
    """

    file: str
    sha256: str
    data_set: int
    strategy: str
    version: str
    events: int
    gate_set: GateSet
    placed: tuple[str, ...]
    channels: Mapping[str, str]
    populations: Mapping[str, Counted]
    inside: Mapping[str, NDArray[np.bool_]]
    left_out: tuple[LeftOut, ...]
    results: tuple[Pair | NoPair, ...]
    findings: tuple[Finding, ...]
    beyond: frozenset[str] = frozenset()

    def counted(self, name: str) -> Counted:
        """A population by name; ReinfuseError, with the reason, if the tube has none."""
        if name in self.populations:
            return self.populations[name]
        reasons = {one.name: one.because for one in self.left_out}
        what = f"there is no population {name}"
        if name in reasons:
            raise ReinfuseError(f"{what}: {reasons[name]}", where=self.file, fix="ask for another")
        raise ReinfuseError(what, where=self.file, fix=did_you_mean(name, self.populations))


def apply_strategy(
    sample: Sample,
    strategy: Strategy,
    panel: Panel | None = None,
    *,
    placements: Mapping[str, Gate] | None = None,
) -> TubeGated:
    """The populations of a tube by a strategy, on the channels that a panel or its labels name.

    `placements` are gates to use in place of the template's, by the name of the population, on
    the channels of the tube. Raises ReinfuseError where a needed marker is missing or unclear, and
    where a placement fits no gate.
    """
    found = resolve(strategy, panel, sample)
    gate_set = _with(found.gate_set, placements or {}, sample)
    gated = members(gate_set, sample)
    populations = _populations(gate_set, gated.counts, sample.count)
    return TubeGated(
        file=sample.file,
        sha256=sample.sha256,
        data_set=sample.data_set,
        strategy=strategy.name,
        version=strategy.version,
        events=sample.count,
        gate_set=gate_set,
        placed=tuple(placements or {}),
        channels=found.channels,
        populations=populations,
        inside=gated.inside,
        left_out=found.left_out,
        results=tuple(_pair(one, populations, found.left_out) for one in strategy.results),
        findings=(*found.findings, *gated.findings),
        beyond=gated.beyond,
    )


def _with(gate_set: GateSet, placements: Mapping[str, Gate], sample: Sample) -> GateSet:
    """The gates with those that were placed; each must be of the kind and place it stands for."""
    template = {gate.name: gate for gate in gate_set.gates}
    for name, placed in placements.items():
        if name not in template:
            what = f"a gate is placed for {name}, and the tube has no such population"
            raise ReinfuseError(what, where=sample.file, fix=did_you_mean(name, template))
        old = template[name]
        if type(placed) is not type(old) or placed.name != name or placed.parent != old.parent:
            what = f"the gate placed for {name} is of another kind, name or parent"
            raise ReinfuseError(what, where=sample.file, fix="move the gate, and nothing else")
    gates = tuple(placements.get(gate.name, gate) for gate in gate_set.gates)
    return replace(gate_set, gates=gates)


def _populations(gate_set: GateSet, counts: Mapping[str, int], events: int) -> dict[str, Counted]:
    parents = {gate.name: gate.parent for gate in gate_set.gates}

    def of(name: str | None) -> int:
        return events if name is None else counts[name]

    found: dict[str, Counted] = {}
    for name, parent in parents.items():
        grandparent = None if parent is None else parents[parent]
        found[name] = Counted(
            name=name,
            count=counts[name],
            parent=parent,
            parent_count=of(parent),
            grandparent=grandparent,
            grandparent_count=of(grandparent),
        )
    return found


def _pair(
    wanted: Wanted, populations: Mapping[str, Counted], left_out: tuple[LeftOut, ...]
) -> Pair | NoPair:
    reasons = {one.name: one.because for one in left_out}
    missing = [name for name in (wanted.count, wanted.of) if name not in populations]
    if missing:
        because = "; ".join(f"{name} is left out: {reasons[name]}" for name in missing)
        return NoPair(wanted=wanted, because=because)
    return Pair(
        wanted=wanted, count=populations[wanted.count].count, of=populations[wanted.of].count
    )


def _percent(count: int, of: int, name: str | None) -> float | NoShare:
    if of == 0:
        return NoShare(because=f"{name or 'the tube'} holds no events")
    return PERCENT * count / of
