"""What machine code costs to make, what a second thread gives, how much memory is taken."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.engine_peer import Peer, peer
from benchmarks.engine_peers.turns import Numbers
from benchmarks.engine_problem import reference_rows
from benchmarks.reference_patients import TIMES
from benchmarks.timing import HOME
from reinfuse.engine.language import Model
from reinfuse.engine.native.cache import CACHE_VARIABLE
from reinfuse.engine.simulate import Settings, simulate

Cells = tuple[str, ...]
_BUILD = """
import sys, time
from reinfuse.engine.language import read_model_file
from reinfuse.engine.native.kernel import kernel_of
model = read_model_file("examples/models/reference.model")
began = time.perf_counter()
kernel_of(model, bits=int(sys.argv[1]), states=True)
print(time.perf_counter() - began)
"""
_SOLVE = """
import sys
import numpy as np
from reinfuse.engine.language import read_model_file
from reinfuse.engine.simulate import Settings, simulate, usual_parameters
if int(sys.argv[2]):
    model = read_model_file("examples/models/reference.model")
    rows = usual_parameters(model, int(sys.argv[2]))
    chosen = Settings(rtol=1e-4, bits=int(sys.argv[1]), threads=1, states=True)
    simulate(model, rows, np.linspace(-4.5, 365.0, 60), settings=chosen)
"""
# What the system counts for a child that has ended begins with the memory of its parent.
_PEAK = """
with open("/proc/self/status", encoding="utf-8") as lines:
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""


def build_rows(turns: int) -> Iterator[Cells]:
    """For each precision: with nothing kept, and then from what was kept."""
    for bits in (64, 32):
        taken: dict[str, list[tuple[float, float]]] = {"nothing kept": [], "kept": []}
        size = 0
        for _ in range(turns):
            with tempfile.TemporaryDirectory() as cache:
                for seconds in taken.values():
                    seconds.append(_built(bits, cache))
                size = sum(file.stat().st_size for file in Path(cache).rglob("*.o"))
        for what, seconds in taken.items():
            code, whole = (median(part) for part in zip(*seconds, strict=True))
            yield f"{bits} bits, {what}", f"{code:.3f}", f"{whole:.2f}", f"{size / 1e3:,.0f} kB"


def thread_rows(patients: int, turns: int) -> Iterator[Cells]:
    """As a control two plain loops that share nothing but the machine, then our threads."""
    if len(os.sched_getaffinity(0)) < 2:
        yield "not measured: one processor", "", "", ""
        return
    model, rows = reference_rows(patients)
    for bits in (64, 32):
        _solved(model, rows[:1], bits=bits, threads=1)  # so that no turn makes code
    control: list[tuple[float, float]] = []
    ours: dict[int, list[tuple[float, float]]] = {64: [], 32: []}
    with ExitStack() as stack:
        loops = [stack.enter_context(peer(sys.executable, "plain_loop.py")) for _ in range(2)]
        # All in each turn: a busy moment then hits neighbours alike.
        for _ in range(turns):
            control.append((2 * _looped(loops[:1]), _looped(loops)))
            for bits, taken in ours.items():
                one = _solved(model, rows, bits=bits, threads=1)
                taken.append((one, _solved(model, rows, bits=bits, threads=2)))
    yield _thread_row("two loops of plain Python (control)", control)
    for bits, taken in ours.items():
        yield _thread_row(f"{patients:,} patients, {bits} bits, rtol 1e-4", taken)


def memory_rows(patients: int) -> Iterator[Cells]:
    """Peak memory of fresh processes."""
    with tempfile.TemporaryDirectory() as cache:
        yield "imports alone", f"{_peak_mb(64, 0, cache):,.0f} MB", ""
        for bits in (64, 32):
            outputs = patients * 60 * 25 * bits / 8 / 1e6
            for what in ("code made in it", "code kept"):
                name = f"{patients:,} patients, {bits} bits, {what}"
                yield name, f"{_peak_mb(bits, patients, cache):,.0f} MB", f"{outputs:,.0f} MB"


def _thread_row(name: str, taken: list[tuple[float, float]]) -> Cells:
    one, two = (median(part) for part in zip(*taken, strict=True))
    gain = median(first / second for first, second in taken)
    return name, f"{one:.2f} s", f"{two:.2f} s", f"{gain:.2f}"


def _built(bits: int, cache: str) -> tuple[float, float]:
    """Seconds for the code, and of the whole process."""
    began = time.perf_counter()
    answer = _fresh(_BUILD, cache, bits)
    return float(answer), time.perf_counter() - began


def _peak_mb(bits: int, patients: int, cache: str) -> float:
    return int(_fresh(_SOLVE + _PEAK, cache, bits, patients)) / 1e3


def _fresh(text: str, cache: str, *arguments: int) -> str:
    """What a new process prints."""
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)], capture_output=True, text=True,
        check=True, cwd=HOME, env=os.environ | {CACHE_VARIABLE: cache},
    ).stdout  # fmt: skip


def _looped(loops: list[Peer]) -> float:
    """Seconds of the longest of loops that run at once."""
    for loop in loops:
        loop.ask({})
    return max(loop.hear()["wall"] for loop in loops)


def _solved(model: Model, rows: Numbers, *, bits: int, threads: int) -> float:
    chosen = Settings(rtol=1e-4, bits=bits, threads=threads, states=True)
    began = time.perf_counter()
    simulate(model, rows, TIMES, settings=chosen)
    return time.perf_counter() - began
