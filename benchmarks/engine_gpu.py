"""Patients per second of the reference model on a GPU, with what the kernel makes of it.

`python -m benchmarks.engine_gpu` prints one table: precisions, tolerances, shapes of the launch.
Every row is checked against the CPU: `off` is the largest difference from its 64 bits at the same
tolerance, `error` from its 64 bits at a tolerance of 1e-9, in powers of ten. Without a GPU it says
why there is none.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.reference_patients import TIMES, log_error, reference
from benchmarks.timing import describe_machine
from reinfuse.engine.compiler.bundle import Programs, programs_of
from reinfuse.engine.cuda.bindings import available, found_bindings
from reinfuse.engine.cuda.device import Device, first_device
from reinfuse.engine.cuda.runtime import CudaKernel, Ran, cuda_kernel_of
from reinfuse.engine.language import Model
from reinfuse.engine.native.kernel import Work
from reinfuse.engine.schedule import Doses, table_of
from reinfuse.engine.simulate import Settings, simulate

PATIENTS, CHECKED, TURNS = 200_000, 128, 3
# Bits, relative tolerance, threads of a block, blocks that must fit on a multiprocessor. What runs
# best is not to be known from here: registers are traded for threads.
SHAPES = (
    (32, 1e-4, 128, 1),
    (32, 1e-4, 64, 1),
    (32, 1e-4, 128, 3),
    (32, 1e-4, 128, 4),
    (32, 1e-6, 128, 1),
    (64, 1e-4, 128, 1),
    (64, 1e-4, 64, 1),
    (64, 1e-6, 128, 1),
)
COLUMNS = (
    "bits", "rtol", "threads", "blocks", "registers", "spilled", "occupancy", "patients/s",
    "with copies", "of peak", "steps", "failed", "off", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    kernel: CudaKernel
    rtol: float
    ran: Ran
    failed: int
    off: float
    error: float

    def cells(self) -> tuple[str, ...]:
        """As printed."""
        text, spilled = self.kernel.text, self.kernel.compiled.spilled
        peak = self.kernel.share_of_peak(self.ran)
        return (
            str(text.bits), f"{self.rtol:.0e}", str(text.threads),
            str(self.kernel.blocks_per_multiprocessor),
            "kept" if spilled is None else str(spilled.registers),
            "kept" if spilled is None else f"{spilled.stored}+{spilled.loaded}",
            f"{self.kernel.occupancy:.3f}",
            f"{self.ran.patients / self.ran.seconds_on_gpu:,.0f}",
            f"{self.ran.patients / self.ran.seconds:,.0f}",
            "not known" if peak is None else f"{peak:.3f}",
            f"{self.ran.steps / self.ran.patients:.0f}", str(self.failed),
            f"{self.off:.1e}", f"{self.error:.1e}",
        )  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Print the table, or why there is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_gpu")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    options = parser.parse_args(arguments)
    print(describe_machine())
    reason = available()
    if reason is not None:
        print(f"No GPU was measured: {reason}.")
        return 0
    bindings = found_bindings()
    assert not isinstance(bindings, str)  # what `available` has just seen
    device = first_device(bindings)
    print(f"{device.name}, {device.multiprocessors} multiprocessors, "
          f"{options.patients:,} patients, {len(TIMES)} times, median of {TURNS}")  # fmt: skip
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    for row in rows_of(device, options.patients):
        print("| " + " | ".join(row.cells()) + " |", flush=True)
    return 0


def rows_of(
    device: Device, patients: int, shapes: Sequence[tuple[int, float, int, int]] = SHAPES
) -> Iterator[Row]:
    """What each shape took, and how far it is from the CPU."""
    model, rows = reference(patients)
    programs = programs_of(model)
    exact = on_cpu(model, rows, 1e-9)
    same = {rtol: on_cpu(model, rows, rtol) for rtol in sorted({shape[1] for shape in shapes})}
    for bits, rtol, threads, blocks in shapes:
        kernel = cuda_kernel_of(device, programs, bits=bits, threads=threads, blocks=blocks)
        work = work_of(programs, rows, bits=bits, rtol=rtol)
        given = work.status.copy()
        turns = []
        for _ in range(TURNS):
            work.status[:] = given
            turns.append(kernel.run(work, 0, patients))
        middle = statistics.median_low(turn.seconds_on_gpu for turn in turns)
        seen = work.out[:CHECKED]
        yield Row(
            kernel=kernel,
            rtol=rtol,
            ran=next(turn for turn in turns if turn.seconds_on_gpu == middle),
            failed=int(np.count_nonzero(work.status)),
            off=float(log_error(model, seen, same[rtol]).max()),
            error=float(log_error(model, seen, exact).max()),
        )


def on_cpu(model: Model, rows: NDArray[np.float64], rtol: float) -> NDArray[np.floating]:
    """The first patients in 64 bits."""
    settings = Settings(rtol=rtol, bits=64, tolerance_scale=_scale(rtol))
    return simulate(model, rows[:CHECKED], TIMES, settings=settings).outputs


def work_of(programs: Programs, rows: NDArray[np.float64], *, bits: int, rtol: float) -> Work:
    """All patients, in the precision of the kernel."""
    number = np.float64 if bits == 64 else np.float32
    model = programs.equations.model
    table, status = table_of(programs, rows, Doses())
    return Work(
        parameters=np.ascontiguousarray(rows, number),
        times=TIMES,
        start=model.start,
        end=float(TIMES[-1]),
        table=table,
        rtol=rtol,
        atol=np.array([state.tolerance * _scale(rtol) for state in model.states], number),
        most_steps=100_000,
        out=np.zeros((len(rows), len(TIMES), programs.sizes.outputs), number),
        status=status,
        steps=np.zeros(len(rows), np.int32),
    )


def _scale(rtol: float) -> float:
    """Below 1e-5 absolute tolerances of one cell would hide what the relative one asks for."""
    return 1.0 if rtol > 1e-5 else 0.01 if rtol > 1e-8 else 1e-4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
