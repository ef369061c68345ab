"""Compensation and scales of real events, as FlowKit has them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.compensation import compensated
from reinfuse.cytometry.sample import Channel, Sample
from reinfuse.cytometry.scales.forms import scale_from
from reinfuse.cytometry.spill_table import read_spill

HERE = Path(__file__).parent


def table(name: str) -> tuple[list[str], np.ndarray]:
    with (HERE / name).open(newline="") as file:
        heads, *rows = csv.reader(file)
    return heads, np.array(rows, dtype=float).T


SCALE_NAMES = table("scales.csv")[0][1:]


def test_compensated_events_are_those_of_flowkit() -> None:
    names, observed = table("observed.csv")
    _, expected = table("compensated.csv")
    sample = Sample(
        file="100715.fcs",
        sha256="",
        version="3.0",
        channels=tuple(Channel(name=name) for name in names),
        events=observed.astype(np.float32),
    )
    true = compensated(sample, names, read_spill(HERE / "spill.csv"))
    assert list(true) == names
    np.testing.assert_allclose(list(true.values()), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", SCALE_NAMES)
def test_values_on_a_scale_are_those_of_flowkit(name: str) -> None:
    heads, columns = table("scales.csv")
    values, expected = columns[0], columns[heads.index(name)]
    kind, *given = name.split()
    scale = scale_from(kind, dict(each.split("=") for each in given))
    placed = scale.forward(values)
    assert np.array_equal(np.isnan(placed), ~np.isfinite(expected))
    sound = np.isfinite(expected)
    assert sound.sum() > 100
    rtol, atol = (0.0, 1e-5) if kind == "biexponential" else (1e-6, 1e-9)
    np.testing.assert_allclose(placed[sound], expected[sound], rtol=rtol, atol=atol)
