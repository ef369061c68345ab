"""The mechanism as SBML does in another program what it does here; and its text says all of it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language import Model, read_model, written
from reinfuse.engine.sbml import read_sbml, sbml_of
from reinfuse.engine.simulate import Settings, simulate
from reinfuse.mechanism.equations import course_model, model_text

HERE = Path(__file__).parent
RELATIVE = 1e-6
PRECISE = Settings(rtol=1e-10, tolerance_scale=1e-8, threads=1)
PATIENTS = ("usual", "relapsed", "donor")
CELLS, LITTLE = 1.0, 1e-3  # what may be wrong: a cell, and a thousandth of other units
MODEL = course_model(1)


@cache
def trajectories(patient: str) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Days, and by output what libRoadRunner found on them."""
    with (HERE / "trajectories.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["patient"] == patient]
    names = [name for name in rows[0] if name not in {"patient", "day"}]
    days = np.array([float(row["day"]) for row in rows])
    return days, {name: np.array([float(row[name]) for row in rows]) for name in names}


@cache
def parameters(patient: str) -> dict[str, float]:
    with (HERE / "patients.csv").open(encoding="utf-8", newline="") as file:
        return {row["parameter"]: float(row[patient]) for row in csv.DictReader(file)}


def floor(output: str) -> float:
    return CELLS if output.startswith(("lesion", "marrow", "car_everywhere")) else LITTLE


def apart(patient: str, **changed: float) -> dict[str, float]:
    """By output the largest distance from libRoadRunner, in tolerances."""
    days, expected = trajectories(patient)
    given = parameters(patient) | changed
    rows = [[given[name] for name in MODEL.parameter_names]]
    answer = simulate(MODEL, rows, days, settings=PRECISE)
    assert answer.solved.all(), answer.failures()
    return {
        name: float(np.max(np.abs(answer.of(name)[0] - there) / (RELATIVE * (there + floor(name)))))
        for name, there in expected.items()
    }


@pytest.mark.parametrize("patient", PATIENTS)
def test_every_output_is_what_another_program_finds_from_the_sbml(patient: str) -> None:
    found = apart(patient)
    assert set(found) == set(MODEL.observable_names)
    assert not {name: far for name, far in found.items() if far > 1.0}


def test_an_infusion_an_hour_later_is_seen() -> None:
    assert apart("usual", infusion_day=1 / 24)["car_per_ul"] > 10


def test_tocilizumab_an_hour_later_is_seen() -> None:
    found = apart("usual", tocilizumab_day_1=9 + 1 / 24)
    assert found["il6"] > 10
    assert found["car_per_ul"] <= 1.0


def test_lymphodepletion_a_day_later_is_seen() -> None:
    assert apart("usual", depletion_day=-4)["t_per_ul"] > 10


def test_less_recall_of_immunity_is_seen_where_there_is_any() -> None:
    assert apart("relapsed", immunity_recall=0.99)["car_per_ul"] > 10
    assert apart("usual", immunity_recall=0.99)["car_per_ul"] <= 1.0


def test_a_little_more_killing_of_b_cells_in_tissue_is_seen() -> None:
    assert apart("usual", tissue_depletion=0.41)["b_per_ul"] > 10


@pytest.mark.parametrize("patient", PATIENTS)
def test_every_parameter_of_the_model_is_listed(patient: str) -> None:
    assert set(parameters(patient)) == set(MODEL.parameter_names)


@pytest.mark.parametrize("lesions", [0, 1, 3])
def test_the_text_says_all_of_the_model(lesions: int) -> None:
    model = course_model(lesions)
    assert read_model(written(model)) == model
    assert read_model(model_text(lesions)) == model


def test_sbml_that_was_read_again_does_the_same() -> None:
    back = read_sbml(sbml_of(MODEL), source="written").model
    days, _ = trajectories("relapsed")
    here = simulate(MODEL, [_rows(MODEL)], days, settings=PRECISE).of("car_per_ul")
    there = simulate(back, [_rows(back)], days - MODEL.start, settings=PRECISE)
    assert there.of("observed_car_per_ul") == pytest.approx(here, rel=1e-7, abs=1e-6)


def _rows(model: Model) -> list[float]:
    given = parameters("relapsed")
    return [given.get(row.name, row.value) for row in model.parameters]


def test_a_unit_that_does_not_fit_is_refused() -> None:
    wrong = model_text(0).replace("rate R = (immunity_rise +", "rate R = (immunity_fall +")
    assert wrong != model_text(0)
    with pytest.raises(Exception, match="unit"):
        read_model(wrong)
