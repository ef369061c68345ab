"""Published CAR-T models, read from SBML, give what libRoadRunner gives."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language.model import Model
from reinfuse.engine.sbml import SbmlModel, read_sbml, sbml_of
from reinfuse.engine.simulate import Settings, simulate, usual_parameters

HERE = Path(__file__).parent
MODELS = ("BIOMD0000001011", "BIOMD0000001012", "BIOMD0000001013", "BIOMD0000001014")
RELATIVE, CELLS = 2e-6, 1e-3
PRECISE = Settings(rtol=1e-8, tolerance_scale=1e-8, threads=1)


@cache
def read(name: str) -> SbmlModel:
    return read_sbml((HERE / f"{name}.xml").read_bytes(), source=name)


def expected_of(name: str) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Species, times, and `"times species"`."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        (_, *species), *rows = csv.reader(file)
    values = np.array(rows, np.float64)
    return tuple(species), values[:, 0], values[:, 1:]


def observed(read: SbmlModel, species: str) -> str:
    """The output that is an id of the file."""
    return f"observed_{read.symbol(species).name}"


def worst(model: Model, outputs: Sequence[str], name: str) -> float:
    """The largest distance from the expected values, in tolerances."""
    _, times, expected = expected_of(name)
    answer = simulate(model, usual_parameters(model, 1), times, settings=PRECISE)
    assert answer.solved.all(), answer.failures()
    found = np.stack([answer.of(output)[0] for output in outputs], axis=1)
    return float(np.max(np.abs(found - expected) / (RELATIVE * np.abs(expected) + CELLS)))


@pytest.mark.parametrize("name", MODELS)
def test_every_species_is_what_another_program_finds(name: str) -> None:
    species, times, _ = expected_of(name)
    assert len(times) == 21
    there = read(name)
    assert worst(there.model, [observed(there, one) for one in species], name) <= 1.0


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_was_written_and_read_again_gives_the_same(name: str) -> None:
    there = read(name)
    back = read_sbml(sbml_of(there.model), source="written")
    names = [observed(back, observed(there, one)) for one in expected_of(name)[0]]
    assert worst(back.model, names, name) <= 1.0


@pytest.mark.parametrize("name", MODELS)
def test_the_expected_values_hold_every_species(name: str) -> None:
    listed = tuple(one.id for one in read(name).symbols if one.kind == "species")
    assert sorted(expected_of(name)[0]) == sorted(listed)


@pytest.mark.parametrize("name", MODELS)
def test_time_is_in_days_as_the_file_says(name: str) -> None:
    assert read(name).model.time_unit == "d"


def test_a_killing_rate_that_is_a_thousandth_off_is_seen() -> None:
    there = read("BIOMD0000001011").model
    _, times, expected = expected_of("BIOMD0000001011")
    rows = usual_parameters(there, 1, alpha=4.5e-11 * 1.001)
    found = simulate(there, rows, times, settings=PRECISE).of("observed_Leukaemic_B_cells")[0]
    allowed = RELATIVE * expected[:, 1] + CELLS
    assert np.max(np.abs(found - expected[:, 1]) / allowed) > 100.0
