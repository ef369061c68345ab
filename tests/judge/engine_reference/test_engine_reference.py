"""The reference model in machine code against SciPy, for patients that use every way of dosing."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language import Model, read_model_file
from reinfuse.engine.simulate import Settings, simulate, usual_parameters

HERE = Path(__file__).parent
MODEL = HERE.parents[2] / "examples" / "models" / "reference.model"
FLOOR = 1e-3


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model_file(MODEL)


@pytest.fixture(scope="module")
def parameters(model: Model) -> NDArray:
    rows = table("patients.csv")
    given = {name: [float(row[name]) for row in rows] for name in rows[0]}
    return usual_parameters(model, len(rows), **given)


@pytest.fixture(scope="module")
def expected(model: Model) -> tuple[NDArray, NDArray]:
    """Times, and states `"patients times states"`."""
    rows = table("solutions.csv")
    times = sorted({float(row["time"]) for row in rows})
    states = [[float(row[name]) for name in model.state_names] for row in rows]
    return np.asarray(times), np.asarray(states).reshape(-1, len(times), len(model.states))


def error(model: Model, found: NDArray, expected: NDArray) -> NDArray:
    cells = np.asarray([state.unit == "cells" for state in model.states])
    logs = abs(np.log10(np.maximum(found, 0) + 1e3) - np.log10(expected + 1e3))
    shares = abs(found - expected) / np.maximum(abs(expected), FLOOR) / math.log(10)
    return np.where(cells, logs, shares)


def test_the_patients_use_every_way_of_dosing(model: Model, parameters: NDArray) -> None:
    named = dict(zip(model.parameter_names, parameters.T, strict=True))
    ways = {(toci > 0, kept < 1) for toci, kept in zip(named["toci"], named["hsct_cells"],
                                                       strict=True)}  # fmt: skip
    assert len(ways) == 4
    assert (named["kG1"] > 0).any()


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize(("rtol", "scale", "most"), [(1e-4, 1.0, 3e-3), (1e-6, 0.01, 2e-5)])
def test_machine_code_agrees_with_scipy(
    model: Model,
    parameters: NDArray,
    expected: tuple[NDArray, NDArray],
    bits: int,
    rtol: float,
    scale: float,
    most: float,
) -> None:
    times, states = expected
    chosen = Settings(rtol=rtol, tolerance_scale=scale, bits=bits, states=True)
    found = simulate(model, parameters, times, settings=chosen)
    assert found.failures() == ()
    worst = error(model, found.outputs.astype(float), states)
    place = np.unravel_index(worst.argmax(), worst.shape)
    assert worst.max() < most, f"worst at patient, time, state {place}"
