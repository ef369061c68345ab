"""What the tests of the CUDA kernel simulate, and how their work is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.cuda.bindings import Bindings
from reinfuse.engine.cuda.device import Device, first_device
from reinfuse.engine.cuda.runtime import CudaKernel, Ran
from reinfuse.engine.language.model import Assignment, Event, Model
from reinfuse.engine.native.kernel import Table, Work
from reinfuse.engine.plain.floats import compiled_for_floats
from tests.unit.engine_formulas import formula, model
from tests.unit.pretend_gpu import PretendDriver, PretendNvrtc

# Rates of time, choices, library functions; an event whose effects need each other's old values.
GROWTH = model(
    {
        "E": "growth*E*T/(T + half) - death*E + wave*sin(time)*E",
        "T": "select(wave > 0, gain*T*(1 - T/most), gain*T) - kill*E*T/(T + half)",
        "G": "min(wave, half)*E*1e-3 - out*max(G, wave/10)",
    },
    parameters={
        "growth": 1.1, "death": 0.3, "half": 1e4, "wave": 0.1, "gain": 0.12, "most": 1e6,
        "kill": 2.0, "out": 3.0, "burden": 2e4, "rescue": 12.5,
    },
    initial={"E": "10", "T": "burden"},
    observables={"cells": "E + T", "log_cells": "log(E + T + 1)", "drug": "G"},
    events=(
        Event(
            name="rescue_cells",
            time=formula("rescue"),
            does=(
                Assignment(state="E", value=formula("T*1e-3")),
                Assignment(state="T", value=formula("E*1e-3 + 1")),
            ),
        ),
    ),
    start=-1.0,
)  # fmt: skip
TIMES = np.array([-1.0, 0.0, 0.5, 2.0, 5.0, 12.5, 13.0, 20.0, 30.0])


def pretend(
    folder: Path, *, free: int = 1 << 30, architectures: Sequence[int] = (80, 90)
) -> tuple[Device, PretendDriver, PretendNvrtc]:
    """A GPU that is none, and what stands behind it."""
    driver, nvrtc = PretendDriver(folder, free=free), PretendNvrtc(folder, architectures)
    return first_device(Bindings(driver, nvrtc)), driver, nvrtc


def usual(of: Model) -> np.ndarray:
    """The usual values of a model's parameters."""
    return np.array([parameter.value for parameter in of.parameters])


def drawn(of: Model, count: int) -> np.ndarray:
    """Parameters of so many patients."""
    values = usual(of)
    return values * np.exp(0.2 * np.random.default_rng(1).standard_normal((count, len(values))))


def work_of(
    programs: Programs,
    parameters: np.ndarray,
    times: np.ndarray,
    *,
    bits: int,
    rtol: float,
    atol: float | None = None,
    doses: Sequence[tuple[float, int, float]] = (),
    most_steps: int = 100_000,
) -> Work:
    """Arrays of a run; doses are times, places of states, amounts, the same for all patients."""
    number = np.float64 if bits == 64 else np.float32
    timed = compiled_for_floats(programs.times)
    table = []
    for row in parameters:
        own = [(when, kind, 0.0) for kind, when in enumerate(timed(row.tolist()))]
        table.append(
            sorted([*own, *((when, len(own) + state, amount) for when, state, amount in doses)])
        )
    flat = [entry for own in table for entry in own]
    states, count = programs.sizes.states, len(parameters)
    return Work(
        parameters=np.ascontiguousarray(parameters, number),
        times=times,
        start=programs.equations.model.start,
        end=float(times[-1]),
        table=Table(
            np.cumsum([0, *(len(own) for own in table)]).astype(np.int64),
            np.array([when for when, _, _ in flat]),
            np.array([kind for _, kind, _ in flat], np.int32),
            np.array([amount for _, _, amount in flat]),
        ),
        rtol=rtol,
        atol=np.full(states, rtol * 1e-2 if atol is None else atol, number),
        most_steps=most_steps,
        out=np.zeros((count, len(times), programs.sizes.outputs), number),
        status=np.zeros(count, np.int32),
        steps=np.zeros(count, np.int32),
    )


def ran(kernel: CudaKernel, work: Work, **options: int) -> Ran:
    """The whole work done."""
    return kernel.run(work, 0, len(work.parameters), **options)
