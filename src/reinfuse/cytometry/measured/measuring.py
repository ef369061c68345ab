"""A folder of tubes measured by one strategy: every file, its controls, numbers, series, drift."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reinfuse.cytometry.measured.acquired import Acquired, before
from reinfuse.cytometry.measured.gathering import (
    ControlCounted,
    Gathered,
    Gatherer,
    Watch,
)
from reinfuse.cytometry.measured.results import result_of, viability_of, with_wholes
from reinfuse.cytometry.measured.series import drift_of, in_time, series_of
from reinfuse.cytometry.measured.values import (
    ControlTube,
    Failed,
    Measured,
    NoResult,
    TubeMeasured,
)
from reinfuse.cytometry.numbers.share import check_level
from reinfuse.cytometry.strategy.panel import Panel, Tube
from reinfuse.cytometry.strategy.values import Control, Strategy, Wanted
from reinfuse.errors import Finding, Severity

Progress = Callable[[int, int], None]
_CONTROL_WORDS = re.compile(r"(?<![a-z])(fmo|unstained|isotype|blank)(?![a-z])")


def measure_tubes(
    files: Sequence[Path],
    strategy: Strategy,
    panel: Panel | None = None,
    *,
    placing: bool = True,
    level: float = 0.95,
    in_order: bool = False,
    watch: Watch | None = None,
    progress: Progress | None = None,
) -> Measured:
    """Every tube of one patient read, gated, counted and judged.

    `panel` tells which files are controls; without one every file is a sample. With `placing`,
    gates move where the strategy lets them; a control is counted behind the borders of its sample,
    and read again for each. `in_order` says that the files are listed as they were acquired;
    otherwise $DATE and $BTIM tell which tube ran before. Held in memory are one sample and one
    control at a time; `watch` sees them. `progress` is told how many files of how many are done.
    A file that fails is listed, and the others are measured. Raises ReinfuseError for a level that
    cannot be.
    """
    check_level(level)
    listed, twins = _by_name(files)
    gatherer = Gatherer(listed, strategy, panel, placing=placing, watch=watch)
    samples: list[Gathered] = []
    for done, path in enumerate(listed, start=1):
        if gatherer.is_sample(path):
            samples += gatherer.samples_of(path)
        if progress is not None:
            progress(done, len(listed))
    controls, unread = _compared(gatherer, listed, samples)
    neighbours = _Neighbours([path.name for path in listed], samples, in_order)
    tubes = in_time([_tube_measured(one, strategy, panel, neighbours, level) for one in samples])
    return Measured(
        strategy=strategy,
        panel=panel,
        level=level,
        placing=placing,
        tubes=tubes,
        controls=controls,
        series=series_of(tubes, strategy),
        drift=drift_of(in_time(samples)),
        failed=(*gatherer.failed, *unread, *twins),
        findings=(
            *_about_panel(panel, [path.name for path in listed], strategy),
            *_unnamed_controls([one.sample.file for one in samples]),
            *_idle(gatherer, listed, {one.file for one in controls} | {one.file for one in unread}),
        ),
    )


def _by_name(files: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Failed, ...]]:
    """The files, and those whose name another has: a panel could not tell them apart."""
    found: dict[str, Path] = {}
    twins: list[Failed] = []
    for path in dict.fromkeys(path.absolute() for path in files):
        if path.name in found:
            why = "another file has the same name, and a panel could not tell them apart"
            fix = "give it a name of its own"
            twins.append(Failed(file=path.name, why=why, where=path.name, fix=fix))
        found.setdefault(path.name, path)
    return tuple(found.values()), tuple(twins)


def _unnamed_controls(samples: Sequence[str]) -> Iterator[Finding]:
    """Samples whose names speak of a control: nobody gave them a role, and they enter a course."""
    for file in dict.fromkeys(samples):
        if _CONTROL_WORDS.search(file.casefold()):
            yield Finding(
                severity=Severity.AMBIGUITY,
                rule="flow-control-as-sample",
                what="its name speaks of a control, and it was measured as a sample",
                where=file,
                fix="give it a `role` in a panel, or leave it out",
            )


def _idle(gatherer: Gatherer, files: Sequence[Path], used: set[str]) -> Iterator[Finding]:
    """Controls that no sample was compared with."""
    for path in files:
        role = gatherer.tube_of(path.name).role
        if role not in (Control.SAMPLE, Control.BEADS) and path.name not in used:
            yield Finding(
                severity=Severity.GAP,
                rule="flow-control-idle",
                what=f"no result of any sample was compared with this {role.value} control",
                where=path.name,
                fix="see `control_of` and `without` in the panel",
            )


def _compared(
    gatherer: Gatherer, files: Sequence[Path], samples: Sequence[Gathered]
) -> tuple[tuple[ControlTube, ...], tuple[Failed, ...]]:
    """Every control with the samples it was compared with, and the files that cannot be read."""
    used: dict[str, tuple[ControlCounted, list[str]]] = {}
    refused: dict[str, str] = {}
    for sample in samples:
        refused.update(sample.refused)
        for one in sample.controls:
            used.setdefault(one.file, (one, []))[1].append(sample.sample.file)
    controls, unread = [], []
    for path in files:
        if gatherer.is_sample(path):
            continue
        if path.name in used:
            one, names = used[path.name]
            controls.append(
                ControlTube(
                    file=one.file,
                    sha256=one.sha256,
                    data_set=one.data_set,
                    events=one.events,
                    tube=one.tube,
                    used_for=tuple(names),
                )
            )
        elif path.name in refused:
            why = f"the control could not be used: {refused[path.name]}"
            unread.append(Failed(file=path.name, why=why, where=path.name))
    return tuple(controls), tuple(unread)


class _Neighbours:
    """Which tube ran before which, and what it held."""

    def __init__(self, files: Sequence[str], samples: Sequence[Gathered], in_order: bool) -> None:
        self.in_order = in_order
        counted: dict[str, Gathered | ControlCounted] = {}
        for sample in samples:
            counted.setdefault(sample.sample.file, sample)
            for control in sample.controls:
                counted.setdefault(control.file, control)
        self.tubes = [counted[file] for file in dict.fromkeys(files) if file in counted]
        self.moments: list[Acquired] = [tube.acquired for tube in self.tubes]

    def before(self, sample: Gathered) -> Gathered | ControlCounted | None:
        """The tube that ran before a sample on the same day; None if none is known."""
        own = next((place for place, tube in enumerate(self.tubes) if tube is sample), None)
        if own is None:
            return None  # a second data set of its file
        place = before(self.moments, own, in_order=self.in_order)
        return None if place is None else self.tubes[place]


def _tube_measured(
    one: Gathered, strategy: Strategy, panel: Panel | None, neighbours: _Neighbours, level: float
) -> TubeMeasured:
    earlier = neighbours.before(one)
    results = with_wholes(
        result_of(wanted, one, strategy, positives_before=_positives(wanted, earlier), level=level)
        for wanted in strategy.results
    )
    sample = one.sample
    missing = tuple(
        Finding(
            severity=Severity.ERROR if result.failed else Severity.NOTE,
            rule="flow-no-result",
            what=f"{result.wanted.name}: {result.because}",
            where=sample.file,
            fix="see whether the gates above it fit this tube" if result.failed else "",
        )
        for result in results
        if isinstance(result, NoResult)
    )
    return TubeMeasured(
        file=sample.file,
        sha256=sample.sha256,
        data_set=sample.data_set,
        events=one.events,
        tube=one.tube,
        site=site_of(one.tube, panel),
        date="" if one.acquired.day is None else one.acquired.day.isoformat(),
        channels=one.gated.channels,
        gated=one.gated,
        placed=one.placed,
        results=results,
        viability=viability_of(one, strategy),
        before="" if earlier is None else _file(earlier),
        findings=(*one.findings, *missing),
    )


def _positives(wanted: Wanted, earlier: Gathered | ControlCounted | None) -> int | None:
    """How many events of a result's gate the tube before held; None if not known."""
    if earlier is None:
        return None
    if isinstance(earlier, ControlCounted):
        return earlier.counts.get(wanted.count)
    found = earlier.gated.populations.get(wanted.count)
    return None if found is None else found.count


