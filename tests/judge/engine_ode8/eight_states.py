"""The model of eight states, and what is known of three patients."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from tests.unit.engine_formulas import model

HERE = Path(__file__).parent

EIGHT = model(
    {
        "D": "-(kdist + kdD)*D",
        "E": "0.1*kdist*D + act - (kEM + kdE)*E - kexh*E*s + 0.05*kexp*M*s",
        "M": "kEM*E - kdM*M",
        "X": "kexh*E*s - kdX*X",
        "A": "g*A*(1 - A/Amax) - kill",
        "B": "kB*(1000 - B) - kBk*E*B",
        "I": "ksI*kill - kdI*I",
        "C": "ksC*I - kdC*C",
    },
    helpers={
        "antigen": "A + B",
        "s": "antigen/(KA + antigen)",
        "act": "kexp*E*s",
        "kill": "kkill*E*A/(Kk + A + E)",
    },
    initial={"D": "100", "A": "5e4", "B": "200"},
    parameters={
        "kdist": 24.0, "kdD": 4.0, "kexp": 0.95, "KA": 5e3, "kEM": 0.012, "kdE": 0.16,
        "kdM": 0.0032, "kexh": 0.03, "kdX": 0.25, "g": 0.02, "Amax": 1e6, "kkill": 8.0,
        "Kk": 2e4, "kB": 0.01, "kBk": 2e-4, "ksI": 1e-4, "kdI": 12.0, "ksC": 0.5, "kdC": 0.7,
    },
    tolerances=dict.fromkeys("DEMXABIC", 1e-9),
)  # fmt: skip


def patients() -> np.ndarray:
    """Parameters, `"patients parameters"`."""
    with (HERE / "parameters.csv").open() as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == EIGHT.parameter_names
    return np.array(rows[1:], dtype=float)


def solutions() -> tuple[np.ndarray, np.ndarray]:
    """Times, and states `"patients times states"`."""
    with (HERE / "solutions.csv").open() as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0][2:]) == EIGHT.state_names
    table = np.array(rows[1:], dtype=float).reshape(3, -1, 10)
    return table[0, :, 1], table[:, :, 2:]
