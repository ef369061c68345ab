"""How what would be measured moves with parameters: exact derivatives of the solver's own steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.language.model import Model
from reinfuse.engine.native.kernel import Moves, shared_kernel
from reinfuse.engine.schedule import Doses, slopes_of
from reinfuse.engine.simulate import (
    Settings,
    Simulated,
    checked_rows,
    checked_times,
    share_out,
    simulated_from,
    work_for,
)
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A simulation, and by how much its outputs move with each of some parameters.

    `slopes` is `"patients times outputs parameters"`, in units of output over parameter.
    """

    simulated: Simulated
    by: tuple[str, ...]
    slopes: NDArray


def sensitivities(
    model: Model,
    parameters: ArrayLike,
    times: Sequence[float] | NDArray,
    by: Sequence[str],
    *,
    doses: Doses | None = None,
    settings: Settings | None = None,
) -> Sensitive:
    """Outputs of every patient, and their derivatives by the parameters that `by` names.

    The steps are those of the simulation, held as they are: slopes are the exact derivatives of
    the numbers that it gives, an event's time that hangs on a parameter included. Where a rate
    jumps (`if`, `floor`), the moment of its jump is held too: what a shift of it would add is not
    in the slopes, so write such a switch as an event with a time, or `smooth`. A model with
    events that wait for a condition, are delayed or have a priority is refused.
    """
    chosen = settings or Settings()
    rows, asked, wanted = checked_rows(model, parameters), checked_times(model, times), tuple(by)
    _refuse(model, wanted)
    kernel = shared_kernel(model, chosen.bits, chosen.states, True)
    work = work_for(kernel, rows, asked, doses or Doses(), chosen)
    seeds = np.zeros((len(wanted), len(model.parameters)), work.out.dtype)
    for direction, name in enumerate(wanted):
        seeds[direction, model.parameter_names.index(name)] = 1.0
    out = np.empty((*work.out.shape, len(wanted)), work.out.dtype)
    out[work.status != Status.OK] = np.nan
    moves = Moves(seeds, slopes_of(kernel.programs, rows, work.table, wanted), out)
    share_out(kernel, work, chosen, moves=moves)
    return Sensitive(simulated_from(kernel, work), wanted, out)


def _refuse(model: Model, by: tuple[str, ...]) -> None:
    problems = [f"no parameter is called {name!r}" for name in by
                if name not in model.parameter_names]  # fmt: skip
    problems += [
        f"event {event.name!r} waits for a condition, is delayed or has a priority"
        for event in model.events
        if event.when is not None or event.delay is not None or event.priority is not None
    ]
    if problems:
        raise ReinfuseError(
            "; ".join(problems), where=f"model {model.name}",
            fix="name parameters of the model, and give events a time",
        )  # fmt: skip
