from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.programs import rates_program
from reinfuse.engine.plain.floats import compiled_for_floats
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.status import Status
from tests.judge.engine_ode8.eight_states import EIGHT, patients, solutions


def far(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Largest error by state, as the SOURCE states it."""
    size = np.abs(expected) + 1e-3
    return (np.abs(found - expected) / size).max(axis=(0, 1))


def test_three_patients_come_out_as_solved_by_others() -> None:
    times, expected = solutions()
    found = solve(prepared(EIGHT), patients(), times.tolist(), rtol=1e-9)
    assert found.status.tolist() == [Status.OK] * 3
    assert np.all(far(found.states, expected) < 1e-6), far(found.states, expected)


def test_the_error_follows_the_tolerance() -> None:
    times, expected = solutions()
    ready, rows = prepared(EIGHT), patients()
    errors, steps = [], []
    for rtol in (1e-3, 1e-5, 1e-7):
        found = solve(ready, rows, times.tolist(), rtol=rtol, atol=[1e-3 * rtol] * 8)
        errors.append(far(found.states, expected).max())
        steps.append(int(found.steps.sum()))
    assert np.all(np.array(errors) < [2e-2, 2e-4, 2e-6]), errors
    assert steps[0] < steps[1] < steps[2] < 3 * 1000, steps


def test_a_patient_agrees_with_lsoda_on_the_same_rates() -> None:
    rates = compiled_for_floats(rates_program(equations_of(EIGHT)))
    row = np.array([parameter.value for parameter in EIGHT.parameters])
    times = np.linspace(0.0, 60.0, 13)
    start = [100.0, 0.0, 0.0, 0.0, 5e4, 200.0, 0.0, 0.0]
    judge = solve_ivp(
        lambda t, y: rates([t, *y, *row]), (0.0, 60.0), start, "LSODA", times,
        rtol=1e-10, atol=1e-10,
    )  # fmt: skip
    found = solve(prepared(EIGHT), row, times.tolist(), rtol=1e-10)
    assert np.all(far(found.states, judge.y.T[None]) < 1e-6)
