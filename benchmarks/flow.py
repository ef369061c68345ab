"""A tube of a million events, read, compensated and gated, by us and by FlowKit in turns.

FlowKit is no part of this project: name a Python that has it in `REINFUSE_FLOWKIT_PYTHON`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.timing import HOME, describe_machine, run_program
from reinfuse.cytometry.fcs import write_fcs
from reinfuse.cytometry.gates.values import (
    FROM_FILE,
    Dimension,
    Ellipsoid,
    Gate,
    GateSet,
    Polygon,
    Rectangle,
    Side,
)
from reinfuse.cytometry.gatingml import write_gatingml
from reinfuse.cytometry.sample import Channel, Sample, Spill
from reinfuse.cytometry.scales.arithmetic import Linear
from reinfuse.cytometry.scales.logicle import Logicle

EVENTS = 1_000_000
TURNS = 5
TOP = 262144.0
SCATTER = ("FSC-A", "FSC-H", "SSC-A")
STAINED = tuple(f"V{number}-A" for number in range(1, 14))
PEER = "REINFUSE_FLOWKIT_PYTHON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Medians of one program: seconds from the file to the counts, and peak memory."""

    read: float
    gate: float
    peak_mb: float
    counts: Mapping[str, int]


def invented_tube(events: int, seed: int) -> Sample:
    """Three scatter channels and 13 dyes with two populations each, mixed by a spill matrix."""
    chance = np.random.default_rng(seed)
    spill = np.eye(len(STAINED)) + chance.uniform(0.0, 0.1, (len(STAINED),) * 2)
    np.fill_diagonal(spill, 1.0)
    seen = np.empty((len(SCATTER) + len(STAINED), events), dtype=np.float32)
    seen[0] = chance.normal(1e5, 2e4, events)
    seen[1] = seen[0] * chance.normal(0.9, 0.04, events)
    seen[2] = chance.normal(8e4, 3e4, events)
    positive = chance.random((len(STAINED), events), dtype=np.float32) < 0.8
    true = np.where(positive, np.float32(8000.0), np.float32(50.0))
    true *= np.exp(chance.standard_normal(true.shape, dtype=np.float32) * np.float32(0.7))
    true += chance.standard_normal(true.shape, dtype=np.float32) * np.float32(80.0)
    seen[len(SCATTER) :] = spill.T.astype(np.float32) @ true
    return Sample(
        file="tube.fcs",
        sha256="",
        version="3.1",
        channels=tuple(Channel(name=name, range=TOP) for name in (*SCATTER, *STAINED)),
        events=seen,
        spill=Spill(channels=STAINED, matrix=spill),
    )


def eight_levels() -> GateSet:
    """Gates one inside the other: scatter on a linear scale, ten dyes on a logicle scale."""
    fsc, height, ssc = (Dimension(name=name, scale="linear") for name in SCATTER)
    dye = [Dimension(name=name, compensation=FROM_FILE, scale="logicle") for name in STAINED]
    corners = ((0.15, 0.05), (0.7, 0.05), (0.75, 0.6), (0.4, 0.75), (0.15, 0.5))
    spread = ((0.02, 0.004), (0.004, 0.02))
    box = (Side(dimension=dye[3], low=0.5, high=0.9), Side(dimension=dye[4], low=0.5))
    steps: tuple[Gate, ...] = (
        Polygon(name="cells", x=fsc, y=ssc, corners=corners),
        Rectangle(name="single", sides=(Side(dimension=fsc, low=0.2), Side(dimension=height))),
        Rectangle(name="viable", sides=(Side(dimension=dye[0], low=0.4, high=0.95),)),
        Polygon(name="leucocytes", x=dye[1], y=dye[2], corners=((0.3, 0.3), (1, 0.3), (1, 1))),
        Rectangle(name="lymphocytes", sides=box),
        Ellipsoid(
            name="helpers", dimensions=(dye[5], dye[6]), mean=(0.66, 0.66),
            covariance=spread, distance=2.0,
        ),
        Rectangle(name="CAR", sides=(Side(dimension=dye[7], low=0.45),)),
        Rectangle(name="memory", sides=tuple(Side(dimension=one, low=0.4) for one in dye[8:10])),
    )  # fmt: skip
    return GateSet(
        gates=tuple(
            _inside(gate, parent) for gate, parent in zip(steps, (None, *steps), strict=False)
        ),
        scales={
            "linear": Linear(top=TOP),
            "logicle": Logicle(top=TOP, width=0.5, decades=4.5),
        },
    )


def _inside(gate: Gate, parent: Gate | None) -> Gate:
    return gate if parent is None else replace(gate, parent=parent.name)


def main(arguments: Sequence[str]) -> int:
    """Print a table of both; without FlowKit, ours alone and how to name one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flow")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--turns", type=int, default=TURNS)
    given = parser.parse_args(arguments)
    programs = {"reinfuse": (sys.executable, "-m", "benchmarks.flow_ours")}
    peer = os.environ.get(PEER)
    if peer:
        programs["FlowKit"] = (peer, str(HOME / "benchmarks" / "flow_peer.py"))
    else:
        print(f"FlowKit is not timed: {PEER} names no Python that has it")
    print(f"{given.events} events x 16 channels on: {describe_machine()}")
    timings = time_in_turns(programs, given.events, given.turns)
    print("| program | read | compensate, transform and gate | together | peak memory |")
    print("|---|---|---|---|---|")
    for name, one in timings.items():
        seconds = " | ".join(f"{took:.2f} s" for took in (one.read, one.gate, one.read + one.gate))
        print(f"| {name} | {seconds} | {one.peak_mb:.0f} MB |")
    return _compare(*timings.values()) if peer else 0


def time_in_turns(
    programs: Mapping[str, tuple[str, ...]], events: int, turns: int
) -> dict[str, Timing]:
    """Each program's medians; every run is a fresh process, and they take turns."""
    with tempfile.TemporaryDirectory() as folder:
        tube, gates, result = (Path(folder, name) for name in ("tube.fcs", "gates.xml", "out.json"))
        write_fcs(tube, invented_tube(events, 1))
        write_gatingml(eight_levels(), gates)
        runs: dict[str, list[Timing]] = {name: [] for name in programs}
        for _ in range(turns):
            for name, program in programs.items():
                peak = run_program((*program, str(tube), str(gates), str(result))).peak_mb
                told = json.loads(result.read_text(encoding="utf-8"))
                runs[name].append(Timing(**told, peak_mb=peak))
    return {
        name: Timing(
            read=median(one.read for one in many),
            gate=median(one.gate for one in many),
            peak_mb=median(one.peak_mb for one in many),
            counts=many[0].counts,
        )
        for name, many in runs.items()
    }


def _compare(ours: Timing, theirs: Timing) -> int:
    time = (ours.read + ours.gate) / (theirs.read + theirs.gate)
    print(
        f"\ntime {time:.2f} of FlowKit's, memory {ours.peak_mb / theirs.peak_mb:.2f} of FlowKit's"
    )
    apart = {
        name: (count, theirs.counts.get(name))
        for name, count in ours.counts.items()
        if theirs.counts.get(name) != count
    }
    print(f"counts: {', '.join(f'{name} {count}' for name, count in ours.counts.items())}")
    for name, (own, other) in apart.items():
        print(f"counts differ in {name}: {own} here, {other} in FlowKit")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
