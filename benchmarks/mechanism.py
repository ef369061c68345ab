"""The mechanism against SciPy: likelihoods of the founding case, a forecast, a virtual trial.

`python -m benchmarks.mechanism` prints the tables of mechanism.md, and `--date` puts them there.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.mechanism_peer import scipy_problem, solved
from benchmarks.timing import HOME, Ran, describe_machine
from reinfuse.engine.language import Model
from reinfuse.estimation.mechanistic.fit import fit_windows
from reinfuse.estimation.mechanistic.predictions import EXACT, FAST
from reinfuse.estimation.mechanistic.problem import MechanismProblem, problem_of
from reinfuse.estimation.mechanistic.result import MechanismFit
from reinfuse.estimation.mechanistic.windows import windows_of
from reinfuse.exchange.course_file import read_course
from reinfuse.mechanism.equations import course_model
from reinfuse.record import Course
from reinfuse.trials.design import read_design
from reinfuse.trials.forecast import forecast, read_options, replayed
from reinfuse.trials.population import FIRST_DAY, virtual_patients

PAGE = HOME / "benchmarks" / "mechanism.md"
MARK = "<!-- what follows is written by python -m benchmarks.mechanism --date -->"
FOUNDING = HOME / "examples" / "founding-case.yaml"
OPTIONS = HOME / "examples" / "options" / "founding-case.yaml"
TRIAL = HOME / "examples" / "trials" / "two-arms.yaml"
SPREAD = 0.5  # prior SDs of the points: where a fit spends its time
TIGHT = (1e-10, 1e-3)  # relative tolerance, and that of the model's absolute ones, of what is true
DAYS = 365
LIKELIHOOD_HEADS = (
    "solver",
    "likelihoods/s",
    "worst error",
    "median",
    "over 32 bits",
    "over 64 bits",
)
_PEAK_UNIT = 1e6 if sys.platform == "darwin" else 1e3  # of ru_maxrss, in MB
_ALONE = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is timed: points and turns of likelihoods, draws, virtual patients."""

    points: int = 8
    repeated: int = 64
    turns: int = 5
    draws: int = 1000
    patients: int = 10_000


QUICK = Size(points=2, repeated=16, turns=1, draws=60, patients=500)


def main(arguments: Sequence[str]) -> int:
    """Print the tables as Markdown; write them to mechanism.md if the day is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mechanism")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="one of the tables")
    parser.add_argument("--quick", action="store_true", help="little of all: does everything run?")
    parser.add_argument("--date", type=date.fromisoformat, help="today: keep all tables")
    options = parser.parse_args(arguments)
    if options.date and (options.quick or options.only):
        parser.error("only a whole run is kept: give --date alone")
    lines = []
    for line in _lines(QUICK if options.quick else Size(), options.only, options.date):
        print(line, flush=True)
        lines.append(line)
    if options.date:
        said, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text("\n".join([said + MARK, "", *lines]) + "\n", encoding="utf-8")
    return 0


def _lines(size: Size, wanted: Sequence[str] | None, day: date | None) -> Iterator[str]:
    yield f"Measured{f' {day}' if day else ''} on: {describe_machine()}."
    for name, section in SECTIONS.items():
        if name in (wanted or SECTIONS):
            yield from section(size)


def _likelihoods(size: Size) -> Iterator[str]:
    title = "Likelihoods of the founding case: two infusions, three lesions"
    yield from _table(title, LIKELIHOOD_HEADS, likelihood_rows(size))


def likelihood_rows(size: Size) -> Iterator[tuple[str, ...]]:
    """Ours and SciPy's by turns, by seconds of the processor; errors are of the log likelihood."""
    problem = problem_of(windows_of(_founding()))
    chance = np.random.default_rng(1)
    points = SPREAD * chance.standard_normal((size.points, len(problem.latents)))
    many = np.tile(points, (size.repeated, 1))
    true = scipy_problem(problem, *TIGHT).log_likelihood(points)
    ours = {"reinfuse, 32 bits, 1e-04, as fits have it": replace(problem, settings=FAST),
            "reinfuse, 64 bits, 1e-06": replace(problem, settings=EXACT)}  # fmt: skip
    peers = {f"SciPy LSODA, Python rates, {rtol:.0e}": scipy_problem(problem, rtol)
             for rtol in (1e-4, 1e-6)}  # fmt: skip
    for one in ours.values():
        one.log_likelihood(many)  # its code is made, or read
    taken: dict[str, list[float]] = {name: [] for name in (*ours, *peers)}
    for _ in range(size.turns):
        for name, one in ours.items():
            taken[name].append(_processor(one, many))
        for name, one in peers.items():
            taken[name].append(_processor(one, points))
    for name, one in (ours | peers).items():
        error = np.abs(one.log_likelihood(points) - true)
        ratios = [np.median(np.divide(taken[name], taken[own])) for own in ours]
        yield (
            name, f"{1 / np.median(taken[name]):,.0f}", f"{error.max():.1e}",
            f"{np.median(error):.1e}",
            *(_times(ratio) if name in peers else "" for ratio in ratios),
        )  # fmt: skip


