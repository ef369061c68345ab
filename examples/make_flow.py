"""Writes invented tubes of flow cytometry: nobody's cells, with every true number known.

`python examples/make_flow.py [FOLDER]` writes the tubes, the same every time: six time points of
CAR-T cells in blood with the FMO of one of them, a marrow with 40 blasts in 30,000 events, and its
blank. What is in each stands in flow/truth.csv, which `--truth` writes again. Without FOLDER the
tubes go to out/flow. Brightness, noise and spill are made up to look like an 18-bit instrument.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.fcs import write_fcs
from reinfuse.cytometry.sample import Channel, Sample, Spill

HERE = Path(__file__).resolve().parent
TRUTH = HERE / "flow" / "truth.csv"
COLUMNS = ("file", "day", "events", "population", "of", "count", "of_count")
SEED = 20_260_501
TOP = 262_144.0  # 18 bits
HIGHEST = TOP - 1
LIGHT = ("FSC-A", "FSC-H", "SSC-A")
Row = tuple[str, ...]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

# Detectors with the share of each dye that reaches the next ones.
BLOOD = {
    "FITC-A": "CD45RA", "PE-A": "CAR", "PerCP-Cy5-5-A": "7-AAD", "PE-Cy7-A": "CCR7",
    "APC-A": "CD19", "APC-H7-A": "CD8", "BV421-A": "CD3", "BV510-A": "CD45", "BV605-A": "CD4",
}  # fmt: skip
MARROW = {
    "FITC-A": "SYTO 16", "PE-A": "CD10", "PerCP-Cy5-5-A": "CD34", "PE-Cy7-A": "CD19",
    "APC-A": "CD22", "APC-H7-A": "CD45", "BV421-A": "CD38", "BV510-A": "Zombie Aqua",
    "BV605-A": "CD66b",
}  # fmt: skip
SPILLS = {
    ("FITC-A", "PE-A"): 0.14, ("FITC-A", "BV510-A"): 0.02, ("PE-A", "PerCP-Cy5-5-A"): 0.12,
    ("PE-A", "PE-Cy7-A"): 0.02, ("PE-A", "BV605-A"): 0.06, ("PerCP-Cy5-5-A", "PE-Cy7-A"): 0.15,
    ("PerCP-Cy5-5-A", "APC-A"): 0.02, ("PE-Cy7-A", "PE-A"): 0.02, ("PE-Cy7-A", "APC-H7-A"): 0.04,
    ("APC-A", "APC-H7-A"): 0.09, ("APC-H7-A", "APC-A"): 0.04, ("BV421-A", "BV510-A"): 0.11,
    ("BV510-A", "BV605-A"): 0.08, ("BV605-A", "PE-A"): 0.03, ("BV605-A", "BV510-A"): 0.02,
}  # fmt: skip
PHOTON = 20.0  # variance of a signal for each unit of it
DARK = 35.0  # standard deviation of a detector without light
SECONDS = 60
DEATH = ("7-AAD", "Zombie Aqua")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A kind of cell: light scatter, and the brightness of the stains it takes up."""

    forward: float
    side: float
    stains: Mapping[str, float] = field(default_factory=dict)
    width: float = 0.12  # of the scatter, on the logarithm


