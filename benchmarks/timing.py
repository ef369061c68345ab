"""How a thing is timed: many turns, taken alternately, and the machine named."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HOME = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a program: wall seconds and peak memory."""

    seconds: float
    peak_mb: float


def alternate(things: Mapping[str, Callable[[], object]], turns: int) -> dict[str, float]:
    """Median seconds of each thing; they take turns, so that a busy moment hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(turns):
        for name, thing in things.items():
            began = time.perf_counter()
            thing()
            taken[name].append(time.perf_counter() - began)
    return {name: median(seconds) for name, seconds in taken.items()}


def run_program(command: Sequence[str], surroundings: Mapping[str, str] | None = None) -> Ran:
    """Run a program to its end; raises where it fails."""
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=HOME,
        env={**os.environ, **(surroundings or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as program:
        _, status, used = os.wait4(program.pid, 0)  # its own memory, not that of every child
        program.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if program.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {program.returncode}")
    # ru_maxrss counts kilobytes on Linux and bytes on macOS.
    unit = 1e6 if platform.system() == "Darwin" else 1e3
    return Ran(seconds, used.ru_maxrss / unit)


def describe_machine() -> str:
    """Cores, processor, system and Python; nothing that names this machine."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; load average {load:.1f} when begun"
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "a processor that is not named"
