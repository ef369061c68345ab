"""Many patients through one model: parameters and doses in, what would be measured out."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.language.model import Model
from reinfuse.engine.native.kernel import Kernel, Moves, Work, shared_kernel
from reinfuse.engine.plain.happenings import Dose
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.schedule import Doses, checked_doses, table_of
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError

_CHUNK = 512  # patients of one piece of work: small enough to share out evenly
_MOST_STEPS = 2**31 - 1  # that the kernels can count


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is solved.

    `rtol` is the relative error allowed in a step; the absolute one is each state's `tolerance`
    times `tolerance_scale`. `bits` are those of the numbers: 32 for cohorts, 64 for fits.
    `threads` 0 is one for each processor.

    Numbers of 32 bits end at 3.4e38: a power of cells that grows beyond it inside a formula is
    infinite, and a quotient by it 0, without a word; `hill(A, K, 4)` never forms it where
    `A^4/(K^4 + A^4)` does. A pulse in a rate that is much narrower than the steps around it can
    be stepped over in either precision: give it as an event.
    """

    rtol: float = 1e-6
    tolerance_scale: float = 1.0
    bits: int = 64
    most_steps: int = 100_000
    threads: int = 0
    states: bool = False

    def __post_init__(self) -> None:
        """Raise ReinfuseError for what no model could be solved with."""
        problems = []
        if not 0 <= self.rtol < 1:
            problems.append(f"rtol is {self.rtol:g}, not a number from 0 to below 1")
        if not 0 < self.tolerance_scale < math.inf:
            problems.append(f"tolerance_scale is {self.tolerance_scale:g}, not a number above 0")
        if self.bits not in {32, 64}:
            problems.append(f"bits are {self.bits}, not 32 or 64")
        if not 1 <= self.most_steps <= _MOST_STEPS:
            problems.append(f"most_steps is {self.most_steps}, not from 1 to {_MOST_STEPS}")
        if self.threads < 0:
            problems.append(f"threads are {self.threads}, not 0 or more")
        if problems:
            raise ReinfuseError("; ".join(problems), where="settings", fix="correct them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What came out: `outputs` is `"patients times outputs"`, nan where it was not reached.

    `names` are those of the outputs; `status` and `steps` are by patient. `compiled` says whether
    the code was made in this process.
    """

    names: tuple[str, ...]
    times: NDArray[np.float64]
    outputs: NDArray
    status: NDArray[np.int32]
    steps: NDArray[np.int32]
    compiled: bool

    @property
    def solved(self) -> NDArray[np.bool_]:
        """Which patients reached the end."""
        return self.status == Status.OK

    def failures(self) -> tuple[str, ...]:
        """One line for each way in which patients were not solved."""
        counted = Counter(int(status) for status in self.status if status)
        return tuple(
            f"{count} of {len(self.status)} patients: {Status(status).message}"
            for status, count in sorted(counted.items())
        )

    def of(self, name: str) -> NDArray:
        """One output, `"patients times"`."""
        return self.outputs[:, :, self.names.index(name)]


def usual_parameters(model: Model, patients: int, **changed: ArrayLike) -> NDArray[np.float64]:
    """Rows of the usual values, with some given by name, as a number or by patient."""
    unknown = sorted(set(changed) - set(model.parameter_names))
    if unknown:
        raise ReinfuseError(
            f"no parameter is called {', '.join(unknown)}",
            where=f"model {model.name}", fix=f"parameters are {', '.join(model.parameter_names)}",
        )  # fmt: skip
    rows = np.tile([parameter.value for parameter in model.parameters], (patients, 1))
    for place, name in enumerate(model.parameter_names):
        if name in changed:
            rows[:, place] = changed[name]
    return rows


def simulate(
    model: Model,
    parameters: ArrayLike,
    times: Sequence[float] | NDArray,
    *,
    doses: Doses | None = None,
    settings: Settings | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> Simulated:
    """Every patient of `parameters` (`"patients parameters"`) at `times`.

    Outputs at the moment of a dose or event are what it left. Patient i comes out the same
    whatever the others are, and however many threads work. A patient that cannot be solved has a
    status that says why. `watch` is told patients done and in all.
    """
    chosen = settings or Settings()
    rows = checked_rows(model, parameters)
    asked = checked_times(model, times)
    given = doses or Doses()
    if only_plainly(model):
        return _plainly(model, rows, asked, given, chosen)
    kernel = shared_kernel(model, chosen.bits, chosen.states)
    work = work_for(kernel, rows, asked, given, chosen)
    share_out(kernel, work, chosen, watch=watch)
    return simulated_from(kernel, work)


def only_plainly(model: Model) -> bool:
    """Whether only the plain solver knows the model's events: they wait, or have a priority."""
    return any(
        event.when is not None or event.delay is not None or event.priority is not None
        for event in model.events
    )


def checked_rows(model: Model, parameters: ArrayLike) -> NDArray[np.float64]:
    """Parameters as `"patients parameters"`, or an error that says what is wrong."""
    rows = np.atleast_2d(np.asarray(parameters, np.float64))
    if rows.shape[1:] != (len(model.parameters),):
        given = " x ".join(map(str, rows.shape[1:]))
        raise ReinfuseError(
            f"{given} parameters for each patient where the model has {len(model.parameters)}",
            where=f"model {model.name}", fix="give one column for each, in the model's order",
        )  # fmt: skip
    return rows


def work_for(
    kernel: Kernel, rows: NDArray, times: NDArray, doses: Doses, settings: Settings
) -> Work:
    """Arrays of a run; patients that cannot be solved have their status already."""
    model, size = kernel.programs.equations.model, kernel.programs.sizes
    kind = np.float64 if settings.bits == 64 else np.float32  # noqa: PLR2004 # bits of a double
    table, status = table_of(kernel.programs, rows, doses)
    status[_bad(model, rows) | _beyond(rows, kind)] = Status.BAD_PARAMETER
    absolute = [state.tolerance * settings.tolerance_scale for state in model.states]
    out = np.empty((len(rows), len(times), size.outputs), kind)
    out[status != Status.OK] = np.nan
    return Work(
        parameters=_narrow(rows, kind), times=times, start=model.start,
        end=float(times[-1]), table=table, rtol=settings.rtol, atol=np.asarray(absolute, kind),
        most_steps=settings.most_steps, out=out, status=status,
        steps=np.zeros(len(rows), np.int32),
    )  # fmt: skip


def simulated_from(kernel: Kernel, work: Work) -> Simulated:
    """What a finished run says."""
    return Simulated(
        names=kernel.programs.outputs, times=work.times, outputs=work.out, status=work.status,
        steps=work.steps, compiled=not kernel.kept,
    )  # fmt: skip


def share_out(
    kernel: Kernel,
    work: Work,
    settings: Settings,
    *,
    moves: Moves | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> None:
    """Solve everybody, pieces of the cohort on several threads."""
    threads = settings.threads or _processors()
    patients = len(work.status)
    firsts = range(0, patients, _CHUNK)

    def solve_from(first: int) -> int:
        last = min(first + _CHUNK, patients)
        kernel.run(work, first, last, moves)
        return last

    told = watch or _unwatched
    if len(firsts) == 1:  # a fit asks for few at a time, thousands of times
        told(solve_from(0), patients)
        return
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for last in pool.map(solve_from, firsts):
            told(last, patients)


def _unwatched(_done: int, _of: int) -> None:
    pass


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def checked_times(model: Model, times: Sequence[float] | NDArray) -> NDArray[np.float64]:
    """Times that ascend from the start of the model on, or an error that says what is wrong."""
    asked = np.ascontiguousarray(times, np.float64)
    problems = []
    if asked.ndim != 1 or not len(asked) or not np.isfinite(asked).all():
        problems.append("times are not a row of numbers")
    elif (np.diff(asked) <= 0).any():
        problems.append("times do not ascend")
    elif asked[0] < model.start:
        problems.append(f"the first time, {asked[0]:g}, is before the start, {model.start:g}")
    elif asked[-1] <= model.start:
        problems.append(f"the last time, {asked[-1]:g}, is not after the start")
    if problems:
        raise ReinfuseError(
            "; ".join(problems), where=f"model {model.name}",
            fix="give ascending times from the start of the model on",
        )  # fmt: skip
    return asked


def _bad(model: Model, rows: NDArray) -> NDArray[np.bool_]:
    low = np.asarray([parameter.low for parameter in model.parameters])
    high = np.asarray([parameter.high for parameter in model.parameters])
    return ~(np.isfinite(rows) & (rows >= low) & (rows <= high)).all(1)


def _narrow(rows: NDArray, kind: type) -> NDArray:
    with np.errstate(over="ignore", under="ignore"):
        return np.ascontiguousarray(rows, kind)


def _beyond(rows: NDArray, kind: type) -> NDArray[np.bool_]:
    """Whose parameters become infinity or 0 in fewer bits."""
    if kind is rows.dtype.type:
        return np.zeros(len(rows), bool)
    size = np.abs(_narrow(rows, kind))
    return (~np.isfinite(size) | ((rows != 0) & (size < np.finfo(kind).tiny))).any(1)


def _plainly(
    model: Model, rows: NDArray, times: NDArray, doses: Doses, chosen: Settings
) -> Simulated:
    """By the plain solver, always in 64 bits."""
    patients, places = checked_doses(doses, model.state_names, len(rows))
    by_patient: list[list[Dose]] = [[] for _ in rows]
    for patient, time, place, amount in zip(
        patients.tolist(), doses.times, places.tolist(), doses.amounts, strict=True
    ):
        by_patient[patient].append(Dose(float(time), place, float(amount)))
    absolute = [state.tolerance * chosen.tolerance_scale for state in model.states]
    found = solve(
        prepared(model), rows, times.tolist(), doses=by_patient, rtol=chosen.rtol, atol=absolute,
        most_steps=chosen.most_steps,
    )  # fmt: skip
    shows_states = chosen.states or not model.observables
    return Simulated(
        names=model.state_names if shows_states else model.observable_names, times=times,
        outputs=found.states if shows_states else found.observed, status=found.status,
        steps=found.steps, compiled=False,
    )  # fmt: skip