T_CELLS = Cells(forward=80_000, side=26_000, stains={"CD45": 30_000, "CD3": 16_000})
LEUKOCYTES = {
    "NK cells": Cells(forward=82_000, side=28_000, stains={"CD45": 30_000}),
    "B cells": Cells(forward=76_000, side=25_000, stains={"CD45": 24_000, "CD19": 12_000}),
    "monocytes": Cells(forward=125_000, side=95_000, stains={"CD45": 20_000, "CD4": 1_200}),
    "granulocytes": Cells(forward=135_000, side=165_000, stains={"CD45": 9_000}),
}
OF_T = {"CD4": 9_000.0, "CD8": 14_000.0, "CAR": 5_500.0, "CD45RA": 9_000.0, "CCR7": 4_000.0}
NUCLEUS = 22_000.0
BONE_MARROW = {
    "granulocytes": Cells(
        forward=135_000, side=165_000, stains={"CD45": 9_000, "CD66b": 16_000, "CD10": 2_600}
    ),
    "monocytes": Cells(forward=125_000, side=95_000, stains={"CD45": 20_000, "CD38": 7_000}),
    "lymphocytes": Cells(forward=80_000, side=26_000, stains={"CD45": 30_000, "CD38": 2_000}),
    "B cells": Cells(
        forward=78_000,
        side=26_000,
        stains={"CD45": 24_000, "CD19": 15_000, "CD22": 12_000, "CD38": 2_500},
    ),
    "normal precursors": Cells(
        forward=78_000,
        side=27_000,
        stains={"CD45": 3_500, "CD19": 9_000, "CD22": 6_000, "CD10": 9_000, "CD38": 42_000},
    ),
    "blasts": Cells(
        forward=88_000,
        side=30_000,
        stains={"CD45": 1_500, "CD19": 12_000, "CD22": 7_000, "CD10": 30_000, "CD34": 12_000,
                "CD38": 3_000},
    ),
}  # fmt: skip
IN_MARROW = {"granulocytes": 0.6, "monocytes": 0.06, "lymphocytes": 0.22, "B cells": 0.02}
PRECURSORS, DEAD_IN_MARROW = 0.012, 0.05
DEBRIS, DOUBLETS = 0.06, 0.03
STICKY = 0.01  # events that take up a stain they should not: what controls are for
SPREAD = {"CAR": 0.55, "CCR7": 0.45, "CD45RA": 0.45, "CD38": 0.5}  # of brightness, on the logarithm
USUAL_SPREAD = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A time point: how many events, what part of them are T cells, and what part of these CAR+.

    `memory` are the shares of naive, central memory, effector memory and EMRA among CAR-T cells;
    `cd4` the share of CD4 among them; `gain` multiplies every detector of stains.
    """

    day: int
    events: int
    t_cells: float
    car: float
    cd4: float
    memory: tuple[float, float, float, float]
    b_cells: float = 0.0
    dead: float = 0.06
    gain: float = 1.0


POINTS = (
    Point(day=4, events=9_000, t_cells=0.05, car=0.02, cd4=0.55, memory=(0.1, 0.35, 0.45, 0.1)),
    Point(day=7, events=10_000, t_cells=0.2, car=0.3, cd4=0.45, memory=(0.05, 0.3, 0.55, 0.1)),
    Point(day=10, events=12_000, t_cells=0.4, car=0.55, cd4=0.3, memory=(0.03, 0.22, 0.65, 0.1)),
    Point(day=14, events=10_000, t_cells=0.35, car=0.35, cd4=0.25, memory=(0.03, 0.22, 0.6, 0.15)),
    Point(
        day=28, events=10_000, t_cells=0.25, car=0.08, cd4=0.3, memory=(0.05, 0.25, 0.45, 0.25),
        gain=0.55,
    ),
    Point(
        day=90, events=9_000, t_cells=0.22, car=0.01, cd4=0.35, memory=(0.1, 0.3, 0.35, 0.25),
        b_cells=0.002,
    ),
)  # fmt: skip
FMO_DAY, FMO_EVENTS = 10, 18_000
OTHER_T_MEMORY = (0.3, 0.25, 0.25, 0.2)
CD4_OF_OTHER_T = 0.55
REST = {"NK cells": 0.15, "monocytes": 0.15, "granulocytes": 0.7}  # of what is neither T nor B
BLASTS = 40
MARROW_EVENTS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A tube with its truth: (population, of what, count, count of the whole)."""

    sample: Sample
    day: str
    truth: tuple[tuple[str, str, int, int], ...]


def tubes() -> tuple[Made, ...]:
    """Every invented tube, the same each time."""
    chances = [np.random.default_rng([SEED, number]) for number in range(len(POINTS) + 3)]
    series = [blood(point, chance) for point, chance in zip(POINTS, chances, strict=False)]
    peak = next(replace(point, events=FMO_EVENTS) for point in POINTS if point.day == FMO_DAY)
    return (
        *series,
        blood(peak, chances[-3], without="CAR"),
        marrow(BLASTS, chances[-2]),
        marrow(0, chances[-1]),
    )


