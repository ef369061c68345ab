"""The reference model's CUDA kernel against machine code of the CPU, and on a GPU where one is."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.reference_patients import FILE, TIMES, log_error
from reinfuse.engine.compiler.bundle import programs_of
from reinfuse.engine.cuda.bindings import available, found_bindings, no_compiler
from reinfuse.engine.cuda.compiling import compiled
from reinfuse.engine.cuda.device import Device, first_device
from reinfuse.engine.cuda.runtime import cuda_kernel_of
from reinfuse.engine.cuda.source import kernel_text
from reinfuse.engine.language import Model, read_model_file
from reinfuse.engine.native.kernel import Work
from reinfuse.engine.simulate import Settings, Simulated, simulate, usual_parameters
from tests.unit.cuda_cases import GROWTH, pretend, work_of

PATIENTS = Path(__file__).parents[1] / "judge" / "engine_reference" / "patients.csv"
BINDINGS = found_bindings()
NO_GPU = available()
NO_COMPILER = BINDINGS if isinstance(BINDINGS, str) else no_compiler(BINDINGS)


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model_file(FILE)


@pytest.fixture(scope="module")
def patients(model: Model) -> NDArray[np.float64]:
    """Eight that use every way of dosing."""
    with PATIENTS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    given = {name: [float(row[name]) for row in rows] for name in rows[0]}
    return usual_parameters(model, len(rows), **given)


@pytest.fixture(scope="module")
def cpu(model: Model, patients: NDArray[np.float64]) -> Simulated:
    return simulate(model, patients, TIMES, settings=Settings(rtol=1e-4, bits=64, threads=1))


def simulated(device: Device, model: Model, patients: NDArray[np.float64], bits: int) -> Work:
    programs = programs_of(model)
    work = work_of(programs, patients, TIMES, bits=bits, rtol=1e-4)
    work.atol[:] = [state.tolerance for state in model.states]
    cuda_kernel_of(device, programs, bits=bits).run(work, 0, len(patients))
    return work


@pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ here to run the text on the CPU")
def test_every_way_of_dosing_comes_out_as_on_the_cpu(
    model: Model,
    patients: NDArray[np.float64],
    cpu: Simulated,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REINFUSE_CACHE", str(tmp_path))
    device, _, _ = pretend(tmp_path)
    double, single = (simulated(device, model, patients, bits) for bits in (64, 32))
    assert log_error(model, double.out, cpu.outputs).max() < 1e-9
    assert double.steps.tolist() == cpu.steps.tolist()
    assert log_error(model, single.out, cpu.outputs).max() < 1e-3
    assert not double.status.any()
    assert not single.status.any()


@pytest.mark.skipif(NO_COMPILER is not None, reason=f"no NVRTC here: {NO_COMPILER}")
@pytest.mark.parametrize("bits", [32, 64])
def test_nvrtc_takes_the_text_without_a_gpu(
    bits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REINFUSE_CACHE", str(tmp_path))
    assert not isinstance(BINDINGS, str)
    made = compiled(BINDINGS, kernel_text(programs_of(GROWTH), bits=bits), architecture=90)
    assert made.spilled is not None
    assert made.spilled.stored == 0


@pytest.mark.skipif(NO_GPU is not None, reason=f"no GPU here: {NO_GPU}")
@pytest.mark.parametrize(("bits", "off"), [(64, 1e-6), (32, 1e-3)])
def test_a_gpu_gives_what_the_cpu_gives(
    model: Model, patients: NDArray[np.float64], cpu: Simulated, bits: int, off: float
) -> None:
    assert not isinstance(BINDINGS, str)
    work = simulated(first_device(BINDINGS), model, patients, bits)
    assert log_error(model, work.out, cpu.outputs).max() < off
    assert not work.status.any()
