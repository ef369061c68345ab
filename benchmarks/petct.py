"""PET/CT of a real scanner's size: the whole command, and reading and registration beside a peer.

SimpleITK is no part of this project: name a Python that has it, and pydicom, in
`REINFUSE_SIMPLEITK_PYTHON`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.timing import HOME, describe_machine, run_program
from reinfuse.imaging.following.rigid import Rigid
from reinfuse.imaging.twin import TrueScan, read_truth, write_twin
from reinfuse.imaging.volume import Floats

PEER = "REINFUSE_SIMPLEITK_PYTHON"
TURNS = 3
SEED = 20_260_601
# A box around each mass of the first scan, with a margin; corners in LPS mm.
BOXES = (((-90, -20, -260), (0, 65, -100)), ((42, -15, -315), (95, 50, -210)))
# The corners of the box around the body in the first scan of the full size, LPS mm.
LOW, HIGH = (-172.0, -112.0, -444.0), (173.0, 109.0, 420.0)
CORNERS = np.array([[(LOW, HIGH)[end][axis] for axis, end in enumerate(ends)]
                    for ends in np.ndindex(2, 2, 2)])  # fmt: skip
# What a person would say of one scan, and of three that follow each other.
DRAWN = {
    ("before",): """\
psf_mm: 6
scans:
  - {name: before, day: -12, liver: [-75, -10, -5], mediastinum: [22, 42, 105]}
lesions:
  - name: retroperitoneum
    site: right retroperitoneum
    looks: {before: {box: [[-90, -20, -260], [0, 65, -100]]}}
  - name: pelvis
    site: left pelvis
    looks: {before: {seed: [66, 16, -262]}}
""",
    ("before", "month-1", "month-3"): """\
psf_mm: 6
scans:
  - {name: before, day: -12, liver: [-75, -10, -5], mediastinum: [22, 42, 105]}
  - {name: month-1, day: 30}
  - {name: month-3, day: 92}
lesions:
  - name: retroperitoneum
    site: right retroperitoneum
    looks: {before: {box: [[-90, -20, -260], [0, 65, -100]]}, month-1: {seed: [-34, 23, -162]}}
  - name: pelvis
    site: left pelvis
    looks: {before: {seed: [66, 16, -262]}, month-1: {seed: [81, 21, -242], reach_mm: 35}}
""",
}
FIXED, LATER = "before", ("month-1", "month-3")
COMMAND_HEADS = ("`reinfuse petct`", "wall", "processor", "peak memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Medians of one program at one task: seconds of its two parts, and peak memory.

    `cpu` are seconds of the processor, starting and imports included; `told` is what its last run
    wrote.
    """

    first: float
    second: float
    cpu: float
    peak_mb: float
    told: Mapping[str, Any]  # Any: read from JSON

    @property
    def together(self) -> float:
        """Seconds of both parts."""
        return self.first + self.second


def main(arguments: Sequence[str]) -> int:
    """Print tables of both; without SimpleITK ours alone, and how to name one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.petct")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--twin", type=Path, help="keep the twin, 0.6 GB, in this folder")
    given = parser.parse_args(arguments)
    peer = os.environ.get(PEER)
    if not peer:
        print(f"SimpleITK is not timed: {PEER} names no Python that has it")
    print(f"PET 300 x 168 x 168, CT 300 x 512 x 512 on: {describe_machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        twin = _twin(given.twin or work / "twin")
        print(f"| {' | '.join(COMMAND_HEADS)} |\n|---|---|---|---|")
        for row in time_commands(twin, work, given.turns):
            print(row)
        ours = (sys.executable, "-m", "benchmarks.petct_ours")
        programs: dict[str, tuple[str, ...]] = {"reinfuse": ours}
        if peer:
            programs["SimpleITK"] = (peer, str(HOME / "benchmarks" / "petct_peer.py"))
        return compare(programs, twin, work, given.turns)


def time_whole() -> list[str]:
    """Rows of the result table, of a twin that is made and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        return time_commands(_twin(work / "twin"), work, TURNS)


def time_commands(twin: Path, work: Path, turns: int) -> list[str]:
    """Rows of the whole command, page and pictures included; medians, and the highest peak."""
    rows = []
    for scans, text in DRAWN.items():
        boxes = work / "boxes.yaml"
        boxes.write_text(text, encoding="utf-8")
        folders = [str(twin / one) for one in scans]
        listed = f"{len(scans)} scan{'s' if len(scans) > 1 else ''}"
        drawn = ("--lesions", str(boxes))
        rows.append(_row(f"{listed}, two lesions", (*folders, *drawn), work, turns))
    rows.insert(1, _row("1 scan, candidates", (str(twin / FIXED),), work, turns))
    return rows


