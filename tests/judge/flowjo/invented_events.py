"""Events of nobody, spread so widely that every gate of the workspaces holds some."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EVENTS = 40_000
CHANNELS = (
    "FSC-A",
    "FSC-H",
    "FSC-W",
    "SSC-A",
    "TNFa FITC FLR-A",
    "CD8 PerCP-Cy55 FLR-A",
    "IL2 BV421 FLR-A",
    "Aqua Amine FLR-A",
    "IFNg APC FLR-A",
    "CD3 APC-H7 FLR-A",
    "CD107a PE FLR-A",
    "CD4 PE-Cy7 FLR-A",
    "Time",
)
UNSTAINED = 150.0  # standard deviation of a dye that is not there
MIDDLE = {  # of those that are there, and of the scatter
    "FSC-A": 110_000,
    "FSC-H": 95_000,
    "FSC-W": 80_000,
    "SSC-A": 40_000,
    "TNFa FITC FLR-A": 1_500,
    "CD8 PerCP-Cy55 FLR-A": 2_500,
    "IL2 BV421 FLR-A": 3_500,
    "IFNg APC FLR-A": 1_500,
    "CD3 APC-H7 FLR-A": 2_500,
    "CD107a PE FLR-A": 6_000,
    "CD4 PE-Cy7 FLR-A": 2_000,
}


def invented_events() -> NDArray[np.float32]:
    """Values `"channels events"`, Time in seconds."""
    rng = np.random.default_rng(71)
    cd4 = rng.random(EVENTS) < 0.5
    rows = []
    for name in CHANNELS:
        unstained = rng.normal(0, UNSTAINED, EVENTS)
        spread = 0.1 if "SC" in name else 0.7
        stained = MIDDLE.get(name, 0) * np.exp(rng.normal(0, spread, EVENTS))
        there = {
            "CD4 PE-Cy7 FLR-A": cd4,
            "CD8 PerCP-Cy55 FLR-A": ~cd4,
            "CD3 APC-H7 FLR-A": rng.random(EVENTS) < 0.9,
        }.get(name, rng.random(EVENTS) < 0.5)
        if name == "Time":
            rows.append(rng.uniform(0, 200, EVENTS))
        elif "SC" in name:
            rows.append(stained)
        else:
            rows.append(unstained + np.where(there, stained, 0))
    return np.array(rows, dtype=np.float32)
