"""Whether the interval of a corrected share holds the truth, and how often a blank is called.

Target cells are spiked into cells without any, all of them resampled from real events: the 65,016
of a blood sample on two detectors, compensated, on an asinh scale. Gates label them: events bright
on both detectors stand for target cells, events not bright on both for the rest, and those between
are left out. Each event drawn is moved by normal noise of a fifth of an asinh unit, so that none is
met twice and the two kinds overlap; that noise, and not the biology of the sample, makes the false
events. Because it is known, the chance of a target cell to be gated is exact.

A run draws the control and the sample anew and leaves the number of target cells to chance around
`true_cells` in 500,000. `coverage` is for the share of cells that are target cells in the gate;
`coverage_ungated` for all target cells, also those that the gate loses.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.special import ndtr

from reinfuse.cytometry.compensation import compensated
from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import Dimension, GateSet, Rectangle, Side
from reinfuse.cytometry.numbers import (
    MRD,
    Acquisition,
    Control,
    ControlKind,
    Limits,
    Measured,
    State,
    measure,
    pool_controls,
)
from reinfuse.cytometry.sample import Channel, Sample

EVENTS = "tests/judge/fcs_files/100715.fcs.xz"
INPUTS = (
    EVENTS,
    "src/reinfuse/cytometry/numbers/*.py",
    "src/reinfuse/cytometry/gates/applied.py",
    "src/reinfuse/cytometry/gates/inside.py",
    "src/reinfuse/cytometry/compensation.py",
    "src/reinfuse/cytometry/fcs/data.py",
)
HEADER = (
    "gate", "control_cells", "background", "recovery", "true_cells", "runs", "coverage",
    "coverage_ungated", "detected", "quantified", "not_evaluable", "mean_low", "mean_cells",
    "mean_high", "mean_lod_cells",
)  # fmt: skip
RUNS = 500
CELLS = 500_000
TRUE_CELLS = (0, 5, 10, 20, 50, 200)
# Where the gate begins on both detectors, asinh units; and the size of the control.
PLANS = {
    "tight": (4.0, 500_000),
    "usual": (3.8, 500_000),
    "usual, small control": (3.8, 100_000),
    "wide": (3.7, 500_000),
}
CHANNELS = ("V655-A", "V800-A")
COFACTOR = 150.0
BRIGHT, DIM = 4.2, 3.4
NOISE = 0.2
DETECTED = (State.BELOW_DETECTION, State.NOT_QUANTIFIABLE, State.QUANTIFIED)


def chunks() -> Sequence[str]:
    """One gate with one size of control each."""
    return tuple(PLANS)


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each number of true cells."""
    return rows(chunk, runs=RUNS)


def rows(chunk: str, *, runs: int) -> list[tuple[object, ...]]:
    """The rows of one plan with fewer runs, for a test."""
    border, control_cells = PLANS[chunk]
    others, targets = labelled()
    recovery, background = _gated(targets, border), _gated(others, border)
    results = spike(border, control_cells, runs=runs, seed=list(PLANS).index(chunk))
    found: list[tuple[object, ...]] = []
    for true_cells, measured in zip(TRUE_CELLS, zip(*results, strict=True), strict=True):
        whole = true_cells / CELLS
        # The chance that the gate sees, as the background's formula splits it.
        gated = whole * (recovery - background) / (1 - background)
        found.append((
            chunk, control_cells, f"{background * CELLS:.2f}", f"{recovery:.4f}", true_cells, runs,
            _share(one.low <= gated <= one.high for one in measured),
            _share(one.low <= whole <= one.high for one in measured),
            _share(one.state in DETECTED for one in measured),
            _share(one.state is State.QUANTIFIED for one in measured),
            _share(one.state is State.NOT_EVALUABLE for one in measured),
            f"{np.mean([one.low for one in measured]) * CELLS:.1f}",
            f"{np.mean([one.value for one in measured]) * CELLS:.1f}",
            f"{np.mean([one.high for one in measured]) * CELLS:.1f}",
            f"{np.mean([_detectable(one) for one in measured]):.1f}",
        ))  # fmt: skip
    return found


def spike(border: float, control_cells: int, *, runs: int, seed: int) -> list[list[Measured]]:
    """For each run what was measured at each number of true cells."""
    generator = np.random.default_rng([7, seed])
    others, targets = labelled()
    gates = gate_from(border)
    results = []
    for _ in range(runs):
        false = _count(gates, draw(others, control_cells, generator))
        # One draw of the rest serves every number of true cells: rows stay right each by itself.
        rest = draw(others, CELLS, generator)
        row = []
        for true_cells in TRUE_CELLS:
            spiked = int(generator.binomial(CELLS, true_cells / CELLS))
            mixed = np.hstack([draw(targets, spiked, generator), rest[:, spiked:]])
            row.append(_measured(_count(gates, mixed), false, control_cells))
        results.append(row)
    return results


@cache
def labelled() -> tuple[np.ndarray, np.ndarray]:
    """Events that are not target cells and events that are, each `"detectors events"`, asinh."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "100715.fcs"
        kept = Path(__file__).resolve().parent.parent / EVENTS
        file.write_bytes(lzma.decompress(kept.read_bytes()))
        (sample,) = read_fcs(file)
    linear = compensated(sample, CHANNELS, sample.spill)
    scaled = np.arcsinh(np.stack([linear[name] for name in CHANNELS]) / COFACTOR)
    between, targets = (_inside(gate_from(border), scaled) for border in (DIM, BRIGHT))
    return scaled[:, ~between].astype(np.float32), scaled[:, targets].astype(np.float32)


def draw(events: np.ndarray, number: int, generator: np.random.Generator) -> np.ndarray:
    """Events drawn with replacement and moved by noise, `"detectors number"`."""
    drawn = events[:, generator.integers(events.shape[1], size=number)]
    noise = generator.standard_normal(drawn.shape, dtype=np.float32)
    return np.asarray(drawn + np.float32(NOISE) * noise)


def gate_from(border: float) -> GateSet:
    """The gate of target cells: above a border on both detectors."""
    sides = tuple(Side(dimension=Dimension(name=name), low=border) for name in CHANNELS)
    return GateSet(gates=(Rectangle(name="targets", sides=sides),))


def _count(gates: GateSet, events: np.ndarray) -> int:
    return int(np.count_nonzero(_inside(gates, events)))


def _inside(gates: GateSet, events: np.ndarray) -> np.ndarray:
    channels = tuple(Channel(name=name) for name in CHANNELS)
    sample = Sample(file="drawn", sha256="", version="", channels=channels, events=events)
    return members(gates, sample).inside["targets"]


@cache
def _measured(k: int, false: int, control_cells: int) -> Measured:
    kind = ControlKind.REGENERATING
    blank = pool_controls([Control(kind=kind, events=false, cells=control_cells)])
    seen = Acquisition(viability=1.0, positives_before=0)
    measured = measure(k, CELLS, assay=MRD, blank=blank, acquisition=seen)
    assert isinstance(measured, Measured)
    return measured


def _gated(events: np.ndarray, border: float) -> float:
    """The exact chance that an event drawn and moved lies in the gate."""
    return float(ndtr((events.astype(float) - border) / NOISE).prod(axis=0).mean())


def _detectable(measured: Measured) -> float:
    """The limit of detection in target cells."""
    assert isinstance(measured.limits, Limits)
    return measured.limits.detection_percent / 100 * CELLS


def _share(held: Iterable[bool]) -> str:
    return f"{np.mean(list(held)):.3f}"