def _row(name: str, arguments: tuple[str, ...], work: Path, turns: int) -> str:
    command = (sys.executable, "-m", "reinfuse", "petct", *arguments, "-o", str(work / "out"))
    ran, spent = [], []
    for _ in range(turns):
        before = _children()
        ran.append(run_program(command))
        spent.append(_children() - before)
    wall, peak = median(one.seconds for one in ran), max(one.peak_mb for one in ran)
    return f"| {name} | {wall:.1f} s | {median(spent):.1f} s | {peak:.0f} MB |"


def _children() -> float:
    """Seconds of the processor that ended programs have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _twin(folder: Path) -> Path:
    """The twin in its full size, made where it is not there yet."""
    if not (folder / "truth.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_twin(folder, seed=SEED, size="full")
    return folder


def compare(programs: Mapping[str, tuple[str, ...]], twin: Path, work: Path, turns: int) -> int:
    """Print both tasks beside the peer; 1 where volumes or uptake differ from its own."""
    uptake = {"task": "uptake", "pet": str(twin / "before" / "PET"), "boxes": BOXES}
    timings = time_in_turns(programs, uptake, work, turns)
    print("\n| program | read, SUV | two lesions at 41 % | together | processor | peak memory |")
    print("|---|---|---|---|---|---|")
    for name, one in timings.items():
        print(f"| {name} | {_cells(one, 3)} | {one.peak_mb:.0f} MB |")
    apart = _apart(timings)
    print(_ratio(timings) + "".join(f"\n{line}" for line in apart))
    scans = {one.name: one for one in read_truth(twin)}
    print(
        "\n| to | program | read both CT | register | together | processor | "
        "peak memory | farthest off |\n|---|---|---|---|---|---|---|---|"
    )
    ratios = []
    for later in LATER:
        fixed, moving = (str(twin / one / "CT") for one in (FIXED, later))
        task = {"task": "motion", "fixed": fixed, "moving": moving, "points": CORNERS.tolist(),
                "seed": 1}  # fmt: skip
        truth = motion_between(scans[FIXED], scans[later]).of(CORNERS)
        timings = time_in_turns(programs, task, work, turns)
        for name, one in timings.items():
            off = _farthest(np.array(one.told["points"]), truth)
            cells = f"{_cells(one, 1)} | {one.peak_mb:.0f} MB | {off:.2f} mm"
            print(f"| {later} | {name} | {cells} |")
        ratios.append(_ratio(timings))
    print("\n".join(ratios))
    return 1 if apart else 0


def motion_between(fixed: TrueScan, moving: TrueScan) -> Rigid:
    """Where the patient of one scan truly lies in another."""
    return _pose(fixed).inverse.then(_pose(moving))


def time_in_turns(
    programs: Mapping[str, tuple[str, ...]], task: Mapping[str, object], work: Path, turns: int
) -> dict[str, Timing]:
    """Each program's medians at a task; every run is a fresh process, and they take turns."""
    asked, result = work / "asked.json", work / "result.json"
    asked.write_text(json.dumps(task), encoding="utf-8")
    runs: dict[str, list[Timing]] = {name: [] for name in programs}
    for _ in range(turns):
        for name, program in programs.items():
            peak = run_program((*program, str(asked), str(result))).peak_mb
            told = json.loads(result.read_text(encoding="utf-8"))
            first, second = told["seconds"]
            runs[name].append(
                Timing(first=first, second=second, cpu=told["cpu"], peak_mb=peak, told=told)
            )
    return {
        name: Timing(
            first=median(one.first for one in many),
            second=median(one.second for one in many),
            cpu=median(one.cpu for one in many),
            peak_mb=median(one.peak_mb for one in many),
            told=many[-1].told,
        )
        for name, many in runs.items()
    }


def _apart(timings: Mapping[str, Timing]) -> list[str]:
    """Where two programs found other volumes or other SUVmax, beyond single precision."""
    own, *others = (one.told["lesions"] for one in timings.values())
    return [
        f"lesion {number} differs in {what}: {mine[what]} here, {theirs[what]} there"
        for other in others
        for number, (mine, theirs) in enumerate(zip(own, other, strict=True), start=1)
        for what in ("ml", "max")
        if abs(mine[what] / theirs[what] - 1) > 1e-6
    ]


def _ratio(timings: Mapping[str, Timing]) -> str:
    ours, *others = timings.values()
    return "".join(
        f"time {ours.together / one.together:.2f} of the peer's, of the second part "
        f"{ours.second / one.second:.2f}, memory {ours.peak_mb / one.peak_mb:.2f}"
        for one in others
    )


def _cells(one: Timing, digits: int) -> str:
    seconds = (one.first, one.second, one.together, one.cpu)
    return " | ".join(f"{took:.{digits}f} s" for took in seconds)


def _pose(scan: TrueScan) -> Rigid:
    turn, shift, pivot = (np.array(one) for one in (scan.turn, scan.shift_mm, scan.pivot_mm))
    return Rigid(turn=turn, shift=shift, pivot=pivot)


def _farthest(points: Floats, truth: Floats) -> float:
    return float(np.linalg.norm(points - truth, axis=1).max())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