def _processor(problem: MechanismProblem, points: Array) -> float:
    """Seconds of the processor for one point."""
    began = time.process_time()
    problem.log_likelihood(points)
    return (time.process_time() - began) / len(points)


def _forecasts(size: Size) -> Iterator[str]:
    course = _founding()
    asked = read_options(OPTIONS, course).asked
    if asked is None:
        raise SystemExit(f"{OPTIONS.name} cannot be read")
    fit = _prior_fit(course)
    place = [window.infusion for window in fit.windows].index(asked.infusion)
    given = replayed(course, asked.infusion).transplanted
    seconds, processor = [], []
    for turn in range(min(size.turns, 3) + 1):
        began, used = time.perf_counter(), time.process_time()
        forecast(fit, asked, transplanted=given, draws=size.draws, rng=np.random.default_rng(turn))
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    window = fit.windows[place]
    one = _scipy_seconds(
        course_model(len(window.lesions), window.first_day), fit.window_rows(place)[: size.points]
    )
    solves = len(asked.options) * size.draws
    title = f"A forecast of the founding case: {len(asked.options)} options, {size.draws} draws"
    heads = ("what", "wall", "of the processor", "SciPy for the solves alone", "ratio", "peak")
    cpu = float(np.median(processor[1:]))
    yield from _table(title, heads, [
        ("the first in a process", f"{seconds[0]:.1f} s", f"{processor[0]:.1f} s", "", "", ""),
        ("the next", f"{np.median(seconds[1:]):.1f} s", f"{cpu:.1f} s",
         f"about {one * solves:,.0f} s", _times(one * solves / cpu), f"{_peak_mb():.0f} MB"),
    ])  # fmt: skip


def _prior_fit(course: Course) -> MechanismFit:
    """Draws of the windows as if nothing had been measured: as much work as those of a fit."""
    windows = [replace(window, observed=()) for window in windows_of(course)]
    fit = fit_windows(windows, rng=np.random.default_rng(1))
    if not isinstance(fit, MechanismFit):
        raise SystemExit("the founding case has no windows")
    return fit


def _trials(size: Size) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        _trial(folder, "inline", 20)  # code is made, and kept for all processes
        ran = {name: _trial(folder, name, size.patients) for name in ("inline", "processes")}
    design = read_design(TRIAL).design
    if design is None:
        raise SystemExit(f"{TRIAL.name} cannot be read")
    rows = virtual_patients(design.arms[0].setting, design.seed, 0, size.points).rows
    one = _scipy_seconds(course_model(design.lesions, FIRST_DAY), rows)
    solves = len(design.arms) * size.patients
    title = f"A virtual trial: {size.patients} patients through {len(design.arms)} arms, a year"
    heads = ("executor", "wall", "peak of the largest process", "over processes",
             "SciPy for one solve of each, one processor", "ratio")  # fmt: skip
    yield from _table(title, heads, (
        (name, f"{took.seconds:.1f} s", f"{took.peak_mb:.0f} MB",
         f"{took.seconds / ran['processes'].seconds:.2f}", f"about {one * solves:,.0f} s",
         _times(one * solves / took.seconds))
        for name, took in ran.items()
    ))  # fmt: skip


def _trial(folder: Path, executor: str, patients: int) -> Ran:
    """The whole command in a fresh process: from the design to its tables."""
    design = folder / f"{executor}-{patients}.yaml"
    text = TRIAL.read_text(encoding="utf-8")
    design.write_text(text.replace("patients: 10000", f"patients: {patients}"), encoding="utf-8")
    command = (sys.executable, "-m", "reinfuse", "trial", str(design), "-o",
               str(design.with_suffix("")), "--executor", executor)  # fmt: skip
    # A process begins with the peak of the one that it stems from: this one stems from a light one.
    answer = subprocess.run(
        [sys.executable, "-c", _ALONE, *command], capture_output=True, text=True, check=True,
        cwd=HOME,
    )  # fmt: skip
    seconds, peak = answer.stdout.split()
    return Ran(float(seconds), float(peak) / _PEAK_UNIT)


def _scipy_seconds(model: Model, rows: Array) -> float:
    """Seconds of the processor that SciPy takes for one patient over a year, looked at daily."""
    days = np.arange(np.ceil(model.start) + 1, DAYS + 1).tolist()
    solved(model, rows[:1], days[:1], 1e-4)  # its Python is made
    taken = []
    for row in rows:
        began = time.process_time()
        try:
            solved(model, row[None], days, 1e-4)
        except ValueError:  # LSODA stepped to where an exponential overflows: ours did not
            continue
        taken.append(time.process_time() - began)
    return float(np.mean(taken))


@cache
def _founding() -> Course:
    course = read_course(FOUNDING).course
    if course is None:
        raise SystemExit(f"{FOUNDING.name} cannot be read")
    return course


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PEAK_UNIT


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads))
    for cells in rows:
        yield f"| {' | '.join(cells)} |"


def time_likelihoods() -> list[str]:
    """Rows of the table of all timings."""
    return [f"| {' | '.join(row)} |" for row in likelihood_rows(Size(turns=3))]


SECTIONS: dict[str, Callable[[Size], Iterator[str]]] = {
    "likelihoods": _likelihoods,
    "forecast": _forecasts,
    "trial": _trials,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