def site_of(tube: Tube, panel: Panel | None) -> str:
    """Where the specimen was taken; empty if nobody said."""
    return tube.site or (panel.site if panel is not None else "")


def _about_panel(
    panel: Panel | None, files: Sequence[str], strategy: Strategy
) -> Iterator[Finding]:
    """Tubes of the panel that no file is, controls that no result asks for, counts of no use."""
    if panel is None:
        return
    first: dict[str, str] = {}
    for file in files:
        first.setdefault(panel.tube(file).file, file)
    known = {name for wanted in strategy.results for name in wanted.absolute}
    roles = {role for wanted in strategy.results for role in wanted.controls}
    for tube in panel.tubes:
        if tube.file not in first:
            what = f"no file is the tube {tube.file} of the panel"
            yield _of_panel("flow-tube-absent", what, panel, "add the file, or take the tube out")
        elif tube.role is not Control.SAMPLE and tube.role not in roles:
            what = f"{tube.file}: no result of {strategy.name} is compared with {tube.role.value}"
            yield _of_panel("flow-control-unused", what, panel, "")
        for count in (name for name in tube.counts if name not in known):
            what = f"{tube.file}: no result of {strategy.name} uses the count of {count}"
            fix = f"name one of: {', '.join(sorted(known))}" if known else ""
            yield _of_panel("flow-count-unused", what, panel, fix)


def _of_panel(rule: str, what: str, panel: Panel, fix: str) -> Finding:
    where = panel.file or panel.name
    return Finding(severity=Severity.GAP, rule=rule, what=what, where=where, fix=fix)


def _file(one: Gathered | ControlCounted) -> str:
    return one.file if isinstance(one, ControlCounted) else one.sample.file
