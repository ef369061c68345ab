"""What the engine's benchmark gives to other solvers, and how it counts their errors."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.engine_contest import Row
from benchmarks.engine_peer import NoPeer, peer
from benchmarks.engine_peers.turns import pieces, read_problem
from benchmarks.engine_problem import (
    EIGHT_STATES,
    eight_state_problem,
    eight_state_rows,
    python_text,
    rates_text,
    reference_problem,
    write_problem,
)
from benchmarks.engine_solutions import log_errors, relative_errors
from benchmarks.reference_patients import FILE, TIMES
from reinfuse.engine.language import Model, read_model_file
from reinfuse.engine.language.tree import Call, Name
from reinfuse.engine.sbml import read_sbml
from reinfuse.engine.simulate import Settings, simulate

JUDGE = Path(__file__).parents[1] / "judge"
EXPECTED = json.loads((JUDGE / "engine_models" / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model_file(FILE)


def row_of(model: Model, patient: dict) -> np.ndarray:
    return np.array([[patient["parameters"][name] for name in model.parameter_names]])


@pytest.mark.parametrize("patient", EXPECTED["patients"])
def test_peers_begin_and_dose_as_older_formulas_did(model: Model, patient: dict) -> None:
    def states(named: dict[str, float]) -> list[float]:
        return [named[name] for name in model.state_names]

    problem = reference_problem(model, row_of(model, patient))
    assert problem.initial[0].tolist() == states(patient["initial"])
    assert problem.moments[0].tolist() == [event["time"] for event in patient["events"]]
    before = np.array(states(patient["before"]))
    for event, kept, added in zip(
        patient["events"], problem.kept[0], problem.added[0], strict=True
    ):
        assert (kept * before + added).tolist() == pytest.approx(states(event["after"]), rel=1e-12)


@pytest.mark.parametrize(("name", "file"), [("reference", FILE), ("cart8", EIGHT_STATES)])
def test_rates_for_peers_are_those_of_older_formulas(name: str, file: Path) -> None:
    model, cases = read_model_file(file), EXPECTED[name]
    found: dict = {}
    exec(rates_text(model), found)
    for case in cases:
        states = [case["states"][state] for state in model.state_names]
        given = [case["parameters"].get(one.name, one.value) for one in model.parameters]
        rates = [case["rates"][state] for state in model.state_names]
        assert found["rates"](0.0, states, given) == pytest.approx(rates, rel=1e-12)


def test_a_formula_that_python_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="max"):
        python_text(Call("max", (Name("a"), Name("b"))))


def test_patients_of_eight_states_are_drawn_as_the_judge_had_them() -> None:
    with (JUDGE / "engine_ode8" / "parameters.csv").open(encoding="utf-8", newline="") as file:
        names, *known = csv.reader(file)
    model, rows = eight_state_rows(3)
    assert list(model.parameter_names) == names
    # Of the first parameter alone: later ones hang on how many patients are drawn.
    assert rows[:, 0].tolist() == [float(row[0]) for row in known]


def test_what_peers_read_is_what_was_written(tmp_path: Path) -> None:
    model, rows = eight_state_rows(2)
    problem = eight_state_problem(model, rows)
    write_problem(problem, tmp_path)
    read = read_problem(str(tmp_path))
    assert read[8:] == problem[8:]
    for found, written in zip(read[:8], problem[:8], strict=True):
        np.testing.assert_array_equal(found, written)
    assert read_sbml(problem.sbml).model.state_names == model.state_names


def test_stretches_end_at_doses_and_share_out_the_times() -> None:
    found = pieces(np.array([0.0, 2.5]), -1.0, np.array([-0.5, 0.0, 1.0, 2.0, 3.0, 4.0]))
    assert [(piece.begin, piece.end) for piece in found] == [(-1.0, 0.0), (0.0, 2.5), (2.5, 4.0)]
    assert [(piece.seen.start, piece.seen.stop) for piece in found] == [(0, 2), (2, 4), (4, 6)]


def test_times_are_sixty_from_before_the_infusion_to_a_year() -> None:
    assert (len(TIMES), TIMES[0], TIMES[5], TIMES[-1]) == (60, -4.5, 0.5, 365.0)


def test_errors_of_cells_are_logarithmic_and_others_relative() -> None:
    tight = np.array([[[1e6, 2.0]], [[0.0, 0.0]]])
    found = np.array([[[1e7, 2.0]], [[-5.0, 1e-4]]])
    errors = log_errors(np.array([True, False]), tight, found)
    assert errors[0] == pytest.approx(math.log10(10_001_000 / 1_001_000))
    assert errors[1] == pytest.approx(0.1 / math.log(10))
    assert relative_errors(tight, found).tolist() == pytest.approx([9.0, 5000.0], rel=1e-3)


def test_ours_and_the_problem_of_peers_have_the_same_shape(model: Model) -> None:
    problem = reference_problem(model, row_of(model, EXPECTED["patients"][0]))
    chosen = Settings(rtol=1e-4, states=True, threads=1)
    found = simulate(model, problem.parameters, problem.times, settings=chosen)
    assert found.names == problem.names[: len(found.names)]
    assert found.outputs.shape == (1, 60, problem.initial.shape[1])


def test_a_peer_that_is_not_there_is_no_error_of_the_benchmark() -> None:
    missing = pytest.raises(NoPeer, match="not installed: no interpreter python-of-nobody")
    with missing, peer("/nowhere/python-of-nobody", "plain_loop.py"):
        pass
    row = Row("numbalsoda", why="not installed: a | b")
    assert row.cells(2) == ("numbalsoda", "not installed: a / b", "", "", "", "", "")


def test_a_table_gives_speed_errors_and_ratios() -> None:
    row = Row("LSODA", 0.0125, np.array([1e-3, 3e-3]), (24.6, 3.14))
    assert row.cells(2) == ("LSODA", "80", "3.0e-03", "2.9e-03", "2.0e-03", "25", "3.1")