def blood(point: Point, chance: np.random.Generator, *, without: str = "") -> Made:
    """One tube of blood; `without` is a stain that was left out, as in an FMO."""
    rest = 1 - point.t_cells - point.b_cells
    shares = {"T cells": point.t_cells, "B cells": point.b_cells}
    shares |= {name: rest * share for name, share in REST.items()}
    kind = chance.choice(list(shares), size=point.events, p=list(shares.values()))
    t_cell = kind == "T cells"
    car = t_cell & (chance.random(point.events) < point.car)
    cd4 = t_cell & (chance.random(point.events) < np.where(car, point.cd4, CD4_OF_OTHER_T))
    memory = np.where(
        car,
        chance.choice(4, size=point.events, p=point.memory),
        chance.choice(4, size=point.events, p=OTHER_T_MEMORY),
    )
    has = {
        "CAR": car,
        "CD4": cd4,
        "CD8": t_cell & ~cd4,
        "CD45RA": (t_cell & np.isin(memory, (0, 3))) | (kind == "NK cells") | (kind == "B cells"),
        "CCR7": (t_cell & (memory <= 1)) | (kind == "B cells"),
    }
    bright = {name: np.where(flags, OF_T[name], 0.0) for name, flags in has.items()}
    cells = {"T cells": T_CELLS, **LEUKOCYTES}
    if without:
        bright[without] = np.zeros(point.events)
    file = f"invented-day-{point.day:02d}{'-fmo-car' if without else ''}.fcs"
    dead = chance.random(point.events) < point.dead
    drawn = Drawn(
        kind=kind, cells=cells, bright=bright, dead=dead, spared=np.zeros(point.events, np.bool_)
    )
    made, whole = _acquired(file, BLOOD, drawn, chance, gain=point.gain)
    alive = whole & ~dead
    lived, carried = alive & t_cell, alive & car
    names = ("naive", "central memory", "effector memory", "EMRA")
    truth = [_true("viable", alive, "cells", whole), _true("T cells", lived, "viable", alive)]
    if without != "CAR":
        truth += [
            _true("CAR+", carried, "T cells", lived),
            _true("CAR+ CD4+", carried & cd4, "CAR+", carried),
            *(
                _true(f"CAR+ {name}", carried & (memory == number), "CAR+", carried)
                for number, name in enumerate(names)
            ),
        ]
    return Made(sample=made, day=str(point.day), truth=tuple(truth))


def marrow(blasts: int, chance: np.random.Generator) -> Made:
    """One tube of marrow with so many living single blasts, or a blank with none."""
    shares = {**IN_MARROW, "normal precursors": PRECURSORS}
    shares["granulocytes"] += 1 - sum(shares.values())
    kind = chance.choice(list(shares), size=MARROW_EVENTS, p=list(shares.values()))
    kind = kind.astype("<U20")
    dead = chance.random(MARROW_EVENTS) < DEAD_IN_MARROW
    blast = np.zeros(MARROW_EVENTS, dtype=np.bool_)
    blast[chance.choice(MARROW_EVENTS, size=blasts, replace=False)] = True
    kind[blast], dead[blast] = "blasts", False
    file = f"invented-marrow-{'mrd' if blasts else 'blank'}.fcs"
    bright = {"SYTO 16": np.full(MARROW_EVENTS, NUCLEUS)}
    drawn = Drawn(kind=kind, cells=BONE_MARROW, bright=bright, dead=dead, spared=blast)
    made, whole = _acquired(file, MARROW, drawn, chance)
    alive = whole & ~dead
    truth = (
        _true("blasts", alive & blast, "nucleated", alive),
        _true("normal precursors", alive & (kind == "normal precursors"), "nucleated", alive),
        _true("viable", alive, "cells", whole),
    )
    return Made(sample=made, day="", truth=truth)


