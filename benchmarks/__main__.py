"""`python -m benchmarks`: time everything once, and keep the result where a date is given."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from benchmarks.mechanism import LIKELIHOOD_HEADS, time_likelihoods
from benchmarks.petct import COMMAND_HEADS, time_whole
from benchmarks.pooling import POOL_HEADS, time_pooling
from benchmarks.programs import TURNS, time_report, time_start
from benchmarks.reading import ROWS, time_reading
from benchmarks.sampling import time_sampling
from benchmarks.timing import HOME, describe_machine

SECTIONS: tuple[tuple[str, tuple[str, ...], Callable[[], list[str]]], ...] = (
    (
        f"Reading {ROWS} measurements",
        ("what", "median", "against the round-trip loader"),
        time_reading,
    ),
    (
        "Sampling a curve",
        ("curve", "points", "effective draws", "tempered", "importance sampling", "ratio"),
        time_sampling,
    ),
    ("Likelihoods of the founding case in the mechanism", LIKELIHOOD_HEADS, time_likelihoods),
    (
        f"Starting, median of {TURNS}",
        ("what", "median", "against Python with argparse"),
        time_start,
    ),
    (
        "The report of the founding case, absolute",
        ("run", "wall", "peak memory"),
        time_report,
    ),
    ("PET/CT of a real scanner's size, absolute", COMMAND_HEADS, time_whole),
    ("Pooling published cohorts, absolute", POOL_HEADS, time_pooling),
)
RESULTS = HOME / "benchmarks" / "results.md"


def main(arguments: Sequence[str]) -> int:
    """Print the result; write it to results.md if the day is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "--date", type=date.fromisoformat, help="today, as 2026-11-22: keep the result"
    )
    day = parser.parse_args(arguments).date
    lines = []
    for line in _result(day):
        print(line, flush=True)
        lines.append(line)
    if day is not None:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _result(day: date | None) -> Iterator[str]:
    measured = f"Measured {day}" if day else "Measured"
    yield from ("# Timings", "", f"{measured} on: {describe_machine()}.", "")
    for title, heads, rows in SECTIONS:
        yield from (f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads))
        yield from (*rows(), "")
    yield "[What was timed, and how](README.md)."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
