"""How a kernel is compiled, kept and launched, with a stand-in for the GPU."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reinfuse.engine.compiler.bundle import programs_of
from reinfuse.engine.cuda import bindings
from reinfuse.engine.cuda.bindings import Bindings, available
from reinfuse.engine.cuda.compiling import Compiled, Spilled, compiled
from reinfuse.engine.cuda.runtime import cuda_kernel_of, fitting_threads
from reinfuse.engine.cuda.source import kernel_text, operations_per_step
from reinfuse.errors import ReinfuseError
from tests.unit.cuda_cases import GROWTH, TIMES, drawn, pretend, ran, work_of
from tests.unit.engine_formulas import model
from tests.unit.pretend_gpu import PretendDriver, PretendNvrtc

needs_gpp = pytest.mark.skipif(
    shutil.which("g++") is None, reason="no g++ here: nothing else runs the kernel without a GPU"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture(autouse=True)
def cache(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code of one test serves the next."""
    monkeypatch.setenv("REINFUSE_CACHE", str(shared))


@pytest.fixture
def empty_cache(tmp_path: Path, cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REINFUSE_CACHE", str(tmp_path / "cache"))


def found(monkeypatch: pytest.MonkeyPatch, answer: Bindings | str) -> None:
    monkeypatch.setattr(bindings, "found_bindings", lambda: answer)


# --------------------------------------------------------------------- what there is


def test_without_cuda_bindings_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(bindings, "import_module", nothing)
    assert available() == "the package cuda-bindings is not installed"


def test_older_versions_of_cuda_bindings_are_found_by_their_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def old(name: str) -> str:
        if name not in {"cuda.cuda", "cuda.nvrtc"}:
            raise ModuleNotFoundError(name)
        return name

    monkeypatch.setattr(bindings, "import_module", old)
    assert bindings.found_bindings() == Bindings("cuda.cuda", "cuda.nvrtc")


def test_without_a_driver_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Missing(PretendDriver):
        def cuInit(self, _: int) -> tuple[int]:
            raise RuntimeError("the library is not to be found\nnor here")

    found(monkeypatch, Bindings(Missing(tmp_path), PretendNvrtc(tmp_path)))
    assert available() == ("there is no NVIDIA driver that works: the library is not to be found")


def test_without_a_device_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Empty(PretendDriver):
        def cuDeviceGetCount(self) -> tuple[int, int]:
            return 0, 0

    found(monkeypatch, Bindings(Empty(tmp_path), PretendNvrtc(tmp_path)))
    assert available() == "the NVIDIA driver knows no GPU"


def test_with_everything_there_is_no_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found(monkeypatch, Bindings(PretendDriver(tmp_path), PretendNvrtc(tmp_path)))
    assert available() is None


def test_a_device_says_what_it_could_do_at_most(tmp_path: Path) -> None:
    device, _, _ = pretend(tmp_path)
    assert (device.name, device.architecture) == ("Pretend", 90)
    assert device.peak(32) == 2 * 128 * 2 * 1e9  # products with sums, units, processors, clock
    assert device.peak(64) == device.peak(32) / 2
    assert replace(device, capability=(99, 0)).peak(32) is None


# ------------------------------------------------------------------------ compiling


@needs_gpp
@pytest.mark.usefixtures("empty_cache")
def test_code_is_compiled_once_for_each_text_and_architecture(tmp_path: Path) -> None:
    device, _, nvrtc = pretend(tmp_path)
    text = kernel_text(programs_of(GROWTH), bits=32)
    kept = [
        compiled(device.bindings, text, architecture=architecture).kept
        for architecture in (90, 90, 80, 90)
    ]
    assert kept == [False, True, False, True]
    assert [options[0] for options in nvrtc.options] == [
        "--gpu-architecture=sm_90",
        "--gpu-architecture=sm_80",
    ]


@needs_gpp
@pytest.mark.usefixtures("empty_cache")
def test_only_32_bits_take_quick_quotients(tmp_path: Path) -> None:
    device, _, nvrtc = pretend(tmp_path)
    for bits in (32, 64):
        compiled(device.bindings, kernel_text(programs_of(GROWTH), bits=bits), architecture=90)
    single, double = nvrtc.options
    assert set(single) - set(double) == {"--ftz=true", "--prec-div=false", "--prec-sqrt=false"}
    assert not any("fast" in option for option in single + double)


@needs_gpp
@pytest.mark.usefixtures("empty_cache")
def test_a_gpu_newer_than_the_compiler_gets_ptx_of_the_newest_it_knows(tmp_path: Path) -> None:
    device, _, nvrtc = pretend(tmp_path)
    compiled(device.bindings, kernel_text(programs_of(GROWTH), bits=32), architecture=120)
    assert nvrtc.options[0][0] == "--gpu-architecture=compute_90"


def test_a_gpu_older_than_the_compiler_is_refused(tmp_path: Path) -> None:
    device, _, _ = pretend(tmp_path)
    with pytest.raises(ReinfuseError, match="no code for an architecture as old as 60"):
        compiled(device.bindings, kernel_text(programs_of(GROWTH), bits=32), architecture=60)


@needs_gpp
def test_what_the_compiler_says_reaches_the_reader(tmp_path: Path) -> None:
    device, _, _ = pretend(tmp_path)
    text = kernel_text(programs_of(GROWTH), bits=32)
    with pytest.raises(ReinfuseError, match=r"does not compile the generated kernel: .*nonsense"):
        compiled(device.bindings, replace(text, text=text.text + "\nnonsense"), architecture=90)


def test_registers_and_spills_are_read_from_what_the_assembler_tells() -> None:
    log = (
        "ptxas         .     2080 bytes stack frame, 2920 bytes spill stores, 4672 bytes spill "
        "loads\nptxas info    : Used 255 registers, used 0 barriers"
    )
    assert Compiled(b"", log, kept=False).spilled == Spilled(255, 2920, 4672)
    assert Compiled(b"", "", kept=True).spilled is None


def test_fewer_threads_where_parameters_are_many() -> None:
    many = model({"A": "-A"}, parameters={f"p{place}": 1.0 for place in range(400)})
    programs = programs_of(many)
    threads = [
        fitting_threads(programs, bits=bits, shared_of_block=room)
        for bits, room in ((32, 232_448), (64, 232_448), (64, 102_400))
    ]
    assert threads == [128, 64, 32]
    with pytest.raises(ReinfuseError, match="400 parameters of 32 patients do not fit"):
        fitting_threads(programs, bits=64, shared_of_block=49_152)


# ------------------------------------------------------------------------ launching


@needs_gpp
def test_memory_is_bounded_and_chunks_change_nothing(tmp_path: Path) -> None:
    device, driver, _ = pretend(tmp_path)
    programs, parameters = programs_of(GROWTH), drawn(GROWTH, 11)
    kernel = cuda_kernel_of(device, programs, bits=64)
    whole, cut = (
        work_of(programs, parameters, TIMES, bits=64, rtol=1e-5, doses=[(4.0, 2, 5.0)])
        for _ in range(2)
    )
    ran(kernel, whole)
    all_at_once, driver.most_held = driver.most_held, 0
    taken = ran(kernel, cut, most_bytes=1500)
    assert (taken.chunks, taken.patients) == (3, 11)
    assert driver.most_held < min(2000, all_at_once)
    assert driver.held == {}
    for name in ("out", "status", "steps"):
        assert getattr(whole, name).tobytes() == getattr(cut, name).tobytes()


@needs_gpp
def test_a_range_of_patients_leaves_the_others_alone(tmp_path: Path) -> None:
    device, _, _ = pretend(tmp_path)
    programs, parameters = programs_of(GROWTH), drawn(GROWTH, 4)
    work = work_of(programs, parameters, TIMES, bits=64, rtol=1e-4)
    cuda_kernel_of(device, programs, bits=64).run(work, 1, 3)
    assert (work.steps > 0).tolist() == [False, True, True, False]
    assert work.out.any(axis=(1, 2)).tolist() == [False, True, True, False]


@needs_gpp
def test_memory_is_given_back_where_it_does_not_suffice(tmp_path: Path) -> None:
    device, driver, _ = pretend(tmp_path)
    programs = programs_of(GROWTH)
    kernel = cuda_kernel_of(device, programs, bits=64)
    driver.free = 200
    work = work_of(programs, drawn(GROWTH, 2), TIMES, bits=64, rtol=1e-4)
    with pytest.raises(ReinfuseError, match="CUDA answered OUT_OF_MEMORY to cuMemAlloc"):
        ran(kernel, work)
    assert driver.held == {}


@needs_gpp
def test_no_more_blocks_are_launched_than_run_at_once(tmp_path: Path) -> None:
    device, driver, _ = pretend(tmp_path)
    programs = programs_of(GROWTH)
    kernel = cuda_kernel_of(device, programs, bits=64, threads=32)
    for count in (1, 33, 500):
        work = work_of(programs, drawn(GROWTH, count), TIMES[:1], bits=64, rtol=1e-4)
        ran(kernel, work)
    assert driver.launches == [(1, 1, 1, 32, 1, 1), (2, 1, 1, 32, 1, 1), (4, 1, 1, 32, 1, 1)]


@needs_gpp
def test_occupancy_and_the_share_of_the_peak_are_told(tmp_path: Path) -> None:
    device, _, _ = pretend(tmp_path)
    programs = programs_of(GROWTH)
    kernel = cuda_kernel_of(device, programs, bits=32)
    work = work_of(programs, drawn(GROWTH, 3), TIMES, bits=32, rtol=1e-4)
    taken = ran(kernel, work)
    assert kernel.occupancy == 2 * 128 / 2048
    assert taken.steps == int(np.sum(work.steps))
    assert taken.operations == taken.steps * operations_per_step(programs)
    assert kernel.share_of_peak(taken) == pytest.approx(taken.operations / 1e-3 / 5.12e11)
    unknown = replace(kernel, device=replace(device, capability=(99, 0)))
    assert unknown.share_of_peak(taken) is None


@needs_gpp
def test_arrays_of_another_precision_are_not_taken(tmp_path: Path) -> None:
    device, _, _ = pretend(tmp_path)
    programs = programs_of(GROWTH)
    work = work_of(programs, drawn(GROWTH, 2), TIMES, bits=64, rtol=1e-4)
    with pytest.raises(ReinfuseError, match="out, parameters, atol are of 64 bits"):
        ran(cuda_kernel_of(device, programs, bits=32), work)
