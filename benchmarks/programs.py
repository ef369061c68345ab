"""Whole programs: how soon the command line answers, and what the report costs."""

from __future__ import annotations

import sys
import tempfile
from statistics import median

from benchmarks.timing import Ran, alternate, run_program

TURNS = 15
WARM_TURNS = 5
HELP = (sys.executable, "-m", "reinfuse", "--help")
PEER = (sys.executable, "-c", "import argparse")
REPORT = (sys.executable, "-m", "reinfuse", "report", "examples/founding-case.yaml", "-o")


def time_start() -> list[str]:
    """Rows of the result table: the peer first, then the command line."""
    seconds = alternate(
        {
            '`python -c "import argparse"`': lambda: run_program(PEER),
            "`reinfuse --help`": lambda: run_program(HELP),
        },
        TURNS,
    )
    peer = next(iter(seconds.values()))
    return [
        f"| {name} | {1000 * took:.0f} ms | {took / peer:.2f} |" for name, took in seconds.items()
    ]


def time_report() -> list[str]:
    """Rows of the result table: the first run with nothing compiled, then the median of others."""
    with tempfile.TemporaryDirectory() as folder:
        # Compiled modules go to a folder that is empty at first: the first run compiles them all.
        surroundings = {"PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        command = (*REPORT, f"{folder}/report.html")
        cold = run_program(command, surroundings)
        warm = [run_program(command, surroundings) for _ in range(WARM_TURNS)]
    usual = Ran(median(one.seconds for one in warm), max(one.peak_mb for one in warm))
    return [
        f"| {name} | {ran.seconds:.1f} s | {ran.peak_mb:.0f} MB |"
        for name, ran in {"cold": cold, "warm": usual}.items()
    ]
