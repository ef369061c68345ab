"""A model's kernel on a GPU: made, loaded, launched over patients in chunks."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any  # handles of the CUDA driver

import numpy as np

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.cuda.arguments import ARGUMENTS
from reinfuse.engine.cuda.bindings import called
from reinfuse.engine.cuda.compiling import Compiled, compiled
from reinfuse.engine.cuda.device import Device
from reinfuse.engine.cuda.source import (
    KernelText,
    kernel_text,
    operations_per_step,
    shared_bytes,
)
from reinfuse.engine.native.kernel import Work
from reinfuse.errors import ReinfuseError

MOST_BYTES = 1 << 30  # on the GPU at once: more than enough patients to keep it busy
_THREADS = (128, 64, 32)
_SHARE_OF_FREE = 0.8
_C_TYPES = {"count": ctypes.c_uint32, "time": ctypes.c_double, "share": ctypes.c_double}


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run took; `steps` of all patients, rejected ones too.

    `seconds_on_gpu` is the kernel alone, `seconds` with all copies.
    """

    patients: int
    steps: int
    chunks: int
    seconds_on_gpu: float
    seconds: float
    operations: float


@dataclass(frozen=True, slots=True)
class CudaKernel:
    """Code that is loaded on a GPU.

    `occupancy` is the share of the threads a multiprocessor could hold that run there at once.
    """

    device: Device
    text: KernelText
    compiled: Compiled
    function: Any  # a handle of the driver
    blocks_per_multiprocessor: int

    @property
    def programs(self) -> Programs:
        """What it computes."""
        return self.text.programs

    @property
    def occupancy(self) -> float:
        """Between 0 and 1."""
        running = self.blocks_per_multiprocessor * self.text.threads
        return running / self.device.threads_per_multiprocessor

    def share_of_peak(self, ran: Ran) -> float | None:
        """Operations of the kernel over those the GPU could do in its time; none if not known."""
        peak = self.device.peak(self.text.bits)
        return None if peak is None else ran.operations / ran.seconds_on_gpu / peak

    def run(self, work: Work, first: int, last: int, *, most_bytes: int = MOST_BYTES) -> Ran:
        """Simulate patients `first` to `last - 1`, never with more than so many bytes on the GPU.

        `out`, `status` and `steps` of the work are written for these patients.
        """
        self._check(work)
        began = time.perf_counter()
        called(self.device.bindings.driver.cuCtxSetCurrent, self.device.context)
        size = self._chunk(work, most_bytes)
        firsts = range(first, last, size)
        on_gpu = sum(self._run_chunk(work, one, min(one + size, last)) for one in firsts)
        steps = int(np.sum(work.steps[first:last], dtype=np.int64))
        return Ran(
            patients=last - first,
            steps=steps,
            chunks=len(firsts),
            seconds_on_gpu=on_gpu,
            seconds=time.perf_counter() - began,
            operations=float(steps) * operations_per_step(self.programs),
        )

    def _check(self, work: Work) -> None:
        """Raise where arrays are of another precision: the kernel would read them as nonsense."""
        wrong = [
            name
            for name in ("out", "parameters", "atol")
            if getattr(work, name).itemsize * 8 != self.text.bits
        ]
        if wrong:
            raise ReinfuseError(
                f"{', '.join(wrong)} are of {work.out.itemsize * 8} bits",
                where=f"given to a kernel of {self.text.bits} bits",
                fix="make the arrays in the precision of the kernel",
            )

    def _chunk(self, work: Work, most_bytes: int) -> int:
        """How many patients fit, at the number of events that they have on average."""
        free, _ = called(self.device.bindings.driver.cuMemGetInfo)
        events = len(work.table.times) / max(len(work.parameters), 1)
        row = work.parameters[:1].nbytes + work.out[:1].nbytes + 20.0 * events + 16.0
        return max(1, int(min(most_bytes, _SHARE_OF_FREE * free) / row))

    def _run_chunk(self, work: Work, first: int, last: int) -> float:
        """Copy in, launch, copy back; gives the seconds of the kernel."""
        rows, offsets = slice(first, last), work.table.offsets[first : last + 1]
        events = slice(int(offsets[0]), int(offsets[-1]))
        given = {
            "parameters": work.parameters[rows],
            "output_times": work.times,
            "offsets": offsets - offsets[0],
            "event_times": work.table.times[events],
            "event_kinds": work.table.kinds[events],
            "event_amounts": work.table.amounts[events],
            "atol": work.atol,
            "next_patient": np.zeros(1, np.uint32),
            "statuses": work.status[rows],
        }
        written = {
            "out": work.out[rows],
            "statuses": work.status[rows],
            "steps": work.steps[rows],
        }
        numbers = {
            "patients": last - first,
            "times": len(work.times),
            "start": work.start,
            "end": work.end,
            "rtol": work.rtol,
            "most_steps": work.most_steps,
        }
        with self._held(given | written) as places:
            for name, array in given.items():
                self._copied_in(places[name], array)
            seconds = self._launched(places | numbers, last - first)
            for name, array in written.items():
                self._copied_back(array, places[name])
        return seconds

    def _copied_in(self, place: int, array: np.ndarray) -> None:
        whole = np.ascontiguousarray(array)
        if whole.nbytes:
            driver = self.device.bindings.driver
            called(driver.cuMemcpyHtoD, place, whole.ctypes.data, whole.nbytes)

    def _copied_back(self, array: np.ndarray, place: int) -> None:
        assert array.flags.c_contiguous  # rows of a whole array of ours
        if array.nbytes:
            driver = self.device.bindings.driver
            called(driver.cuMemcpyDtoH, array.ctypes.data, place, array.nbytes)

    @contextmanager
    def _held(self, arrays: Mapping[str, np.ndarray]) -> Iterator[dict[str, int]]:
        """Memory on the GPU for each array, given back at the end whatever happens."""
        driver = self.device.bindings.driver
        places: dict[str, int] = {}
        try:
            for name, array in arrays.items():
                places[name] = int(called(driver.cuMemAlloc, max(array.nbytes, 1)))
            yield places
        finally:
            for place in places.values():
                driver.cuMemFree(place)

    def _launched(self, values: Mapping[str, int | float], patients: int) -> float:
        """Seconds on the GPU. Threads take patients from a counter: no more blocks than can run."""
        driver = self.device.bindings.driver
        needed = -(-patients // self.text.threads)
        blocks = min(needed, self.blocks_per_multiprocessor * self.device.multiprocessors)
        given = tuple(values[argument.name] for argument in ARGUMENTS)
        kinds = tuple(_C_TYPES.get(argument.kind, ctypes.c_void_p) for argument in ARGUMENTS)
        began, ended = (called(driver.cuEventCreate, 0) for _ in range(2))
        try:
            called(driver.cuEventRecord, began, 0)
            grid, block = (blocks, 1, 1), (self.text.threads, 1, 1)
            called(
                driver.cuLaunchKernel, self.function, *grid, *block, self.text.shared_bytes, 0,
                (given, kinds), 0,
            )  # fmt: skip
            called(driver.cuEventRecord, ended, 0)
            called(driver.cuEventSynchronize, ended)
            return float(called(driver.cuEventElapsedTime, began, ended)) / 1e3
        finally:
            for event in (began, ended):
                driver.cuEventDestroy(event)


def cuda_kernel_of(
    device: Device,
    programs: Programs,
    *,
    bits: int = 32,
    threads: int | None = None,
    blocks: int = 1,
) -> CudaKernel:
    """The kernel of a model on a GPU, its code from the cache where it is kept.

    `threads` of a block and how many `blocks` at least run on one multiprocessor change speed, not
    results.
    """
    if threads is None:
        threads = fitting_threads(programs, bits=bits, shared_of_block=device.shared_of_block)
    text = kernel_text(programs, bits=bits, threads=threads, blocks=blocks)
    code = compiled(device.bindings, text, architecture=device.architecture)
    driver = device.bindings.driver
    called(driver.cuCtxSetCurrent, device.context)
    function = called(driver.cuModuleGetFunction, called(driver.cuModuleLoadData, code.code),
                      b"simulate")  # fmt: skip
    # Above 48 KiB a kernel has to ask.
    attribute = driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
    called(driver.cuFuncSetAttribute, function, attribute, text.shared_bytes)
    running = called(
        driver.cuOccupancyMaxActiveBlocksPerMultiprocessor, function, threads, text.shared_bytes
    )
    return CudaKernel(device, text, code, function, int(running))


def fitting_threads(programs: Programs, *, bits: int, shared_of_block: int) -> int:
    """Threads of a block whose parameters fit into its shared memory."""
    for threads in _THREADS:
        if shared_bytes(programs, bits=bits, threads=threads) <= shared_of_block:
            return threads
    raise ReinfuseError(
        f"{programs.sizes.parameters} parameters of {_THREADS[-1]} patients do not fit into the "
        f"{shared_of_block} bytes of shared memory of this GPU",
        where=f"model {programs.equations.model.name}",
        fix="write numbers that never differ between patients into the rates, or use the CPU",
    )
