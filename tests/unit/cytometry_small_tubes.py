"""Small tubes with known numbers of every cell: bright is bright and dark is dark."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from reinfuse.cytometry.fcs import write_fcs
from reinfuse.cytometry.sample import Channel, Sample, Spill

CHANNELS = {"FSC-A": "", "L1-A": "Live Dead", "R1-A": "CD3", "Y1-A": "CAR", "V1-A": "CD4"}
DARK, BRIGHT = 0.0, 20_000.0
STRATEGY = """
name: small
title: CAR-T cells in a small tube
version: "3"
sources:
  ours: {cite: a test, standing: our own choice}
scales:
  dye: {kind: logicle, top: 262144, width: 0.5, decades: 4.5}
  scatter: {kind: linear, top: 262144}
markers:
  FSC-A: {light: scatter, scale: scatter}
  viability: {scale: dye, aliases: [Live Dead]}
  CD3: {scale: dye}
  CAR: {scale: dye}
  CD4: {scale: dye}
dividers:
  CD4: {marker: CD4, cuts: [0.5]}
populations:
  - name: cells
    gate: {sides: {FSC-A: above 0.1}}
    placement: {how: valley, reach: 0.08}
    source: ours
  - {name: viable, parent: cells, gate: {sides: {viability: below 0.5}}, source: ours}
  - {name: T cells, parent: viable, gate: {sides: {CD3: above 0.5}}, source: ours}
  - name: CAR+
    parent: T cells
    gate: {sides: {CAR: above 0.5}}
    placement: {how: percentile, below: 0.99, reach: 0.1}
    source: ours
  - name: CAR+ CD4+
    parent: CAR+
    gate: {quadrant: {CD4: high}}
    if_absent: leave out
    source: ours
viable: viable
results:
  - name: CAR-T
    count: CAR+
    of: T cells
    analyte: CAR-T cells
    denominator: T cells
    controls: [fmo, car-negative]
    absolute: {T cells: T cells, living cells: viable}
    source: ours
  - {name: CD4+ of CAR-T, kind: split, count: CAR+ CD4+, of: CAR+, source: ours}
"""
PANEL = """
name: small panel
site: blood
channels: {CD3: R1-A, CAR: Y1-A}
tubes:
  - {file: fmo.fcs, role: fmo, without: CAR}
  - {file: day-07.fcs, infusion: 1, day: 7, counts: {T cells: 400 /uL}}
  - {file: day-14.fcs, infusion: 1, day: 14, counts: {living cells: 1000 /uL}}
  - {file: day-28.fcs, infusion: 1, day: 28}
"""


def tube(
    name: str,
    *,
    positive: int,
    negative: int,
    others: int = 2000,
    dead: int = 100,
    debris: int = 300,
    channels: Mapping[str, str] = CHANNELS,
    keywords: Mapping[str, str] | None = None,
    spill: Spill | None = None,
    brightness: float = BRIGHT,
) -> Sample:
    """T cells with and without the CAR, other living cells, dead ones, debris; seeded by name."""
    counts = (positive, negative, others, dead, debris)
    kinds = np.repeat(np.arange(5), counts)
    lit = {
        "FSC-A": kinds != 4,
        "L1-A": kinds == 3,
        "R1-A": np.isin(kinds, (0, 1, 3)),
        "Y1-A": kinds == 0,
        "V1-A": (kinds == 0) & (np.arange(kinds.size) % 2 == 0),
    }
    chance = np.random.default_rng(zlib.crc32(name.encode()))
    events = np.empty((len(channels), kinds.size), dtype=np.float32)
    for row, channel in enumerate(channels):
        if channel == "FSC-A":
            places = np.where(lit[channel], 90_000.0, 9_000.0) + chance.normal(0, 3000, kinds.size)
        else:
            bright = brightness * np.exp(chance.normal(0, 0.2, kinds.size))
            places = np.where(lit.get(channel, False), bright, chance.normal(0, 40, kinds.size))
        events[row] = places
    order = chance.permutation(kinds.size)
    return Sample(
        file=name,
        sha256="0" * 64,
        version="FCS3.1",
        channels=tuple(
            Channel(name=channel, marker=marker, range=262_144.0)
            for channel, marker in channels.items()
        ),
        events=events[:, order],
        keywords=dict(keywords or {}),
        spill=spill,
    )


def written(folder: Path, *tubes: Sample) -> list[Path]:
    """The tubes as FCS files in a folder."""
    for one in tubes:
        write_fcs(folder / one.file, one)
    return [folder / one.file for one in tubes]
