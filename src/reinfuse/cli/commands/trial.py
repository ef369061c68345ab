"""`reinfuse trial`: virtual patients through the arms of a design, graded and counted."""

from __future__ import annotations

import hashlib
import math
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns, width
from reinfuse.cli.loading import in_words
from reinfuse.cli.needed import ENGINE_AND_POPULATION, check_needed
from reinfuse.cli.outputs import check_folder
from reinfuse.cli.parser import INTERRUPTED
from reinfuse.cli.plain import head_of, json_text
from reinfuse.cli.progress import say, say_left
from reinfuse.errors import ReinfuseError

if TYPE_CHECKING:
    from reinfuse.trials.design import Design
    from reinfuse.trials.running import Difference, Estimate, TrialResult
    from reinfuse.trials.work import Executor

GO_ON = "--resume goes on from where it stopped"
_NEEDED = ("numpy", "scipy", "llvmlite")


def run(options: Namespace) -> int:
    """Run the trial, write its files, print its endpoints."""
    check_needed("trial", _NEEDED, ENGINE_AND_POPULATION)
    design, text = _design(options.design)
    check_folder(options.output)
    begun = time.monotonic()
    try:
        result = _result(design, text, options, begun)
    except KeyboardInterrupt:
        say("")
        print(f"reinfuse: interrupted; {GO_ON}", file=sys.stderr)
        return INTERRUPTED
    say("")
    seconds = time.monotonic() - begun
    if options.json:
        print(json_text(_document(options.design, text, result, seconds)))
        return 0
    for line in _lines(result, seconds):
        print(line)
    return 0


def _design(path: Path) -> tuple[Design, str]:
    from reinfuse.trials.design import read_design

    read = read_design(path)
    if read.design is None:
        raise ReinfuseError(in_words(path, read.problems))
    return read.design, read.text


def _result(design: Design, text: str, options: Namespace, begun: float) -> TrialResult:
    from reinfuse.trials.running import run_trial

    first: list[int] = []

    def watch(done: int, of: int) -> None:
        first.append(done)
        say_left(done, of, begun=begun, first=first[0])

    say("compiling the mechanism")
    return run_trial(
        design, text, options.output, _executor(options), resume=options.resume, watch=watch
    )


def _executor(options: Namespace) -> Executor:
    from reinfuse.trials.work import Dask, Inline, Pool, Ray, Slurm

    if options.executor == "slurm":
        return Slurm(at_once=options.workers)
    if options.executor == "inline":
        return Inline()
    kinds = {"processes": Pool, "dask": Dask, "ray": Ray}
    found: Executor = kinds[options.executor](workers=options.workers)
    return found


def _document(path: Path, text: str, result: TrialResult, seconds: float) -> dict[str, object]:
    from reinfuse.trials.running import as_plain

    return {
        **head_of(path.name, hashlib.sha256(text.encode()).hexdigest()),
        "kind": "virtual trial",
        **as_plain(result),
        "seconds": round(seconds, 3),
        "written": [str(file) for file in result.files],
    }


def _lines(result: TrialResult, seconds: float) -> Iterator[str]:
    design = result.design
    how = "the same patients in every arm" if design.paired else "each patient in one arm"
    chunks = f"{result.made} chunks made"
    if result.found:
        chunks += f", {result.found} found done"
    yield design.title
    yield f"{design.patients:,} virtual patients, {how}; {seconds:.0f} s, {chunks}"
    yield ""
    yield "Endpoints by arm: as seen, with 95 % limits of chance; least to most that is possible"
    heads = ("endpoint", "arm", "patients", "as seen", "95 % limits", "least to most")
    yield from (f"  {line}" for line in columns(heads, [_row(one) for one in result.estimates]))
    if result.differences:
        yield ""
        yield f"Differences from: {design.arms[0].name}"
        yield from _differences(result)
    yield ""
    for words in (*_unsolved(result), *result.words):
        yield fill(words, width(), initial_indent="  - ", subsequent_indent="    ")
    for path in result.files:
        yield f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)"


def _differences(result: TrialResult) -> Iterator[str]:
    heads = ("endpoint", "arm", "difference", "95 % limits", "in the model")
    rows = [_compared(one) for one in result.differences]
    yield from (f"  {line}" for line in columns(heads, rows))


def _row(one: Estimate) -> tuple[str, ...]:
    unit = one.endpoint.unit
    middle, low, high = one.as_seen or (one.surely, one.low, one.high)
    both = _span(one.surely, one.possibly, unit) if one.surely != one.possibly else ""
    if one.spread is not None:
        both = f"90 % of patients {_span(*one.spread, unit)}"
    return (
        one.endpoint.name, one.arm, str(one.n), _number(middle, unit), _span(low, high, unit), both
    )  # fmt: skip


def _compared(one: Difference) -> tuple[str, ...]:
    from reinfuse.trials.running import said_of

    unit = "x" if one.ratio else one.endpoint.unit
    low, high = one.as_seen[1:] if one.as_seen else (one.low, one.high)
    points = " points" if unit == "1" else ""
    middle = _number(one.middle, unit).replace(" %", points)
    ends = _span(low, high, unit).replace(" %", points)
    return one.endpoint.name, one.arm, middle, ends, said_of(one)


def _unsolved(result: TrialResult) -> Sequence[str]:
    return [
        f"{count} patients of `{name}` could not be solved and are in no endpoint."
        for name, count in result.unsolved.items()
        if count
    ]


def _span(low: float, high: float, unit: str) -> str:
    ends = [_number(one, unit) for one in (low, high)]
    bare = ends[0].rpartition(" ")[0] if " " in ends[0] else ends[0]
    return f"{bare} to {ends[1]}"


def _number(value: float, unit: str) -> str:
    if math.isnan(value):
        return "-"
    if unit == "1":
        return f"{100 * value:.1f} %"
    return f"x{value:.3g}" if unit == "x" else f"{value:.3g} {unit}"