def _true(name: str, flags: Flags, of: str, whole: Flags) -> tuple[str, str, int, int]:
    return name, of, int(flags.sum()), int(whole.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Events before the instrument: kind of cell, brightness beside that of the kind, and death.

    `spared` events are whole single cells for certain.
    """

    kind: NDArray[np.str_]
    cells: Mapping[str, Cells]
    bright: Mapping[str, Floats]
    dead: Flags
    spared: Flags


def _acquired(
    file: str,
    stains: Mapping[str, str],
    drawn: Drawn,
    chance: np.random.Generator,
    *,
    gain: float = 1.0,
) -> tuple[Sample, Flags]:
    """The tube, and which events are whole single cells."""
    events = len(drawn.kind)
    light, true = _stained(stains, drawn, chance)
    odd = np.where(drawn.spared, 1.0, chance.random(events))
    debris, doublet = odd < DEBRIS, (odd >= DEBRIS) & (odd < DEBRIS + DOUBLETS)
    _break(light, true, debris, chance)
    _join(light, true, doublet, chance)
    light[1] = 0.88 * light[0] * np.exp(chance.normal(0, 0.03, events))
    light[1, doublet] *= 0.54 * np.exp(chance.normal(0, 0.06, doublet.sum()))
    spill = _spill(tuple(stains))
    seen = spill.matrix.T @ (gain * true)
    seen += chance.normal(0, 1, seen.shape) * np.sqrt(PHOTON * seen + DARK**2)
    time = np.sort(chance.uniform(0, SECONDS * 100, events))
    values = np.minimum(np.vstack([time, light, seen]), HIGHEST)
    return _sample(file, stains, values.astype(np.float32), spill), ~debris & ~doublet


def _stained(
    stains: Mapping[str, str], drawn: Drawn, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    """Light scatter, `"scatters events"`, and what each dye truly gives, `"dyes events"`."""
    events = len(drawn.kind)
    light, true = np.empty((len(LIGHT), events)), np.zeros((len(stains), events))
    for name, one in drawn.cells.items():
        of = drawn.kind == name
        light[0, of] = one.forward * np.exp(chance.normal(0, one.width, of.sum()))
        light[2, of] = one.side * np.exp(chance.normal(0, 1.5 * one.width, of.sum()))
        for row, stain in enumerate(stains.values()):
            true[row, of] = one.stains.get(stain, 0.0)
    for row, stain in enumerate(stains.values()):
        true[row] += drawn.bright.get(stain, 0.0)
        true[row] *= np.exp(chance.normal(0, SPREAD.get(stain, USUAL_SPREAD), events))
        if stain in DEATH:
            true[row, drawn.dead] += 9_000 * np.exp(chance.normal(0, 0.4, drawn.dead.sum()))
        sticky = ~drawn.spared & (chance.random(events) < STICKY / len(stains))
        true[row, sticky] += 4_000 * np.exp(chance.normal(0, 0.8, sticky.sum()))
    # What a cell gives without any dye; more once it is dead.
    true += np.where(drawn.dead, 260.0, 90.0) * np.exp(chance.normal(0, 0.35, true.shape))
    return light, true


def _break(light: Floats, true: Floats, of: Flags, chance: np.random.Generator) -> None:
    """Turn cells into debris."""
    light[0, of] = 9_000 * np.exp(chance.normal(0, 0.35, of.sum()))
    light[2, of] = 6_000 * np.exp(chance.normal(0, 0.5, of.sum()))
    true[:, of] *= 0.06


def _join(light: Floats, true: Floats, of: Flags, chance: np.random.Generator) -> None:
    """Turn cells into two that stick together, the second one drawn from all."""
    other = chance.integers(0, len(of), of.sum())
    light[:, of] += light[:, other]
    true[:, of] += true[:, other]


def _spill(detectors: Sequence[str]) -> Spill:
    matrix = np.eye(len(detectors))
    for (dye, detector), share in SPILLS.items():
        matrix[detectors.index(dye), detectors.index(detector)] = share
    return Spill(channels=tuple(detectors), matrix=matrix)


def _sample(
    file: str, stains: Mapping[str, str], data: NDArray[np.float32], spill: Spill
) -> Sample:
    channels = (
        Channel(name="Time", range=TOP),
        *(Channel(name=name, range=TOP) for name in LIGHT),
        *(Channel(name=name, marker=marker, range=TOP) for name, marker in stains.items()),
    )
    return Sample(
        file=file,
        sha256=hashlib.sha256(data.tobytes()).hexdigest(),
        version="FCS3.1",
        channels=channels,
        events=data,
        spill=spill,
    )


def truth_text() -> str:
    """What is in each tube, as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for made in tubes():
        for name, of, count, whole in made.truth:
            writer.writerow((made.sample.file, made.day, made.sample.count, name, of, count, whole))
    return stream.getvalue()


def main(arguments: Sequence[str]) -> None:
    """Write the tubes to a folder, or with --truth the table of what is in them."""
    if list(arguments) == ["--truth"]:
        TRUTH.write_text(truth_text(), encoding="utf-8")
        return
    folder = Path(arguments[0]) if arguments else HERE.parent / "out" / "flow"
    folder.mkdir(parents=True, exist_ok=True)
    for made in tubes():
        write_fcs(folder / made.sample.file, made.sample)


if __name__ == "__main__":
    main(sys.argv[1:])
