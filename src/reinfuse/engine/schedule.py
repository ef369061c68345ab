"""What happens to each patient and when: the model's timed events, and doses from outside."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.compiler.tangent import tangent_program
from reinfuse.engine.plain.evaluation import evaluate
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError


def _nothing(kind: type) -> NDArray:
    return np.zeros(0, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """Amounts that are added to states; one row for each dose, in any order.

    `patients` are rows of the parameters, `times` in the model's unit, `states` names, `amounts` in
    the unit of the state.
    """

    patients: NDArray[np.int64] = field(default_factory=lambda: _nothing(np.int64))
    times: NDArray[np.float64] = field(default_factory=lambda: _nothing(np.float64))
    states: tuple[str, ...] = ()
    amounts: NDArray[np.float64] = field(default_factory=lambda: _nothing(np.float64))


@dataclass(frozen=True, slots=True)
class Table:
    """Events and doses of all patients, one after the other, each patient's in order of time.

    Those of patient i are `offsets[i]` to `offsets[i + 1]`. A kind below the number of the model's
    timed events is one of these, one above it a dose into a state.
    """

    offsets: NDArray[np.int64]  # "patients+1"
    times: NDArray[np.float64]
    kinds: NDArray[np.int32]
    amounts: NDArray[np.float64]

    @property
    def patients(self) -> NDArray[np.int64]:
        """Whose each entry is."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


def checked_doses(
    doses: Doses, states: tuple[str, ...], patients: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By dose the patient and the place of the state, once everything fits together."""
    problems = []
    sizes = {len(doses.patients), len(doses.times), len(doses.states), len(doses.amounts)}
    if len(sizes) > 1:
        problems.append("patients, times, states and amounts of doses differ in length")
    unknown = sorted(set(doses.states) - set(states))
    problems += [f"no state is called {name!r}" for name in unknown]
    given = np.asarray(doses.patients)
    if len(given) and given.dtype.kind not in "iu":
        problems.append(f"patients of doses are {given.dtype}, not whole numbers")
    elif len(given) and (given.min() < 0 or given.max() >= patients):
        problems.append(f"patients of doses go from {given.min()} to {given.max()}, rows of "
                        f"parameters from 0 to {patients - 1}")  # fmt: skip
    if problems:
        raise ReinfuseError("; ".join(problems), fix="correct the doses")
    place = {name: number for number, name in enumerate(states)}
    return given.astype(np.int64), np.asarray([place[name] for name in doses.states], np.int64)


def table_of(
    programs: Programs, parameters: NDArray, doses: Doses
) -> tuple[Table, NDArray[np.int32]]:
    """The table, and the status of each patient so far: OK, or what is wrong with its times.

    An event whose time is infinite does not happen; at one moment doses come first, then events in
    the order of the model.
    """
    model = programs.equations.model
    patients, events = len(parameters), len(programs.times.outputs)
    dosed, places = checked_doses(doses, model.state_names, patients)
    found = evaluate(programs.times, [parameters[:, place] for place in range(parameters.shape[1])])
    when = np.stack([np.broadcast_to(one, (patients,)) for one in found], 1) if events else (
        np.zeros((patients, 0))
    )  # fmt: skip
    who = np.concatenate([np.repeat(np.arange(patients), events), dosed])
    times = np.concatenate([when.reshape(-1), np.asarray(doses.times, np.float64)])
    kinds = np.concatenate([np.tile(np.arange(events), patients), events + places])
    amounts = np.concatenate([np.zeros(patients * events), np.asarray(doses.amounts, np.float64)])

    status = np.zeros(patients, np.int32)
    status[who[times < model.start]] = Status.DOSE_BEFORE_START
    status[who[np.isnan(times) | ~np.isfinite(amounts)]] = Status.BAD_DOSE
    kept = np.isfinite(times)
    who, times, kinds, amounts = who[kept], times[kept], kinds[kept], amounts[kept]
    first = np.where(kinds < events, kinds, -1)
    order = np.lexsort((first, times, who))
    offsets = np.zeros(patients + 1, np.int64)
    np.cumsum(np.bincount(who, minlength=patients), out=offsets[1:])
    return Table(
        offsets, np.ascontiguousarray(times[order]), kinds[order].astype(np.int32),
        np.ascontiguousarray(amounts[order]),
    ), status  # fmt: skip


def slopes_of(
    programs: Programs, parameters: NDArray, table: Table, by: tuple[str, ...]
) -> NDArray[np.float64]:
    """How the time of each entry moves with each of some parameters, `"entries by"`."""
    events, found = len(programs.times.outputs), np.zeros((len(table.times), len(by)))
    if not events or not by:
        return found
    program = tangent_program(programs.times, programs.equations.parameter_inputs)
    names = programs.equations.model.parameter_names
    timed = table.kinds < events
    who, which = table.patients[timed], table.kinds[timed]
    columns = [parameters[:, place] for place in range(parameters.shape[1])]
    for direction, name in enumerate(by):
        seeds = [np.asarray(float(name == other)) for other in names]
        moved = evaluate(program, [*columns, *seeds])[events:]
        slopes = np.stack([np.broadcast_to(one, (len(parameters),)) for one in moved], 1)
        found[timed, direction] = slopes[who, which]
    return found
