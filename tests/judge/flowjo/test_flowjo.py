"""Workspaces that FlowJo saved, against FlowJo's own counts and FlowKit's."""

from __future__ import annotations

import csv
import lzma
from pathlib import Path

import pytest

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.flowjo import WorkspaceSample, read_workspace
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.sample import Channel, Sample
from tests.judge.flowjo.invented_events import CHANNELS, invented_events

HERE = Path(__file__).parent
LINE = ("line_polygon", "line_ellipse")
DIAMOND = ("diamond_quadrants", "diamond_asinh", "diamond_asinh_other", "diamond_biex")
EIGHT_COLOURS = ("eight_colours_boolean", "eight_colours_ellipse")
SECONDS_PER_TICK = 0.0101893145  # the gain of the Time axis in these workspaces
# All its events lie on one line, which is also a border of FlowJo's bins: see SOURCE.md.
ON_A_BIN_BORDER = ("line_polygon", "poly1")

with (HERE / "flowkit.csv").open() as opened:
    FLOWKIT = {
        (row["workspace"], row["gate"]): int(row["events"]) for row in csv.DictReader(opened)
    }


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    diamond = tmp_path_factory.mktemp("flowjo") / "diamond.fcs"
    diamond.write_bytes(lzma.decompress((HERE / "diamond.fcs.xz").read_bytes()))
    events = invented_events()
    events[CHANNELS.index("Time")] /= SECONDS_PER_TICK
    invented = Sample(
        file="invented.fcs",
        sha256="",
        version="3.1",
        channels=tuple(Channel(name=name, range=262_144.0) for name in CHANNELS),
        events=events,
    )
    return (
        dict.fromkeys(LINE, read_fcs(HERE / "line.fcs")[0])
        | dict.fromkeys(DIAMOND, read_fcs(diamond)[0])
        | dict.fromkeys(EIGHT_COLOURS, invented)
    )


def workspace(name: str) -> WorkspaceSample:
    (only,) = read_workspace(HERE / f"{name}.wsp")
    assert only.findings == ()
    return only


@pytest.mark.parametrize("name", [*LINE, *DIAMOND])
def test_rectangles_quadrants_and_ellipses_hold_as_many_events_as_flowjo_counted(
    name: str, samples: dict[str, Sample]
) -> None:
    read = workspace(name)
    ours = members(read.gates, samples[name])
    assert samples[name].count == read.count
    judged = {gate: count for gate, count in read.counts.items() if (name, gate) != ON_A_BIN_BORDER}
    assert judged
    assert {gate: ours.counts[gate] for gate in judged} == judged


@pytest.mark.parametrize("name", [*LINE, *DIAMOND, *EIGHT_COLOURS])
def test_every_gate_holds_as_many_events_as_in_flowkit(
    name: str, samples: dict[str, Sample]
) -> None:
    expected = {gate: count for (where, gate), count in FLOWKIT.items() if where == name}
    ours = members(workspace(name).gates, samples[name])
    assert ours.counts == expected


def test_flowjo_counts_events_on_the_border_of_a_bin_otherwise(samples: dict[str, Sample]) -> None:
    name, gate = ON_A_BIN_BORDER
    read = workspace(name)
    assert read.counts[gate] == 0
    assert members(read.gates, samples[name]).counts[gate] == FLOWKIT[name, gate] == 50
