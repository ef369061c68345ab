"""One sample after the other read, gated and counted, each with its controls; events are let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import GateSet
from reinfuse.cytometry.measured.acquired import Acquired, acquired_at
from reinfuse.cytometry.measured.labelled import other_labels
from reinfuse.cytometry.measured.placements import GatesPlaced, place_gates
from reinfuse.cytometry.measured.places import Positions, positions_of
from reinfuse.cytometry.measured.relevant import controls_for, counted_on, path_of
from reinfuse.cytometry.measured.steady import steady_part
from reinfuse.cytometry.measured.values import Failed
from reinfuse.cytometry.placing.values import Placed
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.panel import Panel, Tube
from reinfuse.cytometry.strategy.resolving import resolve
from reinfuse.cytometry.strategy.tube import TubeGated, apply_strategy
from reinfuse.cytometry.strategy.values import Control, Strategy, Wanted
from reinfuse.errors import Finding, ReinfuseError


class Watch(Protocol):
    """Looks at a tube while its events are in memory, for a picture of them.

    It is called for each sample, and then for each of its controls, behind the same borders:
    `control_of` is then the file of the sample, else empty. `gated.inside` of a control holds the
    populations that results are made of, and what they stand on.
    """

    def __call__(self, sample: Sample, gated: TubeGated, *, control_of: str) -> None:
        """Look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCounted:
    """A control behind the borders of one sample: events by population.

    `results` names those that it shows the background of.
    """

    file: str
    sha256: str
    data_set: int
    events: int
    tube: Tube
    acquired: Acquired
    counts: Mapping[str, int]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is kept of one sample once its events are let go.

    `refused` gives the reason for each control that could not be used, by file.
    """

    sample: Sample  # without events
    events: int
    tube: Tube
    acquired: Acquired
    gated: TubeGated  # without the events inside
    placed: Mapping[str, Placed]
    controls: tuple[ControlCounted, ...]
    refused: Mapping[str, str]
    positions: Positions
    findings: tuple[Finding, ...]


class Gatherer:
    """Reads and gates samples; holds the control that was read last, and nothing else.

    `files` have names that differ.
    """

    def __init__(
        self,
        files: Sequence[Path],
        strategy: Strategy,
        panel: Panel | None,
        *,
        placing: bool,
        watch: Watch | None,
    ) -> None:
        self.strategy, self.panel, self.placing, self.watch = strategy, panel, placing, watch
        self.paths = {path.name: path for path in files}
        self.failed: list[Failed] = []
        self._control: Sample | None = None
        self._hashes: dict[str, str] = {}

    def samples_of(self, path: Path) -> tuple[Gathered, ...]:
        """Every data set of a file, gated and counted; what fails is added to `failed`."""
        try:
            tubes = read_fcs(path)
        except ReinfuseError as error:
            self.failed.append(failed(path.name, error))
            return ()
        twin = self._hashes.setdefault(tubes[0].sha256, path.name)
        if twin != path.name:
            why = f"the file holds the same bytes as {twin}"
            self.failed.append(Failed(file=path.name, why=why, where=path.name, fix="give it once"))
            return ()
        found = [self._gathered(tube) for tube in tubes]
        return tuple(one for one in found if one is not None)

    def _gathered(self, sample: Sample) -> Gathered | None:
        try:
            found = resolve(self.strategy, self.panel, sample)
            about_labels = tuple(other_labels(sample, self.strategy, found.channels))
            total = sample.count
            about_time: tuple[Finding, ...] = ()
            if self.placing:
                sample, about_time = steady_part(
                    sample, self.strategy, found.gate_set, found.channels
                )
            placed = self._placed(sample, found.gate_set)
            gated = apply_strategy(sample, self.strategy, self.panel, placements=placed.gates)
        except ReinfuseError as error:
            self.failed.append(failed(sample.file, error))
            return None
        if self.watch is not None:
            self.watch(sample, gated, control_of="")
        positions = positions_of(sample, self.strategy, gated)
        refused: dict[str, str] = {}
        controls = self._counted(gated, refused)
        return Gathered(
            sample=replace(sample, events=sample.events[:, :0].copy()),
            events=total,
            tube=self.tube_of(sample.file),
            acquired=acquired_at(sample.keywords),
            gated=replace(gated, inside={}),
            placed=placed.placed,
            controls=controls,
            refused=refused,
            positions=positions,
            findings=(
                *sample.findings,
                *about_labels,
                *about_time,
                *gated.findings,
                *placed.findings,
            ),
        )

    def _placed(self, sample: Sample, gate_set: GateSet) -> GatesPlaced:
        if not self.placing:
            return GatesPlaced(placed={}, findings=())
        hints = {
            one.name: one.placement
            for one in self.strategy.populations
            if one.placement is not None and any(gate.name == one.name for gate in gate_set.gates)
        }
        return place_gates(sample, gate_set, hints, self._control_of(sample, gate_set))

    def _control_of(self, sample: Sample, gate_set: GateSet) -> Callable[[str], Sample | None]:
        """The first control that can be read of the results that a gate leads to."""

        def control(name: str) -> Sample | None:
            for wanted in self.strategy.results:
                if name not in path_of(wanted, gate_set.gates):
                    continue
                for file, _ in self._controls(wanted, sample.file):
                    try:
                        return self._read_control(file, sample.sha256)
                    except ReinfuseError:
                        continue  # told where its events are counted
            return None

        return control

    def _controls(self, wanted: Wanted, file: str) -> tuple[tuple[str, Tube], ...]:
        return controls_for(wanted, file, self.strategy, self.panel, self.paths)

    def _counted(self, gated: TubeGated, refused: dict[str, str]) -> tuple[ControlCounted, ...]:
        """Each control of a sample, behind the sample's borders."""
        tubes: dict[str, Tube] = {}
        results: dict[str, list[Wanted]] = {}
        for wanted in self.strategy.results:
            for file, tube in self._controls(wanted, gated.file):
                tubes[file] = tube
                results.setdefault(file, []).append(wanted)
        found: dict[str, ControlCounted] = {}
        for file, tube in tubes.items():
            try:
                one = self._control_counted(tube, file, gated, results[file])
            except ReinfuseError as error:
                refused[file] = error.what
                continue
            if (
                one.sha256 in found
            ):  # counted twice, a background would look better known than it is
                refused[file] = f"it holds the same bytes as {found[one.sha256].file}"
            else:
                found[one.sha256] = one
        return tuple(found.values())

    def _control_counted(
        self, tube: Tube, file: str, gated: TubeGated, results: Sequence[Wanted]
    ) -> ControlCounted:
        control = self._read_control(file, gated.sha256)
        names: dict[str, None] = {}
        for wanted in results:
            names.update(dict.fromkeys(counted_on(wanted, gated.gate_set.gates)))
        inside = members(gated.gate_set, control, names=names)
        if self.watch is not None:
            seen = replace(
                gated, file=file, sha256=control.sha256, data_set=control.data_set,
                events=control.count, inside=inside.inside, findings=(), results=(),
            )  # fmt: skip
            self.watch(control, seen, control_of=gated.file)
        return ControlCounted(
            file=file,
            sha256=control.sha256,
            data_set=control.data_set,
            events=control.count,
            tube=tube,
            acquired=acquired_at(control.keywords),
            counts=dict(inside.counts),
            results=tuple(wanted.name for wanted in results),
        )

    def _read_control(self, file: str, sample: str) -> Sample:
        """The first data set of a control that holds events; the last one read is kept.

        `sample` is the hash of the file that it is a control of, which it must not be itself.
        """
        if self._control is None or self._control.file != file:
            self._control = None
            tubes = read_fcs(self.paths[file])
            self._control = next((tube for tube in tubes if tube.count), tubes[0])
        if self._control.sha256 == sample:
            raise ReinfuseError(
                "it holds the same bytes as the sample, and shows no background of it",
                where=file,
                fix="give the file of the control",
            )
        return self._control

    def tube_of(self, file: str) -> Tube:
        """What the panel says of a file."""
        return Tube(file=file) if self.panel is None else self.panel.tube(file)

    def is_sample(self, path: Path) -> bool:
        """Whether a file is a sample and no control, by the panel."""
        return self.tube_of(path.name).role is Control.SAMPLE


def failed(file: str, error: ReinfuseError) -> Failed:
    """A file that gave nothing, with the message of its error."""
    return Failed(file=file, why=error.what, where=error.where, fix=error.fix)
