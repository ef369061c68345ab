"""The CUDA kernel, its text compiled as C++ and run on the CPU, against SciPy and a plain loop."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from reinfuse.engine.compiler.bundle import Programs, programs_of
from reinfuse.engine.cuda.device import Device
from reinfuse.engine.cuda.runtime import cuda_kernel_of
from reinfuse.engine.plain.floats import compiled_for_floats
from reinfuse.engine.plain.happenings import Dose
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.status import Status
from tests.judge.engine_ode8.eight_states import EIGHT, patients, solutions
from tests.unit.cuda_cases import GROWTH, TIMES, drawn, pretend, ran, usual, work_of
from tests.unit.engine_formulas import model

pytestmark = pytest.mark.skipif(
    shutil.which("g++") is None, reason="no g++ here: nothing else runs the kernel without a GPU"
)

States = list[float]


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where code of one test is kept for the next."""
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture
def device(kernels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Device:
    monkeypatch.setenv("REINFUSE_CACHE", str(kernels))
    return pretend(tmp_path)[0]


def by_lsoda(
    programs: Programs,
    row: np.ndarray,
    times: np.ndarray,
    stops: tuple[tuple[float, Callable[[States], States]], ...] = (),
) -> np.ndarray:
    """Outputs by SciPy, started anew at each stop with what it makes of the states."""
    rates, initial = compiled_for_floats(programs.rates), compiled_for_floats(programs.initial)
    observe = compiled_for_floats(programs.observe)
    given, at = row.tolist(), programs.equations.model.start
    states, seen = list(initial(given)), []
    for stop, change in (*stops, (np.inf, lambda states: states)):
        until = min(stop, times[-1])
        asked = times[(times >= at) & (times < stop)]
        found = solve_ivp(
            lambda t, y: rates([t, *y, *given]), (at, until), states, "LSODA",
            t_eval=np.unique([*asked, until]), rtol=1e-12, atol=1e-12,
        )  # fmt: skip
        seen += [observe([t, *y, *given]) for t, y in zip(asked, found.y.T, strict=False)]
        states, at = change(found.y[:, -1].tolist()), until
    return np.array(seen)


@pytest.mark.parametrize(("bits", "rtol", "off"), [(64, 1e-9, 1e-8), (32, 1e-5, 3e-5)])
def test_a_timed_event_and_a_dose_come_out_as_lsoda_has_them(
    device: Device, bits: int, rtol: float, off: float
) -> None:
    programs, parameters = programs_of(GROWTH), drawn(GROWTH, 3)
    work = work_of(programs, parameters, TIMES, bits=bits, rtol=rtol, doses=[(4.0, 2, 5.0)])
    ran(cuda_kernel_of(device, programs, bits=bits), work)
    rescue = GROWTH.parameter_names.index("rescue")
    for row, found in zip(parameters, work.out, strict=True):
        stops = (
            (4.0, lambda y: [y[0], y[1], y[2] + 5.0]),
            (float(row[rescue]), lambda y: [y[1] * 1e-3, y[0] * 1e-3 + 1, y[2]]),
        )
        expected = by_lsoda(programs, row, TIMES, stops)
        assert found == pytest.approx(expected, rel=off, abs=off)
    assert work.status.tolist() == [Status.OK] * 3


@pytest.mark.parametrize(("bits", "rtol", "off"), [(64, 1e-9, 1e-8), (32, 1e-5, 1e-4)])
def test_eight_states_come_out_as_lsoda_has_them(
    device: Device, bits: int, rtol: float, off: float
) -> None:
    programs, times = programs_of(EIGHT), np.linspace(0.0, 60.0, 13)
    work = work_of(programs, patients(), times, bits=bits, rtol=rtol)
    ran(cuda_kernel_of(device, programs, bits=bits), work)
    expected = np.array([by_lsoda(programs, row, times) for row in patients()])
    assert work.out == pytest.approx(expected, rel=off, abs=off)


def test_a_year_of_eight_states_comes_out_as_stored(device: Device) -> None:
    programs, (times, expected) = programs_of(EIGHT), solutions()
    work = work_of(programs, patients(), times, bits=64, rtol=1e-9, atol=1e-9)
    ran(cuda_kernel_of(device, programs, bits=64), work)
    far = np.abs(work.out - expected) / (np.abs(expected) + 1e-3)
    assert far.max() < 1e-6


def test_it_takes_the_steps_of_the_plain_loop(device: Device) -> None:
    programs, parameters = programs_of(GROWTH), drawn(GROWTH, 4)
    work = work_of(programs, parameters, TIMES, bits=64, rtol=1e-6, doses=[(4.0, 2, 5.0)])
    ran(cuda_kernel_of(device, programs, bits=64), work)
    plain = solve(
        prepared(GROWTH), parameters, TIMES.tolist(), rtol=1e-6, atol=[1e-8] * 3,
        doses=[[Dose(4.0, 2, 5.0)]] * 4,
    )  # fmt: skip
    assert work.steps.tolist() == plain.steps.tolist()
    assert work.out == pytest.approx(plain.observed, rel=1e-11, abs=1e-11)


def test_outputs_at_the_moment_of_a_dose_are_what_it_left(device: Device) -> None:
    decay = model({"A": "-A"}, initial={"A": "1"})
    programs = programs_of(decay)
    times = np.array([0.0, 1.0])
    doses = [(0.0, 0, 1.0), (1.0, 0, 10.0), (1.0, 0, 20.0), (7.0, 0, 1e9)]
    work = work_of(programs, np.empty((1, 0)), times, bits=64, rtol=1e-10, doses=doses)
    ran(cuda_kernel_of(device, programs, bits=64), work)
    assert work.out[0, :, 0] == pytest.approx([2.0, 30.0 + 2.0 * np.exp(-1.0)], rel=1e-9)


@pytest.mark.parametrize("bits", [32, 64])
def test_a_parameter_that_is_no_number_ends_its_patient_only(device: Device, bits: int) -> None:
    programs, parameters = programs_of(GROWTH), drawn(GROWTH, 3)
    parameters[1, GROWTH.parameter_names.index("wave")] = np.nan
    work = work_of(programs, parameters, TIMES, bits=bits, rtol=1e-4)
    ran(cuda_kernel_of(device, programs, bits=bits), work)
    assert work.status.tolist() == [Status.OK, Status.NOT_FINITE, Status.OK]
    assert np.isnan(work.out[1, 1:]).all()
    assert np.isfinite(work.out[[0, 2]]).all()


@pytest.mark.parametrize("bits", [32, 64])
def test_a_state_that_runs_to_infinity_ends_with_a_status(device: Device, bits: int) -> None:
    burst = model({"A": "A*A"}, initial={"A": "1"})
    programs = programs_of(burst)
    times = np.array([0.0, 0.5, 2.0])
    work = work_of(programs, np.empty((1, 0)), times, bits=bits, rtol=1e-4)
    ran(cuda_kernel_of(device, programs, bits=bits), work)
    assert work.status[0] in (Status.STEP_TOO_SMALL, Status.NOT_FINITE)
    assert work.out[0, :2, 0] == pytest.approx([1.0, 2.0], rel=1e-3)
    assert np.isnan(work.out[0, 2, 0])


def test_far_from_time_zero_a_step_is_what_time_moves_by(device: Device) -> None:
    """A clock in seconds from 1.7e9: a step that is rounded must not move the state by more."""
    clock = replace(model({"A": "1"}, initial={"A": "0"}), start=1.7e9)
    programs = programs_of(clock)
    times = np.array([1.7e9, 1.7e9 + 1e-3, 1.7e9 + 2e-3])
    work = work_of(programs, np.empty((1, 0)), times, bits=64, rtol=1e-6)
    ran(cuda_kernel_of(device, programs, bits=64), work)
    assert work.out[0, :, 0] == pytest.approx(times - 1.7e9, abs=1e-9)


def test_an_event_that_leaves_no_number_ends_with_a_status(device: Device) -> None:
    decay = model({"A": "-A"}, initial={"A": "1"})
    programs = programs_of(decay)
    times = np.array([0.5, 1.0])
    work = work_of(programs, np.empty((1, 0)), times, bits=32, rtol=1e-4, doses=[(1.0, 0, 1e300)])
    ran(cuda_kernel_of(device, programs, bits=32), work)
    assert work.status.tolist() == [Status.NOT_FINITE]
    assert np.isfinite(work.out[0, 0]).all()
    assert np.isnan(work.out[0, 1]).all()


def test_steps_that_are_spent_leave_the_rest_unknown(device: Device) -> None:
    programs = programs_of(GROWTH)
    work = work_of(programs, drawn(GROWTH, 1), TIMES, bits=64, rtol=1e-8, most_steps=40)
    ran(cuda_kernel_of(device, programs, bits=64), work)
    assert (work.status[0], work.steps[0]) == (Status.STEP_LIMIT, 40)
    assert np.isfinite(work.out[0, 0]).all()
    assert np.isnan(work.out[0, -1]).all()


def test_a_patient_refused_before_is_not_simulated(device: Device) -> None:
    programs = programs_of(GROWTH)
    work = work_of(programs, drawn(GROWTH, 3), TIMES, bits=64, rtol=1e-4)
    work.status[1] = Status.BAD_DOSE
    ran(cuda_kernel_of(device, programs, bits=64), work)
    assert work.status.tolist() == [Status.OK, Status.BAD_DOSE, Status.OK]
    assert work.steps[1] == 0
    assert np.isnan(work.out[1]).all()


def test_rates_a_thousand_million_times_apart_are_no_trouble(device: Device) -> None:
    stiff = model({"A": "-1e9*(A - B)", "B": "-B"}, initial={"A": "0", "B": "1"})
    programs = programs_of(stiff)
    times = np.array([0.0, 1.0, 5.0])
    work = work_of(programs, np.empty((1, 0)), times, bits=64, rtol=1e-7)
    ran(cuda_kernel_of(device, programs, bits=64), work)
    assert work.status[0] == Status.OK
    assert work.out[0, 1:, 1] == pytest.approx(np.exp(-times[1:]), rel=1e-6)
    assert work.steps[0] < 300


def test_usual_parameters_of_every_precision_agree(device: Device) -> None:
    programs, row = programs_of(GROWTH), usual(GROWTH)[None]
    single, double = (work_of(programs, row, TIMES, bits=bits, rtol=1e-5) for bits in (32, 64))
    for bits, work in ((32, single), (64, double)):
        ran(cuda_kernel_of(device, programs, bits=bits), work)
    assert single.out == pytest.approx(double.out, rel=1e-4, abs=1e-6)
