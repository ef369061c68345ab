"""The engine against its peers: speed with the error it was bought at, code, threads, memory.

`python -m benchmarks.engine --peers PYTHON` prints the tables of engine.md, and `--date` puts them
there. PYTHON is an interpreter that has the peers (SciPy, numba, numbalsoda, libroadrunner,
diffrax); the variable REINFUSE_PEERS may name it too. A peer that is missing is said to be.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date

from benchmarks.engine_cohorts import Size, Titled, eight_state_contest, reference_contest
from benchmarks.engine_kernel import build_rows, memory_rows, thread_rows
from benchmarks.timing import HOME, describe_machine

PEERS_VARIABLE = "REINFUSE_PEERS"
PAGE = HOME / "benchmarks" / "engine.md"
MARK = "<!-- what follows is written by python -m benchmarks.engine --date -->"
_HEADS = ("solver", "patients/s", "worst error", "95 %", "median")
Section = Callable[[Size], Iterator[str]]


def main(arguments: Sequence[str]) -> int:
    """Print the tables as Markdown; write them to engine.md if the day is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine")
    parser.add_argument("--peers", default=os.environ.get(PEERS_VARIABLE, sys.executable))
    parser.add_argument("--only", choices=SECTIONS, action="append", help="one of the tables")
    parser.add_argument("--quick", action="store_true", help="few patients: does everything run?")
    parser.add_argument("--date", type=date.fromisoformat, help="today: keep all tables")
    options = parser.parse_args(arguments)
    if options.date and (options.quick or options.only):
        parser.error("only a whole run is kept: give --date alone")
    size = _quick(options.peers) if options.quick else _full(options.peers)
    lines = []
    for line in _lines(size, options.only or tuple(SECTIONS), options.date):
        print(line, flush=True)
        lines.append(line)
    if options.date:
        said, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text("\n".join([said + MARK, "", *lines]) + "\n", encoding="utf-8")
    return 0


def _full(interpreter: str) -> Size:
    return Size(interpreter, turns=5, compared=64, repeated=64, cohorts=(1_000, 10_000))


def _quick(interpreter: str) -> Size:
    return Size(interpreter, turns=1, compared=3, repeated=64, cohorts=(16, 64))


def _lines(size: Size, wanted: Sequence[str], day: date | None) -> Iterator[str]:
    yield f"Measured{f' {day}' if day else ''} on: {describe_machine()}."
    processors = os.sched_getaffinity(0)
    for name, section in SECTIONS.items():
        if name in wanted:
            # Peers are started from here and stay on the same processor.
            os.sched_setaffinity(0, processors if name == "threads" else {max(processors)})
            yield from section(size)


def _reference(size: Size) -> Iterator[str]:
    yield from _contest(reference_contest(size))


def _eight(size: Size) -> Iterator[str]:
    for patients in size.cohorts:
        yield from _contest(eight_state_contest(size, patients))


def _contest(entered: AbstractContextManager[Titled]) -> Iterator[str]:
    with entered as (title, contest):
        names = [one.name.removeprefix("reinfuse, ") for one in contest.ours]
        heads = (*_HEADS, *(f"over {name}" for name in names))
        yield from _table(title, heads, (row.cells(len(names)) for row in contest.rows()))


def _code(size: Size) -> Iterator[str]:
    yield from _table(
        "Code of the model with 25 states, in a fresh process",
        ("what", "seconds for the code", "the whole process", "size"),
        build_rows(min(size.turns, 3)),
    )


def _threads(size: Size) -> Iterator[str]:
    heads = ("what", "one after the other", "by two", "ratio")
    rows = thread_rows(128 * size.compared, size.turns)
    yield from _table("Two threads, 25 states", heads, rows)


def _memory(size: Size) -> Iterator[str]:
    heads = ("what", "peak", "of which outputs")
    yield from _table("Memory, 25 states, one thread", heads, memory_rows(size.cohorts[-1]))


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads))
    for cells in rows:
        yield f"| {' | '.join(cells)} |"


SECTIONS: dict[str, Section] = {
    "reference": _reference,
    "eight": _eight,
    "code": _code,
    "threads": _threads,
    "memory": _memory,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
